"""Asking the contact rules about a visit to a case."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.compliance.composition import ask
from app.compliance.ruling import Ruling
from app.compliance.situation import Contact, Facts, PlaceKind, Situation, Team
from app.contact.facts import facts_of
from app.intake.models import Case
from app.workforce.contact_profiles import profiles_of
from app.workforce.models import Region


def situation_of(
    case: Case,
    region: Region,
    facts: Facts,
    start_at: datetime,
    duration_seconds: int,
    *,
    team: Team | None = None,
    planned: Sequence[Contact] = (),
    notify_from_at: datetime | None = None,
) -> Situation:
    """A visit to the case as the rules see it; `planned` are the borrower's other visits in published plans."""
    return Situation(
        time_zone=region.time_zone,
        holidays=region.holidays,
        start_at=start_at,
        duration_seconds=duration_seconds,
        place_kind=PlaceKind(case.place_kind),
        team=team,
        facts=replace(facts, contacts=(*facts.contacts, *planned)),
        notify_from_at=notify_from_at,
    )


def rule_visit(
    tx: Session,
    case: Case,
    region: Region,
    start_at: datetime,
    duration_seconds: int,
    *,
    team: Team | None = None,
    visit_id: UUID | None = None,
    planned: Sequence[Contact] = (),
    notify_from_at: datetime | None = None,
) -> Ruling:
    """Whether the case may be visited then, by this team, with all that is known now.

    `visit_id` names the scheduled visit that is asked about, so that its notice counts.
    """
    facts = facts_of(tx, [case], visit_id)[case.id]
    situation = situation_of(
        case,
        region,
        facts,
        start_at,
        duration_seconds,
        team=team,
        planned=planned,
        notify_from_at=notify_from_at,
    )
    return ask(profiles_of(region), situation)
