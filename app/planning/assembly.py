"""From what was gathered to a Problem: the one place where rows, law and clock times become integers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.assignment.matching import speaks
from app.kernel.place import Place
from app.kernel.timewindow import TimeWindow
from app.optimiser.crews import CrewRules, Shift, form_crews
from app.optimiser.job import Job, Role, SlotValue
from app.optimiser.problem import Problem
from app.optimiser.travel import Travel
from app.optimiser.vehicle import Break, Member, Vehicle
from app.planning.gathering import Gathered, Want
from app.planning.policy import CERTIFIED, PlanningPolicy, prize
from app.planning.roster import Pause, ShiftDay, common_pauses
from app.planning.start_windows import start_windows
from app.roads.matrix import TravelMatrix

CONTACT_RULE = "CONTACT_RULE"


@dataclass(frozen=True)
class Crew:
    """One or two people who work a day together."""

    id: str
    day: date
    members: tuple[ShiftDay, ...]

    @property
    def window(self) -> TimeWindow:
        """When all of them work; crews are only formed where there is such a time."""
        opens = max(_free(member).opens_at for member in self.members)
        return TimeWindow(opens, min(_free(member).closes_at for member in self.members))

    @property
    def investigator_ids(self) -> tuple[UUID, ...]:
        """Who they are."""
        return tuple(member.investigator_id for member in self.members)


@dataclass(frozen=True)
class Assembled:
    """A problem, and how to read its answer: jobs are named after their weightiest case, vehicles after their crew."""

    problem: Problem
    crews: dict[str, Crew]
    wants: dict[str, Want]
    forbidden: tuple[Want, ...]
    prizes: dict[str, float]


def _free(member: ShiftDay) -> TimeWindow:
    assert member.free is not None  # shifts without time left are not gathered
    return member.free


def crews_of(gathered: Gathered) -> tuple[Crew, ...]:
    """The crews of each day: two who travel together where the profiles ask for two at the door."""
    crews = []
    for day in sorted({shift.day for shift in gathered.shifts}):
        shifts = {str(shift.investigator_id): shift for shift in gathered.shifts if shift.day == day}
        formed = form_crews(
            [_shift(key, entry, gathered) for key, entry in shifts.items()], CrewRules(gathered.crew_size)
        )
        for number, workers in enumerate(formed.crews, start=1):
            crews.append(Crew(f"crew-{number}/{day}", day, tuple(shifts[worker] for worker in workers)))
    return tuple(crews)


def _shift(worker: str, shift: ShiftDay, gathered: Gathered) -> Shift:
    window = _seconds(_free(shift), gathered.origin)
    return Shift(worker=worker, skills=_brings(shift, gathered), home=(shift.home.lat, shift.home.lon), window=window)


def places_of(gathered: Gathered, crews: Sequence[Crew]) -> tuple[Place, ...]:
    """All locations: the office, where each crew starts, and the doors that may be visited."""
    return (gathered.region.office, *(_depot(crew, gathered) for crew in crews), *(w.place for w in _open(gathered)))


def _depot(crew: Crew, gathered: Gathered) -> Place:
    """A single investigator starts at home; a pair meets at the office, where badge, letter and recorder are."""
    return crew.members[0].home if len(crew.members) == 1 else gathered.region.office


def _open(gathered: Gathered) -> list[Want]:
    return [want for want in gathered.wants if want.presence]


def assemble(gathered: Gathered, crews: Sequence[Crew], matrix: TravelMatrix, policy: PlanningPolicy) -> Assembled:
    """Make the problem; locations are in the order of `places_of`."""
    wants = _open(gathered)
    problem = Problem(
        origin=gathered.origin.astimezone(ZoneInfo(gathered.region.time_zone)).isoformat(),
        travel=Travel(matrix.durations, matrix.distances),
        places=places_of(gathered, crews),
        vehicles=tuple(_vehicle(crew, index, gathered, policy) for index, crew in enumerate(crews, start=1)),
        jobs=tuple(_job(want, index, gathered, policy) for index, want in enumerate(wants, start=1 + len(crews))),
    )
    return Assembled(
        problem=problem,
        crews={crew.id: crew for crew in crews},
        wants={str(want.case.id): want for want in wants},
        forbidden=tuple(want for want in gathered.wants if not want.presence),
        prizes={str(want.case.id): _worth(want, gathered, policy) for want in gathered.wants},
    )


def _vehicle(crew: Crew, location: int, gathered: Gathered, policy: PlanningPolicy) -> Vehicle:
    window = crew.window
    return Vehicle(
        id=crew.id,
        day=(crew.day - gathered.first_on).days,
        members=tuple(Member(str(member.investigator_id), _brings(member, gathered)) for member in crew.members),
        start=location,
        end=location,
        shift=_seconds(window, gathered.origin),
        breaks=tuple(_breaks(common_pauses(crew.members), window, gathered.origin)),
        max_jobs=min(member.visits_left for member in crew.members),
        max_travel_seconds=policy.max_travel_seconds,
        max_duty_seconds=policy.max_duty_seconds,
    )


def _brings(member: ShiftDay, gathered: Gathered) -> frozenset[str]:
    """Skills of the day, and each wanted language that the person speaks."""
    wanted = {language for want in gathered.wants for language in want.languages}
    return member.skills | {_spoken(language) for language in wanted if speaks(language, member.languages)}


def _spoken(language: str) -> str:
    return f"language:{language}"


def _breaks(pauses: Sequence[Pause], window: TimeWindow, origin: datetime) -> list[Break]:
    """The pauses that still can be taken in what is left of the shift."""
    opens, closes = _seconds(window, origin)
    breaks = []
    for pause in pauses:
        first = max(opens, int((pause.earliest_at - origin).total_seconds()))
        last = min(closes - pause.duration_seconds, int((pause.latest_at - origin).total_seconds()))
        if first <= last:
            breaks.append(Break((first, last), pause.duration_seconds))
    return breaks


def _job(want: Want, location: int, gathered: Gathered, policy: PlanningPolicy) -> Job:
    first = Role(_demands(want), want.service_seconds)
    others = (Role(frozenset({CERTIFIED}), want.service_seconds),) * (want.staff - 1)
    return Job(
        id=str(want.case.id),
        location=location,
        address=f"{want.place.lat:.5f},{want.place.lon:.5f}",
        approach_seconds=policy.approach_seconds,
        windows=start_windows(want.presence, want.service_seconds, gathered.origin),
        slot_values=_suiting(want, gathered, policy),
        roles=(first, *others),
        prize=_worth(want, gathered, policy),
        allowed=want.allowed,
        preferred={want.preferred: policy.continuity_value} if want.preferred else {},
    )


def _worth(want: Want, gathered: Gathered, policy: PlanningPolicy) -> float:
    return sum(prize(case.priority, case.due_on, gathered.first_on, policy) for case in want.cases)


def _suiting(want: Want, gathered: Gathered, policy: PlanningPolicy) -> tuple[SlotValue, ...]:
    """Starts that suit the borrower are worth more, as long as the whole visit lies in a time that does."""
    windows = start_windows(want.suiting, want.service_seconds, gathered.origin)
    return tuple(SlotValue(first, last, policy.suiting_value) for first, last in windows)


def _demands(want: Want) -> frozenset[str]:
    """What one member must bring: the certificate, the skills of all loans, and the borrower's language."""
    skills = {skill for case in want.cases for skill in case.required_skills}
    languages = {_spoken(language) for language in want.languages}
    return frozenset({CERTIFIED, *skills, *languages})


def _seconds(window: TimeWindow, origin: datetime) -> tuple[int, int]:
    return int((window.opens_at - origin).total_seconds()), int((window.closes_at - origin).total_seconds())
