"""Values of a report's body as a reader is told them, in one language (PURE).

A body is read with trust in nothing: what is absent, unknown or of another shape than today's is still shown.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from app.assessment.terms import OptionName, OptionNote, OptionReason
from app.compliance.door_protocol import Met
from app.compliance.phrase import Language
from app.intake.terms import Product
from app.reports.masking import MASK
from app.reports.paper.words import ReportWords, load_report_words
from app.reports.terms import Asking
from app.visits.terms import Frequency, Outcome, OverdueReason, Signal, VisitState

MINUS = "\u2212"
_AMOUNT = re.compile(r"(-?)([0-9]{1,24})(\.[0-9]{1,24})?")
# A direction that is forced upon what follows could put a figure of ours in another order.
_FORCING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_DEEPEST = 6
_ENUMS: Mapping[str, type[Enum]] = {
    "outcome": Outcome,
    "code": OverdueReason,
    "met": Met,
    "state": VisitState,
    "asked": Asking,
    "product": Product,
    "frequency": Frequency,
    "signals": Signal,
    "name": OptionName,
    "reason": OptionReason,
    "notes": OptionNote,
}
_RATIOS = frozenset({"debt_service_ratio", "ratio_after", "annual_rate"})
_CATEGORIES = frozenset({"category", "channel"})


def as_object(value: Any) -> Mapping[str, Any]:
    """The value when it is an object, otherwise an empty one."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: Any) -> Sequence[Any]:
    """The value when it is a list, otherwise an empty one."""
    return value if isinstance(value, list) else []


def as_objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    return [item for item in as_list(value) if isinstance(item, Mapping)]


def is_money(value: Any) -> bool:
    """Whether the value is money as the contract writes it."""
    return isinstance(value, Mapping) and value.keys() == {"amount", "currency"}


def clean(text: str) -> str:
    """The text with a mark in place of what cannot be set: control characters, lone surrogates, forced directions."""
    return "".join(_settable(character) for character in text)


def grouped(amount: str) -> str:
    """A decimal string with its thousands apart and a minus that no line breaks after; anything else as it is."""
    found = _AMOUNT.fullmatch(amount)
    return amount if found is None else f"{found[1] and MINUS}{int(found[2]):,}{found[3] or ''}"


def _settable(character: str) -> str:
    if character in "\n\t" or (character.isprintable() and ord(character) not in _FORCING):
        return character
    if unicodedata.category(character) in ("Zs", "Zl", "Zp"):
        return " "
    # Joiners of emoji and of Indian scripts, and marks of a direction, are format characters too, and harmless.
    return character if character in "\u200c\u200d\u200e\u200f" else "\ufffd"


@dataclass(frozen=True)
class Teller:
    """Tells values in one language."""

    language: Language
    words: ReportWords

    @classmethod
    def of(cls, language: Language) -> "Teller":
        """A teller with the shipped words."""
        return cls(language, load_report_words())

    def text(self, key: str, **values: str) -> str:
        """A sentence of the words."""
        return self.words.text(key, self.language, **values)

    def label(self, key: str) -> str:
        """The label of a field."""
        return clean(self.words.label(key, self.language))

    def word(self, choices: type[Enum], value: Any) -> str:
        """The word of an enumeration's value; of anything else the value."""
        if isinstance(value, str | int) and not isinstance(value, bool):
            return self.value(self.words.word(choices, str(value), self.language))
        return self.value(value)

    def category(self, value: Any) -> str:
        """The word of a line's category."""
        return self.value(self.words.category(value, self.language) if isinstance(value, str) else value)

    def money(self, value: Any, currency: str | None = None) -> str:
        """Money, or an amount in a currency that is known from elsewhere."""
        if is_money(value):
            return self.money(value["amount"], str(value["currency"]))
        if isinstance(value, str) and value != MASK:
            shown = clean(grouped(value))
            return f"{shown}\u00a0{clean(currency)}" if currency else shown
        return self.value(value)

    def ratio(self, value: Any) -> str:
        """A ratio with four decimals as a percentage."""
        found = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            return self.value(value)
        digits = (found[3] or ".")[1:].ljust(2, "0")
        decimals = digits[2:].rstrip("0")
        return f"{found[1] and MINUS}{int(found[2] + digits[:2]):,}{'.' + decimals if decimals else ''}%"

    def day(self, value: Any) -> str:
        """A calendar day."""
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError):
            return self.value(value)
        return day.isoformat() if self.language is Language.EN else f"{day.year}年{day.month}月{day.day}日"

    def instant(self, value: Any) -> str:
        """An instant by the clock of the place, with the distance of that clock from UTC."""
        try:
            at = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            return self.value(value)
        offset = f" UTC{at.isoformat()[-6:]}" if at.tzinfo is not None else ""
        return f"{self.day(at.date().isoformat())} {at:%H:%M}{offset}"

    def field(self, key: str, value: Any) -> str:
        """The value of a field, by what its name says of it."""
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return self.listed([self.field(key, item) for item in value])
        if key in _ENUMS:
            return self.word(_ENUMS[key], value)
        if key in _CATEGORIES:
            return self.category(value)
        if key in _RATIOS:
            return self.ratio(value)
        if key.endswith("_on") or key == "day":
            return self.day(value)
        return self.instant(value) if key.endswith("_at") else self.value(value)

    def value(self, value: Any, depth: int = 0) -> str:
        """Any value; what lies deeper than anybody would look is shown as it is."""
        if value is None or value == "":
            return self.text("nothing")
        if isinstance(value, bool):
            return self.text("yes" if value else "no")
        if isinstance(value, str):
            return self.text("withheld") if value == MASK else clean(value)
        if is_money(value):
            return self.money(value)
        if depth >= _DEEPEST or not isinstance(value, Mapping | list):
            return clean(str(value))
        if isinstance(value, list):
            return self.listed([self.value(item, depth + 1) for item in value])
        return self.listed([self._joined(str(key), item, depth) for key, item in value.items()])

    def joined(self, key: str, value: Any) -> str:
        """A field and its value in one line."""
        return self.text("joined", label=self.label(key), value=self.field(key, value))

    def _joined(self, key: str, value: Any, depth: int) -> str:
        shown = self.value(value, depth + 1) if isinstance(value, Mapping | list) else self.field(key, value)
        return self.text("joined", label=self.label(key), value=shown)

    def listed(self, items: list[str]) -> str:
        """Several things in one line."""
        separator = "; " if self.language is Language.EN else "；"
        return separator.join(items) if items else self.text("nothing")
