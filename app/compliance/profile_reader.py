"""Reads a parsed document strictly: every wrong value is named with its path."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NoReturn, TypeVar

Choice = TypeVar("Choice", bound=StrEnum)
MOST = 36_525


class ProfileError(ValueError):
    """A profile document that cannot be; says where and what was expected.

    `pointer` is the place as a JSON pointer (RFC 6901) within the document.
    """

    @property
    def pointer(self) -> str:
        """The path in the message, without the name of the document."""
        path = str(self).split(": ", 1)[0]
        return "".join(f"/{step}" for step in re.split(r"[.\[\]]+", path.rstrip("]"))[1:])


@dataclass(frozen=True)
class Node:
    """A value in the document and the path to it."""

    value: object
    path: str

    def fail(self, expected: str) -> NoReturn:
        """Raise ProfileError for this value."""
        raise ProfileError(f"{self.path}: expected {expected}, got {self.value!r}")

    def fields(self, required: Collection[str], optional: Collection[str] = ()) -> "dict[str, Node]":
        """The fields of a mapping; raises ProfileError for missing and for unknown ones."""
        if not isinstance(self.value, dict):
            self.fail("a mapping")
        known = [*required, *optional]
        for key in self.value:
            if key not in known:
                raise ProfileError(f"{self.path}: field {key!r} is unknown; known are {', '.join(known)}")
        for key in required:
            if key not in self.value:
                raise ProfileError(f"{self.path}: field {key!r} is missing")
        return {str(key): Node(value, f"{self.path}.{key}") for key, value in self.value.items()}

    def items(self) -> "list[Node]":
        """The items of a list."""
        if not isinstance(self.value, list):
            self.fail("a list")
        return [Node(value, f"{self.path}[{number}]") for number, value in enumerate(self.value)]

    def text(self, pattern: str = r"(?s).*\S.*") -> str:
        """A text that is not blank and matches the pattern."""
        if not isinstance(self.value, str) or not re.fullmatch(pattern, self.value):
            self.fail("a text" if pattern.startswith("(?s)") else f"a text like {pattern}")
        return self.value

    def integer(self, least: int, most: int = MOST) -> int:
        """A whole number in the range; more than a century of days, in whatever unit, can only be a slip."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not least <= self.value <= most:
            self.fail(f"a whole number from {least} to {most}")
        return self.value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            self.fail("true or false")
        return self.value

    def day(self) -> date:
        """A date: YAML has a form for it, JSON a text."""
        if isinstance(self.value, date) and not isinstance(self.value, datetime):
            return self.value
        if not isinstance(self.value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", self.value):
            self.fail("a date such as 2026-01-31")
        try:
            return date.fromisoformat(self.value)
        except ValueError:
            self.fail("a date such as 2026-01-31")

    def choice(self, choices: type[Choice]) -> Choice:
        """One of the values of an enumeration."""
        matching = [choice for choice in choices if choice.value == self.value]
        if not matching:
            self.fail("one of " + ", ".join(choices))
        return matching[0]
