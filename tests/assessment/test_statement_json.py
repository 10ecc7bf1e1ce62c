from typing import Any

import pytest

from app.assessment.faults import InvalidFigures
from app.assessment.statement import Household, Line, Statement
from app.assessment.statement_json import statement_from_dict, statement_to_dict
from app.assessment.terms import Frequency, LineKind, Verification
from app.kernel.money import Money

Body = dict[str, Any]
RENT: Body = {"kind": "fixed", "category": "rent", "amount": "1800.00", "frequency": "monthly", "verification": 4}


def body(*lines: Body, **changes: Any) -> Body:
    household = {"adults": 2, "children": 1, "dependants": 0}
    return {"currency": "CNY", "household": household, "lines": list(lines)} | changes


def faults(data: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidFigures) as error:
        statement_from_dict(data)
    return [(fault.pointer, fault.detail) for fault in error.value.faults]


def test_the_findings_of_the_contract_are_read() -> None:
    wages = {
        "kind": "income",
        "category": "wages",
        "amount": "6500.00",
        "frequency": "monthly",
        "verification": 3,
        "evidence": ["0190-a"],
        "declined": False,
        "note": None,
    }
    debt = {
        "kind": "debt",
        "category": "car loan",
        "amount": "700",
        "frequency": "monthly",
        "balance": "9000",
        "priority": True,
        "verification": 3,
    }
    assert statement_from_dict(body(wages, debt)) == Statement(
        "CNY",
        Household(2, 1, 0),
        (
            Line(
                LineKind.INCOME,
                "wages",
                Money("CNY", 650000),
                Frequency.MONTHLY,
                Verification.SIGHTED,
                evidence=("0190-a",),
            ),
            Line(
                LineKind.DEBT,
                "car loan",
                Money("CNY", 70000),
                Frequency.MONTHLY,
                Verification.SIGHTED,
                balance=Money("CNY", 900000),
                priority=True,
            ),
        ),
    )


def test_what_is_absent_or_null_has_a_plain_meaning() -> None:
    bare: Body = {"kind": "fixed", "category": "rent", "amount": "1800", "frequency": "monthly"}
    nulls: Body = dict.fromkeys(
        ("verification", "evidence", "declined", "note", "monthly_amounts", "balance", "priority")
    )
    statement = statement_from_dict(body(bare, bare | nulls, household={"adults": 1}))
    assert statement.lines[0] == statement.lines[1]
    assert statement.lines[0].verification is Verification.NOT_ASKED
    assert statement.household == Household(1, 0, 0)
    assert statement_from_dict({"currency": "CNY", "household": {"adults": 1}}).lines == ()


def test_amounts_are_written_with_the_scale_of_the_currency() -> None:
    statement = statement_from_dict(body(RENT | {"amount": "1800.5"}))
    assert statement_to_dict(statement) == body(
        RENT
        | {
            "amount": "1800.50",
            "evidence": [],
            "declined": False,
            "note": None,
            "monthly_amounts": [],
            "balance": None,
            "priority": False,
            "earner": None,
            "ends_on": None,
            "creditor": None,
            "arrears": None,
            "secured": False,
            "informal": False,
            "pledged": False,
            "exempt": False,
        },
        members=[],
        business=None,
        taken_on=None,
    )


@pytest.mark.parametrize(
    ("changes", "pointer", "detail"),
    [
        ({"kind": "gift"}, "/lines/0/kind", "must be one of income, fixed, flexible, debt, asset"),
        ({"kind": None}, "/lines/0/kind", "is needed"),
        ({"amount": 1800}, "/lines/0/amount", "must be a string"),
        ({"amount": "1.8e3"}, "/lines/0/amount", "amount '1.8e3' must be a plain decimal number of at most 18 digits"),
        ({"amount": "1800.005"}, "/lines/0/amount", "amount '1800.005' must have at most 2 decimals in CNY"),
        ({"amount": "-1"}, "/lines/0/amount", "must not be negative"),
        ({"verification": 6}, "/lines/0/verification", "must be one of 0, 1, 2, 3, 4, 5"),
        ({"verification": True}, "/lines/0/verification", "must be one of 0, 1, 2, 3, 4, 5"),
        ({"verification": 3.0}, "/lines/0/verification", "must be one of 0, 1, 2, 3, 4, 5"),
        ({"declined": "no"}, "/lines/0/declined", "must be true or false"),
        ({"evidence": "receipt"}, "/lines/0/evidence", "must be an array"),
        ({"evidence": ["receipt", 7]}, "/lines/0/evidence/1", "must be a string"),
        ({"monthly_amounts": ["1", "x"]}, "/lines/0/monthly_amounts/1", None),
        ({"owner": "A"}, "/lines/0/owner", "is not known here"),
        ({"earner": "A"}, "/lines/0/earner", "belongs to lines of the kind income only"),
        ({"ends_on": "soon"}, "/lines/0/ends_on", "must be a day such as 2026-11-23"),
        ({"a/b~c": 1}, "/lines/0/a~1b~0c", "is not known here"),
    ],
)
def test_a_fault_of_a_line_is_told_with_its_place(changes: Body, pointer: str, detail: str | None) -> None:
    [(where, what)] = faults(body(RENT | changes))
    assert where == pointer
    assert detail is None or what == detail


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        (None, ""),
        ([], ""),
        (body(currency="EURO"), "/currency"),
        (body(currency=156), "/currency"),
        (body(household=None), "/household"),
        (body(household=3), "/household"),
        (body(household={"children": 1}), "/household/adults"),
        (body(household={"adults": 1.0}), "/household/adults"),
        (body(household={"adults": True}), "/household/adults"),
        (body(household={"adults": -1}), "/household/adults"),
        (body(household={"adults": 0}), "/household"),
        (body(lines={}), "/lines"),
        (body("rent"), "/lines/0"),  # type: ignore[arg-type]
        (body(extra=1), "/extra"),
    ],
)
def test_a_fault_of_the_statement_is_told_with_its_place(data: object, pointer: str) -> None:
    assert [where for where, _ in faults(data)] == [pointer]


def test_the_faults_of_all_lines_are_told_at_once() -> None:
    found = faults(body(RENT | {"kind": "gift"}, RENT, RENT | {"amount": "-1", "category": ""}))
    assert [where for where, _ in found] == ["/lines/0/kind", "/lines/2/category", "/lines/2/amount"]
