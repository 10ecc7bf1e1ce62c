"""The contact rules asked once more, before anybody knocks: plans age."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased, selectinload

from app.compliance.composition import ask
from app.compliance.local_days import local_day
from app.compliance.ruling import Ruling, combine
from app.compliance.situation import Channel, Contact, Team
from app.contact.facts import facts_of
from app.contact.rulings import situation_of
from app.intake.models import Case
from app.kernel.errors import Fault, Refused
from app.planning.gathering import at_one_door
from app.planning.policy import CERTIFIED
from app.planning.roster import skills_on
from app.runtime.clock import now
from app.visits.models import Visit, VisitEvent
from app.visits.terms import ENDINGS, VisitEventKind
from app.workforce.contact_profiles import profile_book, region_as_known
from app.workforce.models import Investigator, Region


@dataclass(frozen=True)
class Papers:
    """What those at the door say of themselves: whether they have it with them, and record; None is not told."""

    badge: bool | None = None
    authority_letter: bool | None = None
    recording: bool | None = None


NOTHING_TOLD = Papers()
EARLY = timedelta(minutes=15)


def presence_begins_at(visit: Visit, arrived_at: datetime) -> datetime:
    """When presence begins: who arrives before the planned start parks and climbs the stairs, EARLY at most."""
    return max(arrived_at, min(visit.start_at, arrived_at + EARLY))


def ruling_at_the_door(
    tx: Session,
    visit: Visit,
    cases: Sequence[Case],
    at: datetime,
    known_at: datetime | None = None,
    papers: Papers = NOTHING_TOLD,
) -> Ruling:
    """Whether this crew may be at the door for as long as was planned, for each of the cases.

    Only what is on record counts: payments, disputes, notices given, certificates of the day, and who stands at the
    borrower's door already; with `known_at` what was on record at that instant, the law included.
    """
    region = tx.scalars(select(Region).where(Region.code == visit.region)).one()
    if known_at is not None:
        region = region_as_known(tx, region, known_at)
    team = replace(_team(tx, visit, known_at), **vars(papers))
    seconds = int((visit.end_at - visit.start_at).total_seconds())
    facts = facts_of(tx, cases, visit.id, known_at)
    others = _at_the_door(tx, visit, cases[0], known_at)
    situations = [situation_of(case, region, facts[case.id], at, seconds, team=team, planned=others) for case in cases]
    book, on = profile_book(tx, known_at), local_day(at, region.time_zone)
    asked = zip(cases, at_one_door(situations), strict=True)
    return combine(ask(book.of(region, on, case.lender), situation) for case, situation in asked)


def _at_the_door(tx: Session, visit: Visit, case: Case, known_at: datetime | None) -> tuple[Contact, ...]:
    """The borrower's other visits that somebody has arrived at: they stand in the ledger only when they are over."""
    told_by = now() if known_at is None else known_at
    over = aliased(VisitEvent)
    ended = exists().where(over.visit_id == Visit.id, over.kind.in_(ENDINGS), over.received_at <= told_by)
    query = (
        select(VisitEvent.at)
        .join(Visit, Visit.id == VisitEvent.visit_id)
        .join(Case, Case.id == Visit.case_id)
        .where(Case.borrower_key == case.borrower_key, Visit.id != visit.id, ~ended)
        .where(VisitEvent.kind == VisitEventKind.ARRIVED.value, VisitEvent.received_at <= told_by)
    )
    return tuple(Contact(Channel.VISIT, at, planned=True) for at in tx.scalars(query))


def refuse_denied(ruling: Ruling) -> None:
    """Raise Refused with every denying answer when the contact rules say no."""
    if not ruling.allowed:
        raise Refused(
            "CONTACT_RULE",
            "; ".join(f"{answer.rule} ({answer.profile}): {answer.reason}" for answer in ruling.refusals),
            action="Do not knock. Tell `aborted`; the case is planned again.",
            faults=tuple(Fault("/at", f"{answer.rule}: {answer.reason}") for answer in ruling.refusals),
        )


def _team(tx: Session, visit: Visit, known_at: datetime | None) -> Team:
    ids = [UUID(member) for member in visit.investigator_ids]
    crew = tx.scalars(
        select(Investigator).where(Investigator.id.in_(ids)).options(selectinload(Investigator.certificates))
    ).all()
    certified = tuple(CERTIFIED in skills_on(member, visit.day, known_at) for member in crew)
    return Team(staff=len(crew), certificates_valid=certified)
