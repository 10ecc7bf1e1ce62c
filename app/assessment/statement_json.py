"""A statement as the JSON in which findings are stored, both ways and without loss."""

from dataclasses import asdict

from app.assessment.business_json import business_from_dict, business_to_dict
from app.assessment.json_object import (
    JsonObject,
    a_currency,
    a_day,
    a_day_or_null,
    a_text,
    a_truth,
    an_amount,
    an_integer,
    array_of,
    one_of,
)
from app.assessment.statement import Household, Line, Member, Statement
from app.assessment.terms import Frequency, LineKind, Verification

_LINE_FIELDS = (
    *("kind", "category", "amount", "frequency", "verification", "evidence", "declined", "note"),
    *("monthly_amounts", "balance", "priority", "earner", "ends_on"),
    *("creditor", "arrears", "secured", "informal", "pledged", "exempt"),
)
_MARKS = ("secured", "informal", "pledged", "exempt")


def statement_from_dict(data: object) -> Statement:
    """Read a statement; raises InvalidFigures with a pointer to each fault. What is null counts as absent."""
    fields = JsonObject(data, ("currency", "household", "members", "lines", "business", "taken_on"))
    currency = fields.read("currency", a_currency)
    return Statement(
        currency=currency,
        household=fields.read("household", _household),
        lines=fields.read_or("lines", array_of(lambda item: _line(item, currency)), ()),
        members=fields.read_or("members", array_of(_member), ()),
        business=fields.read_maybe("business", lambda item: business_from_dict(item, currency)),
        taken_on=fields.read_maybe("taken_on", a_day),
    )


def statement_to_dict(statement: Statement) -> dict[str, object]:
    """Write a statement; amounts have the currency's scale."""
    household = statement.household
    return {
        "currency": statement.currency,
        "household": {
            "adults": household.adults,
            "children": household.children,
            "dependants": household.dependants,
        },
        "members": [asdict(member) for member in statement.members],
        "lines": [_line_to_dict(line) for line in statement.lines],
        "business": None if statement.business is None else business_to_dict(statement.business),
        "taken_on": a_day_or_null(statement.taken_on),
    }


def _household(data: object) -> Household:
    fields = JsonObject(data, ("adults", "children", "dependants"))
    return Household(
        adults=fields.read("adults", an_integer),
        children=fields.read_or("children", an_integer, 0),
        dependants=fields.read_or("dependants", an_integer, 0),
    )


def _member(data: object) -> Member:
    fields = JsonObject(data, ("relation", "age", "needs_care", "earns"))
    return Member(
        relation=fields.read("relation", a_text),
        age=fields.read_maybe("age", an_integer),
        needs_care=fields.read_or("needs_care", a_truth, default=False),
        earns=fields.read_or("earns", a_truth, default=False),
    )


def _line(data: object, currency: str) -> Line:
    fields = JsonObject(data, _LINE_FIELDS)
    return Line(
        kind=fields.read("kind", one_of(LineKind)),
        category=fields.read("category", a_text),
        amount=fields.read_maybe("amount", an_amount(currency)),
        frequency=fields.read_maybe("frequency", one_of(Frequency)),
        verification=fields.read_or("verification", one_of(Verification), Verification.NOT_ASKED),
        evidence=fields.read_or("evidence", array_of(a_text), ()),
        declined=fields.read_or("declined", a_truth, default=False),
        note=fields.read_maybe("note", a_text),
        monthly_amounts=fields.read_or("monthly_amounts", array_of(an_amount(currency)), ()),
        balance=fields.read_maybe("balance", an_amount(currency)),
        priority=fields.read_or("priority", a_truth, default=False),
        earner=fields.read_maybe("earner", a_text),
        ends_on=fields.read_maybe("ends_on", a_day),
        creditor=fields.read_maybe("creditor", a_text),
        arrears=fields.read_maybe("arrears", an_amount(currency)),
        **{name: fields.read_or(name, a_truth, default=False) for name in _MARKS},
    )


def _line_to_dict(line: Line) -> dict[str, object]:
    return {
        "kind": str(line.kind),
        "category": line.category,
        "amount": None if line.amount is None else line.amount.amount,
        "frequency": None if line.frequency is None else str(line.frequency),
        "verification": line.verification.value,
        "evidence": list(line.evidence),
        "declined": line.declined,
        "note": line.note,
        "monthly_amounts": [amount.amount for amount in line.monthly_amounts],
        "balance": None if line.balance is None else line.balance.amount,
        "priority": line.priority,
        "earner": line.earner,
        "ends_on": a_day_or_null(line.ends_on),
        "creditor": line.creditor,
        "arrears": None if line.arrears is None else line.arrears.amount,
        **{name: getattr(line, name) for name in _MARKS},
    }
