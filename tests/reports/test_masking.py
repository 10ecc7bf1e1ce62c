"""What each role sees of a report: the auditor no words, the dispatcher no money."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.compliance.phrase import Language
from app.kernel.actor import Actor
from app.reports.case_report import digest
from app.reports.masking import MASK, masked, reader_of
from app.reports.paper.page import page
from app.reports.paper.report_document import report_document
from app.reports.paper.telling import grouped
from app.reports.terms import Reader
from tests.factories_papers import report_of, report_with
from tests.factories_reports import FINDINGS, cny, ruling

# Long enough to be met nowhere by chance: not in an id, a time or a hash.
amounts = st.integers(10**9, 10**15).map(lambda minor: f"{minor // 100}.{minor % 100:02d}")


@st.composite
def told_reports(draw: st.DrawFn) -> dict[str, Any]:
    """Reports in which every figure is one of a kind, also in the words that people wrote."""
    lines = [
        {
            "kind": draw(st.sampled_from(["income", "fixed", "flexible", "debt", "asset"])),
            "category": draw(st.sampled_from(["wages", "rent", "food", "other"])),
            "amount": draw(amounts),
            "frequency": draw(st.sampled_from(["monthly", "weekly", "quarterly"])),
            "note": draw(st.none() | amounts),
            "verification": draw(st.integers(0, 5)),
        }
        for _ in range(draw(st.integers(0, 6)))
    ]
    report = report_with(lines, FINDINGS | {"note": draw(amounts), "promise": {"amount": cny(draw(amounts))}})
    report["visit"]["emergency"] = draw(amounts)
    report["rulings"].insert(draw(st.integers(0, len(report["rulings"]))), _ruling_of_intake(draw))
    report["something_new"] = {"turnover": cny(draw(amounts))}
    report["visit"]["something_new"] = draw(amounts)
    return report


def _ruling_of_intake(draw: st.DrawFn) -> dict[str, Any]:
    """The rules of the house tell the loan's amount in their words, also when one of them comes to speak languages."""
    told = [house_answer(draw(amounts), allowed=draw(st.booleans())) for _ in range(draw(st.integers(1, 3)))]
    return ruling() | {"asked": "intake", "asked_at": None, "answers": [*told, *ruling()["answers"]]}


def house_answer(amount: str, *, allowed: bool = True) -> dict[str, Any]:
    words = {"reason": f"{amount} CNY overdue, at least 100.00 is needed", "condition": f"{amount} CNY stays overdue"}
    told = {"rule": "minimum_overdue", "profile": None, "version": None, "allowed": allowed, "source": "house rule"}
    return told | words | {"until": None, "texts": {"en": words, "zh": words}, "detail": f"{amount} CNY"}


def amounts_told(rulings: list[dict[str, Any]]) -> set[str]:
    """Every amount in the words of the house's own rules."""
    answers = (answer for ruling in rulings for answer in ruling["answers"] if answer["profile"] is None)
    return {answer["reason"].split()[0] for answer in answers}


def figures_of(value: Any) -> Iterator[str]:
    """Every amount within, and every exact value of a derivation."""
    if isinstance(value, dict):
        for item in value.values():
            yield from figures_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from figures_of(item)
    elif isinstance(value, str) and sum(character.isdigit() for character in value) >= 9 and "-" not in value:
        yield value


FINANCES = ("statement", "affordability", "options", "promise", "arrangement", "note", "something_new")


@given(told_reports())
@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
def test_no_figure_of_a_household_ever_reaches_a_dispatcher(report: dict[str, Any]) -> None:
    figures = {figure for key in FINANCES for figure in figures_of(report[key])}
    figures |= {report["visit"]["emergency"], report["visit"]["something_new"]}
    figures |= (told := amounts_told(report["rulings"]))
    assert told
    shown = masked(report, Reader.DISPATCHER)
    sent = json.dumps(shown, ensure_ascii=False)
    assert [figure for figure in figures if figure in sent] == []
    for language in Language:
        printed = page(report_document(shown, language))
        assert [figure for figure in figures if figure in printed or grouped(figure) in printed] == []


def test_a_dispatcher_sees_the_place_the_times_the_outcome_and_the_rulings() -> None:
    report = report_of(12)
    shown = masked(report, Reader.DISPATCHER)
    for key in ("id", "case_id", "region", "outcome", "met", "rulings", "sha256", "made_at"):
        assert shown[key] == report[key]
    assert shown["visit"] == {key: value for key, value in report["visit"].items() if key != "emergency"}
    assert shown["loan"] == {"reference": "L-778", "product": "consumer_credit"}
    assert {"/statement", "/affordability", "/options", "/note", "/loan/outstanding"} <= set(shown["left_out"])
    assert "/complaint" not in shown["left_out"]  # there was none


def test_a_dispatcher_reads_that_a_rule_of_the_house_was_asked_but_not_its_words() -> None:
    report = report_of(12)
    house, of_law = house_answer("5422.85"), report["rulings"][0]["answers"][0]
    report["rulings"][0]["answers"] = [house, of_law]
    shown = masked(report, Reader.DISPATCHER)
    kept = ("rule", "profile", "version", "allowed", "source", "until")
    assert shown["rulings"][0]["answers"] == [{key: house[key] for key in kept}, of_law]
    words = {f"/rulings/0/answers/0/{key}" for key in ("reason", "texts", "condition")}
    assert words <= set(shown["left_out"])
    assert masked(report, Reader.AUDITOR)["rulings"] == report["rulings"]


def test_an_auditor_sees_every_figure_and_no_word_that_somebody_wrote() -> None:
    report = report_of(12)
    report["statement"]["lines"][0] |= {"earner": "王小红", "creditor": "邻居老李", "evidence": ["王小红-payslip.jpg"]}
    report["statement"]["household"]["members"] = [{"name": "王小红", "born_on": "2019-05-05", "age": 7}]
    shown = masked(report, Reader.AUDITOR)
    sent = json.dumps(shown, ensure_ascii=False)
    assert [word for word in ("谈话平静", "工厂减产", "王小红", "邻居老李", "年底补发") if word in sent] == []
    for key in ("affordability", "options", "promise", "rulings", "loan", "visit", "evidence"):
        assert shown[key] == report[key]
    first, told = shown["statement"]["lines"][0], report["statement"]["lines"][0]
    assert [first[key] for key in ("amount", "category", "kind")] == [
        told[key] for key in ("amount", "category", "kind")
    ]
    assert (first["earner"], first["evidence"]) == (MASK, [MASK])
    assert {"/note", "/statement/lines/0/earner", "/statement/lines/1/note"} <= set(shown["left_out"])


@given(told_reports(), st.sampled_from([Reader.AUDITOR, Reader.DISPATCHER]))
@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
def test_a_masked_report_says_so_and_is_still_known_by_the_whole_one_s_hash(
    report: dict[str, Any], reader: Reader
) -> None:
    before = json.dumps(report)
    shown = masked(report, reader)
    assert (shown["masked"], shown["masked_for"], shown["sha256"]) == (True, reader, report["sha256"])
    assert digest(shown) != shown["sha256"]
    assert json.dumps(report) == before


def test_the_risk_department_sees_it_as_it_was_stored() -> None:
    report = report_of(12)
    assert masked(report, Reader.RISK) is report
    assert digest(report) == report["sha256"]


@pytest.mark.parametrize(
    ("scopes", "reader"),
    [
        ({"reports:read"}, Reader.RISK),
        ({"decisions:write", "plans:write"}, Reader.RISK),
        ({"admin"}, Reader.RISK),
        ({"audit:read"}, Reader.AUDITOR),
        ({"audit:read", "plans:write"}, Reader.AUDITOR),
        ({"plans:publish"}, Reader.DISPATCHER),
        ({"cases:manage"}, Reader.DISPATCHER),
    ],
)
def test_the_widest_role_counts(scopes: set[str], reader: Reader) -> None:
    assert reader_of(Actor("somebody", frozenset(scopes))) is reader
