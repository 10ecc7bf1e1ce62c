"""A ruling: every rule's answer, with its source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from app.compliance.phrase import Language, Said
from app.compliance.phrase_book import render


@dataclass(frozen=True)
class Told:
    """An answer in one language."""

    reason: str
    condition: str | None


@dataclass(frozen=True)
class Answer:
    """What one rule of one profile says.

    `rule` is a stable lower_snake name. `grounds` are why. `until` is the instant (UTC) at which a refusal ends, None
    when nobody can say. `duty` is a condition that goes with a yes, such as consent before entering the home.
    """

    rule: str
    profile: str
    version: str
    allowed: bool
    grounds: Said
    source: str
    until: datetime | None = None
    duty: Said | None = None

    def __post_init__(self) -> None:
        if not self.rule or not self.source:
            raise ValueError("an answer needs its rule and a source")
        if self.until is not None and self.until.tzinfo is None:
            raise ValueError("until needs an offset")

    @cached_property
    def reason(self) -> str:
        """The grounds in English."""
        return render(self.grounds, Language.EN)

    @cached_property
    def condition(self) -> str | None:
        """The duty in English."""
        return None if self.duty is None else render(self.duty, Language.EN)

    def told(self, language: Language) -> Told:
        """Grounds and duty in the language."""
        if language is Language.EN:
            return Told(self.reason, self.condition)
        return Told(render(self.grounds, language), None if self.duty is None else render(self.duty, language))


@dataclass(frozen=True)
class Ruling:
    """The answers of all rules that were asked, the yes ones too."""

    answers: tuple[Answer, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether every rule said yes; nothing asked is a yes."""
        return all(answer.allowed for answer in self.answers)

    @property
    def refusals(self) -> tuple[Answer, ...]:
        """The answers that said no, the strictest first: without an end, then by how late they end."""
        return tuple(sorted((answer for answer in self.answers if not answer.allowed), key=_patience))

    @property
    def strictest(self) -> Answer | None:
        """The refusal that holds longest: its profile won; None when nothing was refused."""
        return next(iter(self.refusals), None)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The duties that go with a yes, each once."""
        return tuple(dict.fromkeys(answer.condition for answer in self.answers if answer.condition))


def _patience(answer: Answer) -> tuple[bool, float]:
    return answer.until is not None, -answer.until.timestamp() if answer.until else 0.0


def combine(rulings: Iterable[Ruling]) -> Ruling:
    """One ruling of all answers: allowed only when each of the rulings is."""
    return Ruling(tuple(answer for ruling in rulings for answer in ruling.answers))
