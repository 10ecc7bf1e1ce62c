"""The household's statement as a body: the same for findings and for a preview of an assessment.

Here only its form is checked; what its lines must say together is `app.visits.statement` for findings and
`app.assessment` for a preview.
"""

from typing import Annotated

from pydantic import Field, StrictBool, StringConstraints

from app.runtime.bodies import Body, Currency, LongText
from app.visits.statement import MAX_PERSONS, MONTHS_OF_A_YEAR
from app.visits.terms import Frequency, LineKind

MAX_LINES = 500

Amount = Annotated[
    str,
    StringConstraints(max_length=32),
    Field(description="Decimal string in the statement's currency", examples=["6500.00"]),
]
Persons = Annotated[int, Field(strict=True, ge=0, le=MAX_PERSONS)]


class HouseholdBody(Body):
    """Who lives from the money; one person at least."""

    adults: Persons = Field(examples=[2])
    children: Persons = 0
    dependants: Persons = 0


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


class StatementBody(Body):
    """What a household earns, spends, owes and owns; all amounts are in one currency."""

    currency: Currency
    household: HouseholdBody
    lines: list[StatementLineBody] = Field(default_factory=list, max_length=MAX_LINES)
