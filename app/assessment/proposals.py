"""How each kind of option is made; `app.assessment.arrangement` says which of them are proposed.

A maker gives None where its option cannot be: the policy does not allow it, it would not end in time, or it would not
be what its name says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby
from math import ceil, floor

from app.assessment.figures import Affordability
from app.assessment.loan import LoanFigures
from app.assessment.option import Component, Option, Payment
from app.assessment.periods import months_after
from app.assessment.policy import Policy
from app.assessment.relief import LONGEST_MONTHS, Relief
from app.assessment.repayment import Asked, Debt, Repayment, repay
from app.assessment.season import Season, carried_in
from app.assessment.terms import ComponentKind, Frequency, OptionName, OptionNote, OptionReason
from app.kernel.money import Money, exponent

_Measures = tuple[Component, ...]


@dataclass(frozen=True)
class Basis:
    """What options are made of: the figures, our loan, the policy, and the season of the household if it has one."""

    figures: Affordability
    loan: LoanFigures
    policy: Policy
    as_of_on: date
    season: Season | None = None

    @property
    def relief(self) -> Relief:
        """The limits of the options."""
        return self.policy.relief

    @property
    def affordable(self) -> Money:
        """The affordable instalment, which is a multiple of the rounding unit."""
        return self.money(self.figures.affordable_instalment)

    @property
    def steady(self) -> Money:
        """The affordable instalment, but no more than what is left when the income falls to the policy's stress."""
        unit = self.policy.rounding_unit.exact
        bearable = min(self.figures.affordable_instalment, self.figures.stressed.surplus)
        return self.money(max(Fraction(0), floor(bearable / unit) * unit))

    @property
    def rate(self) -> Fraction:
        """The annual rate that the plan is charged; nothing where it is not known."""
        told = self.loan.annual_rate
        return told if told is not None and self.relief.charges_interest else Fraction(0)

    def money(self, value: Fraction) -> Money:
        """An exact amount that fits the scale of the currency."""
        return Money.rounded(value, self.loan.currency)

    def debt(self, *, free_months: int = 0, rate_share: Fraction = Fraction(1)) -> Debt:
        """What is owed, under an interest that is free at first or lower."""
        fees = self.loan.fees or Money(self.loan.currency, 0)
        return Debt(self.loan.outstanding - fees, fees, self.rate * rate_share, free_months)

    def frozen_months(self, wanted: int) -> int:
        """How many of the first months are free of interest, when so many are wanted; none where it is not charged."""
        if self.rate == 0 or not self.relief.allows(ComponentKind.INTEREST_FREEZE):
            return 0
        return min(wanted, self.relief.longest_freeze_months)


# ---- plans that pay everything


def instalment_plan(basis: Basis) -> Option | None:
    """The affordable instalment until nothing is left."""
    return _whole(basis, OptionName.INSTALMENT, OptionReason.WITHIN_TERM, _always(basis.affordable), basis.debt())


def steady_plan(basis: Basis) -> Option | None:
    """An instalment that can still be paid when the income falls."""
    if basis.steady.minor == 0:
        return None
    return _whole(basis, OptionName.STEADY, OptionReason.SURVIVES_STRESS, _always(basis.steady), basis.debt())


def step_up_plan(basis: Basis) -> Option | None:
    """Lower payments first, rising by even steps to the affordable instalment; none where all is paid before a rise.

    The component counts the payments that come before the full instalment is asked for.
    """
    relief, unit = basis.relief, basis.policy.rounding_unit.exact
    if not relief.allows(ComponentKind.STEP_UP):
        return None
    first, last = relief.step_up_first_share, relief.step_up_steps - 1
    shares = [first + (1 - first) * Fraction(step, last) for step in range(last + 1)]
    steps = [basis.money(floor(basis.figures.affordable_instalment * share / unit) * unit) for share in shares]
    if steps[0].minor == 0:
        return None

    def asked(month: int) -> Money:
        return steps[min((month - 1) // relief.step_up_months, last)]

    run = repay(basis.debt(), asked, basis.policy.max_term_months, basis.as_of_on)
    if not run.is_complete or run.highest == run.payments[0].amount.exact:
        return None
    lower = min(relief.step_up_months * last, len(run.payments))
    rising = Component(ComponentKind.STEP_UP, None, Frequency.MONTHLY, lower)
    return _proposal(basis, OptionName.STEP_UP, OptionReason.EASIER_START, (rising,), run)


def grace_plan(basis: Basis) -> Option | None:
    """Some months without a payment, as many as the policy allows and the longest term leaves; then instalments."""
    for months in range(basis.relief.longest_grace_months, 0, -1):
        free = basis.frozen_months(months)
        measures = (Component(ComponentKind.GRACE, None, Frequency.MONTHLY, months), *_freeze(free))
        asked, debt = _after(months, basis.affordable), basis.debt(free_months=free)
        plan = _whole(basis, OptionName.GRACE, OptionReason.TIME_FIRST, asked, debt, measures)
        if plan is not None:
            return plan
    return None


def seasonal_plan(basis: Basis) -> Option | None:
    """What each month can carry: less or nothing in lean months, and more in good ones where the policy allows it.

    The season decides the payments only: `ratio_after` and `stressed_surplus` rest on the planning income here too.
    """
    season, above = basis.season, basis.relief.season_above_surplus
    if season is None or not basis.relief.allows(ComponentKind.SEASONAL):
        return None
    most = {month: basis.money(carried_in(month, basis.policy)) for month in season.months}

    def asked(number: int) -> Money:
        carried = most[season.month_of(months_after(basis.as_of_on, number))]
        return carried if above else min(carried, basis.affordable)

    run = repay(basis.debt(), asked, basis.policy.max_term_months, basis.as_of_on)
    if not run.is_complete:
        return None
    measure = Component(ComponentKind.SEASONAL, None, Frequency.MONTHLY, len(run.payments))
    notes = (OptionNote.ABOVE_SURPLUS_IN_SEASON,) if run.highest > max(Fraction(0), basis.figures.surplus) else ()
    return _proposal(basis, OptionName.SEASONAL, OptionReason.LEAN_MONTHS, (measure,), run, notes=notes)


def relief_plan(basis: Basis, instalment: Money) -> Option | None:
    """The instalment for the longest term, with the least relief among what is allowed that lets it pay everything.

    Interest is relieved before anything is waived. What is waived is what is left after the last payment, and no more;
    it is taken from the fees as far as they may be waived, then from the rest.
    """
    if instalment.minor == 0:
        return None
    for fees, principal in _waivable(basis):
        for debt, measures in _reliefs_of_interest(basis):
            run = repay(debt, _always(instalment), basis.policy.max_term_months, basis.as_of_on)
            of_fees = min(run.rest, fees)
            if run.rest - of_fees <= principal:
                waivers = _waivers(of_fees, run.rest - of_fees)
                name, reason = OptionName.RELIEF, OptionReason.RELIEF_WITHIN_TERM
                return _proposal(basis, name, reason, (*measures, *waivers), run, waived=run.rest)
    return None


def settlement_plan(basis: Basis) -> Option | None:
    """The affordable instalments of a short time settle everything, when they reach the share that the policy asks."""
    relief, outstanding = basis.relief, basis.loan.outstanding
    if not relief.allows(ComponentKind.SETTLEMENT_LUMP):
        return None
    months = _months_within(basis.as_of_on, relief.longest_settlement_days, basis.policy.max_term_months)
    paid = Money(basis.loan.currency, basis.affordable.minor * months)
    if not ceil(outstanding.minor * relief.lowest_settlement_share) <= paid.minor < outstanding.minor or months == 0:
        return None
    run = repay(Debt(paid, Money(paid.currency, 0)), _always(basis.affordable), months, basis.as_of_on)
    lump = Component(ComponentKind.SETTLEMENT_LUMP, paid)
    name, reason = OptionName.SETTLEMENT, OptionReason.SETTLED_EARLY
    return _proposal(basis, name, reason, (lump,), run, waived=outstanding - paid)


# ---- what pays a part, or nothing, until it is looked at again


def extension(basis: Basis) -> Option | None:
    """Instalments until the review; the component names the whole term, when the policy lets it be so long."""
    if not basis.relief.allows(ComponentKind.EXTENSION):
        return None
    months = min(basis.policy.review_months, basis.policy.max_term_months)
    free = basis.frozen_months(months)
    debt, asked = basis.debt(free_months=free), _always(basis.affordable)
    whole = repay(debt, asked, min(LONGEST_MONTHS, basis.relief.longest_extension_months), basis.as_of_on)
    term = whole.months if whole.is_complete else None
    extended = Component(ComponentKind.EXTENSION, None, Frequency.MONTHLY, term)
    run = repay(debt, asked, months, basis.as_of_on)
    notes = () if term is not None else (OptionNote.NO_END_IN_SIGHT,)
    name, reason = OptionName.EXTENSION, OptionReason.TERM_ABOVE_MAX
    return _proposal(basis, name, reason, (extended, *_freeze(free)), run, notes=notes)


def token_plan(basis: Basis) -> Option | None:
    """A small payment for the time of a pause, as the borrower asked; never above a surplus, if there is any."""
    token = basis.relief.token_amount
    if token is None or not basis.relief.allows(ComponentKind.TOKEN):
        return None
    surplus = floor(basis.figures.surplus * 10 ** exponent(token.currency))
    amount = min(token, Money(token.currency, surplus)) if basis.figures.surplus > 0 else token
    if amount.minor == 0:
        return None
    months = min(basis.policy.pause_months, basis.policy.max_term_months)
    free = basis.frozen_months(months)
    run = repay(basis.debt(free_months=free), _always(amount), months, basis.as_of_on)
    return _proposal(basis, OptionName.TOKEN, OptionReason.ASKED_BY_BORROWER, _freeze(free), run)


def pause(basis: Basis, reason: OptionReason) -> Option:
    """Nothing is paid until the review."""
    grace = Component(ComponentKind.GRACE, None, Frequency.MONTHLY, basis.policy.pause_months)
    return _without_payment(basis, OptionName.PAUSE, reason, grace)


def referral(basis: Basis, reason: OptionReason) -> Option:
    """Somebody independent looks at it together with the household."""
    return _without_payment(basis, OptionName.REFERRAL, reason, Component(ComponentKind.MEDIATION))


# ---- the parts that options are made of


def _without_payment(basis: Basis, name: OptionName, reason: OptionReason, measure: Component) -> Option:
    months = basis.policy.pause_months
    free = basis.frozen_months(months)
    run = repay(basis.debt(free_months=free), _always(Money(basis.loan.currency, 0)), months, basis.as_of_on)
    return _proposal(basis, name, reason, (measure, *_freeze(free)), run)


def _whole(
    basis: Basis, name: OptionName, reason: OptionReason, asked: Asked, debt: Debt, measures: _Measures = ()
) -> Option | None:
    run = repay(debt, asked, basis.policy.max_term_months, basis.as_of_on)
    return _proposal(basis, name, reason, measures, run) if run.is_complete else None


def _proposal(
    basis: Basis,
    name: OptionName,
    reason: OptionReason,
    measures: _Measures,
    run: Repayment,
    *,
    waived: Money | None = None,
    notes: tuple[OptionNote, ...] = (),
) -> Option:
    nothing = Money(basis.loan.currency, 0)
    kind = ComponentKind.TOKEN if name is OptionName.TOKEN else ComponentKind.INSTALMENT
    return Option(
        name=name,
        reason=reason,
        components=(*measures, *_in_short(run.payments, kind)),
        schedule=run.payments,
        remaining=nothing if waived is not None else run.rest,
        ends_on=run.payments[-1].due_on if run.payments else months_after(basis.as_of_on, run.months),
        ratio_after=basis.figures.ratio_with(run.highest),
        stressed_surplus=basis.figures.stressed.surplus - run.highest,
        interest=run.interest,
        waived=waived or nothing,
        notes=(*notes, *_notes(basis, waived)),
    )


def _notes(basis: Basis, waived: Money | None) -> Iterator[OptionNote]:
    if waived is not None and waived.minor > 0:
        yield OptionNote.WAIVED_WHEN_KEPT
    if basis.loan.annual_rate is None and basis.relief.charges_interest:
        yield OptionNote.RATE_UNKNOWN


def _reliefs_of_interest(basis: Basis) -> Iterator[tuple[Debt, _Measures]]:
    """None, then what is allowed, the one that costs the lender less first."""
    relief, share = basis.relief, basis.relief.lowest_rate_share
    yield basis.debt(), ()
    free = basis.frozen_months(basis.policy.max_term_months)
    if free > 0:
        yield basis.debt(free_months=free), _freeze(free)
    if basis.rate > 0 and relief.allows(ComponentKind.INTEREST_REDUCTION):
        reduced = Component(ComponentKind.INTEREST_REDUCTION, annual_rate=basis.rate * share)
        yield basis.debt(rate_share=share), (reduced,)
        if free > 0:
            yield basis.debt(free_months=free, rate_share=share), (reduced, *_freeze(free))


def _waivable(basis: Basis) -> Iterator[tuple[Money, Money]]:
    """How much of the fees and of the rest may be waived: nothing, then as far as the policy allows it."""
    relief, debt, nothing = basis.relief, basis.debt(), Money(basis.loan.currency, 0)
    fees = rest = nothing
    yield fees, rest
    if relief.allows(ComponentKind.FEE_WAIVER) and debt.fees.minor > 0:
        fees = Money(fees.currency, floor(debt.fees.minor * relief.highest_fee_share))
        yield fees, rest
    if relief.allows(ComponentKind.PRINCIPAL_REDUCTION):
        rest = Money(rest.currency, floor(debt.principal.minor * (1 - relief.lowest_principal_share)))
        yield fees, rest


def _waivers(fees: Money, rest: Money) -> Iterator[Component]:
    if fees.minor > 0:
        yield Component(ComponentKind.FEE_WAIVER, fees)
    if rest.minor > 0:
        yield Component(ComponentKind.PRINCIPAL_REDUCTION, rest)


def _freeze(months: int) -> _Measures:
    return (Component(ComponentKind.INTEREST_FREEZE, None, Frequency.MONTHLY, months),) if months > 0 else ()


def _always(amount: Money) -> Asked:
    return lambda _month: amount


def _after(months: int, amount: Money) -> Asked:
    nothing = Money(amount.currency, 0)
    return lambda month: amount if month > months else nothing


def _months_within(day: date, days: int, most: int) -> int:
    """How many monthly payments fall due within so many days."""
    return sum((months_after(day, month) - day).days <= days for month in range(1, most + 1))


def _in_short(schedule: tuple[Payment, ...], kind: ComponentKind = ComponentKind.INSTALMENT) -> _Measures:
    """The schedule in short: a component for each run of equal payments."""
    runs = groupby(schedule, key=lambda payment: payment.amount)
    return tuple(Component(kind, amount, Frequency.MONTHLY, len(list(run))) for amount, run in runs)
