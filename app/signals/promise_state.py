"""What became of a promise by a day, told from the payments that were known then (PURE).

It is judged as everywhere (`app.visits.promise`), only with what was known.
"""

from collections.abc import Iterable
from datetime import date

from app.kernel.money import Money
from app.signals.facts import Paid
from app.visits import promise
from app.visits.terms import PromiseState


def promise_state(
    amount: Money, made_on: date, due_on: date, payments: Iterable[Paid], replaced_on: date | None, on: date
) -> PromiseState:
    """The state on a day; one whose place another promise took is superseded, unless it was kept by then."""
    promised = promise.Promised(amount.minor, made_on, due_on)
    known = [
        promise.Paid(paid.paid_on, paid.amount.minor)
        for paid in payments
        if paid.amount.currency == amount.currency and (replaced_on is None or paid.paid_on <= replaced_on)
    ]
    found = promise.judge(promised, promise.paid_minor(promised, known), on)
    replaced_in_time = replaced_on is not None and replaced_on <= promised.last_on
    return PromiseState.SUPERSEDED if replaced_in_time and found is not PromiseState.KEPT else found
