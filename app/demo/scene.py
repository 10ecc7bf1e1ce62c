"""The demo's scene: what three districts of Hangzhou bring to the product on one day."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta

from app.demo.escalations import PER_REGION, borrower_reference, escalation_out_of_town, escalations_in
from app.demo.people import Investigator, roster
from app.demo.regions import PROFILES, REGIONS, XIHU, Body, Region
from app.demo.streets import office_of
from app.roads.datum import Datum

_SATURDAY = 5
_CONFLICTS = {  # region's place in REGIONS -> {investigator's number: positions of borrowers in the region}
    0: {2: (12,)},
    1: {6: (40,)},
    2: {1: (25,)},
}


@dataclass(frozen=True)
class Scene:
    """Bodies for the API, in the order in which they have to be posted.

    The region `plan_region` is to be planned for `plan_on`.
    """

    name: str
    today: date
    plan_region: str
    plan_on: date
    regions: tuple[Body, ...]
    investigators: tuple[Investigator, ...]
    escalations: tuple[Body, ...]


def hangzhou(today: date, seed: int = 1, days_off: Set[date] = frozenset()) -> Scene:
    """Three districts with 24 investigators and 151 escalations; the same for the same arguments, nobody in it is real.

    `days_off` are public holidays: nobody works then, and no plan is made for them.
    """
    investigators: list[Investigator] = []
    escalations: list[Body] = []
    for index, region in enumerate(REGIONS):
        first_number = index * PER_REGION + 1
        conflicts = {
            number: [borrower_reference(seed, first_number + position - 1) for position in positions]
            for number, positions in _CONFLICTS[index].items()
        }
        investigators += roster(region, today, days_off, conflicts, seed)
        escalations += escalations_in(region, first_number, today, seed)
    escalations.append(escalation_out_of_town(len(escalations) + 1, today, seed))
    return Scene(
        name=f"hangzhou-{seed}",
        today=today,
        plan_region=XIHU.code,
        plan_on=_next_working_day(today, days_off),
        regions=tuple(_region_body(region) for region in REGIONS),
        investigators=tuple(investigators),
        escalations=tuple(escalations),
    )


def _region_body(region: Region) -> Body:
    return {
        "code": region.code,
        "name": region.name,
        "polygon": region.polygon,
        "time_zone": "Asia/Shanghai",
        "holidays": "CN",
        "profiles": list(PROFILES),
        "office": office_of(region).as_body(Datum.GCJ02),
        "neighbours": [other.code for other in REGIONS if other is not region],
    }


def _next_working_day(today: date, days_off: Set[date]) -> date:
    day = today + timedelta(days=1)
    while day.weekday() >= _SATURDAY or day in days_off:
        day += timedelta(days=1)
    return day
