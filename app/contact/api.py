"""The door of contact."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.composition import ask, first_start
from app.compliance.local_days import local_day
from app.compliance.profile_versions import Era
from app.compliance.ruling_book import lawful_presence
from app.compliance.situation import Situation
from app.contact import service
from app.contact.check_schema import CheckAnswer, CheckIn
from app.contact.facts import facts_of
from app.contact.models import Contact
from app.contact.rulings import situation_of
from app.contact.schemas import (
    AccountUpdateBody,
    AccountUpdateIn,
    ContactBody,
    ContactIn,
    ContactList,
    show_contact,
    show_update,
)
from app.contact.team import team_on
from app.intake.models import Case
from app.intake.visibility import visible_case
from app.kernel.errors import Refused
from app.runtime.auth import AnyActor, CaseKeeper, CaseReader, Once, any_of
from app.runtime.bodies import in_zone
from app.runtime.clock import now
from app.runtime.idempotency import Created
from app.runtime.problems import responses
from app.runtime.rulings import ruling_json
from app.runtime.web import Paging, Transaction, page_of
from app.workforce.contact_profiles import profile_book
from app.workforce.models import Region
from app.workforce.zones import zone_of

LOOK_AHEAD_DAYS = 61
router = APIRouter(prefix="/v1", tags=["contact"])


def case_of_path(case_id: UUID, actor: CaseReader, tx: Transaction) -> Case:
    """The case of the path; 404 before anything else is looked at."""
    return visible_case(tx, actor, case_id)


CurrentCase = Annotated[Case, Depends(case_of_path, scope="function")]


@router.post(
    "/cases/{case_id}/contacts",
    status_code=201,
    response_model=ContactBody,
    responses=responses(404, 409) | {200: {"model": ContactBody, "description": "The same contact came before"}},
)
def post_contact(actor: CaseKeeper, case: CurrentCase, body: ContactIn, tx: Transaction, once: Once) -> Response:
    """Write a contact into the borrower's ledger, which all channels and all loans of the borrower share.

    An entry that was wrong is corrected by another that names it in `corrects`, or `retracted` when it never happened.
    """

    def record() -> Created:
        locked = visible_case(tx, actor, case.id, lock=True)
        row, new = service.record_contact(tx, actor, locked, body.made())
        return Created(show_contact(row, zone_of(tx, case.region)), 201 if new else 200)

    return once.once(record)


@router.get("/cases/{case_id}/contacts", response_model=ContactList, responses=responses(404))
def get_contacts(actor: CaseReader, case: CurrentCase, tx: Transaction, page: Paging) -> dict[str, object]:
    """The ledger of the borrower since the escalation, oldest entry first."""
    query = select(Contact).where(Contact.borrower_key == case.borrower_key).order_by(Contact.id)
    query = query.where(Contact.id > page.after_id) if page.after is not None else query
    zone = zone_of(tx, case.region)
    rows = tx.scalars(query.limit(page.limit + 1)).all()
    return page_of(rows, page, lambda row: str(row.id), lambda row: show_contact(row, zone))


@router.post(
    "/cases/{case_id}/account-updates",
    status_code=201,
    response_model=AccountUpdateBody,
    responses=responses(404, 409) | {200: {"model": AccountUpdateBody, "description": "The same update came before"}},
)
def post_account_update(
    actor: CaseKeeper, case: CurrentCase, body: AccountUpdateIn, tx: Transaction, once: Once
) -> Response:
    """Tell what happened to the account: it may hold, release or withdraw the case, and recall its visit.

    A block, such as a dispute, holds all loans of the borrower that are still to be visited; its end releases them.
    """

    def take() -> Created:
        row, new = service.update_account(tx, actor, case, body.update_of(case))
        return Created(show_update(row, actor, case, zone_of(tx, case.region)), 201 if new else 200)

    return once.once(take)


@router.post("/contact-rules:check", response_model=CheckAnswer, responses=responses(404, 409))
def post_check(actor: AnyActor, body: CheckIn, tx: Transaction) -> CheckAnswer:
    """Ask every rule about a visit; nothing is stored.

    A stored case may be asked about by those who read cases or reports. For it a notice counts that can still be given
    now, and the named people's certificates are looked at; a hypothetical case has the notices it tells, and the people
    named for it are only counted.
    """
    eras, situation = _asked(tx, actor, body)
    ruling = ask(eras[0].profiles, situation)
    hoped = replace(situation, notify_from_at=_notified_from(situation))
    following = first_start(lawful_presence(eras, hoped), hoped)
    document = ruling_json(ruling)
    for answer, entry in zip(ruling.answers, document["answers"], strict=True):
        entry["until"] = in_zone(answer.until, situation.time_zone) if answer.until else None
    entries = zip(ruling.answers, document["answers"], strict=True)
    document["strictest"] = next((entry for answer, entry in entries if answer is ruling.strictest), None)
    document["next_allowed_at"] = in_zone(following, situation.time_zone) if following else None
    return CheckAnswer.model_validate(document)


# The answers show what is on record of a borrower; whoever visits him gets the ruling with the own visit.
_informed = any_of("cases:read", "escalations:write", "cases:manage", "plans:write", "reports:read", "decisions:write")


def _notified_from(situation: Situation) -> datetime:
    """The next start is looked for as if a notice that is missing went out when the visit was asked for."""
    return situation.notify_from_at or situation.start_at


def _asked(tx: Session, actor: AnyActor, body: CheckIn) -> tuple[tuple[Era, ...], Situation]:
    """Which profiles hold on the days from the asked one on, and the visit as the rules see it."""
    book = profile_book(tx)
    if body.case_id is None:
        hypothetical = body.hypothetical()
        on = hypothetical.touched[0]
        return (Era(on, LOOK_AHEAD_DAYS, book.named(body.profiles or (), on)),), hypothetical
    case = visible_case(tx, _informed(actor), body.case_id)
    on = local_day(body.start_at, zone_of(tx, case.region))
    named = book.named(body.profiles or (), on)
    team = body.with_papers(team_on(tx, body.investigator_ids, body.staff, on))
    region = tx.scalars(select(Region).where(Region.code == case.region)).one_or_none()
    if region is None:
        raise Refused("NO_REGION", "the case has no region, so no rules are known", action="Name profiles instead.")
    facts = facts_of(tx, [case])[case.id]
    situation = situation_of(case, region, facts, body.start_at, body.duration_seconds, team=team, notify_from_at=now())
    own = book.eras(region, on, LOOK_AHEAD_DAYS, case.lender)
    return (Era(on, LOOK_AHEAD_DAYS, named),) if named else own, situation
