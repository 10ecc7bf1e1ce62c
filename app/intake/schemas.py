"""Bodies of intake; the escalation is the case system's message (contract, "The escalation body")."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.intake.acceptance import TELLS_AMOUNTS
from app.intake.escalation import Escalation, Whereabouts
from app.intake.models import Case, CaseEvent
from app.intake.terms import (
    CaseStatus,
    Channel,
    CoBorrowerRole,
    ContactOutcome,
    PlaceKind,
    PlaceQuality,
    Product,
    Segment,
)
from app.intake.visibility import HIDDEN_AMOUNTS, sees_amounts
from app.kernel.actor import Actor
from app.kernel.errors import FieldError
from app.roads.schemas import PlaceAnswer, PlaceBody
from app.runtime.bodies import (
    Answer,
    Body,
    Code,
    Day,
    Instant,
    MoneyBody,
    PositiveMoneyBody,
    RulingBody,
    Text,
    etag_of,
    in_zone,
)
from app.runtime.database import Json
from app.workforce.zones import WITHOUT_REGION, zones_of_regions

Flag = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z0-9_]+(:[A-Za-z0-9_-]+)?$")]
Language = Annotated[
    str, StringConstraints(min_length=2, max_length=35, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
]
Rate = Annotated[Decimal, Field(ge=0, le=100, max_digits=9, decimal_places=6)]


class CoBorrower(Body):
    """Somebody else who is bound to the loan."""

    name: Text
    role: CoBorrowerRole = CoBorrowerRole.CO_BORROWER


class Borrower(Body):
    """The person who owes."""

    name: Text
    reference: Text | None = Field(
        None, description="The case system's key of the person: loans of one borrower share one contact ledger"
    )
    co_borrowers: list[CoBorrower] = Field(default_factory=list, max_length=20)
    national_id_last4: Annotated[str, StringConstraints(min_length=4, max_length=4)] | None = None
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    language: Language | None = None
    birth_year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    segment: Segment = Segment.OTHER
    household_size: Annotated[int, Field(ge=1, le=50)] | None = None


class Repayment(Body):
    """One instalment of the past."""

    due_on: Day
    due: PositiveMoneyBody
    paid: PositiveMoneyBody
    paid_on: Day | None = None


class Loan(Body):
    """The overdue loan; all its amounts are in one currency."""

    reference: Text | None = None
    product: Product
    outstanding: PositiveMoneyBody = Field(description="What is owed in all")
    overdue: PositiveMoneyBody = Field(description="What is owed and late")
    fees: PositiveMoneyBody | None = None
    instalment: PositiveMoneyBody | None = None
    annual_rate: Rate | None = Field(None, examples=["0.1800"])
    term_months: Annotated[int, Field(ge=1, le=600)] | None = None
    days_past_due: Annotated[int, Field(ge=0, le=36500)]
    opened_on: Day | None = None
    repayments: list[Repayment] = Field(default_factory=list, max_length=600)

    @model_validator(mode="after")
    def _one_currency(self) -> "Loan":
        for field, amount in self._amounts():
            if amount.currency != self.outstanding.currency:
                both = f"{self.outstanding.currency} and {amount.currency}"
                raise FieldError(field, f"the amounts of a loan must be in one currency, not {both}")
        if self.overdue.money > self.outstanding.money:
            raise FieldError("overdue", "overdue must not be more than outstanding")
        return self

    def _amounts(self) -> Iterator[tuple[str, MoneyBody]]:
        told = {"overdue": self.overdue, "fees": self.fees, "instalment": self.instalment}
        yield from ((field, amount) for field, amount in told.items() if amount is not None)
        yield from (("repayments", amount) for one in self.repayments for amount in (one.due, one.paid))


class EscalationPlace(Body):
    """Where the borrower may be met; a region code or a point is needed."""

    kind: PlaceKind = PlaceKind.HOME
    address: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    region: Code | None = None
    place: PlaceBody | None = None
    quality: PlaceQuality = PlaceQuality.UNKNOWN

    @model_validator(mode="after")
    def _located(self) -> "EscalationPlace":
        if self.region is None and self.place is None:
            raise FieldError("region", "a place needs a region code or a point")
        return self


class EarlierContact(Body):
    """A contact that was made before the escalation."""

    channel: Channel
    at: Instant
    outcome: ContactOutcome


class EscalationBody(Body):
    """An overdue loan that calls and messages could not settle."""

    source: Code = Field(examples=["case-system"])
    source_reference: Text = Field(description="Unique within the source", examples=["ESC-2026-000123"])
    borrower: Borrower
    lender: Text | None = None
    loan: Loan
    places: list[EscalationPlace] = Field(min_length=1, max_length=20)
    contacts: list[EarlierContact] | None = Field(
        None, max_length=2000, description="Earlier contacts; null: not told, an empty list: none was made"
    )
    priority: Annotated[int, Field(ge=1, le=10, description="1 lowest, 10 highest")] = 5
    due_on: Day | None = Field(None, description="The day by which the visit should have been made")
    required_skills: list[Code] = Field(default_factory=list, max_length=20)
    staff_needed: Annotated[int, Field(ge=1, le=2)] = 1
    flags: list[Flag] = Field(default_factory=list, max_length=50)
    expected_recovery: MoneyBody | None = None


class EscalationBatch(Body):
    """Up to 1,000 escalations; each is judged by itself, so they are read one by one."""

    items: list[Any] = Field(min_length=1, max_length=1000, description="Escalations, see `POST /v1/escalations`")

    @model_validator(mode="before")
    @classmethod
    def _bare_list(cls, value: object) -> object:
        return {"items": value} if isinstance(value, list) else value


class HeldBody(Answer):
    """Why a case waits."""

    reason: str = Field(examples=["OUTSIDE_REGIONS"])
    detail: str
    until: datetime | None = Field(description="When it goes on by itself, if that is known")


class EligibilityBody(Answer):
    """Whether one investigator may take the case."""

    investigator_id: UUID
    eligible: bool
    reasons: list[str] = Field(description="Codes of what stands against it; empty when eligible")


class CaseEventBody(Answer):
    """One change of a case."""

    at: datetime
    name: str = Field(examples=["case.accepted"])
    status: CaseStatus = Field(description="The status after it")
    actor: str


class CaseBody(Answer):
    """A case."""

    id: UUID
    source: str
    source_reference: str
    status: CaseStatus
    region: str | None
    priority: int
    due_on: Day | None
    borrower: str = Field(description="Name of the borrower")
    product: Product
    outstanding: MoneyBody | None = Field(description=HIDDEN_AMOUNTS)
    overdue: MoneyBody | None = Field(description=HIDDEN_AMOUNTS)
    days_past_due: int
    address: str
    place: PlaceAnswer | None
    staff_needed: int
    required_skills: list[str]
    flags: list[str] = Field(description="Flags of the escalation, and REGION_MISMATCH where code and point disagree")
    held: HeldBody | None
    ruling: RulingBody
    eligible: list[EligibilityBody]
    events: list[CaseEventBody]
    received_at: datetime
    etag: str = Field(description="The ETag, for If-Match")


class CasePage(Answer):
    """A page of cases."""

    items: list[CaseBody]
    next_cursor: str | None


class BatchItem(Answer):
    """What became of one item of a batch."""

    index: int
    status: int = Field(description="The status this item would have had by itself", examples=[201])
    source_reference: str | None
    case: CaseBody | None
    problem: Any | None = Field(description="A problem document where the item was refused")


class BatchAnswer(Answer):
    """One result for each item, in their order."""

    items: list[BatchItem]


class WithdrawalBody(Body):
    """Why a case is taken back."""

    reason: Text = Field("withdrawn by the case system", description="Kept in the history of the case")


def to_escalation(body: EscalationBody) -> Escalation:
    """Where Pydantic ends: the checked body as a frozen value, points in WGS 84."""
    loan, borrower = body.loan, body.borrower
    return Escalation(
        source=body.source,
        source_reference=body.source_reference,
        borrower_reference=borrower.reference,
        borrower_name=borrower.name,
        language=borrower.language,
        lender=body.lender,
        product=loan.product,
        outstanding=loan.outstanding.money,
        overdue=loan.overdue.money,
        days_past_due=loan.days_past_due,
        attempts=None if body.contacts is None else tuple(contact.outcome for contact in body.contacts),
        places=tuple(_whereabouts(place) for place in body.places),
        priority=body.priority,
        due_on=body.due_on,
        required_skills=tuple(body.required_skills),
        staff_needed=body.staff_needed,
        flags=tuple(dict.fromkeys(body.flags)),
        body=body.model_dump(mode="json"),
    )


def _whereabouts(place: EscalationPlace) -> Whereabouts:
    point = place.place.place if place.place else None
    return Whereabouts(place.kind, place.address, place.region, point)


def show_case(tx: Session, actor: Actor, case: Case) -> CaseBody:
    """One case as a body."""
    return show_cases(tx, actor, [case])(case)


def show_cases(tx: Session, actor: Actor, cases: Sequence[Case]) -> Callable[[Case], CaseBody]:
    """How to show each of these cases to the actor; their histories and zones are read at once."""
    with_amounts = sees_amounts(actor)
    ids = [case.id for case in cases]
    events = tx.scalars(select(CaseEvent).where(CaseEvent.case_id.in_(ids)).order_by(CaseEvent.at, CaseEvent.id)).all()
    zones = zones_of_regions(tx)

    def show(case: Case) -> CaseBody:
        zone = zones.get(case.region or "", WITHOUT_REGION)
        history = [
            CaseEventBody(at=in_zone(event.at, zone), name=event.name, status=event.status, actor=event.actor)
            for event in events
            if event.case_id == case.id
        ]
        return _case_body(case, zone, history, with_amounts=with_amounts)

    return show


def _held(held: Json, zone: str) -> HeldBody:
    until = datetime.fromisoformat(held["until"]) if held["until"] else None
    return HeldBody(reason=held["reason"], detail=held["detail"], until=in_zone(until, zone) if until else None)


def _ruling(ruling: Json, *, with_amounts: bool) -> RulingBody:
    body = RulingBody.model_validate(ruling)
    for answer in body.answers:
        if not with_amounts and answer.rule in TELLS_AMOUNTS:
            answer.reason = "the amounts are not shown to who plans visits"
    return body


def _case_body(case: Case, zone: str, history: list[CaseEventBody], *, with_amounts: bool) -> CaseBody:
    return CaseBody(
        id=case.id,
        source=case.source,
        source_reference=case.source_reference,
        status=case.state,
        region=case.region,
        priority=case.priority,
        due_on=case.due_on,
        borrower=case.borrower_name,
        product=Product(case.product),
        outstanding=MoneyBody.of(case.outstanding) if with_amounts else None,
        overdue=MoneyBody.of(case.overdue) if with_amounts else None,
        days_past_due=case.days_past_due,
        address=case.address,
        place=PlaceAnswer.of(case.place) if case.place else None,
        staff_needed=case.staff_needed,
        required_skills=case.required_skills,
        flags=case.flags,
        held=_held(case.held, zone) if case.held else None,
        ruling=_ruling(case.ruling, with_amounts=with_amounts),
        eligible=[EligibilityBody.model_validate(entry) for entry in case.eligible],
        events=history,
        received_at=in_zone(case.received_at, zone),
        etag=etag_of(case.id, case.revision),
    )
