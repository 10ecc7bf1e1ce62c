"""What may not be in findings."""

from datetime import date
from typing import Any

import pytest

from app.compliance.situation import BlockKind
from app.visits.findings import ToldFindings, objections
from app.visits.findings_schema import FindingsIn, to_findings
from tests.factories_visits import findings, money, statement

VISITED_ON = date(2026, 11, 23)
PROMISE = {"amount": money("500.00"), "due_on": "2026-12-10", "channel": "bank_transfer"}
ARRANGEMENT = {"components": [{"kind": "instalment", "amount": money("300.00"), "frequency": "monthly", "count": 12}]}


def told(**changes: Any) -> ToldFindings:
    return to_findings(FindingsIn.model_validate(findings(**changes)))


def reasons(**changes: Any) -> list[tuple[str, str]]:
    found = objections(told(**changes), VISITED_ON, "CNY")
    return [(objection.reason, objection.fault.pointer) for objection in found]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"outcome": None, "met": None, "statement": None, "overdue_reasons": []},
        {"outcome": "MET_PROMISE", "promise": PROMISE},
        {"outcome": "MET_PROMISE", "promise": PROMISE | {"due_on": "2026-11-23"}},
        {"outcome": "MET_PLAN_DRAFTED", "arrangement": ARRANGEMENT},
        {"outcome": "NO_ANSWER", "met": "nobody", "statement": None},
        {"outcome": "THIRD_PARTY_ONLY", "met": "third_party", "statement": None},
        {"outcome": "MINOR_ONLY", "met": "minor", "statement": None, "overdue_reasons": []},
        {"outcome": "MET_ASSESSED", "met": "household"},
        {"outcome": "ASKED_TO_LEAVE", "met": "third_party", "statement": None},
    ],
)
def test_findings_that_are_taken(changes: dict[str, Any]) -> None:
    assert reasons(**changes) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"met": "minor", "outcome": None, "overdue_reasons": []}, [("DISCLOSURE", "/statement")]),
        (
            {"met": "minor", "outcome": None, "statement": None, "promise": PROMISE},
            [("DISCLOSURE", "/overdue_reasons"), ("DISCLOSURE", "/promise")],
        ),
        (
            {"met": "third_party", "outcome": None, "arrangement": ARRANGEMENT},
            [("DISCLOSURE", "/statement"), ("DISCLOSURE", "/arrangement")],
        ),
        ({"met": "nobody", "outcome": "NO_ANSWER"}, [("DISCLOSURE", "/statement")]),
        ({"met": "nobody", "statement": None}, [("OUTCOME_CONTRADICTS_MET", "/outcome")]),
        ({"met": "borrower", "outcome": "NO_ANSWER"}, [("OUTCOME_CONTRADICTS_MET", "/outcome")]),
        ({"statement": statement() | {"currency": "INR"}}, [("CURRENCY_DIFFERS", "/statement/currency")]),
        ({"promise": PROMISE | {"amount": money("5.00", "USD")}}, [("CURRENCY_DIFFERS", "/promise/amount")]),
        (
            {"arrangement": {"components": [{"kind": "grace"}, {"kind": "token", "amount": money("1.00", "USD")}]}},
            [("CURRENCY_DIFFERS", "/arrangement/components/1/amount")],
        ),
        ({"promise": PROMISE | {"due_on": "2026-11-22"}}, [("PROMISE_IN_THE_PAST", "/promise/due_on")]),
        (
            {"statement": statement({"kind": "income", "category": "wages", "amount": "1", "frequency": None})},
            [("STATEMENT", "/statement/lines/0/frequency")],
        ),
    ],
)
def test_findings_that_are_refused(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert reasons(**changes) == expected


@pytest.mark.parametrize(
    ("changes", "blocks"),
    [
        ({}, ()),
        ({"outcome": "MET_DISPUTE"}, (BlockKind.DISPUTE_OPEN,)),
        ({"complaint": "three calls a day"}, (BlockKind.COMPLAINT_OPEN,)),
        (
            {"outcome": "VULNERABLE_STOPPED", "vulnerability": ["speaks of despair"]},
            (BlockKind.VULNERABLE_SUSPECTED,),
        ),
        (
            {"outcome": "ASKED_TO_LEAVE", "complaint": "too late in the day", "vulnerability": ["ill"]},
            (BlockKind.ASKED_TO_LEAVE, BlockKind.COMPLAINT_OPEN, BlockKind.VULNERABLE_SUSPECTED),
        ),
    ],
)
def test_what_was_found_forbids_further_visits(changes: dict[str, Any], blocks: tuple[BlockKind, ...]) -> None:
    assert told(**changes).blocks == blocks
