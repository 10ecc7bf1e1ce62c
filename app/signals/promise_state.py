"""What became of a promise by a day, told from the payments that were known then (PURE)."""

from collections.abc import Iterable
from datetime import date

from app.kernel.money import Money, total
from app.signals.facts import Paid
from app.visits.terms import PromiseState


def promise_state(
    amount: Money, made_on: date, due_on: date, payments: Iterable[Paid], replaced_on: date | None, on: date
) -> PromiseState:
    """The state on a day.

    Payments count from the day of the promise to its due day, or to the day on which another promise took its place;
    the due day itself is still in time.
    """
    last_on = due_on if replaced_on is None else min(due_on, replaced_on)
    counting = [paid.amount for paid in payments if made_on <= paid.paid_on <= last_on]
    paid = total((each for each in counting if each.currency == amount.currency), amount.currency)
    if paid >= amount:
        return PromiseState.KEPT
    if replaced_on is not None and replaced_on <= due_on:
        return PromiseState.SUPERSEDED
    if on <= due_on:
        return PromiseState.OPEN
    return PromiseState.PART_KEPT if paid.minor > 0 else PromiseState.BROKEN
