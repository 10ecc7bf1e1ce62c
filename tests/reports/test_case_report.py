"""A report holds what was stored, and its hash proves it."""

import hashlib
import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.money import Money
from app.reports.case_report import Figures, compose, digest
from tests.factories_reports import AFFORDABILITY, FACTS, FINDINGS, OPTIONS, STATEMENT


def test_it_has_every_field_of_the_contract() -> None:
    fields = (
        "id case_id visit_id version made_at outcome overdue_reasons statement affordability options rulings evidence"
        " sha256"
    )
    assert set(fields.split()) <= compose(FACTS).keys()


def test_the_figures_are_those_of_the_assessment_and_of_the_findings() -> None:
    report = compose(FACTS)
    assert report["statement"] == STATEMENT
    assert report["affordability"] == AFFORDABILITY
    assert report["options"] == OPTIONS
    assert report["overdue_reasons"] == FINDINGS["overdue_reasons"]
    assert (report["met"], report["note"], report["education"]) == ("borrower", "谈话平静", ["repayment-rights-zh"])


def test_what_is_owed_is_as_of_today_and_the_rest_of_the_loan_as_escalated() -> None:
    loan = compose(FACTS)["loan"]
    assert loan["outstanding"] == {"amount": "17500.00", "currency": "CNY"}
    assert loan["overdue"] == {"amount": "2700.50", "currency": "CNY"}
    assert loan["instalment"] == {"amount": "1600.25", "currency": "CNY"}
    assert (loan["annual_rate"], loan["term_months"], loan["fees"]) == ("0.1800", 12, None)


def test_money_of_the_phone_gets_the_scale_of_its_currency() -> None:
    report = compose(FACTS)
    assert report["promise"]["amount"] == {"amount": "500.00", "currency": "CNY"}
    assert report["arrangement"]["components"][0]["amount"] == {"amount": "1500.50", "currency": "CNY"}


def test_times_are_those_of_the_region() -> None:
    report = compose(FACTS)
    assert report["made_at"] == "2026-11-23T12:00:00+08:00"
    assert report["visit"]["arrived_at"] == "2026-11-23T09:30:00+08:00"
    assert report["visit"]["finished_at"] is None


def test_each_asking_of_the_rules_is_told_with_its_answer() -> None:
    rulings = compose(FACTS)["rulings"]
    assert [(ruling["asked"], ruling["asked_at"], ruling["allowed"]) for ruling in rulings] == [
        ("intake", None, True),
        ("door", "2026-11-23T09:30:00+08:00", False),
    ]


def test_a_visit_that_found_nobody_has_a_report_without_figures() -> None:
    figures = Figures(UUID(int=5), None, None, ())
    report = compose(replace(FACTS, findings={}, figures=figures, visit=replace(FACTS.visit, outcome="NO_ANSWER")))
    assert (report["outcome"], report["statement"], report["affordability"], report["promise"]) == (
        "NO_ANSWER",
        None,
        None,
        None,
    )
    assert (report["overdue_reasons"], report["options"], report["evidence"]) == ([], [], [])


def test_the_hash_is_over_the_canonical_json_of_all_other_fields() -> None:
    report = compose(FACTS)
    assert report["sha256"] == digest(report) == digest({k: v for k, v in report.items() if k != "sha256"})
    by_hand = hashlib.sha256(b'{"a":"\xc3\xa9","b":1}')
    assert digest({"b": 1, "a": "é", "sha256": "old"}) == by_hand.hexdigest()


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
findings = st.fixed_dictionaries(
    {},
    optional={
        "note": st.none() | texts,
        "met": st.sampled_from(["borrower", "household", "nobody"]),
        "education": st.lists(texts, max_size=3),
        "complaint": st.none() | texts,
        "overdue_reasons": st.lists(st.fixed_dictionaries({"code": texts, "primary": st.booleans()}), max_size=3),
        "promise": st.none()
        | st.fixed_dictionaries(
            {"amount": st.just({"amount": "500", "currency": "JPY"}), "due_on": st.just("2026-12-10")}
        ),
    },
)


@given(findings=findings, overdue=st.integers(0, 10**17), currency=st.sampled_from(["CNY", "JPY", "KWD"]))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_a_report_survives_json_with_its_hash(findings: dict[str, Any], overdue: int, currency: str) -> None:
    amount = Money(currency, overdue)
    report = compose(replace(FACTS, findings=findings, case=replace(FACTS.case, outstanding=amount, overdue=amount)))
    read = json.loads(json.dumps(report))
    assert read == report
    assert digest(read) == read["sha256"]


@pytest.mark.parametrize("field", sorted(compose(FACTS).keys() - {"sha256"}))
def test_no_field_can_be_changed_without_the_hash_showing_it(field: str) -> None:
    report = compose(FACTS)
    assert digest(report | {field: "forged"}) != report["sha256"]
