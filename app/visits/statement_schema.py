"""The household's statement as a body: the same for findings and for a preview of an assessment.

Here only its form is checked; what its lines must say together is `app.visits.statement` for findings and
`app.assessment` for a preview.
"""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StringConstraints

from app.runtime.bodies import Body, Currency, Day, LongText, Text
from app.visits.statement import MAX_PERSONS, MONTHS_OF_A_YEAR
from app.visits.terms import Frequency, LineKind

MAX_LINES = 500

Amount = Annotated[
    str,
    StringConstraints(max_length=32),
    Field(description="Decimal string in the statement's currency", examples=["6500.00"]),
]
# All but irregular ones: of those the mean is told.
RegularFrequency = Literal[
    Frequency.WEEKLY,
    Frequency.FORTNIGHTLY,
    Frequency.FOUR_WEEKLY,
    Frequency.MONTHLY,
    Frequency.QUARTERLY,
    Frequency.YEARLY,
]
Persons = Annotated[int, Field(strict=True, ge=0, le=MAX_PERSONS)]


class MemberBody(Body):
    """Somebody of the household, told of with a reason: age and need of care decide what is reasonable to spend."""

    relation: Text = Field(description="Free text; no name is needed", examples=["daughter"])
    age: Annotated[int, Field(strict=True, ge=0, le=130)] | None = None
    needs_care: StrictBool = Field(False, description="For a disability or a need of care, with consent")
    earns: StrictBool = False


class HouseholdBody(Body):
    """Who lives from the money; one person at least."""

    adults: Persons = Field(examples=[2])
    children: Persons = 0
    dependants: Persons = 0


class CostBody(Body):
    """What the business pays for one thing."""

    category: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(examples=["stock"])
    amount: Amount
    frequency: RegularFrequency


class ReceivableBody(Body):
    """What somebody owes the business."""

    amount: Amount
    due_on: Day | None = None
    debtor: Text | None = None


class BusinessBody(Body):
    """The business that the household lives from; what it takes out of it is an income line like any other."""

    activity: Text = Field(examples=["noodle shop"])
    turnover: list[Amount] = Field(
        min_length=MONTHS_OF_A_YEAR,
        max_length=MONTHS_OF_A_YEAR,
        description="Of the last twelve months, oldest first",
        examples=[["9000.00"] * MONTHS_OF_A_YEAR],
    )
    costs: list[CostBody] = Field(default_factory=list, max_length=100)
    receivables: list[ReceivableBody] = Field(default_factory=list, max_length=200)
    busy_months: list[Annotated[int, Field(strict=True, ge=1, le=MONTHS_OF_A_YEAR)]] = Field(
        default_factory=list, max_length=MONTHS_OF_A_YEAR, description="Its season, 1 for January"
    )
    started_on: Day | None = None
    closed_on: Day | None = None
    note: LongText | None = None


class StatementLineBody(Body):
    """One line of a statement; a line that the household declines to answer may be empty and counts nothing."""

    kind: LineKind
    category: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(
        description="Free text; lines of one category are added up", examples=["wages"]
    )
    amount: Amount | None = Field(None, description="At each `frequency`; the worth of an asset")
    frequency: Frequency | None = Field(None, description="Needed unless the line is declined or an asset")
    verification: Annotated[int, Field(strict=True, ge=0, le=5)] = Field(
        0,
        description="0 not asked, 1 stated, 2 stated and consistent with what was seen, 3 document sighted, "
        "4 document copied, 5 from the source",
    )
    evidence: list[Annotated[str, StringConstraints(min_length=1, max_length=200)]] = Field(
        default_factory=list, max_length=50, description="References of documents"
    )
    declined: StrictBool = Field(False, description="The household preferred not to answer; never scored")
    note: LongText | None = None
    monthly_amounts: list[Amount] = Field(
        default_factory=list,
        max_length=MONTHS_OF_A_YEAR,
        description="Of an irregular line: its last twelve months, oldest first",
    )
    balance: Amount | None = Field(None, description="Of a debt: what is still owed")
    priority: StrictBool = Field(False, description="Of a debt: it goes before ours, such as rent arrears")
    earner: Text | None = Field(None, description="Of an income: who earns it", examples=["borrower"])
    ends_on: Day | None = Field(None, description="When it is expected to end; what has ended counts nothing")
    creditor: Text | None = Field(None, description="Of a debt: who is owed")
    arrears: Amount | None = Field(None, description="Of a debt: what is overdue of it")
    secured: StrictBool = Field(False, description="Of a debt: something is pledged for it")
    informal: StrictBool = Field(False, description="Of a debt: owed to family or a private lender")
    pledged: StrictBool = Field(False, description="Of an asset: it is pledged for a debt")
    exempt: StrictBool = Field(False, description="Of an asset: exempt from seizure, such as tools of trade")


class StatementBody(Body):
    """What a household earns, spends, owes and owns; all amounts are in one currency."""

    currency: Currency
    household: HouseholdBody
    members: list[MemberBody] = Field(
        default_factory=list, max_length=MAX_PERSONS, description="Some of the household more closely"
    )
    lines: list[StatementLineBody] = Field(default_factory=list, max_length=MAX_LINES)
    business: BusinessBody | None = Field(None, description="For those who live from one")
