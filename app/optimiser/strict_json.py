"""Reading JSON strictly: every field is known, typed and bounded, and all faults are found in one pass.

A reader that meets a fault notes it and goes on with a harmless stand-in, so that the rest is read too; whoever
started the reading refuses the result when any fault was noted.
"""

import json
import math
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from app.optimiser.faults import InputFault

T = TypeVar("T")
D = TypeVar("D")
Faults = list[InputFault]
Read = Callable[[object, str, Faults], T]

LARGEST_INTEGER = 10**15
LARGEST_NUMBER = 1e15
_ABSENT = object()


def parse(data: bytes) -> object:
    """Parse one JSON document; ValueError says why it is none (NaN, Infinity and repeated fields are refused)."""
    try:
        text = data.decode("utf-8-sig")
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique)
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 text (byte {error.start})") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the field {next(n for n in names if names.count(n) > 1)!r} appears twice in one object")
    return fields


def below(pointer: str, step: str | int) -> str:
    """The JSON pointer (RFC 6901) of a member or an item."""
    return f"{pointer}/{str(step).replace('~', '~0').replace('/', '~1')}"


def read_integer(value: object, pointer: str, faults: Faults) -> int:
    """An integer of at most 10^15; a flag or 5.0 is none."""
    if isinstance(value, bool) or not isinstance(value, int):
        faults.append(
            InputFault(pointer, f"{_shown(value)} is not an integer", "NOT_AN_INTEGER", "give a whole number")
        )
        return 0
    if abs(value) > LARGEST_INTEGER:
        faults.append(InputFault(pointer, "the integer is too large", "OUT_OF_RANGE", f"stay within {LARGEST_INTEGER}"))
        return 0
    return value


def read_number(value: object, pointer: str, faults: Faults) -> float:
    """A finite number of at most 10^15."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        faults.append(InputFault(pointer, f"{_shown(value)} is not a number", "NOT_A_NUMBER", "give a number"))
        return 0.0
    if abs(value) > LARGEST_NUMBER or math.isnan(value):
        faults.append(
            InputFault(pointer, "the number is too large", "OUT_OF_RANGE", f"stay within {LARGEST_NUMBER:.0f}")
        )
        return 0.0
    return float(value)


def read_text(value: object, pointer: str, faults: Faults) -> str:
    """A string that can be written as UTF-8."""
    if not isinstance(value, str):
        faults.append(InputFault(pointer, f"{_shown(value)} is not text", "NOT_TEXT", "give a string"))
        return ""
    if any("\ud800" <= character <= "\udfff" for character in value):
        faults.append(InputFault(pointer, "half of a character", "NOT_TEXT", "give complete Unicode characters"))
        return ""
    return value


def read_list(value: object, pointer: str, faults: Faults, read: Read[T]) -> tuple[T, ...]:
    """A list whose items are all of one kind."""
    if not isinstance(value, list):
        faults.append(InputFault(pointer, f"{_shown(value)} is not a list", "NOT_A_LIST", "give a list"))
        return ()
    return tuple(read(item, below(pointer, index), faults) for index, item in enumerate(value))


def read_texts(value: object, pointer: str, faults: Faults) -> tuple[str, ...]:
    """A list of strings."""
    return read_list(value, pointer, faults, read_text)


def read_row(value: object, pointer: str, faults: Faults, length: int) -> list[object]:
    """A list of a fixed length, its items not read yet."""
    if not isinstance(value, list) or len(value) != length:
        detail = f"{_shown(value)} is not a list of {length}"
        faults.append(InputFault(pointer, detail, "WRONG_LENGTH", f"give a list of {length} values"))
        return [0] * length
    return value


def read_interval(value: object, pointer: str, faults: Faults) -> tuple[int, int]:
    """Two integers; whether they are in order is the problem's own question."""
    first, last = read_row(value, pointer, faults, 2)
    return read_integer(first, below(pointer, 0), faults), read_integer(last, below(pointer, 1), faults)


def read_intervals(value: object, pointer: str, faults: Faults) -> tuple[tuple[int, int], ...]:
    """A list of pairs of integers."""
    return read_list(value, pointer, faults, read_interval)


class Fields:
    """The fields of one JSON object; each is taken once, and what nobody took is unknown.

    A field with a default may be left out or be null.
    """

    def __init__(self, value: object, pointer: str, faults: Faults) -> None:
        self.pointer = pointer
        self.faults = faults
        self._left: dict[str, object] = {}
        if isinstance(value, dict):
            self._left = dict(value)
        else:
            faults.append(InputFault(pointer, f"{_shown(value)} is not an object", "NOT_AN_OBJECT", "give an object"))
        self._broken = not isinstance(value, dict)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._left.get(name) is not None

    def need(self, name: str, read: Read[T], stand_in: T) -> T:
        """A field that must be there."""
        value = self._left.pop(name, _ABSENT)
        if value is _ABSENT:
            if not self._broken:
                self._note(name, "the field is missing", "MISSING_FIELD", "add it")
            return stand_in
        return read(value, below(self.pointer, name), self.faults)

    def take(self, name: str, read: Read[T], default: D) -> T | D:
        """A field that may be absent or null."""
        value = self._left.pop(name, None)
        return default if value is None else read(value, below(self.pointer, name), self.faults)

    def integer(self, name: str, default: int | None = None) -> int:
        """An integer; needed unless a default is given."""
        if default is None:
            return self.need(name, read_integer, 0)
        return self.take(name, read_integer, default)

    def number(self, name: str, default: float | None = None) -> float:
        """A number; needed unless a default is given."""
        if default is None:
            return self.need(name, read_number, 0.0)
        return self.take(name, read_number, default)

    def items(self, name: str, read: Read[T], needed: bool = True) -> tuple[T, ...]:
        """A list of things of one kind; empty when it is not needed and not there."""

        def read_items(value: object, pointer: str, faults: Faults) -> tuple[T, ...]:
            return read_list(value, pointer, faults, read)

        empty: tuple[T, ...] = ()
        return self.need(name, read_items, empty) if needed else self.take(name, read_items, empty)

    def text(self, name: str) -> str:
        """A string that must be there."""
        return self.need(name, read_text, "")

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self._left.pop(name, None)
        if value is not None and not isinstance(value, bool):
            self._note(name, f"{_shown(value)} is not true or false", "NOT_A_FLAG", "give true or false")
        return value if isinstance(value, bool) else default

    def choice(self, name: str, options: tuple[str, ...], default: str | None = None) -> str:
        """One of a few words; needed unless a default is given."""

        def read(value: object, pointer: str, faults: Faults) -> str:
            if isinstance(value, str) and value in options:
                return value
            remedy = f"use one of {', '.join(options)}"
            faults.append(InputFault(pointer, f"{_shown(value)} is not known", "UNKNOWN_VALUE", remedy))
            return options[0]

        return self.need(name, read, options[0]) if default is None else self.take(name, read, default)

    def version(self, expected: int) -> None:
        """The version of the format."""
        if self.integer("version") != expected:
            self._note("version", "this version is not known", "UNKNOWN_VERSION", f"give version {expected}")

    def close(self) -> None:
        """Note every field that nobody took."""
        for name in self._left:
            self._note(name, "the field is not known", "UNKNOWN_FIELD", "remove it or correct its name")
        self._left = {}

    def _note(self, name: str, detail: str, code: str, remedy: str) -> None:
        self.faults.append(InputFault(below(self.pointer, name), detail, code, remedy))


def _shown(value: object) -> str:
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
