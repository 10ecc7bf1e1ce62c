"""Which relief a lender allows, and how far: the limits of every option, as a part of the policy."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from app.assessment.faults import refuse
from app.assessment.terms import ComponentKind
from app.kernel.errors import Fault
from app.kernel.money import Money

LONGEST_MONTHS = 600
LONGEST_DAYS = 366

# A lender cannot forbid that a household pays in parts, waits while nothing is left over, or asks for mediation.
ALWAYS = frozenset({ComponentKind.INSTALMENT, ComponentKind.GRACE, ComponentKind.MEDIATION})
# These forgive money: only a policy that names them has them.
FORGIVING = frozenset(
    {
        ComponentKind.FEE_WAIVER,
        ComponentKind.INTEREST_REDUCTION,
        ComponentKind.PRINCIPAL_REDUCTION,
        ComponentKind.SETTLEMENT_LUMP,
    }
)
_BY_DEFAULT = frozenset(
    {ComponentKind.EXTENSION, ComponentKind.INTEREST_FREEZE, ComponentKind.STEP_UP, ComponentKind.SEASONAL}
)


@dataclass(frozen=True)
class Relief:
    """The limits within which options are proposed; shares are exact fractions of one, defaults are the house's own.

    `allowed`: the components beside those that are always possible. `charges_interest`: whether the contract goes on to
    charge interest on what is owed; False where `outstanding` holds all interest until the end already.
    `longest_extension_months`: the longest term that an extension names. `lowest_rate_share`: a reduced rate is that
    part of the contract's. `highest_fee_share`, `lowest_principal_share`: how much of the fees may be waived, and of
    the rest must be paid. `lowest_settlement_share`, `longest_settlement_days`: what a settlement pays of all that is
    owed, and how fast. `step_up_first_share`, `step_up_steps`, `step_up_months`: the first payment as a part of the
    affordable instalment, the number of steps that leads to it, and how long each lasts. `token_amount`: a payment
    asked by the borrower while nothing is left over. `season_above_surplus`: whether a seasonal payment may be above
    the affordable instalment in a month that earns it; then that month's own surplus bounds it.
    """

    allowed: frozenset[ComponentKind] = _BY_DEFAULT
    charges_interest: bool = True
    longest_grace_months: int = 3
    longest_extension_months: int = LONGEST_MONTHS
    longest_freeze_months: int = 6
    lowest_rate_share: Fraction = Fraction(1, 2)
    highest_fee_share: Fraction = Fraction(1)
    lowest_principal_share: Fraction = Fraction(4, 5)
    lowest_settlement_share: Fraction = Fraction(7, 10)
    longest_settlement_days: int = 92
    step_up_first_share: Fraction = Fraction(1, 2)
    step_up_steps: int = 3
    step_up_months: int = 3
    token_amount: Money | None = None
    season_above_surplus: bool = False

    def __post_init__(self) -> None:
        refuse([*self._faults_of_shares(), *self._faults_of_counts(), *self._faults_of_the_token()])

    def allows(self, kind: ComponentKind) -> bool:
        """Whether options may have such a component."""
        return kind in ALWAYS or kind in self.allowed

    def _faults_of_shares(self) -> Iterator[Fault]:
        names = ["lowest_rate_share", "highest_fee_share", "lowest_principal_share"]
        names += ["lowest_settlement_share", "step_up_first_share"]
        yield from (Fault(f"/{name}", "must be 0 to 1") for name in names if not 0 <= getattr(self, name) <= 1)

    def _faults_of_counts(self) -> Iterator[Fault]:
        bounds = {"longest_grace_months": (0, LONGEST_MONTHS), "longest_extension_months": (1, LONGEST_MONTHS)}
        bounds |= {"longest_freeze_months": (0, LONGEST_MONTHS), "longest_settlement_days": (1, LONGEST_DAYS)}
        bounds |= {"step_up_steps": (2, 12), "step_up_months": (1, 24)}
        for name, (least, most) in bounds.items():
            if not least <= getattr(self, name) <= most:
                yield Fault(f"/{name}", f"must be {least} to {most}")

    def _faults_of_the_token(self) -> Iterator[Fault]:
        if self.token_amount is not None and self.token_amount.minor <= 0:
            yield Fault("/token_amount", "must be positive")
        if ComponentKind.TOKEN in self.allowed and self.token_amount is None:
            yield Fault("/token_amount", "is needed where token payments are allowed")
