"""A visit to a case as the contact rules see it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app.compliance.situation import Contact, Facts, PlaceKind, Situation, Team
from app.contact.address_key import address_key
from app.contact.facts import claim_of
from app.intake.models import Case
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
        case=str(case.id),
        claim=claim_of(case),
        address=address_key(case.address),
    )
