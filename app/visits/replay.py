"""Was a visit allowed? The contact rules asked again about the past, with the facts that were known then."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.ruling import Ruling
from app.runtime.database import Json
from app.runtime.rulings import ruling_json
from app.visits.arrival import NOTHING_TOLD, Papers, presence_begins_at, ruling_at_the_door
from app.visits.models import Visit, VisitEvent
from app.visits.queries import cases_of
from app.visits.terms import VisitEventKind

_Key = tuple[str, str, str, bool]


@dataclass(frozen=True)
class Difference:
    """An answer that one of the two rulings gave and the other did not."""

    profile: str
    version: str
    rule: str
    recorded: bool | None
    replayed: bool | None


@dataclass(frozen=True)
class Replay:
    """The ruling on a presence at the door, asked again, beside the one that was kept.

    `at` is the presence asked about, `known_at` the instant of the facts. `recorded` is None where nobody arrived, or
    where another instant than that of the arrival is asked about; then there is nothing to compare with.
    """

    at: datetime
    known_at: datetime
    ruling: Ruling
    recorded: Json | None
    emergency: str | None
    differences: tuple[Difference, ...]


def replay_contact(tx: Session, visit: Visit, known_at: datetime | None = None) -> Replay:
    """Ask the rules again about a visit: as it was at the arrival, or as planned where nobody arrived.

    With `known_at` the same presence is judged by what was known at that instant: an audit asks so whether what came to
    light later would have changed the answer.
    """
    arrival = tx.scalars(
        select(VisitEvent).where(VisitEvent.visit_id == visit.id, VisitEvent.kind == VisitEventKind.ARRIVED.value)
    ).one_or_none()
    at = visit.start_at if arrival is None else presence_begins_at(visit, arrival.at)
    then = visit.made_at if arrival is None else arrival.received_at
    cases = cases_of(tx, [visit])
    papers = Papers(**arrival.papers) if arrival is not None and arrival.papers else NOTHING_TOLD
    own = [cases[case_id] for case_id in visit.case_ids]
    ruling = ruling_at_the_door(tx, visit, own, at, known_at or then, papers)
    recorded = arrival.ruling if arrival is not None and known_at is None else None
    differences = _differences(recorded["answers"], ruling) if recorded is not None else ()
    return Replay(at, known_at or then, ruling, recorded, arrival.emergency if arrival else None, differences)


def _differences(recorded: Iterable[Json], ruling: Ruling) -> tuple[Difference, ...]:
    kept, asked = _keys(recorded), _keys(ruling_json(ruling)["answers"])
    found = [Difference(*key[:3], key[3], None) for key in kept if key not in asked]
    found += [Difference(*key[:3], None, key[3]) for key in asked if key not in kept]
    return tuple(sorted(found, key=lambda one: (one.profile, one.rule, one.version)))


def _keys(answers: Iterable[Json]) -> list[_Key]:
    told = ((answer["profile"], answer["version"], answer["rule"], answer["allowed"]) for answer in answers)
    return list(dict.fromkeys(told))
