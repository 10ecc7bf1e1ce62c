"""Which repayment options may be proposed for what a household can afford: two or three, the best first.

No payment is ever above what is left over in a month, nor above the affordable instalment; only a seasonal plan may be,
in a month that earns it, where the policy says so. No option hides a rest: what a schedule does not pay is named as
`remaining`, with the day on which it is looked at again, and what the lender forgives as `waived`. Nothing is forgiven
unless the policy allows that kind of relief. The outstanding amount is what is owed in all; interest is added for the
months of the plan only where the contract's rate is known. No two options ask for the same payments on the same days.

What the figures say decides:

- The affordable instalment pays everything within the longest term: that plan comes first, for both sides. Beside it
  stand a seasonal plan where months are lean, a steadier one (if need be with relief) where the plan would not survive
  a fall of the income, a settlement, an easier start, time first.
- It does not: what ends in time after all (relief, a settlement), an extension to its review, a referral.
- Nothing can be paid: a pause and a referral, and a token payment where the borrower asked for it.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from app.assessment import proposals
from app.assessment.faults import refuse
from app.assessment.figures import Affordability
from app.assessment.loan import LoanFigures
from app.assessment.option import Option
from app.assessment.policy import Policy
from app.assessment.proposals import Basis
from app.assessment.season import Season
from app.assessment.terms import HardshipFlag, OptionReason
from app.kernel.errors import Fault

MOST_OPTIONS = 3


def options(
    affordability: Affordability,
    loan: LoanFigures,
    policy: Policy,
    as_of_on: date,
    *,
    season: Season | None = None,
    token_asked: bool = False,
) -> tuple[Option, ...]:
    """What may be proposed, the best first.

    `token_asked`: the borrower asked for a token payment. Nothing when nothing is owed, and nothing while the balance
    of another lender is not known, for then our share is not known either. Raises InvalidFigures when the loan or the
    policy is in another currency.
    """
    _refuse_mixed_currencies(affordability, loan, policy)
    if loan.outstanding.minor == 0 or HardshipFlag.DEBT_WITHOUT_BALANCE in affordability.flags:
        return ()
    basis = Basis(affordability, loan, policy, as_of_on, season)
    if basis.affordable.minor == 0:
        return _without_surplus(basis, token_asked=token_asked)
    plain = proposals.instalment_plan(basis)
    return _beyond_the_term(basis) if plain is None else _within_the_term(basis, plain)


def _within_the_term(basis: Basis, plain: Option) -> tuple[Option, ...]:
    found = tuple(islice(_distinct((plain, *_beside(basis, plain))), MOST_OPTIONS))
    return found if len(found) > 1 else (plain, proposals.referral(basis, OptionReason.INDEPENDENT_ADVICE))


def _beside(basis: Basis, plain: Option) -> tuple[Option | None, ...]:
    """What stands beside a plan that pays everything, the more pressing first."""
    steadier = None
    if not plain.survives_stress:
        steadier = proposals.steady_plan(basis) or proposals.relief_plan(basis, basis.steady)
    return (
        proposals.seasonal_plan(basis),
        steadier,
        proposals.settlement_plan(basis),
        proposals.step_up_plan(basis),
        proposals.grace_plan(basis),
    )


def _beyond_the_term(basis: Basis) -> tuple[Option, ...]:
    reason = OptionReason.TERM_ABOVE_MAX
    candidates = (
        proposals.seasonal_plan(basis),
        proposals.relief_plan(basis, basis.affordable),
        proposals.settlement_plan(basis),
        proposals.extension(basis),
    )
    found = tuple(_distinct(candidates)) or (proposals.pause(basis, reason),)
    return (*found[: MOST_OPTIONS - 1], proposals.referral(basis, reason))


def _without_surplus(basis: Basis, *, token_asked: bool) -> tuple[Option, ...]:
    no_surplus = basis.figures.surplus <= 0
    reason = OptionReason.NO_SURPLUS if no_surplus else OptionReason.NOTHING_AFFORDABLE
    token = proposals.token_plan(basis) if token_asked else None
    found = _distinct((proposals.seasonal_plan(basis), token, proposals.pause(basis, reason)))
    return (*islice(found, MOST_OPTIONS - 1), proposals.referral(basis, reason))


def _distinct(candidates: Iterable[Option | None]) -> Iterator[Option]:
    """Those that can be, without one that asks for just the payments of an earlier one."""
    schedules = set()
    for option in candidates:
        if option is not None and option.schedule not in schedules:
            schedules.add(option.schedule)
            yield option


def _refuse_mixed_currencies(affordability: Affordability, loan: LoanFigures, policy: Policy) -> None:
    others = {"/loan": loan.currency, "/policy": policy.currency}
    refuse(
        Fault(pointer, f"{currency}, but the figures are in {affordability.currency}")
        for pointer, currency in others.items()
        if currency != affordability.currency
    )
