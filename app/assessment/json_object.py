"""Reading a JSON object strictly: every field known, every fault with its pointer from that object on."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import TypeVar

from app.assessment.faults import InvalidFigures, refuse
from app.kernel.errors import Fault
from app.kernel.money import Money, MoneyError, exponent

_T = TypeVar("_T")
_E = TypeVar("_E", bound=Enum)
FIRST_YEAR, LAST_YEAR = 1970, 2199
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,63}")
_PLAIN_SHARE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,18})?")


class JsonObject:
    """One object, read field by field; a field that is null counts as absent. Every fault is an InvalidFigures."""

    def __init__(self, value: object, known: Collection[str]) -> None:
        if not isinstance(value, Mapping):
            raise InvalidFigures([Fault("", "must be an object")])
        refuse(Fault(pointer_to(key), "is not known here") for key in value if key not in known)
        self._fields = {key: item for key, item in value.items() if item is not None}

    def read(self, key: str, reader: Callable[[object], _T]) -> _T:
        """A field that must be there."""
        if key not in self._fields:
            raise InvalidFigures([Fault(pointer_to(key), "is needed")])
        try:
            return reader(self._fields[key])
        except InvalidFigures as error:
            raise InvalidFigures(error.below(pointer_to(key))) from None

    def read_or(self, key: str, reader: Callable[[object], _T], default: _T) -> _T:
        """A field that may be absent."""
        return self.read(key, reader) if key in self._fields else default

    def read_maybe(self, key: str, reader: Callable[[object], _T]) -> _T | None:
        """A field that may be absent, then None."""
        return self.read(key, reader) if key in self._fields else None


def pointer_to(*keys: object) -> str:
    """A JSON pointer (RFC 6901) along the keys."""
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys)


def a_text(value: object) -> str:
    """A string."""
    if not isinstance(value, str):
        raise InvalidFigures([Fault("", "must be a string")])
    return value


def a_name(value: object) -> str:
    """A short name that can stand in an address: letters, digits, and marks such as `-` or `.` between them."""
    text = a_text(value)
    if not _NAME.fullmatch(text):
        raise InvalidFigures([Fault("", "must be 1 to 64 letters, digits or . _ : - and begin with a letter or digit")])
    return text


def an_integer(value: object) -> int:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidFigures([Fault("", "must be a whole number")])
    return value


def a_truth(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise InvalidFigures([Fault("", "must be true or false")])
    return value


def a_day(value: object) -> date:
    """A calendar day such as `2026-11-23`."""
    try:
        day = date.fromisoformat(a_text(value))
    except ValueError:
        raise InvalidFigures([Fault("", "must be a day such as 2026-11-23")]) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidFigures([Fault("", f"the year must be {FIRST_YEAR} to {LAST_YEAR}; leave an open end out")])
    return day


def a_day_or_null(day: date | None) -> str | None:
    """A day as it is written."""
    return None if day is None else day.isoformat()


def a_share(value: object) -> Fraction:
    """A plain decimal string such as `0.80`, exactly."""
    if not isinstance(value, str) or not _PLAIN_SHARE.fullmatch(value):
        raise InvalidFigures([Fault("", "must be a plain decimal string such as 0.80")])
    return Fraction(value)


def a_currency(value: object) -> str:
    """An ISO 4217 code that is known."""
    try:
        exponent(a_text(value))
    except MoneyError as error:
        raise InvalidFigures([Fault("", str(error))]) from None
    return a_text(value)


def a_money(value: object) -> Money:
    """An object with amount and currency."""
    fields = JsonObject(value, ("amount", "currency"))
    return fields.read("amount", an_amount(fields.read("currency", a_currency)))


def an_amount(currency: str) -> Callable[[object], Money]:
    """A decimal string in the currency."""

    def read(value: object) -> Money:
        try:
            return Money.parse(a_text(value), currency)
        except MoneyError as error:
            raise InvalidFigures([Fault("", str(error))]) from None

    return read


def one_of(choices: type[_E]) -> Callable[[object], _E]:
    """A member of an enumeration, by its value."""

    def read(value: object) -> _E:
        for member in choices:
            if member.value == value and type(value) in (str, int):
                return member
        allowed = ", ".join(str(member.value) for member in choices)
        raise InvalidFigures([Fault("", f"must be one of {allowed}")])

    return read


def array_of(reader: Callable[[object], _T]) -> Callable[[object], tuple[_T, ...]]:
    """An array of what the reader reads; the faults of all items are told together."""

    def read(value: object) -> tuple[_T, ...]:
        if isinstance(value, str | bytes) or not isinstance(value, Sequence):
            raise InvalidFigures([Fault("", "must be an array")])
        found: list[_T] = []
        faults: list[Fault] = []
        for index, item in enumerate(value):
            try:
                found.append(reader(item))
            except InvalidFigures as error:
                faults += error.below(pointer_to(index))
        refuse(faults)
        return tuple(found)

    return read
