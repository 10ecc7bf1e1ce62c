"""Bodies of assessment; `app.assessment.rendering` makes what the answers document."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from app.assessment.dated_policy import Certainty
from app.assessment.policy import MAX_TERM_MONTHS
from app.assessment.relief_schema import ReliefBody
from app.assessment.service import Figures, Preview
from app.assessment.terms import OptionName, OptionNote, OptionReason, Verification
from app.kernel.money import Money
from app.runtime.bodies import LAST_YEAR, Answer, Body, Code, Day, PositiveMoneyBody, Text
from app.visits.findings_schema import ArrangementBody
from app.visits.statement_schema import StatementBody
from app.visits.terms import ComponentKind, Frequency

Share = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,18})?$"), Field(description="A decimal of one")
]
Months = Annotated[int, Field(strict=True, ge=1, le=MAX_TERM_MONTHS)]
LAST_PREVIEW_ON = date(LAST_YEAR - MAX_TERM_MONTHS // 12, 12, 31)  # the longest schedule ends in a year that is allowed
Level = Annotated[str, StringConstraints(pattern=r"^[0-5]$")]


def _leaves_room_for_a_schedule(day: date) -> date:
    if day > LAST_PREVIEW_ON:
        raise ValueError(f"the day must be {LAST_PREVIEW_ON} at the latest")
    return day


class PreviewLoan(Body):
    """Our loan on the day."""

    outstanding: PositiveMoneyBody = Field(description="What is owed in all, the overdue part included")
    overdue: PositiveMoneyBody | None = None
    instalment: PositiveMoneyBody | None = Field(None, description="What is due in a month at present")
    fees: PositiveMoneyBody | None = Field(None, description="The part of `outstanding` that bears no interest")
    annual_rate: Annotated[Decimal, Field(ge=0, le=100, max_digits=9, decimal_places=6)] | None = Field(
        None, description="Of the contract, as a decimal of one; left out when it is not known", examples=["0.1800"]
    )


class PolicyBody(Body):
    """Constants of an assessment; what is left out is taken from the region's own policy."""

    name: Text | None = None
    version: Text | None = None
    confidence: Annotated[list[Share], Field(min_length=len(Verification), max_length=len(Verification))] | None = (
        Field(None, description="Part of an income that counts, by verification level 0 to 5")
    )
    floor_per_person: PositiveMoneyBody | None = Field(None, description="Subsistence of one person for a month")
    guidelines: dict[Annotated[str, StringConstraints(max_length=100)], PositiveMoneyBody] | None = Field(
        None, max_length=200, description="What a household may spend on a category in a month without being asked why"
    )
    line_floors: dict[Annotated[str, StringConstraints(max_length=100)], PositiveMoneyBody] | None = Field(
        None, max_length=200, description="The least that a person spends on a category in a month; less is flagged"
    )
    income_fall: Share | None = Field(None, description="A fall of an irregular income that is flagged")
    savings_rate: Share | None = Field(None, examples=["0.10"])
    savings_cap: PositiveMoneyBody | None = None
    ratio_cap: Share | None = Field(None, description="Of all repayments to the income", examples=["0.50"])
    rounding_unit: PositiveMoneyBody | None = Field(None, description="Instalments are multiples of it")
    stress: Share | None = Field(None, description="Part of the income that is left in the bad case", examples=["0.80"])
    max_term_months: Months | None = None
    many_lenders: Months | None = Field(None, description="Lenders, ours included, that suggest over-indebtedness")
    pause_months: Months | None = None
    review_months: Months | None = None
    relief: ReliefBody | None = Field(None, description="Which options may be proposed, and how far they go")


class PreviewIn(Body):
    """A statement to be assessed without storing anything."""

    statement: StatementBody
    loan: PreviewLoan
    region: Code | None = None
    as_of_on: Annotated[Day, AfterValidator(_leaves_room_for_a_schedule)] | None = Field(
        None, description=f"Today in the region when left out; {LAST_PREVIEW_ON} at the latest"
    )
    policy: PolicyBody | None = Field(None, description="The region's own when left out")
    arrangement: ArrangementBody | None = Field(None, description="A draft to be held against the figures")

    def wanted(self) -> Preview:
        """The value inside."""
        outstanding, overdue, instalment = self.loan.outstanding, self.loan.overdue, self.loan.instalment
        return Preview(
            statement=self.statement.model_dump(mode="json"),
            outstanding=outstanding.money,
            overdue=overdue.money if overdue else Money(outstanding.currency, 0),
            instalment=instalment.money if instalment else None,
            region=self.region,
            as_of_on=self.as_of_on,
            policy=self.policy.model_dump(mode="json", exclude_none=True) if self.policy else None,
            fees=self.loan.fees.money if self.loan.fees else None,
            annual_rate=Fraction(self.loan.annual_rate) if self.loan.annual_rate is not None else None,
            arrangement=self.arrangement.model_dump(mode="json") if self.arrangement else None,
        )


class MoneyAnswer(Answer):
    """A computed amount; unlike one that is told it may have any number of digits."""

    amount: str = Field(examples=["1234.56"])
    currency: str = Field(examples=["CNY"])


class ResilienceAnswer(Answer):
    """What is left when the income falls to the policy's stress."""

    surplus_monthly: MoneyAnswer


class QualityAnswer(Answer):
    """Share of the month's income and spending at each verification level, null when there is none of it."""

    income: dict[Level, str] | None = Field(examples=[{"0": "0.0000", "1": "0.2500", "3": "0.7500"}])
    spending: dict[Level, str] | None
    declined_lines: list[int] = Field(description="Indices of the statement's lines that were declined")


class BusinessAnswer(Answer):
    """A month of the business; its figures stand beside those of the household and change none of them."""

    turnover_mean: MoneyAnswer
    turnover_low: MoneyAnswer = Field(description="The second lowest of the last six months")
    costs_monthly: MoneyAnswer
    net_mean: MoneyAnswer
    net_low: MoneyAnswer
    receivables: MoneyAnswer
    receivables_overdue: MoneyAnswer


class SourceAnswer(Answer):
    """Where a constant of the policy comes from."""

    text: str
    certainty: Certainty = Field(
        description="P read in the publication itself, S reported elsewhere, K known in the trade, D decided here"
    )
    as_of_on: Day | None = Field(description="The day for which it was published")


class DerivationStep(Answer):
    """How one figure came about; values are exact, a fraction such as `1300/3` where there is no finite decimal."""

    name: str = Field(examples=["planning_income"])
    rule: str
    policy: str
    value: str | None = Field(examples=["6500"])
    inputs: dict[str, str]
    lines: list[int] = Field(description="Indices of the statement's lines")


class AffordabilityAnswer(Answer):
    """What a household can afford in a month."""

    policy: str = Field(description="Name and version of the policy", examples=["CN-house 1"])
    income_monthly: MoneyAnswer
    essential_monthly: MoneyAnswer
    surplus_monthly: MoneyAnswer = Field(description="Negative for a deficit")
    debt_service_ratio: str | None = Field(description="All repayments to the income; null without income")
    affordable_instalment: MoneyAnswer
    resilience: ResilienceAnswer
    quality: QualityAnswer
    business: BusinessAnswer | None = Field(description="Null where the household told of no business")
    sources: dict[str, SourceAnswer] = Field(
        description="Of the policy's constants by name; one without an entry is the house's own default"
    )
    flags: list[str] = Field(description="Signs of hardship", examples=[["NOT_RESILIENT"]])
    derivation: list[DerivationStep]


class OptionComponentAnswer(Answer):
    """A part of an option."""

    kind: ComponentKind
    amount: MoneyAnswer | None
    frequency: Frequency | None
    count: int | None
    annual_rate: str | None = Field(description="Of a reduced interest, exactly", examples=["0.09"])


class PaymentAnswer(Answer):
    """One payment of a schedule."""

    due_on: Day
    amount: MoneyAnswer


class OptionAnswer(Answer):
    """A repayment option."""

    name: OptionName
    reason: OptionReason
    components: list[OptionComponentAnswer]
    schedule: list[PaymentAnswer]
    total: MoneyAnswer = Field(description="The sum of the schedule")
    remaining: MoneyAnswer = Field(description="What the schedule does not pay")
    ends_on: Day
    review_on: Day | None
    ratio_after: str | None = Field(description="The ratio with the highest payment, by the planning income")
    resilience: ResilienceAnswer = Field(description="What the highest payment leaves when the planning income falls")
    survives_stress: bool = Field(description="Whether every payment can still be made when the income falls")
    interest: MoneyAnswer = Field(description="What the plan adds to what is owed")
    waived: MoneyAnswer = Field(description="What the lender forgives")
    cost: MoneyAnswer = Field(
        description="What the household pays from today on: total + remaining = outstanding + interest - waived"
    )
    notes: list[OptionNote] = Field(description="What must be said beside the figures")


class DraftedAnswer(Answer):
    """Whether the household can carry what was drafted."""

    highest_monthly: MoneyAnswer = Field(description="The most that the draft asks of a month")
    within_surplus: bool
    within_affordable: bool = Field(description="Whether it is no more than the affordable instalment")
    survives_stress: bool = Field(description="Whether it can still be paid when the income falls")


class PreviewAnswer(Answer):
    """The figures of a statement."""

    affordability: AffordabilityAnswer
    options: list[OptionAnswer]
    drafted: DraftedAnswer | None = Field(description="Null when no payment was drafted")


def show_figures(figures: Figures) -> PreviewAnswer:
    """Computed figures as a body."""
    return PreviewAnswer.model_validate(
        {"affordability": figures.affordability, "options": list(figures.options), "drafted": figures.drafted}
    )
