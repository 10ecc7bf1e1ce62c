"""What the contact rules need to know of a case: one ledger for all loans of the borrower."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.local_days import local_day
from app.compliance.situation import Block, BlockKind, Channel, Consent, ConsentKind, Contact, Facts, Notice
from app.contact import models
from app.intake.flags import block_kinds
from app.intake.models import Case
from app.intake.terms import ContactOutcome
from app.workforce.zones import WITHOUT_REGION, zones_of_regions

REACHED = frozenset({ContactOutcome.REACHED, ContactOutcome.PROMISED, ContactOutcome.REFUSED})
# The rules take no earlier and no later days; an instant at the edge may lie beyond it in another zone.
_FIRST_AT, _LAST_AT = datetime(1970, 1, 2, tzinfo=UTC), datetime(2199, 12, 30, tzinfo=UTC)

Kept = TypeVar("Kept", Case, models.Contact, models.Block, models.Consent, models.Notice)


def facts_of(tx: Session, cases: Sequence[Case], visit_id: UUID | None = None) -> dict[UUID, Facts]:
    """The facts of each case, by its id: contacts, blocks and consents of its borrower, and notices of the visit.

    Without `visit_id` only notices that were not given for another visit count.
    """
    keys = {case.borrower_key for case in cases}
    siblings, contacts = _kept(tx, Case, keys), _kept(tx, models.Contact, keys)
    blocks, consents = _kept(tx, models.Block, keys), _kept(tx, models.Consent, keys)
    notices, zones = _kept(tx, models.Notice, keys), zones_of_regions(tx)
    return {
        case.id: Facts(
            contacts=_contacts(siblings[case.borrower_key], contacts[case.borrower_key]),
            blocks=_blocks(siblings[case.borrower_key], blocks[case.borrower_key], zones),
            consents=tuple(_consent(row) for row in consents[case.borrower_key]),
            notices=tuple(
                Notice(_bounded(row.at), Channel(row.channel))
                for row in notices[case.borrower_key]
                if row.visit_id is None or row.visit_id == visit_id
            ),
            days_past_due=case.days_past_due,
        )
        for case in cases
    }


def _kept(tx: Session, model: type[Kept], keys: Collection[str]) -> dict[str, list[Kept]]:
    grouped: dict[str, list[Kept]] = defaultdict(list)
    for row in tx.scalars(select(model).where(model.borrower_key.in_(keys)).order_by(model.id)):
        grouped[row.borrower_key].append(row)
    return grouped


def _contacts(cases: Sequence[Case], ledger: Sequence[models.Contact]) -> tuple[Contact, ...]:
    """What the escalations told, and what came since."""
    told = [
        Contact(Channel(entry["channel"]), _instant(entry["at"]), contacted=entry["outcome"] in REACHED)
        for case in cases
        for entry in case.escalation["contacts"] or ()
    ]
    return (*told, *(Contact(Channel(row.channel), _bounded(row.at), contacted=row.contacted) for row in ledger))


def _blocks(cases: Sequence[Case], rows: Sequence[models.Block], zones: Mapping[str, str]) -> tuple[Block, ...]:
    """Blocks on record, and the flags of escalations that no record has taken the place of."""
    kept = (_block(BlockKind(row.kind), row.from_on, row.until_on) for row in rows)
    flagged = (
        _block(kind, local_day(case.received_at, zones.get(case.region or "", WITHOUT_REGION)))
        for case in cases
        for kind in standing_flags(case, rows)
    )
    return (*kept, *flagged)


def standing_flags(case: Case, rows: Sequence[models.Block]) -> list[BlockKind]:
    """The blocks that the escalation's flags name: each stands until a record of its kind is made after it."""
    later = {row.kind for row in rows if row.made_at >= case.received_at}
    return [kind for flag in case.flags for kind in block_kinds(flag) if kind.value not in later]


def _block(kind: BlockKind, from_on: date, until_on: date | None = None) -> Block:
    first_on = _bounded_day(from_on)
    return Block(kind, first_on, max(first_on, _bounded_day(until_on)) if until_on is not None else None)


def _consent(row: models.Consent) -> Consent:
    until_at = _bounded(row.until_at) if row.until_at is not None else None
    return Consent(ConsentKind(row.kind), _bounded(row.given_at), until_at)


def _instant(text: str) -> datetime:
    return _bounded(datetime.fromisoformat(text))


def _bounded(at: datetime) -> datetime:
    return min(max(at.astimezone(UTC), _FIRST_AT), _LAST_AT)


def _bounded_day(on: date) -> date:
    return min(max(on, _FIRST_AT.date()), _LAST_AT.date())
