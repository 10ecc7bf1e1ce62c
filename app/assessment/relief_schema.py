"""The relief of a policy as a body."""

from typing import Annotated

from pydantic import Field, StrictBool, StringConstraints

from app.assessment.relief import LONGEST_DAYS, LONGEST_MONTHS
from app.runtime.bodies import Body, PositiveMoneyBody
from app.visits.terms import ComponentKind

_Share = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,18})?$"), Field(description="A decimal of one")
]
_Months = Annotated[int, Field(strict=True, ge=0, le=LONGEST_MONTHS)]


class ReliefBody(Body):
    """Limits of the options that may be proposed; what is left out is taken from the policy that is changed."""

    allowed: list[ComponentKind] | None = Field(
        None,
        max_length=len(ComponentKind),
        description="Components that options may have; instalment, grace and mediation always are. What forgives money "
        "(fee_waiver, interest_reduction, principal_reduction, settlement_lump) and token need to be named",
    )
    charges_interest: StrictBool | None = Field(
        None, description="Whether the contract goes on to charge interest; false where `outstanding` holds it already"
    )
    longest_grace_months: _Months | None = None
    longest_extension_months: _Months | None = Field(None, description="The longest term that an extension names")
    longest_freeze_months: _Months | None = None
    lowest_rate_share: _Share | None = Field(None, description="A reduced rate as a part of the contract's")
    highest_fee_share: _Share | None = Field(None, description="Part of the fees that may be waived")
    lowest_principal_share: _Share | None = Field(None, description="Part of the rest that must be paid")
    lowest_settlement_share: _Share | None = Field(None, description="Part of all that is owed that settles it")
    longest_settlement_days: Annotated[int, Field(strict=True, ge=1, le=LONGEST_DAYS)] | None = None
    step_up_first_share: _Share | None = Field(
        None, description="The first payment as a part of the affordable instalment"
    )
    step_up_steps: Annotated[int, Field(strict=True, ge=2, le=12)] | None = None
    step_up_months: Annotated[int, Field(strict=True, ge=1, le=24)] | None = Field(None, description="Of each step")
    token_amount: PositiveMoneyBody | None = Field(
        None, description="A payment that the borrower may ask for while nothing is left over"
    )
    season_above_surplus: StrictBool | None = Field(
        None, description="Whether a seasonal payment may be above the usual surplus in a month that earns it"
    )
