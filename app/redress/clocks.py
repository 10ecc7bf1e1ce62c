"""How long the house has to answer a borrower (PURE).

Days are calendar days in the zone of the case's region, counted from the day after the one on which something came in:
what comes in on the 1st and has 15 days is due on the 16th, at its end. A due day that is a holiday is not moved to a
later one, so a borrower is never answered later for it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.compliance.local_days import local_day
from app.redress.terms import ComplaintState, Complexity, OfferResponse, OfferState


@dataclass(frozen=True)
class ClockPolicy:
    """The limits of a place from a day on; `place` begins the ids of its contact profiles, empty is anywhere.

    `second_person_concludes`: whoever opened a hardship review may not conclude it.
    """

    name: str
    version: str
    place: str
    from_on: date
    acknowledge_days: int
    resolve_days: Mapping[Complexity, int]
    extension_days: int
    review_days: int
    urgent_review_days: int
    second_person_concludes: bool
    source: str

    @property
    def label(self) -> str:
        """Name and version, as records keep it."""
        return f"{self.name} {self.version}"


_HOUSE = "acknowledgement, hardship reviews and the second person: house policy"
_LIMITS = {Complexity.SIMPLE: 15, Complexity.COMPLEX: 30}

POLICIES: tuple[ClockPolicy, ...] = (
    ClockPolicy(
        name="house-clocks",
        version="1",
        place="",
        from_on=date(1970, 1, 1),
        acknowledge_days=3,
        resolve_days=_LIMITS,
        extension_days=30,
        review_days=15,
        urgent_review_days=1,
        second_person_concludes=True,
        source=f"no limit of the place is known: those of the Chinese complaint measures; {_HOUSE}",
    ),
    ClockPolicy(
        name="CN-complaints-2020",
        version="1",
        place="CN",
        from_on=date(2020, 3, 1),
        acknowledge_days=3,
        resolve_days=_LIMITS,
        extension_days=30,
        review_days=15,
        urgent_review_days=1,
        second_person_concludes=True,
        source=(
            "CN measures on consumer complaints in banking and insurance, in force 2020-03-01: 15 days, 30 for a "
            f"complex one, 30 more with approval; {_HOUSE}"
        ),
    ),
)


def policy_on(profiles: Collection[str], on: date, policies: Collection[ClockPolicy] = POLICIES) -> ClockPolicy:
    """The newest policy in force on the day for a region with these contact profiles; a place's wins over the house's.

    Raises ValueError when none is in force, not even one of the house.
    """
    fitting = [
        policy
        for policy in policies
        if policy.from_on <= on and (not policy.place or any(name.startswith(f"{policy.place}-") for name in profiles))
    ]
    return max(fitting, key=lambda policy: (bool(policy.place), policy.from_on, policy.version))


def acknowledge_due_on(policy: ClockPolicy, received_at: datetime, zone: str) -> date:
    """The last day on which a complaint may be acknowledged in time."""
    return _after(received_at, zone, policy.acknowledge_days)


def resolve_due_on(
    policy: ClockPolicy, received_at: datetime, zone: str, complexity: Complexity, *, extended: bool
) -> date:
    """The last day on which a complaint may be answered in time."""
    more = policy.extension_days if extended else 0
    return _after(received_at, zone, policy.resolve_days[complexity] + more)


def review_due_on(policy: ClockPolicy, opened_at: datetime, zone: str, *, urgent: bool) -> date:
    """The last day on which a hardship review may be concluded in time."""
    return _after(opened_at, zone, policy.urgent_review_days if urgent else policy.review_days)


def is_overdue(state: ComplaintState, acknowledge_by_on: date, resolve_by_on: date, on: date) -> bool:
    """Whether the house is late with an acknowledgement or an answer on the day."""
    if state is ComplaintState.RESOLVED:
        return False
    return on > resolve_by_on or (state is ComplaintState.OPEN and on > acknowledge_by_on)


def offer_state(
    response: OfferResponse | None,
    offered_at: datetime | None,
    valid_until_on: date | None,
    on: date,
    *,
    ended: bool = False,
) -> OfferState:
    """Where an offer stands on the day: unanswered by its last day it has lapsed."""
    if ended:
        return OfferState.ENDED
    if response is not None:
        return OfferState(response.value)
    if offered_at is None:
        return OfferState.PLANNED
    return OfferState.LAPSED if valid_until_on is not None and on > valid_until_on else OfferState.OPEN


def _after(at: datetime, zone: str, days: int) -> date:
    return local_day(at, zone) + timedelta(days=days)
