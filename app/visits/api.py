"""The door of visits: the phone reads its route and tells what happens; dispatchers and the risk department read."""

from typing import Annotated
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from app.compliance.door_protocol_file import load_door_protocol
from app.kernel.actor import Actor
from app.runtime.auth import AnyActor, FieldInvestigator, Once, TokenKey, any_of
from app.runtime.bodies import Day
from app.runtime.clock import now, today
from app.runtime.idempotency import Created
from app.runtime.problems import responses
from app.runtime.web import IfMatch, Transaction, etag, must_match
from app.visits import service
from app.visits.arrival import NOTHING_TOLD
from app.visits.consent_schema import DoorConsentAnswer, DoorConsentIn, show_door_consent
from app.visits.correcting import correct_findings
from app.visits.door_consent import record_consent
from app.visits.door_rulings import rule_door
from app.visits.door_schema import DoorProtocolAnswer, DoorRulingAnswer, DoorRulingIn, show_door_ruling, show_protocol
from app.visits.events import record_event
from app.visits.findings_schema import CorrectionIn, FindingsIn, to_findings
from app.visits.models import Visit
from app.visits.queries import cases_of, current_findings, day_route, events_of, zone_of_actor, zone_of_visit
from app.visits.schemas import (
    DayRouteAnswer,
    DoorTokenAnswer,
    PapersIn,
    VisitAnswer,
    VisitEventIn,
    show_route,
    show_token,
    show_visit,
)
from app.visits.visibility import own_visit, sees_findings, visible_visit

router = APIRouter(prefix="/v1", tags=["investigator"])

VisitReader = Annotated[
    Actor,
    Depends(any_of("visits:own", "plans:write", "plans:publish", "cases:manage", "reports:read", "decisions:write")),
]


def existing_visit(visit_id: UUID, actor: VisitReader, tx: Transaction) -> Visit:
    """The visit of the path; 404 before anything else is looked at."""
    return visible_visit(tx, actor, visit_id)


def carried_out_visit(visit_id: UUID, actor: FieldInvestigator, tx: Transaction) -> Visit:
    """The visit of the path when it is the investigator's own; 404 before anything else is looked at."""
    return own_visit(tx, actor, visit_id)


def door_key(request: Request) -> Ed25519PrivateKey:
    """The key that door tokens are signed with."""
    key: TokenKey = request.app.state.token_key
    return key.private


CurrentVisit = Annotated[Visit, Depends(existing_visit, scope="function")]
OwnVisit = Annotated[Visit, Depends(carried_out_visit, scope="function")]
DoorKey = Annotated[Ed25519PrivateKey, Depends(door_key)]


@router.get("/me/route", response_model=DayRouteAnswer, responses=responses())
def get_route(
    actor: FieldInvestigator,
    tx: Transaction,
    key: DoorKey,
    day: Annotated[Day | None, Query(description="Today in the investigator's region when left out")] = None,
) -> DayRouteAnswer:
    """The visits of a day with their dossiers and door tokens; an empty list of stops when there is none."""
    zone = zone_of_actor(tx, actor)
    wanted = day or today(zone)
    service.open_route(tx, actor, wanted)
    route = day_route(tx, actor, wanted)
    at = now()
    return show_route(
        route,
        wanted,
        cases_of(tx, route.visits),
        zone,
        key,
        lambda visit, cases: service.standing_permission(tx, visit, cases, at),
    )


@router.get("/visits/{visit_id}", response_model=VisitAnswer, responses=responses(404))
def get_visit(actor: VisitReader, visit: CurrentVisit, tx: Transaction, response: Response) -> VisitAnswer:
    """One visit with what was told of it."""
    response.headers["ETag"] = etag(visit)
    return _shown(tx, actor, visit)


@router.post(
    "/visits/{visit_id}/events",
    status_code=201,
    response_model=VisitAnswer,
    responses=responses(404, 409) | {200: {"model": VisitAnswer, "description": "The same event came before"}},
)
def post_event(
    actor: FieldInvestigator, visit: OwnVisit, body: VisitEventIn, tx: Transaction, once: Once, key: DoorKey
) -> Response:
    """Tell what happens: departed, arrived, started, finished or aborted; answers with the visit after it.

    `arrived` needs a door token that holds at that time, and the contact rules are asked again.
    """

    def tell() -> Created:
        new = record_event(tx, actor, visit, body.told(), key)
        return Created(_shown(tx, actor, visit), 201 if new else 200, {"ETag": etag(visit)})

    return once.once(tell)


@router.put("/visits/{visit_id}/findings", response_model=VisitAnswer, responses=responses(404, 409, 412, 428))
def put_findings(
    actor: FieldInvestigator,
    visit: OwnVisit,
    body: FindingsIn,
    tx: Transaction,
    response: Response,
    if_match: IfMatch = None,
) -> VisitAnswer:
    """Put what was found at the door, between `arrived` and `finished`; the same again changes nothing.

    To change findings that were put before, send If-Match with the ETag of the visit.
    """
    told, current = to_findings(body), current_findings(tx, visit)
    if current is None or current.body != told.body:
        service.check_findings(tx, visit, told)
        must_match(visit, if_match, required=current is not None)
        service.keep_findings(tx, actor, visit, told)
    response.headers["ETag"] = etag(visit)
    return _shown(tx, actor, visit)


@router.post("/visits/{visit_id}/findings:correct", response_model=VisitAnswer, responses=responses(404, 409))
def post_correction(
    actor: FieldInvestigator, visit: OwnVisit, body: CorrectionIn, tx: Transaction, response: Response
) -> VisitAnswer:
    """Put right what was found on a finished visit; the same again changes nothing.

    The figures are computed anew and the risk department gets a new version of the report, which names the one that it
    supersedes. The outcome stays as it was.
    """
    correct_findings(tx, actor, visit, to_findings(body.findings), body.reason)
    response.headers["ETag"] = etag(visit)
    return _shown(tx, actor, visit)


@router.post(
    "/visits/{visit_id}/consents", status_code=201, response_model=DoorConsentAnswer, responses=responses(404, 409)
)
def post_consent(
    actor: FieldInvestigator, visit: OwnVisit, body: DoorConsentIn, tx: Transaction, once: Once
) -> Response:
    """Write down a consent that the borrower gives at the door, such as to come in or to take a photograph inside."""

    def record() -> Created:
        row = record_consent(tx, actor, visit, body.given_at_the_door_of(visit))
        return Created(show_door_consent(row, visit, zone_of_visit(tx, visit)), 201)

    return once.once(record)


@router.get("/door-protocol", response_model=DoorProtocolAnswer, responses=responses())
def get_door_protocol(actor: AnyActor) -> DoorProtocolAnswer:
    """What to say and do at the door, whoever opens and whatever is noticed, for phones that may be offline there."""
    return show_protocol(load_door_protocol())


@router.post(
    "/visits/{visit_id}/door-rulings",
    status_code=201,
    response_model=DoorRulingAnswer,
    responses=responses(404, 409) | {200: {"model": DoorRulingAnswer, "description": "The same question came before"}},
)
def post_door_ruling(
    actor: FieldInvestigator, visit: OwnVisit, body: DoorRulingIn, tx: Transaction, once: Once
) -> Response:
    """Ask what holds at the door now: whether to stay, what may be said, in which words; the answer is kept as proof.

    What forbids further visits, such as a dispute or a wish to be left alone, is on record at once and holds the
    borrower's other loans.
    """

    def rule() -> Created:
        row, new = rule_door(tx, actor, visit, body.told())
        return Created(show_door_ruling(row, zone_of_visit(tx, visit)), 201 if new else 200)

    return once.once(rule)


@router.post("/visits/{visit_id}/door-token", response_model=DoorTokenAnswer, responses=responses(404, 409))
def post_door_token(
    actor: FieldInvestigator, visit: OwnVisit, tx: Transaction, key: DoorKey, body: PapersIn | None = None
) -> DoorTokenAnswer:
    """A fresh permission to knock, after the contact rules were asked again.

    Who tells that nothing is recorded, or that badge or letter are missing, gets none where a profile asks for it.
    """
    permission = service.renew_permission(tx, actor, visit, body.told() if body is not None else NOTHING_TOLD)
    return show_token(key, permission, zone_of_visit(tx, visit))


def _shown(tx: Session, actor: Actor, visit: Visit) -> VisitAnswer:
    findings = current_findings(tx, visit) if sees_findings(actor) else None
    return show_visit(visit, events_of(tx, visit), findings, zone_of_visit(tx, visit))
