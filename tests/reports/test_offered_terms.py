"""What a decision offers is told completely, in one line."""

from typing import Any

import pytest

from app.reports.offered_terms import offered_terms
from app.reports.terms import DecisionKind
from tests.factories_papers import report_of
from tests.factories_reports import cny

Option = dict[str, Any]
NOTHING = cny("0.00")


def payment(due_on: str, amount: str) -> Option:
    return {"due_on": due_on, "amount": cny(amount)}


def part(kind: str, amount: str | None = None, count: int | None = None, rate: str | None = None) -> Option:
    frequency = "monthly" if count is not None else None
    told = {"kind": kind, "frequency": frequency, "count": count, "annual_rate": rate}
    return told | {"amount": None if amount is None else cny(amount)}


INSTALMENTS: Option = {
    "name": "grace",
    "components": [part("grace", count=3), part("instalment", "7470.00", 2), part("instalment", "2560.00", 1)],
    "schedule": [payment("2027-03-23", "7470.00"), payment("2027-04-23", "7470.00"), payment("2027-05-23", "2560.00")],
    "total": cny("17500.00"),
    "remaining": NOTHING,
}
SETTLEMENT: Option = {
    "name": "settlement",
    "components": [part("settlement_lump", "14000.00"), part("fee_waiver", "300.00")],
    "schedule": [payment("2026-12-23", "14000.00")],
    "total": cny("14000.00"),
    "remaining": NOTHING,
}
RELIEF: Option = INSTALMENTS | {"name": "relief", "components": [part("interest_reduction", rate="0.06")]}
PAUSE: Option = {
    "name": "pause",
    "components": [part("grace", count=3)],
    "schedule": [],
    "total": NOTHING,
    "remaining": cny("17500.00"),
}


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (
            INSTALMENTS,
            'Option "Time first": Grace period: 3 months; Instalments: 2 × 7,470.00 CNY, monthly; Instalments: '
            "1 × 2,560.00 CNY, monthly. 3 payments: first 7,470.00 CNY on 2027-03-23, last 2,560.00 CNY on 2027-05-23. "
            "Total 17,500.00 CNY.",
        ),
        (
            SETTLEMENT,
            'Option "Settlement": Settlement by one payment: 14,000.00 CNY; Fees waived: 300.00 CNY. '
            "1 payment: 14,000.00 CNY on 2026-12-23. Total 14,000.00 CNY.",
        ),
        (
            PAUSE,
            'Option "Pause": Grace period: 3 months. No payments. Total 0.00 CNY. Still owed after that 17,500.00 CNY.',
        ),
    ],
)
def test_an_option_is_told_with_all_that_is_paid_and_when(option: Option, told: str) -> None:
    assert offered_terms(DecisionKind.APPROVE_PLAN, option, None) == told


def test_a_reduced_interest_is_told_with_its_rate() -> None:
    told = offered_terms(DecisionKind.APPROVE_PLAN, RELIEF, None)
    assert told.startswith('Option "Plan with relief": Interest reduced (Annual rate: 6%). 3 payments')


def test_a_change_is_announced_and_the_note_tells_it() -> None:
    told = offered_terms(DecisionKind.APPROVE_WITH_CHANGE, SETTLEMENT, "a week later")
    assert told.startswith('Option "Settlement", with a change: ')
    assert told.endswith("Total 14,000.00 CNY. Note: a week later")


def test_without_an_option_the_note_speaks_and_without_both_the_decision() -> None:
    assert offered_terms(DecisionKind.RELIEF_FIRST, {}, "no interest till May") == "no interest till May"
    assert offered_terms(DecisionKind.RELIEF_FIRST, {}, None) == "relief_first"


@pytest.mark.parametrize("count", [0, 1, 2, 12, 60])
def test_each_option_that_is_proposed_fits_one_line(count: int) -> None:
    for option in report_of(count)["options"]:
        told = offered_terms(DecisionKind.APPROVE_PLAN, option, None)
        assert told.isprintable()
        assert "\u00a0" not in told
