"""What a regulator asks of a period: visits, complaints and their clocks, relief, and every breach or none.

A day is that of the region's own zone. A complaint is counted in the period in which it came in, relief in the one in
which it was put to the borrower; whether a clock was kept is told as of today.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.compliance.local_days import local_day
from app.contact.models import Contact
from app.contact.versions import known
from app.intake.models import Case
from app.kernel.actor import Actor
from app.redress.models import Complaint, HardshipReview, ReliefOffer
from app.reports.models import Decision, DecisionEnding
from app.runtime.clock import now, today
from app.signals.queries import is_taken, taken_at
from app.visits.models import Visit, VisitEvent
from app.visits.terms import FLAGS, Outcome, VisitEventKind, VisitState
from app.workforce.zones import zone_of

MOST_DAYS = 366
Body = dict[str, Any]


@dataclass(frozen=True)
class Period:
    """Days from `first_on` to before `end_on`."""

    first_on: date
    end_on: date

    def has(self, at: datetime, zone: str) -> bool:
        """Whether the instant lies in it, by the days of the zone."""
        return self.first_on <= local_day(at, zone) < self.end_on


def regulator_report(tx: Session, actor: Actor, period: Period) -> Body:
    """The report on the cases of the actor's regions."""
    reading = _Reading(tx, actor, period)
    breaches = list(_breaches(reading))
    return {
        "from": period.first_on.isoformat(),
        "to": period.end_on.isoformat(),
        "made_at": now().isoformat(),
        "regions": sorted(actor.regions) or None,
        "visits": _visits(reading.visits()),
        "contacts": _contacts(reading.happened(Contact, Contact.at)),
        "complaints": _complaints(reading),
        "hardship_reviews": _reviews(reading),
        "relief": _relief(reading),
        "decisions": _counted(reading.decisions()),
        "breaches": {"count": len(breaches), "items": breaches},
    }


class _Reading:
    """Reads the rows of a period with the zones of their cases."""

    def __init__(self, tx: Session, actor: Actor, period: Period) -> None:
        self.tx, self.actor, self.period = tx, actor, period
        self._zones: dict[str | None, str] = {}

    def visits(self) -> Sequence[Visit]:
        """The visits whose day lies in the period."""
        query = select(Visit).where(Visit.day >= self.period.first_on, Visit.day < self.period.end_on)
        return self.tx.scalars(self._seen(query, Visit)).all()

    def happened(self, model: Any, at: InstrumentedAttribute[Any], *present: Any) -> list[tuple[Any, str]]:
        """The rows whose instant lies in the period, each with the zone of its case."""
        query = select(model, Case.region).join(Case, Case.id == model.case_id).where(*present)
        query = self._in_regions(query.where(*self._near(at)).order_by(model.id))
        rows = [(row, self._zone(region)) for row, region in self.tx.execute(query)]
        return [(row, zone) for row, zone in rows if self.period.has(getattr(row, at.key), zone)]

    def decisions(self) -> list[str]:
        """The kinds of the decisions that were taken in the period; a mere proposal is none."""
        query = (
            select(Decision.kind, taken_at(), Case.region)
            .join(Case, Case.id == Decision.case_id)
            .outerjoin(DecisionEnding, DecisionEnding.decision_id == Decision.id)
            .where(is_taken(), *self._near(taken_at()))
        )
        rows = self.tx.execute(self._in_regions(query)).all()
        return [kind for kind, at, region in rows if self.period.has(at, self._zone(region))]

    def _seen(self, query: Select[Any], model: Any) -> Any:
        return self._in_regions(query.join(Case, Case.id == model.case_id).order_by(model.id))

    def _in_regions(self, query: Any) -> Any:
        return query.where(Case.region.in_(self.actor.regions)) if self.actor.regions else query

    def _zone(self, region: str | None) -> str:
        if region not in self._zones:
            self._zones[region] = zone_of(self.tx, region)
        return self._zones[region]

    def _near(self, at: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        """The period with a day to spare on both sides: no zone is further than that from UTC."""
        first_at = datetime.combine(self.period.first_on, time(), UTC) - timedelta(days=1)
        end_at = datetime.combine(self.period.end_on, time(), UTC) + timedelta(days=1)
        return at >= first_at, at < end_at


def _visits(visits: Sequence[Visit]) -> Body:
    outcomes = [Outcome(visit.outcome) for visit in visits if visit.outcome is not None]
    states = Counter(visit.state for visit in visits)
    return {
        "published": len(visits),
        "attempted": sum(visit.attempted for visit in visits),
        "borrower_met": sum(FLAGS[outcome].right_party_met for outcome in outcomes),
        "recalled": states[VisitState.RECALLED],
        "missed": states[VisitState.MISSED],
        "by_outcome": _counted(outcomes),
    }


def _contacts(rows: Iterable[tuple[Contact, str]]) -> Body:
    counting = [row for row, _ in rows if not row.retracted]
    corrected = {row.corrects for row in counting if row.corrects is not None}
    counting = [row for row in counting if row.client_id not in corrected]
    attempted, reached = Counter(row.channel for row in counting), Counter(r.channel for r in counting if r.contacted)
    return {channel: {"attempted": attempted[channel], "reached": reached[channel]} for channel in sorted(attempted)}


def _complaints(reading: _Reading) -> Body:
    rows = reading.happened(Complaint, Complaint.received_at, known(Complaint, None))
    late = [row for row, zone in rows if _is_late(row.acknowledge_due_on, row.acknowledged_at or row.resolved_at, zone)]
    unanswered = [row for row, zone in rows if _is_late(row.resolve_due_on, row.resolved_at, zone)]
    return {
        "received": len(rows),
        "by_subject": _counted(row.subject for row, _ in rows),
        "by_outcome": _counted(row.outcome for row, _ in rows if row.outcome is not None),
        "open": sum(row.resolved_at is None for row, _ in rows),
        "extended": sum(row.extended_at is not None for row, _ in rows),
        "acknowledged_late": [str(row.record_id) for row in late],
        "answered_late": [str(row.record_id) for row in unanswered],
    }


def _reviews(reading: _Reading) -> Body:
    rows = reading.happened(HardshipReview, HardshipReview.opened_at, known(HardshipReview, None))
    late = [row for row, zone in rows if _is_late(row.due_on, row.concluded_at, zone)]
    return {
        "opened": len(rows),
        "by_outcome": _counted(row.outcome for row, _ in rows if row.outcome is not None),
        "open": sum(row.concluded_at is None for row, _ in rows),
        "concluded_late": [str(row.record_id) for row in late],
    }


def _relief(reading: _Reading) -> Body:
    rows = reading.happened(ReliefOffer, ReliefOffer.offered_at, known(ReliefOffer, None))
    return {
        "offered": len(rows),
        "by_kind": _counted(row.kind or "unnamed" for row, _ in rows),
        "by_response": _counted(row.response or "none" for row, _ in rows),
    }


def _is_late(due_on: date, done_at: datetime | None, zone: str) -> bool:
    return (today(zone) if done_at is None else local_day(done_at, zone)) > due_on


def _counted(words: Iterable[str]) -> Mapping[str, int]:
    return dict(sorted(Counter(str(word) for word in words).items()))


def _breaches(reading: _Reading) -> Iterator[Body]:
    """Every arrival that the rules refused, as ruled at the door; an emergency is listed with its reason."""
    days = (Visit.day >= reading.period.first_on, Visit.day < reading.period.end_on)
    query = (
        select(VisitEvent, Visit)
        .join(Visit, Visit.id == VisitEvent.visit_id)
        .join(Case, Case.id == Visit.case_id)
        .where(VisitEvent.kind == VisitEventKind.ARRIVED.value, *days)
        .order_by(VisitEvent.at, VisitEvent.id)
    )
    if reading.actor.regions:
        query = query.where(Case.region.in_(reading.actor.regions))
    for event, visit in reading.tx.execute(query):
        for answer in (event.ruling or {"answers": []})["answers"]:
            if not answer["allowed"]:
                yield _breach(event, visit, answer)


def _breach(event: VisitEvent, visit: Visit, answer: Mapping[str, Any]) -> Body:
    return {
        "visit_id": str(visit.id),
        "case_id": str(visit.case_id),
        "arrived_at": event.at.isoformat(),
        "rule": answer["rule"],
        "profile": answer["profile"],
        "version": answer["version"],
        "reason": answer["reason"],
        "source": answer["source"],
        "emergency": event.emergency,
    }
