"""Bodies of visits: what the phone tells, and what it and others read."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import Field, StringConstraints

from app.compliance.ruling import Ruling
from app.intake.models import Case
from app.intake.terms import Product
from app.roads.datum import Datum
from app.roads.schemas import PlaceAnswer
from app.runtime.bodies import Answer, Body, Instant, LongText, MoneyBody, RulingBody, etag_of, in_zone
from app.runtime.rulings import ruling_json
from app.visits import door_token
from app.visits.arrival import NOTHING_TOLD, Papers
from app.visits.door_token import DoorPermission
from app.visits.events import ToldEvent
from app.visits.models import Findings, Visit, VisitEvent
from app.visits.queries import DayRoute
from app.visits.terms import Outcome, Signal, VisitEventKind, VisitState


class PositionBody(Body):
    """Where the phone is, as it says itself; kept as told, for `arrived`, `finished` and `aborted` only."""

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, examples=[30.2741])]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, examples=[120.1551])]
    accuracy_metres: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)] | None = Field(
        None, examples=[12]
    )
    datum: Datum = Datum.WGS84


class PapersIn(Body):
    """What those at the door say of themselves; what is not told counts as fulfilled, false is refused where due."""

    badge: bool | None = Field(None, description="Whether everybody wears a badge")
    authority_letter: bool | None = Field(None, description="Whether the letter of authority is there")
    recording: bool | None = Field(None, description="Whether the visit is recorded from the door on")

    def told(self) -> Papers:
        """The value inside."""
        return Papers(self.badge, self.authority_letter, self.recording)


class VisitEventIn(Body):
    """One fact of a visit."""

    client_event_id: UUID = Field(description="Made by the phone; the same id again is the same event")
    kind: VisitEventKind
    at: Instant = Field(description="When it happened; a clock that is over five minutes ahead of ours is flagged")
    position: PositionBody | None = None
    door_token: Annotated[str, StringConstraints(max_length=2000)] | None = Field(
        None, description="Needed for `arrived`, unless there is an `emergency_reason`"
    )
    emergency_reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)] | None = Field(
        None, description="Why somebody is at the door without permission; kept on record for the auditor"
    )
    note: LongText | None = None
    papers: PapersIn | None = Field(None, description="For `arrived` and `started`; kept with the ruling")

    def told(self) -> ToldEvent:
        """The value inside."""
        position = self.position.model_dump(mode="json") if self.position else None
        return ToldEvent(
            client_event_id=self.client_event_id,
            kind=self.kind,
            at=self.at,
            position=position,
            door_token=self.door_token,
            emergency_reason=self.emergency_reason,
            note=self.note,
            papers=self.papers.told() if self.papers is not None else NOTHING_TOLD,
        )


class VisitEventAnswer(Answer):
    """One fact of a visit as it is kept."""

    client_event_id: UUID
    kind: VisitEventKind
    at: datetime
    received_at: datetime
    actor: str
    position: dict[str, Any] | None = Field(description="As the phone told it")
    note: str | None
    emergency_reason: str | None
    signals: list[Signal] = Field(
        description="What a person should look at; CLOCK_AHEAD: the phone's clock was over five minutes ahead of ours"
    )
    ruling: RulingBody | None = Field(description="The contact rules' answer at the door, with `arrived`")


class FindingsAnswer(Answer):
    """The findings that count."""

    number: int = Field(description="How often findings were put; all of them are kept")
    put_at: datetime
    actor: str
    content: dict[str, Any] = Field(
        description="The body of `PUT /v1/visits/{id}/findings`, with everything that was left out as null or empty"
    )


class VisitAnswer(Answer):
    """A visit."""

    id: UUID
    case_id: UUID
    also_case_ids: list[UUID] = Field(description="Other loans of the borrower that the visit is for")
    plan_id: UUID
    region: str
    day: date
    sequence: int
    investigator_ids: list[UUID]
    state: VisitState
    arrival_at: datetime = Field(description="As planned")
    start_at: datetime = Field(description="As planned")
    end_at: datetime = Field(description="As planned")
    travel_seconds: int
    waiting_seconds: int
    place: PlaceAnswer
    ruling: RulingBody | None = Field(description="The contact rules' answer when the plan was published")
    outcome: Outcome | None
    attempted: bool = Field(description="Whether somebody knocked")
    events: list[VisitEventAnswer]
    findings: FindingsAnswer | None = Field(description="Null for dispatchers, who see the place and not the finances")
    etag: str = Field(description="The ETag, for If-Match")


class DoorTokenAnswer(Answer):
    """A signed permission to knock; it can be checked without a connection."""

    token: str
    not_before_at: datetime
    expires_at: datetime
    duties: list[str] = Field(description="Rules whose conditions those at the door must meet, such as `recording`")


class RouteBorrower(Answer):
    """Whom to meet."""

    name: str
    language: str | None
    flags: list[str] = Field(description="Flags of the case, such as `aggressive_history`")


class RouteRepayment(Answer):
    """One instalment of the past."""

    due_on: date
    due: MoneyBody
    paid: MoneyBody
    paid_on: date | None


class RouteLoan(Answer):
    """A loan of the borrower."""

    case_id: UUID
    lender: str | None
    product: Product
    outstanding: MoneyBody
    overdue: MoneyBody
    days_past_due: int
    instalment: MoneyBody | None
    repayments: list[RouteRepayment]


class RouteStop(Answer):
    """One visit of the day, with what to prepare."""

    visit_id: UUID
    case_id: UUID
    also_case_ids: list[UUID]
    sequence: int
    arrival_at: datetime
    start_at: datetime
    end_at: datetime
    travel_seconds: int
    waiting_seconds: int
    place: PlaceAnswer
    state: VisitState
    address: str
    borrower: RouteBorrower
    loan: RouteLoan
    also_loans: list[RouteLoan] = Field(description="Other loans of the borrower that the visit is for")
    ruling: RulingBody | None = Field(description="The contact rules asked just now, as long as nobody has arrived")
    door_token: DoorTokenAnswer | None = Field(
        description="Null when the rules say no, when somebody has arrived, and when the planned time is over"
    )
    etag: str


class DayRouteAnswer(Answer):
    """The route of one day; without one, `stops` is empty and the times are null."""

    day: date
    investigator_ids: list[UUID] = Field(description="The crew")
    leave_at: datetime | None
    return_at: datetime | None
    stops: list[RouteStop]
    recalled: list[UUID] = Field(description="Visits of the day that are not to be made any more")


def show_visit(visit: Visit, events: Sequence[VisitEvent], findings: Findings | None, zone: str) -> VisitAnswer:
    """A visit as a body; `findings` None where there are none or they are not for the reader."""
    return VisitAnswer(
        id=visit.id,
        case_id=visit.case_id,
        also_case_ids=visit.also_case_ids,
        plan_id=visit.plan_id,
        region=visit.region,
        day=visit.day,
        sequence=visit.sequence,
        investigator_ids=visit.investigator_ids,
        state=VisitState(visit.state),
        arrival_at=in_zone(visit.arrival_at, zone),
        start_at=in_zone(visit.start_at, zone),
        end_at=in_zone(visit.end_at, zone),
        travel_seconds=visit.travel_seconds,
        waiting_seconds=visit.waiting_seconds,
        place=PlaceAnswer.of(visit.place),
        ruling=RulingBody.model_validate(visit.ruling) if visit.ruling else None,
        outcome=Outcome(visit.outcome) if visit.outcome else None,
        attempted=visit.attempted,
        events=[_event(event, zone) for event in events],
        findings=_findings(findings, zone) if findings else None,
        etag=etag_of(visit.id, visit.revision),
    )


def _event(event: VisitEvent, zone: str) -> VisitEventAnswer:
    return VisitEventAnswer(
        client_event_id=event.client_event_id,
        kind=VisitEventKind(event.kind),
        at=in_zone(event.at, zone),
        received_at=in_zone(event.received_at, zone),
        actor=event.actor,
        position=event.position,
        note=event.note,
        emergency_reason=event.emergency,
        signals=[Signal(signal) for signal in event.signals],
        ruling=RulingBody.model_validate(event.ruling) if event.ruling else None,
    )


def _findings(row: Findings, zone: str) -> FindingsAnswer:
    return FindingsAnswer(number=row.number, put_at=in_zone(row.made_at, zone), actor=row.actor, content=row.body)


def show_token(key: Ed25519PrivateKey, permission: DoorPermission, zone: str) -> DoorTokenAnswer:
    """A permission as a signed token."""
    return DoorTokenAnswer(
        token=door_token.issue(key, permission),
        not_before_at=in_zone(permission.not_before_at, zone),
        expires_at=in_zone(permission.expires_at, zone),
        duties=list(permission.duties),
    )


Permitted = Callable[[Visit, Sequence[Case]], tuple[Ruling | None, DoorPermission | None]]


def show_route(
    route: DayRoute, day: date, cases: Mapping[UUID, Case], zone: str, key: Ed25519PrivateKey, permitted: Permitted
) -> DayRouteAnswer:
    """The route of a day as a body; `permitted` asks the contact rules about each visit."""
    planned = route.planned
    stops = []
    for visit in route.visits:
        own = [cases[case_id] for case_id in visit.case_ids]
        ruling, permission = permitted(visit, own)
        token = show_token(key, permission, zone) if permission else None
        stops.append(_stop(visit, own, zone, ruling, token))
    return DayRouteAnswer(
        day=day,
        investigator_ids=planned.investigator_ids if planned else [],
        leave_at=in_zone(planned.leave_at, zone) if planned else None,
        return_at=in_zone(planned.return_at, zone) if planned else None,
        stops=stops,
        recalled=[visit.id for visit in route.recalled],
    )


def _stop(
    visit: Visit, cases: Sequence[Case], zone: str, ruling: Ruling | None, token: DoorTokenAnswer | None
) -> RouteStop:
    case = cases[0]
    return RouteStop(
        visit_id=visit.id,
        case_id=visit.case_id,
        also_case_ids=visit.also_case_ids,
        sequence=visit.sequence,
        arrival_at=in_zone(visit.arrival_at, zone),
        start_at=in_zone(visit.start_at, zone),
        end_at=in_zone(visit.end_at, zone),
        travel_seconds=visit.travel_seconds,
        waiting_seconds=visit.waiting_seconds,
        place=PlaceAnswer.of(visit.place),
        state=VisitState(visit.state),
        address=case.address,
        borrower=RouteBorrower(name=case.borrower_name, language=case.language, flags=case.flags),
        loan=_loan(case),
        also_loans=[_loan(other) for other in cases[1:]],
        ruling=RulingBody.model_validate(ruling_json(ruling)) if ruling else None,
        door_token=token,
        etag=etag_of(visit.id, visit.revision),
    )


def _loan(case: Case) -> RouteLoan:
    told = case.escalation["loan"]
    return RouteLoan(
        case_id=case.id,
        lender=case.lender,
        product=Product(case.product),
        outstanding=MoneyBody.of(case.outstanding),
        overdue=MoneyBody.of(case.overdue),
        days_past_due=case.days_past_due,
        instalment=told["instalment"],
        repayments=told["repayments"],
    )
