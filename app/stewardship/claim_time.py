"""The limitation timeline of a case, from what is on record about it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.local_days import local_day
from app.contact.models import AccountUpdate, Contact
from app.contact.terms import AccountUpdateKind
from app.intake.models import Case
from app.stewardship.limitation import Happening, Interruption, LimitationTimeline, timeline
from app.visits.models import PromiseToPay
from app.workforce.customs import usual_holidays
from app.workforce.models import Region
from app.workforce.zones import zone_of


def claim_time(tx: Session, case: Case) -> LimitationTimeline:
    """Until when the claim can be brought, by the law of the region's country."""
    zone = zone_of(tx, case.region)
    received_on = local_day(case.received_at, zone)
    began_on = received_on - timedelta(days=case.days_past_due)
    return timeline(_country(tx, case), began_on, _happenings(tx, case, zone))


def timeline_json(found: LimitationTimeline) -> dict[str, Any]:
    """The timeline as a file of the pack shows it."""
    return {
        "rule": None
        if found.rule is None
        else {"years": found.rule.years, "restarted_by": sorted(found.rule.restarted_by), "source": found.rule.source},
        "began_on": found.began_on.isoformat(),
        "began_because": "the oldest unpaid instalment was due, by the days past due that the escalation told",
        "steps": [
            {
                "on": step.happening.on.isoformat(),
                "kind": step.happening.kind.value,
                "reference": step.happening.reference,
                "restarts": step.restarts,
                "lapses_on": step.lapses_on.isoformat(),
            }
            for step in found.steps
        ],
        "lapses_on": None if found.lapses_on is None else found.lapses_on.isoformat(),
        "reading": "cautious: only what is on record restarts the time; whether a court agrees is for counsel",
    }


def _country(tx: Session, case: Case) -> str | None:
    calendar = tx.scalars(select(Region.holidays).where(Region.code == case.region)).one_or_none()
    calendar = calendar or usual_holidays(zone_of(tx, case.region))
    return None if calendar is None else calendar.partition("-")[0]


def _happenings(tx: Session, case: Case, zone: str) -> Iterator[Happening]:
    contacts = tx.scalars(select(Contact).where(Contact.case_id == case.id, Contact.contacted, ~Contact.retracted))
    for contact in contacts:
        yield Happening(local_day(contact.at, zone), Interruption.DEMAND, f"contact:{contact.id}")
    for update in tx.scalars(select(AccountUpdate).where(AccountUpdate.case_id == case.id)):
        if update.kind == AccountUpdateKind.PAYMENT:
            yield Happening(local_day(update.at, zone), Interruption.PART_PAYMENT, f"account_update:{update.id}")
    for promise in tx.scalars(select(PromiseToPay).where(PromiseToPay.case_id == case.id)):
        on = local_day(promise.promised_at, zone)
        yield Happening(on, Interruption.ACKNOWLEDGEMENT, f"promise:{promise.id}")
    yield from _repaid(case.escalation["loan"].get("repayments") or ())


def _repaid(repayments: Sequence[Mapping[str, Any]]) -> Iterator[Happening]:
    """Payments that the escalation told of."""
    for number, repayment in enumerate(repayments):
        if repayment.get("paid_on") is not None:
            on = date.fromisoformat(repayment["paid_on"])
            yield Happening(on, Interruption.PART_PAYMENT, f"escalation:loan.repayments[{number}]")
