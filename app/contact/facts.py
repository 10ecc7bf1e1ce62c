"""What the contact rules need to know of a case: one ledger and one set of records for all loans of the borrower.

Asked for an instant, the facts are those that were known then: what was told later is left out, and what was changed
later is as it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from app.compliance.calendar import Weekday
from app.compliance.local_days import local_day
from app.compliance.situation import (
    Block,
    BlockKind,
    Channel,
    Consent,
    ConsentForm,
    ConsentKind,
    Contact,
    Facts,
    Notice,
    PlaceKind,
    QuietWindow,
)
from app.contact import models
from app.contact.address_key import address_key
from app.contact.blocks import first_told_at, standing_flags
from app.contact.ledger import stands
from app.contact.no_visit_list import entries_against
from app.contact.versions import known
from app.intake.models import Case
from app.intake.terms import ContactOutcome
from app.runtime.clock import now
from app.workforce.zones import WITHOUT_REGION, zones_of_regions

REACHED = frozenset({ContactOutcome.REACHED, ContactOutcome.PROMISED, ContactOutcome.REFUSED})
# The rules take no earlier and no later days; an instant at the edge may lie beyond it in another zone.
_FIRST_AT, _LAST_AT = datetime(1970, 1, 2, tzinfo=UTC), datetime(2199, 12, 30, tzinfo=UTC)
_WEEKDAYS = tuple(Weekday)

Kept = TypeVar("Kept", Case, models.Contact, models.Block, models.Consent, models.Notice, models.QuietWindow)
Grouped = Mapping[str, Sequence[Kept]]


def facts_of(
    tx: Session, cases: Sequence[Case], visit_id: UUID | None = None, known_at: datetime | None = None
) -> dict[UUID, Facts]:
    """The facts of each case, by its id, as they were known at an instant; None is now.

    Without `visit_id` only notices that were not given for another visit count.
    """
    records = _Records(tx, cases, known_at)
    return {case.id: records.facts(case, visit_id) for case in cases}


class _Records:
    """All that is on record for the borrowers of some cases, read at once."""

    def __init__(self, tx: Session, cases: Sequence[Case], known_at: datetime | None) -> None:
        self.keys = {case.borrower_key for case in cases}
        self.known_at, self.zones = known_at, zones_of_regions(tx)
        told_by_then = [] if known_at is None else [Case.received_at <= known_at]
        made_by_then = [] if known_at is None else [models.Block.made_at <= known_at]
        self.siblings = self._read(tx, Case, *told_by_then)
        self.contacts = self._read(tx, models.Contact, stands(known_at))
        self.blocks = self._read(tx, models.Block, *made_by_then)  # with their history, which the flags ask for
        self.consents = self._read(tx, models.Consent, known(models.Consent, known_at))
        self.notices = self._read(tx, models.Notice, known(models.Notice, known_at))
        self.quiet = self._read(tx, models.QuietWindow, known(models.QuietWindow, known_at))
        self.unvisited = entries_against(tx, cases, known_at)

    def _read(self, tx: Session, model: type[Kept], *conditions: ColumnElement[bool]) -> Grouped[Kept]:
        grouped: dict[str, list[Kept]] = defaultdict(list)
        query: Select[Any] = select(model).where(model.borrower_key.in_(self.keys), *conditions).order_by(model.id)
        for row in tx.scalars(query):
            grouped[row.borrower_key].append(row)
        return grouped

    def facts(self, case: Case, visit_id: UUID | None) -> Facts:
        """The facts of one of the cases."""
        key, on = case.borrower_key, local_day(self.known_at or now(), self._zone(case))
        notices = (row for row in self.notices[key] if row.visit_id is None or row.visit_id == visit_id)
        return Facts(
            contacts=_contacts(self.siblings[key], self.contacts[key]),
            blocks=(*self._blocks(key), *_unvisited(self.unvisited[case.id])),
            consents=tuple(consent for row in self.consents[key] if (consent := _consent(row)) is not None),
            notices=tuple(_notice(row) for row in notices),
            days_past_due=case.days_past_due,
            quiet_windows=tuple(quiet_window(row) for row in self.quiet[key] if not is_over(row, on)),
        )

    def _is_present(self, row: models.Block) -> bool:
        ended_at = row.superseded_at
        return ended_at is None or (self.known_at is not None and ended_at > self.known_at)

    def _zone(self, case: Case) -> str:
        return self.zones.get(case.region or "", WITHOUT_REGION)

    def _blocks(self, key: str) -> Iterable[Block]:
        """Blocks on record, and the flags of escalations that no record has taken the place of."""
        rows = self.blocks[key]
        for row in rows:
            if self._is_present(row):
                yield _block(BlockKind(row.kind), row.from_on, row.until_on, row.renewals)
        first_told = first_told_at(rows)
        for case in self.siblings[key]:
            for kind in standing_flags(case, first_told):
                yield _block(kind, local_day(case.received_at, self._zone(case)))


def _contacts(cases: Sequence[Case], ledger: Sequence[models.Contact]) -> tuple[Contact, ...]:
    """What the escalations told, and what came since; an entry is about its loan's claim unless it names another."""
    claims = {case.id: claim_of(case) for case in cases}
    told = (
        Contact(
            Channel(entry["channel"]),
            _instant(entry["at"]),
            contacted=entry["outcome"] in REACHED,
            case=str(case.id),
            claim=claims[case.id],
        )
        for case in cases
        for entry in case.escalation["contacts"] or ()
    )
    return (*told, *(_contact(row, claims.get(row.case_id)) for row in ledger))


def claim_of(case: Case) -> str | None:
    """The claim that a loan is, as contacts name it."""
    reference: str | None = case.escalation["loan"].get("reference")
    return reference


def _contact(row: models.Contact, claim: str | None) -> Contact:
    return Contact(
        Channel(row.channel),
        _bounded(row.at),
        contacted=row.contacted,
        case=str(row.case_id),
        claim=row.claim_reference or claim,
        contact_point=row.contact_point,
        address=address_key(row.address) if row.address else None,
    )


def _unvisited(entries: Sequence[models.NoVisitEntry]) -> Iterable[Block]:
    return (_block(BlockKind.NO_VISIT_LIST, row.from_on, row.until_on) for row in entries)


def _block(kind: BlockKind, from_on: date, until_on: date | None = None, renewals: int = 0) -> Block:
    first_on = _bounded_day(from_on)
    last_on = max(first_on, _bounded_day(until_on)) if until_on is not None else None
    return Block(kind, first_on, last_on, renewals)


def _consent(row: models.Consent) -> Consent | None:
    """The consent; none when at the edge of the calendar nothing is left of it."""
    from_at, until_at = _bounded_or_none(row.from_at), _bounded_or_none(row.until_at)
    if from_at is not None and until_at is not None and until_at <= from_at:
        return None
    given_at, revoked_at = _bounded(row.given_at), _bounded_or_none(row.revoked_at)
    kind, how = ConsentKind(row.kind), ConsentForm(row.how)
    return Consent(kind, given_at, until_at, revoked_at, from_at=from_at, how=how)


def _notice(row: models.Notice) -> Notice:
    return Notice(_bounded(row.at), Channel(row.channel), _bounded_or_none(row.acknowledged_at))


def quiet_window(row: models.QuietWindow) -> QuietWindow:
    """A row as the rules see it."""
    return QuietWindow(
        _WEEKDAYS[row.weekday],
        row.opens_minute,
        row.closes_minute,
        frozenset(Channel(channel) for channel in row.channels),
        frozenset(PlaceKind(kind) for kind in row.place_kinds),
    )


def is_over(row: models.QuietWindow, on: date) -> bool:
    """Whether the window has ended by the day; one that is still to begin is honoured already."""
    return row.until_on is not None and row.until_on <= on


def _instant(text: str) -> datetime:
    return _bounded(datetime.fromisoformat(text))


def _bounded_or_none(at: datetime | None) -> datetime | None:
    return _bounded(at) if at is not None else None


def _bounded(at: datetime) -> datetime:
    return min(max(at.astimezone(UTC), _FIRST_AT), _LAST_AT)


def _bounded_day(on: date) -> date:
    return min(max(on, _FIRST_AT.date()), _LAST_AT.date())
