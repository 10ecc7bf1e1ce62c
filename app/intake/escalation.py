"""The escalation as the rest of the house sees it: checked, frozen, without HTTP (PURE)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.intake.terms import ContactOutcome, PlaceKind, Product
from app.kernel.money import Money
from app.kernel.place import Place


@dataclass(frozen=True)
class Whereabouts:
    """One place of an escalation, its point in WGS 84."""

    kind: PlaceKind
    address: str
    region: str | None
    place: Place | None


@dataclass(frozen=True)
class Escalation:
    """What the case system asks for; `body` is the whole message as it is kept."""

    source: str
    source_reference: str
    borrower_reference: str | None
    borrower_name: str
    language: str | None
    lender: str | None
    product: Product
    outstanding: Money
    overdue: Money
    days_past_due: int
    attempts: tuple[ContactOutcome, ...] | None
    places: tuple[Whereabouts, ...]
    priority: int
    due_on: date | None
    required_skills: tuple[str, ...]
    staff_needed: int
    flags: tuple[str, ...]
    body: Mapping[str, Any]

    @property
    def visited_place(self) -> Whereabouts:
        """Where the visit goes: home before other places, the workplace last."""
        return min(self.places, key=_preference)

    @property
    def spoken_language(self) -> str | None:
        """The language to speak at the door: a flag `language:xx` beats the borrower's entry."""
        flagged = [flag.split(":", 1)[1] for flag in self.flags if flag.startswith("language:")]
        return flagged[0] if flagged else self.language


def _preference(whereabouts: Whereabouts) -> int:
    return (PlaceKind.HOME, PlaceKind.OTHER, PlaceKind.WORK).index(whereabouts.kind)
