"""One data dictionary: what it says is what stands in the body."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from app.reports.export_columns import COLUMNS, row_of
from tests.reports.drawn import REPORT, exact, reports


def flat(body: dict[str, Any]) -> dict[str, Any]:
    return dict(zip([column.name for column in COLUMNS], row_of(body), strict=True))


def test_a_report_as_a_flat_row() -> None:
    row = flat(REPORT)
    assert (row["report_id"], row["version"], row["supersedes"]) == (REPORT["id"], 1, None)
    assert (row["currency"], row["outstanding"], row["days_past_due"]) == ("CNY", Decimal("17500.00"), 76)
    assert (row["visited_on"], row["arrived_at"]) == (date(2026, 11, 23), datetime(2026, 11, 23, 1, 30, tzinfo=UTC))
    assert (row["main_reason"], row["reasons"], row["main_reason_note"]) == (
        "INCOME_DROP",
        ("INCOME_DROP",),
        "工厂减产",
    )
    assert (row["surplus_monthly"], row["debt_service_ratio"]) == (Decimal("2203.00"), Decimal("0.2462"))
    assert (row["options"], row["option_payments"], row["option_first_amount"]) == (
        ("instalment",),
        1,
        Decimal("1500.00"),
    )
    assert row["sha256"] == REPORT["sha256"]


def test_a_correction_names_what_it_supersedes() -> None:
    for marks in (REPORT["id"], {"report_id": REPORT["id"], "version": 1}, {"id": REPORT["id"], "version": 1}):
        assert flat(REPORT | {"version": 2, "supersedes": marks})["supersedes"] == REPORT["id"]


def test_the_names_of_investigators_and_borrowers_are_in_no_column() -> None:
    assert "李静" not in str(row_of(REPORT))


@pytest.mark.parametrize("missing", ["loan", "visit", "promise", "statement", "affordability", "overdue_reasons"])
def test_a_report_that_lacks_a_part_is_a_row_with_gaps(missing: str) -> None:
    assert len(row_of({key: value for key, value in REPORT.items() if key != missing})) == len(COLUMNS)


def test_a_column_has_one_name_a_meaning_and_says_what_its_gaps_mean() -> None:
    names = [column.name for column in COLUMNS]
    assert len(set(names)) == len(names)
    assert all(column.meaning for column in COLUMNS)
    gaps = [column.name for column in COLUMNS if column.value({}) is None and column.missing is None]
    named = [name for name in gaps if flat(REPORT)[name] is None]
    assert named == [], "a value that a report may lack, and nobody says what that means"


@given(reports())
def test_money_and_ratios_are_those_of_the_report_to_the_last_decimal(body: dict[str, Any]) -> None:
    row, figures = flat(body), body["affordability"] or {}
    surplus = figures.get("surplus_monthly")
    assert row["outstanding"] == exact(body["loan"]["outstanding"]["amount"])
    assert str(row["overdue"]) == body["loan"]["overdue"]["amount"]
    assert row["surplus_monthly"] == exact(surplus and surplus["amount"])
    assert row["debt_service_ratio"] == exact(figures.get("debt_service_ratio"))
    assert row["promise_amount"] == exact(body["promise"] and body["promise"]["amount"]["amount"])
