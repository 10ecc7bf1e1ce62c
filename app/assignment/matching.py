"""Who may take a case, in which order, and what stands against the others (PURE)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.assignment.terms import Obstacle
from app.kernel.place import Place
from app.roads.great_circle import haversine_metres
from app.workforce.credentials import VISIT_CERTIFICATE, Credentials


@dataclass(frozen=True)
class Need:
    """What a case asks of a person.

    `neighbours` are the regions whose people may help out; `borrower` is the lender's reference of the borrower;
    `language` None means that nothing was told; `preferred` is whoever visited before.
    """

    region: str
    neighbours: frozenset[str] = frozenset()
    borrower: str | None = None
    skills: tuple[str, ...] = ()
    language: str | None = None
    place: Place | None = None
    preferred: UUID | None = None


@dataclass(frozen=True)
class Candidate:
    """What is known of a person; `caseload` counts the other open cases that wait for this person first."""

    investigator_id: UUID
    code: str
    region: str
    home: Place
    credentials: Credentials
    languages: tuple[str, ...]
    caseload_max: int
    also_regions: frozenset[str] = frozenset()
    conflicts: frozenset[str] = frozenset()
    caseload: int = 0
    active: bool = True


@dataclass(frozen=True)
class Objection:
    """One thing that stands against a person."""

    obstacle: Obstacle
    detail: str


@dataclass(frozen=True)
class Eligibility:
    """Whether a person may take the case.

    `rank` counts from 1 over those who may; `valid_until_on` is the last day that the person's certificates cover.
    """

    investigator_id: UUID
    objections: tuple[Objection, ...]
    rank: int | None
    valid_until_on: date | None

    @property
    def eligible(self) -> bool:
        """Whether nothing stands against it."""
        return not self.objections


def rank(need: Need, roster: Sequence[Candidate], on: date) -> tuple[Eligibility, ...]:
    """Everybody on the roster: first those who may take the case on that day, the best first, then the others.

    Whoever visited before comes first; then people of the region before those of neighbour regions, the nearer home
    before the farther, and the lower code. Certificates are judged on the day `on`.
    """
    objections = {candidate.investigator_id: tuple(_objections(need, candidate, on)) for candidate in roster}
    able = sorted((c for c in roster if not objections[c.investigator_id]), key=lambda c: _order(need, c))
    unable = sorted((c for c in roster if objections[c.investigator_id]), key=lambda c: c.code)
    return (
        *(Eligibility(c.investigator_id, (), n, _last_day(need, c, on)) for n, c in enumerate(able, start=1)),
        *(Eligibility(c.investigator_id, objections[c.investigator_id], None, None) for c in unable),
    )


def speaks(language: str, spoken: Sequence[str]) -> bool:
    """Whether one of the spoken languages will do: zh and zh-CN serve each other, zh-CN and zh-TW do not.

    Source: basic filtering of RFC 4647, in both directions.
    """
    wanted = language.lower().split("-")
    tags = (tag.lower().split("-") for tag in spoken)
    return any(all(a == b for a, b in zip(wanted, tag, strict=False)) for tag in tags)


def _objections(need: Need, candidate: Candidate, on: date) -> Iterator[Objection]:
    if not candidate.active:
        yield Objection(Obstacle.INACTIVE, "no longer takes cases")
    if not (_is_local(need, candidate) or candidate.region in need.neighbours):
        yield Objection(
            Obstacle.OTHER_REGION, f"works in {candidate.region}, not in {need.region} nor in a neighbour region"
        )
    yield from _training_objections(need, candidate, on)
    if need.language is not None and not speaks(need.language, candidate.languages):
        spoken = ", ".join(candidate.languages) or "no language on record"
        yield Objection(Obstacle.LANGUAGE_MISSING, f"{need.language} is needed; speaks {spoken}")
    if need.borrower is not None and need.borrower in candidate.conflicts:
        yield Objection(Obstacle.CONFLICT_OF_INTEREST, f"must not go to borrower {need.borrower}")
    if candidate.caseload >= candidate.caseload_max:
        detail = f"{candidate.caseload} open cases wait for this person first, {candidate.caseload_max} may"
        yield Objection(Obstacle.CASELOAD_FULL, detail)


def _training_objections(need: Need, candidate: Candidate, on: date) -> Iterator[Objection]:
    credentials = candidate.credentials
    if not credentials.is_certified(VISIT_CERTIFICATE, on):
        ended_on = credentials.expired_on(VISIT_CERTIFICATE, on)
        if ended_on is None:
            yield Objection(Obstacle.NO_CERTIFICATE, f"no {VISIT_CERTIFICATE} certificate is valid on {on}")
        else:
            yield Objection(
                Obstacle.CERTIFICATE_EXPIRED, f"the {VISIT_CERTIFICATE} certificate ended on {ended_on}, before {on}"
            )
    missing = credentials.missing(need.skills, on)
    if missing:
        yield Objection(Obstacle.SKILL_MISSING, f"lacks {', '.join(missing)} on {on}")


def _is_local(need: Need, candidate: Candidate) -> bool:
    return need.region == candidate.region or need.region in candidate.also_regions


def _order(need: Need, candidate: Candidate) -> tuple[bool, bool, int, str]:
    far = 0 if need.place is None else round(haversine_metres(candidate.home, need.place))
    return candidate.investigator_id != need.preferred, not _is_local(need, candidate), far, candidate.code


def _last_day(need: Need, candidate: Candidate, on: date) -> date | None:
    return candidate.credentials.last_day(need.skills, on)
