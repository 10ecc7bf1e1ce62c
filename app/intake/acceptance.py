"""Whether an escalated case may be visited at all (PURE)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.intake.terms import ContactOutcome, Product
from app.kernel.money import Money

SOURCE = "house acceptance policy"
# Rules whose reasons tell amounts of the loan.
TELLS_AMOUNTS = frozenset({"minimum_overdue"})
BARE_OUTCOMES = frozenset({ContactOutcome.WRONG_NUMBER})


@dataclass(frozen=True)
class AcceptancePolicy:
    """What a case must bring before anybody is sent to a door.

    `minimum_overdue` is in minor units for each currency; a currency that is not named needs anything above zero.
    """

    version: str = "1"
    visitable: frozenset[Product] = frozenset(Product)
    minimum_overdue: Mapping[str, int] = field(default_factory=lambda: {"CNY": 100_00, "INR": 1_000_00, "USD": 20_00})
    minimum_days_past_due: int = 1
    minimum_attempts: int = 1

    def least_overdue(self, currency: str) -> Money:
        """The least that must be overdue for a visit."""
        return Money(currency, self.minimum_overdue.get(currency, 1))


POLICY = AcceptancePolicy()
"""The policy in force."""


@dataclass(frozen=True)
class Candidate:
    """What the rules look at; `attempts` None means that the case system did not tell its contacts."""

    product: Product
    overdue: Money
    days_past_due: int
    attempts: Sequence[ContactOutcome] | None


@dataclass(frozen=True)
class Verdict:
    """One rule's answer."""

    rule: str
    allowed: bool
    reason: str


def decide(candidate: Candidate, policy: AcceptancePolicy) -> tuple[Verdict, ...]:
    """The answer of every acceptance rule, in a fixed order."""
    return (
        _visitable_product(candidate, policy),
        _minimum_overdue(candidate, policy),
        _minimum_days(candidate, policy),
        _earlier_contact(candidate, policy),
    )


def _visitable_product(candidate: Candidate, policy: AcceptancePolicy) -> Verdict:
    allowed = candidate.product in policy.visitable
    return Verdict("visitable_product", allowed, f"{candidate.product} is {'' if allowed else 'not '}visited")


def _minimum_overdue(candidate: Candidate, policy: AcceptancePolicy) -> Verdict:
    currency = candidate.overdue.currency
    least = policy.least_overdue(currency)
    return Verdict(
        "minimum_overdue",
        candidate.overdue.minor >= least.minor,
        f"{candidate.overdue.amount} {currency} overdue, at least {least.amount} is needed",
    )


def _minimum_days(candidate: Candidate, policy: AcceptancePolicy) -> Verdict:
    return Verdict(
        "minimum_days_past_due",
        candidate.days_past_due >= policy.minimum_days_past_due,
        f"{candidate.days_past_due} days past due, at least {policy.minimum_days_past_due} are needed",
    )


def _earlier_contact(candidate: Candidate, policy: AcceptancePolicy) -> Verdict:
    """A visit is the last resort: calls or messages come first. A wrong number reached nobody and does not count."""
    if candidate.attempts is None:
        return Verdict("earlier_contact", True, "earlier contacts were not told; they count as made")
    count = sum(outcome not in BARE_OUTCOMES for outcome in candidate.attempts)
    return Verdict(
        "earlier_contact",
        count >= policy.minimum_attempts,
        f"{count} earlier contact attempts, at least {policy.minimum_attempts} needed before a visit",
    )
