"""Policies as dated data of regions: which one holds for a household, and where each of its figures comes from (PURE).

A guideline follows the household: so much for its first adult, for each further adult or dependant, for each child. A
figure that nobody has brought is missing and said to be missing; none is borrowed from another region's policy.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.assessment.faults import refuse
from app.assessment.policy import Policy, house_policy
from app.assessment.statement import Household
from app.kernel.errors import Fault
from app.kernel.money import Money, total


class Certainty(StrEnum):
    """How sure we are of a figure."""

    PRIMARY = "P"  # read in the law or the publication itself
    SECONDARY = "S"
    KNOWN = "K"  # known in the trade, no publication at hand
    DECIDED = "D"  # the house's own decision


@dataclass(frozen=True)
class Source:
    """Where a figure comes from; `as_of_on` is the day for which it was published."""

    text: str
    certainty: Certainty
    as_of_on: date | None = None


@dataclass(frozen=True)
class Guideline:
    """What a household may spend on a category in a month before it is asked why."""

    first_adult: Money
    further_adult: Money
    child: Money

    def of(self, household: Household) -> Money:
        """The amount for this household; who is no child counts like an adult."""
        grown = household.adults + household.dependants
        parts = [self.first_adult] if grown else []
        parts += [self.further_adult] * max(0, grown - 1) + [self.child] * household.children
        return total(parts, self.first_adult.currency)


@dataclass(frozen=True)
class DatedPolicy:
    """A policy of some regions (prefixes of their codes; an empty one is every region) from a day to before another.

    `sources` has one entry for each constant, and for `guidelines` and `line_floors` where there are any.
    """

    policy: Policy
    regions: tuple[str, ...]
    effective_from: date
    effective_to: date | None
    guidelines: Mapping[str, Guideline]
    sources: Mapping[str, Source]

    def __post_init__(self) -> None:
        faults = [] if self.regions else [Fault("/regions", "name at least one prefix of region codes")]
        if self.effective_to is not None and self.effective_to <= self.effective_from:
            faults.append(Fault("/effective_to", "must be after effective_from"))
        refuse(faults)

    def holds(self, region: str | None, on: date) -> bool:
        """Whether it is one of the region's on the day."""
        in_time = self.effective_from <= on and (self.effective_to is None or on < self.effective_to)
        return in_time and self.nearness(region) is not None

    def nearness(self, region: str | None) -> int | None:
        """How many characters of the region's code it names; None when it is not for the region."""
        named = [len(prefix) for prefix in self.regions if (region or "").startswith(prefix)]
        return max(named, default=None)

    def of(self, household: Household) -> "Constants":
        """The constants for this household: what the guidelines come to follows from who lives in it."""
        amounts = {name: guideline.of(household) for name, guideline in self.guidelines.items()}
        return Constants(replace(self.policy, guidelines=amounts), self.sources)


@dataclass(frozen=True)
class Constants:
    """The policy for one household, and where its figures come from."""

    policy: Policy
    sources: Mapping[str, Source]

    def changed(self, policy: Policy, names: Iterable[str]) -> "Constants":
        """The same with other figures under these names, given by whoever asks."""
        given = {name: Source("Given with the request", Certainty.DECIDED) for name in names}
        return Constants(policy, {**self.sources, **given})


class PolicyBook:
    """All policies, the shipped ones first, then those that were brought, oldest first."""

    def __init__(self, policies: Iterable[DatedPolicy]) -> None:
        self.policies = tuple(policies)

    def holding(self, region: str | None, currency: str, on: date) -> DatedPolicy | None:
        """The policy of the region on the day: the one that names most of its code, of those the one brought last."""
        held = [(dated.nearness(region) or 0, number, dated) for number, dated in self._in(currency, region, on)]
        return max(held, key=lambda entry: entry[:2])[2] if held else None

    def constants_for(self, region: str | None, household: Household, currency: str, on: date) -> Constants:
        """The constants for a household; the house's own, without a source, where no policy is known."""
        dated = self.holding(region, currency, on)
        return Constants(house_policy(currency), {}) if dated is None else dated.of(household)

    def _in(self, currency: str, region: str | None, on: date) -> list[tuple[int, DatedPolicy]]:
        return [
            (number, dated)
            for number, dated in enumerate(self.policies)
            if dated.policy.currency == currency and dated.holds(region, on)
        ]
