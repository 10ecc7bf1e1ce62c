"""A ruling: every rule's answer, with its source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Answer:
    """What one rule of one profile says.

    `rule` is a stable lower_snake name. `until` is the instant (UTC) at which a refusal ends, None when nobody can
    say. `condition` is a duty that goes with a yes, such as consent before entering the home.
    """

    rule: str
    profile: str
    version: str
    allowed: bool
    reason: str
    source: str
    until: datetime | None = None
    condition: str | None = None

    def __post_init__(self) -> None:
        if not self.rule or not self.reason or not self.source:
            raise ValueError("an answer needs its rule, a reason and a source")
        if self.until is not None and self.until.tzinfo is None:
            raise ValueError("until needs an offset")


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
