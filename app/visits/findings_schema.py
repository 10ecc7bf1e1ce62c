"""What the phone puts as findings (contract, "Findings")."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StrictBool, StringConstraints, model_validator

from app.compliance.door_protocol import Met
from app.kernel.errors import FieldError
from app.runtime.bodies import Body, Code, Day, LongText, PositiveMoneyBody, Text
from app.runtime.clock import today
from app.visits.findings import ToldFindings
from app.visits.statement_schema import StatementBody
from app.visits.terms import ComponentKind, Frequency, Outcome, OverdueReason

# Where a day begins first: nowhere is it later than there.
EARLIEST_ZONE = "Pacific/Kiritimati"
Remark = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class OverdueReasonBody(Body):
    """One reason why the loan is overdue."""

    code: OverdueReason
    primary: StrictBool = Field(False, description="Exactly one of the reasons is the primary one")
    since_on: Day | None = None
    expected_end_on: Day | None = Field(None, description="When the borrower expects it to be over")
    note: LongText | None = None

    @model_validator(mode="after")
    def _possible(self) -> "OverdueReasonBody":
        if self.since_on is not None and self.since_on > today(EARLIEST_ZONE):
            raise FieldError("since_on", "a reason for being overdue has begun already")
        if self.since_on is not None and self.expected_end_on is not None and self.expected_end_on < self.since_on:
            raise FieldError("expected_end_on", "expected_end_on must not lie before since_on")
        return self


class PromiseBody(Body):
    """What the borrower promised to pay."""

    amount: PositiveMoneyBody
    due_on: Day = Field(description="Not before the day of the visit")
    channel: Text | None = Field(None, examples=["bank_transfer"])

    @model_validator(mode="after")
    def _something(self) -> "PromiseBody":
        if self.amount.money.minor == 0:
            raise FieldError("amount", "a promise is about an amount above zero")
        return self


class ArrangementComponentBody(Body):
    """A part of the arrangement that was drafted at the door."""

    kind: ComponentKind
    amount: PositiveMoneyBody | None = None
    frequency: Frequency | None = None
    count: Annotated[int, Field(strict=True, ge=1, le=600)] | None = Field(None, description="How many times")
    annual_rate: Annotated[Decimal, Field(ge=0, le=100, max_digits=9, decimal_places=6)] | None = Field(
        None, description="Of a reduced interest", examples=["0.0600"]
    )
    note: LongText | None = None


class ArrangementBody(Body):
    """A draft of what the household and the lender might agree on; the risk department decides."""

    components: list[ArrangementComponentBody] = Field(min_length=1, max_length=20)


class FindingsIn(Body):
    """What was found at the door; each PUT replaces the one before, all of them are kept.

    With a minor nothing of the loan is discussed at all, with other third persons no statement, promise or arrangement.
    """

    outcome: Outcome | None = Field(None, description="Needed before the visit can be finished")
    met: Met | None = None
    overdue_reasons: list[OverdueReasonBody] = Field(default_factory=list, max_length=len(OverdueReason))
    statement: StatementBody | None = None
    promise: PromiseBody | None = None
    arrangement: ArrangementBody | None = None
    education: list[Code] = Field(
        default_factory=list, max_length=50, description="Material handed over", examples=[["repayment-rights-zh"]]
    )
    complaint: Remark | None = Field(None, description="What the borrower complains of; opens a complaint")
    vulnerability: list[Text] = Field(
        default_factory=list, max_length=50, description="Signs of vulnerability; any opens a review"
    )
    safety: Remark | None = Field(None, description="What the next visitor should know to be safe")
    note: LongText | None = None

    @model_validator(mode="after")
    def _one_primary_reason(self) -> "FindingsIn":
        codes = [reason.code for reason in self.overdue_reasons]
        if len(set(codes)) < len(codes):
            raise FieldError("overdue_reasons", "overdue_reasons name a code twice")
        if codes and sum(reason.primary for reason in self.overdue_reasons) != 1:
            raise FieldError("overdue_reasons", "exactly one of the overdue_reasons must be primary")
        return self


class CorrectionIn(Body):
    """Findings put right after the visit, and why."""

    reason: Text = Field(description="What was wrong", examples=["The rent was typed twice"])
    findings: FindingsIn


def to_findings(body: FindingsIn) -> ToldFindings:
    """Where Pydantic ends: the checked body as a frozen value."""
    return ToldFindings.read(body.model_dump(mode="json"))
