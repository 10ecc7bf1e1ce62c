"""What stands against publishing a stop, besides the law: plans age, and cases and people move on."""

from collections.abc import Iterator, Sequence

from app.assignment.terms import Obstacle
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.timewindow import TimeWindow
from app.planning.models import PlanStop
from app.runtime.clock import now
from app.workforce.models import Investigator

PUBLISHABLE = frozenset({CaseStatus.ASSIGNED, CaseStatus.PLANNED, CaseStatus.PUBLISHED})


def _is_able(case: Case, person: Investigator) -> bool:
    """Whether the person may take the case; a caseload that is full meanwhile takes nobody off a plan."""
    own = next((entry for entry in case.eligible if entry["investigator_id"] == str(person.id)), None)
    return own is not None and {Obstacle.CASELOAD_FULL.value}.issuperset(own["reasons"])


def obstacle_of(stop: PlanStop, group: Sequence[Case], crew: Sequence[Investigator], elsewhere: bool) -> str | None:
    """The first obstacle in words, or None; `elsewhere` means that a visit stands for one of the cases."""
    return next(_obstacles(stop, group, crew, elsewhere), None)


def _obstacles(stop: PlanStop, group: Sequence[Case], crew: Sequence[Investigator], elsewhere: bool) -> Iterator[str]:
    if stop.start_at <= now():
        yield "the planned start is past"
    for case in group:
        if case.state not in PUBLISHABLE:
            yield f"the case is {case.status} now"
        elif not any(_is_able(case, person) for person in crew):
            yield "nobody of the crew is eligible for the case any more"
    if elsewhere:
        yield "another published visit stands for the case"
    for person in crew:
        yield from _own_obstacles(person, stop, group)


def _own_obstacles(person: Investigator, stop: PlanStop, group: Sequence[Case]) -> Iterator[str]:
    at_the_door = TimeWindow(stop.arrival_at, stop.end_at)
    if not person.active:
        yield f"{person.code} takes no cases any more"
    if any(TimeWindow(a.from_at, a.until_at).intersect(at_the_door) for a in person.absences):
        yield f"{person.code} is absent then"
    references = {case.escalation["borrower"].get("reference") for case in group}
    if references.intersection(person.conflicts):
        yield f"{person.code} has a conflict of interest"
