"""What a household's statement must say of itself, so that it can be assessed later (PURE).

It looks at the JSON of a statement whose form is right already. The formulas belong to `app.assessment`; a test holds
the two together.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.kernel.errors import Fault
from app.kernel.money import Money, MoneyError, exponent
from app.visits.terms import Frequency, LineKind

MAX_PERSONS = 100
MONTHS_OF_A_YEAR = 12

# What says something of one kind of line only.
BELONGS_TO: Mapping[str, LineKind] = {
    "earner": LineKind.INCOME,
    "balance": LineKind.DEBT,
    "priority": LineKind.DEBT,
    "creditor": LineKind.DEBT,
    "arrears": LineKind.DEBT,
    "secured": LineKind.DEBT,
    "informal": LineKind.DEBT,
    "pledged": LineKind.ASSET,
    "exempt": LineKind.ASSET,
}

_Line = Mapping[str, Any]


def faults(statement: Mapping[str, Any]) -> tuple[Fault, ...]:
    """What is wrong with a statement, with pointers from the statement on."""
    return tuple(_faults(statement))


def _faults(statement: Mapping[str, Any]) -> Iterator[Fault]:
    try:
        exponent(statement["currency"])
    except MoneyError as error:
        yield Fault("/currency", str(error))
        return
    yield from _of_household(statement["household"], statement.get("members") or ())
    for index, line in enumerate(statement["lines"]):
        of_line = [
            *_of_amounts(line, statement["currency"]),
            *_of_frequency(line),
            *_of_needs(line),
            *_of_belonging(line),
        ]
        yield from (Fault(f"/lines/{index}{fault.pointer}", fault.detail) for fault in of_line)
    if statement.get("business") is not None:
        of_business = _of_business(statement["business"], statement["currency"])
        yield from (Fault(f"/business{fault.pointer}", fault.detail) for fault in of_business)


def _of_household(household: Mapping[str, int], members: Sequence[Any]) -> Iterator[Fault]:
    persons = sum(household.values())
    if not 1 <= persons <= MAX_PERSONS:
        yield Fault("/household", f"a household has 1 to {MAX_PERSONS} persons")
    elif len(members) > persons:
        yield Fault("/members", f"are more than the {persons} persons of the household")


def _of_amounts(line: _Line, currency: str) -> Iterator[Fault]:
    amounts = {"/amount": line["amount"], "/balance": line["balance"], "/arrears": line.get("arrears")}
    amounts |= {f"/monthly_amounts/{number}": amount for number, amount in enumerate(line["monthly_amounts"])}
    for pointer, amount in amounts.items():
        if amount is not None:
            yield from _of_amount(pointer, amount, currency)


def _of_amount(pointer: str, amount: str, currency: str) -> Iterator[Fault]:
    try:
        if Money.parse(amount, currency).minor < 0:
            yield Fault(pointer, "must not be negative")
    except MoneyError as error:
        yield Fault(pointer, str(error))


def _of_frequency(line: _Line) -> Iterator[Fault]:
    is_asset = line["kind"] == LineKind.ASSET
    if line["frequency"] is None and not line["declined"] and not is_asset:
        yield Fault("/frequency", "is needed unless the line is declined")
    if is_asset and line["frequency"] == Frequency.IRREGULAR:
        yield Fault("/frequency", "an asset has one worth, not monthly amounts")


def _of_needs(line: _Line) -> Iterator[Fault]:
    irregular, months = line["frequency"] == Frequency.IRREGULAR, len(line["monthly_amounts"])
    if line["amount"] is None and not line["declined"] and not irregular:
        yield Fault("/amount", "is needed unless the line is declined or irregular")
    if months and not irregular:
        yield Fault("/monthly_amounts", "belongs to irregular lines only")
    if irregular and months != MONTHS_OF_A_YEAR and not (line["declined"] and months == 0):
        yield Fault("/monthly_amounts", "an irregular line needs its last twelve months, oldest first")


def _of_belonging(line: _Line) -> Iterator[Fault]:
    for name, kind in BELONGS_TO.items():
        if line.get(name) not in (None, False) and line["kind"] != kind:
            yield Fault(f"/{name}", f"belongs to lines of the kind {kind} only")


def _of_business(business: Mapping[str, Any], currency: str) -> Iterator[Fault]:
    """Its amounts in the statement's currency, twelve months of turnover, its dates in order."""
    amounts = {f"/turnover/{number}": amount for number, amount in enumerate(business["turnover"])}
    for name in ("costs", "receivables"):
        amounts |= {f"/{name}/{number}/amount": item["amount"] for number, item in enumerate(business[name])}
    for pointer, amount in amounts.items():
        yield from _of_amount(pointer, amount, currency)
    if len(business["turnover"]) != MONTHS_OF_A_YEAR:
        yield Fault("/turnover", "needs the last twelve months, oldest first")
    if len(set(business["busy_months"])) < len(business["busy_months"]):
        yield Fault("/busy_months", "names a month twice")
    started_on, closed_on = business["started_on"], business["closed_on"]
    if started_on is not None and closed_on is not None and closed_on < started_on:
        yield Fault("/closed_on", "must not be before started_on")
