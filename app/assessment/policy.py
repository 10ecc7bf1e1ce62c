"""Every constant of an assessment, as versioned data: nothing in the formulas is a number of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from app.assessment.faults import refuse
from app.assessment.json_object import pointer_to
from app.assessment.relief import Relief
from app.assessment.terms import Verification
from app.kernel.errors import Fault
from app.kernel.money import Money, exponent

MAX_TERM_MONTHS = 600  # fifty years: keeps a schedule finite whatever a policy says


@dataclass(frozen=True)
class Policy:
    """The constants of one assessment; all money in one currency, shares as exact fractions of one.

    `confidence`: the part of an income that is counted, for each verification level 0 to 5. `guidelines`: what a
    household may spend on a category in a month before it is asked why. `line_floors`: the least that a person is known
    to spend on a category in a month; less is a warning, and changes no figure. `income_fall`: from which share on a
    fall of an irregular income is a warning. `rounding_unit`: instalments are multiples of
    it. `stress`: the part of the income that is left in the bad case. `many_lenders`: number of lenders, ours included,
    from which on over-indebtedness is suspected. `pause_months`, `review_months`: when a pause or an extension must be
    looked at again. `relief`: which options may be proposed, and how far they go.
    """

    name: str
    version: str
    floor_per_person: Money
    savings_cap: Money
    rounding_unit: Money
    confidence: tuple[Fraction, ...]
    savings_rate: Fraction
    ratio_cap: Fraction
    stress: Fraction
    max_term_months: int
    guidelines: Mapping[str, Money] = field(default_factory=dict)
    line_floors: Mapping[str, Money] = field(default_factory=dict)
    income_fall: Fraction = Fraction(3, 10)
    many_lenders: int = 4
    pause_months: int = 3
    review_months: int = 12
    relief: Relief = field(default_factory=Relief)

    def __post_init__(self) -> None:
        object.__setattr__(self, "guidelines", MappingProxyType(dict(self.guidelines)))
        object.__setattr__(self, "line_floors", MappingProxyType(dict(self.line_floors)))
        refuse([*self._faults_of_money(), *self._faults_of_shares(), *self._faults_of_counts()])

    @property
    def currency(self) -> str:
        """The currency of all amounts."""
        return self.rounding_unit.currency

    @property
    def label(self) -> str:
        """Name and version, as reports cite the policy."""
        return f"{self.name} {self.version}"

    def _faults_of_money(self) -> Iterator[Fault]:
        amounts = {"/floor_per_person": self.floor_per_person, "/savings_cap": self.savings_cap}
        amounts |= {pointer_to("guidelines", key): amount for key, amount in self.guidelines.items()}
        amounts |= {pointer_to("line_floors", key): amount for key, amount in self.line_floors.items()}
        if self.relief.token_amount is not None:
            amounts["/relief/token_amount"] = self.relief.token_amount
        if self.rounding_unit.minor <= 0:
            yield Fault("/rounding_unit", "must be positive")
        for pointer, amount in amounts.items():
            if amount.currency != self.currency:
                yield Fault(pointer, f"{amount.currency} in a policy in {self.currency}")
            if amount.minor < 0:
                yield Fault(pointer, "must not be negative")

    def _faults_of_shares(self) -> Iterator[Fault]:
        if len(self.confidence) != len(Verification):
            yield Fault("/confidence", f"needs {len(Verification)} values, one for each verification level")
        shares = {f"/confidence/{level}": value for level, value in enumerate(self.confidence)}
        shares |= {"/savings_rate": self.savings_rate, "/ratio_cap": self.ratio_cap, "/stress": self.stress}
        shares |= {"/income_fall": self.income_fall}
        yield from (Fault(pointer, "must be 0 to 1") for pointer, value in shares.items() if not 0 <= value <= 1)

    def _faults_of_counts(self) -> Iterator[Fault]:
        counts = {"max_term_months": self.max_term_months, "pause_months": self.pause_months}
        counts |= {"review_months": self.review_months, "many_lenders": self.many_lenders}
        for name, count in counts.items():
            if not 1 <= count <= MAX_TERM_MONTHS:
                yield Fault(f"/{name}", f"must be 1 to {MAX_TERM_MONTHS}")


# Where nothing else is known: a fifth is taken off what was only stated, a tenth off what agrees with what was seen.
HOUSE_CONFIDENCE = (Fraction(0), Fraction(4, 5), Fraction(9, 10), Fraction(1), Fraction(1), Fraction(1))
NO_CAP_MINOR = 10**15


def house_policy(currency: str) -> Policy:
    """The house's own policy in a currency, for a day and a region of which no policy is known.

    No local subsistence standard is known then: the floor is nothing and each assessment is flagged `FLOOR_UNKNOWN`, so
    that nobody takes the missing floor for a protection.
    """
    return Policy(
        name=f"{currency}-house",
        version="1",
        confidence=HOUSE_CONFIDENCE,
        floor_per_person=Money(currency, 0),
        savings_rate=Fraction(1, 10),
        savings_cap=Money(currency, NO_CAP_MINOR),
        ratio_cap=Fraction(1, 2),
        rounding_unit=Money(currency, 10 ** exponent(currency)),
        stress=Fraction(4, 5),
        max_term_months=36,
    )
