"""What a household's statement must say of itself, so that it can be assessed later (PURE).

It looks at the JSON of a statement whose form is right already. The formulas belong to `app.assessment`; a test holds
the two together.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from app.kernel.errors import Fault
from app.kernel.money import Money, MoneyError, exponent
from app.visits.terms import Frequency, LineKind

MAX_PERSONS = 100
MONTHS_OF_A_YEAR = 12

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
    if not 1 <= sum(statement["household"].values()) <= MAX_PERSONS:
        yield Fault("/household", f"a household has 1 to {MAX_PERSONS} persons")
    for index, line in enumerate(statement["lines"]):
        of_line = [*_of_amounts(line, statement["currency"]), *_of_frequency(line), *_of_needs(line), *_of_debts(line)]
        yield from (Fault(f"/lines/{index}{fault.pointer}", fault.detail) for fault in of_line)


def _of_amounts(line: _Line, currency: str) -> Iterator[Fault]:
    amounts = {"/amount": line["amount"], "/balance": line["balance"]}
    amounts |= {f"/monthly_amounts/{number}": amount for number, amount in enumerate(line["monthly_amounts"])}
    for pointer, amount in amounts.items():
        if amount is None:
            continue
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


def _of_debts(line: _Line) -> Iterator[Fault]:
    if line["kind"] == LineKind.DEBT:
        return
    if line["balance"] is not None:
        yield Fault("/balance", "belongs to debts only")
    if line["priority"]:
        yield Fault("/priority", "belongs to debts only")
