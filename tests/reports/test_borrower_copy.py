"""The borrower's copy: what the household told, and nothing that is the lender's or other people's."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.compliance.phrase import Language
from app.reports.borrower_copy import borrower_copy
from app.reports.case_report import Successor
from app.reports.paper.borrower_document import borrower_document, rights
from app.reports.paper.page import page
from app.reports.paper.pdf import pdf
from app.reports.paper.workings import Workings
from tests.factories_papers import line, report_of, report_with, torn_reports
from tests.factories_reports import FINDINGS

SECRET = "nobody else shall read this"


def secretive() -> dict[str, Any]:
    """A report with something to keep in every place that is not the borrower's."""
    lines = [line(0) | {"note": SECRET, "evidence": [SECRET]}, line(5)]
    reason = FINDINGS["overdue_reasons"][0] | {"note": SECRET}
    told = {"note": SECRET, "safety": SECRET, "vulnerability": [SECRET], "overdue_reasons": [reason]}
    report = report_with(lines, FINDINGS | told | {"complaint": "they came at dinner"})
    report["statement"]["lines"][0] |= {"earner": SECRET, "creditor": SECRET}
    report["statement"]["household"]["members"] = [{"name": SECRET}]
    report["visit"] |= {"emergency": SECRET, "signals": [SECRET]}
    report["rulings"][0]["answers"][0]["reason"] = SECRET
    report["affordability"]["flags"] = [SECRET]
    report["also_cases"] = [{"case_id": "2", "source_reference": SECRET, "loan": report["loan"]}]
    return report | {"correction": SECRET, "risk_signals": {"score": SECRET}}


def test_nothing_of_the_lender_s_or_of_other_people_is_in_it() -> None:
    copy = borrower_copy(secretive())
    assert SECRET not in json.dumps(copy)
    assert "outcome" not in copy
    for language in Language:
        assert SECRET not in page(borrower_document(copy, language))


def test_what_was_told_and_what_it_comes_to_is_all_there() -> None:
    report = secretive()
    copy = borrower_copy(report)
    told = page(borrower_document(copy, Language.EN))
    wanted = [
        "Income has fallen",
        "wages",
        "4,321.00",
        "they came at dinner",
        "李静",
        "500.00",
        "2026-12-10",
        "Complaint",
    ]
    assert [text for text in (*wanted, report["sha256"]) if text not in told] == []
    assert len(copy["loans"]) == 2
    assert [option["schedule"] for option in copy["options"]] == [option["schedule"] for option in report["options"]]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("count", [0, 1, 12])
def test_it_is_one_page_or_few_in_each_language(language: Language, count: int) -> None:
    document = borrower_document(borrower_copy(report_of(count)), language)
    assert pdf(document).startswith(b"%PDF")
    assert [right["title"] for right in rights(language)] == {
        Language.EN: ["Correction", "Complaint", "Hardship review", "No pressure"],
        Language.ZH: ["更正", "投诉", "困难复核", "不受施压"],
    }[language]


@pytest.mark.parametrize(
    ("language", "mark"),
    [
        (
            Language.EN,
            "This copy is superseded: the report has a newer version 2, made on 2026-12-01 16:05 UTC+08:00"
            f" (report {UUID(int=9)}). Ask the lender for a copy of that one.",
        ),
        (
            Language.ZH,
            f"本副本已被取代：报告已有 2026年12月1日 16:05 UTC+08:00 生成的第 2 版（报告 {UUID(int=9)}）。"
            "您可向贷款机构索取新版本的副本。",
        ),
    ],
)
def test_the_copy_of_an_old_version_says_so_and_how_to_get_the_new_one(language: Language, mark: str) -> None:
    copy, successor = borrower_copy(report_of(1)), Successor(UUID(int=9), 2, "2026-12-01T16:05:00+08:00")
    assert borrower_document(copy, language, successor).notices == (mark,)
    assert borrower_document(copy, language).notices == ()


def test_the_copy_needs_no_derivation_to_say_what_a_line_comes_to() -> None:
    months = {"frequency": "irregular", "amount": None, "monthly_amounts": [f"{month}00.00" for month in range(1, 13)]}
    lines = [{"kind": kind, "category": kind, **months} for kind in ("income", "flexible")]
    report = report_with([*lines, line(5), line(8)])
    whole, copied = Workings.of(report), Workings.of(borrower_copy(report))
    assert not copied.figures
    assert [line.monthly for line in copied.lines] == [line.monthly for line in whole.lines]


def test_with_nothing_left_over_nobody_is_asked_to_pay() -> None:
    told = page(borrower_document(borrower_copy(report_of(0)), Language.EN))
    assert "A pause or advice comes first." in told
    assert "You can pay" not in told


@given(torn_reports(), st.sampled_from(Language))
@settings(max_examples=80, suppress_health_check=list(HealthCheck), deadline=None)
def test_no_report_breaks_the_copy(report: dict[str, Any], language: Language) -> None:
    assert report["sha256"] in page(borrower_document(borrower_copy(report), language))
