"""Overdue instalment loans whose figures agree with one another to the cent."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import count, takewhile
from random import Random

from app.demo.regions import Body
from app.kernel.money import Money, total

CURRENCY = "CNY"
_PAID_ROWS_SHOWN = 3


@dataclass(frozen=True)
class Product:
    """What a lender offers: the range of amounts in yuan, the terms in months, the yearly rates."""

    code: str
    least: int
    most: int
    terms_months: tuple[int, ...]
    rates: tuple[str, ...]


CONSUMER_CREDIT = Product("consumer_credit", 12_000, 48_000, (18, 24, 36), ("0.1080", "0.1440", "0.1800"))
CASH_LOAN = Product("cash_loan", 10_000, 30_000, (18, 24), ("0.1800", "0.2160", "0.2388"))
MICRO_BUSINESS = Product("micro_business", 60_000, 300_000, (24, 36), ("0.0900", "0.1080", "0.1320"))


@dataclass(frozen=True)
class _Schedule:
    """An annuity loan of which the first `paid` instalments came in and those of `missed_on` did not."""

    principal: Fraction
    monthly_rate: Fraction
    term_months: int
    paid: int
    missed_on: tuple[date, ...]

    @property
    def instalment(self) -> Money:
        growth = (1 + self.monthly_rate) ** self.term_months
        return Money.rounded(self.principal * self.monthly_rate * growth / (growth - 1), CURRENCY)

    @property
    def owed(self) -> Fraction:
        """The balance after the last paid instalment, with the interest of the months since."""
        balance = self.principal
        for _ in range(self.paid):
            balance = balance * (1 + self.monthly_rate) - self.instalment.exact
        return balance * (1 + self.monthly_rate * len(self.missed_on))


def loan(product: Product, reference: str, today: date, random: Random) -> Body:
    """A loan 61 to 180 days past due.

    The days count from the oldest instalment that is not paid in full; the overdue amount is what is missing in the
    rows of `repayments`; the outstanding amount is balance, interest and fees.
    """
    missed_on = _missed_on(today, random)
    annual_rate = random.choice(product.rates)
    schedule = _schedule(product, annual_rate, missed_on, random)
    part = schedule.instalment.exact * random.randint(2, 6) / 10 if random.random() < 0.3 else Fraction(0)
    rows = _repayments(schedule, Money.rounded(part, CURRENCY), random)
    paid_in_part = total((row.paid for row in rows if row.due_on >= missed_on[0]), CURRENCY)
    overdue = total((row.due for row in rows), CURRENCY) - total((row.paid for row in rows), CURRENCY)
    fees = Money(CURRENCY, 1500 * len(missed_on))
    return {
        "reference": reference,
        "product": product.code,
        "outstanding": amount(Money.rounded(schedule.owed, CURRENCY) - paid_in_part + fees),
        "overdue": amount(overdue),
        "fees": amount(fees),
        "instalment": amount(schedule.instalment),
        "annual_rate": annual_rate,
        "term_months": schedule.term_months,
        "days_past_due": (today - missed_on[0]).days,
        "opened_on": months_later(missed_on[0], -schedule.paid - 1).isoformat(),
        "repayments": [row.as_body() for row in rows],
    }


def amount(money: Money) -> Body:
    """Money as the API takes it."""
    return {"amount": money.amount, "currency": money.currency}


def months_later(day: date, months: int) -> date:
    """The same day of another month; for days that every month has (1 to 28)."""
    index = day.year * 12 + day.month - 1 + months
    return day.replace(year=index // 12, month=index % 12 + 1)


@dataclass(frozen=True)
class _Repayment:
    due_on: date
    due: Money
    paid: Money
    paid_on: date | None

    def as_body(self) -> Body:
        paid_on = self.paid_on.isoformat() if self.paid_on else None
        return {
            "due_on": self.due_on.isoformat(),
            "due": amount(self.due),
            "paid": amount(self.paid),
            "paid_on": paid_on,
        }


def _missed_on(today: date, random: Random) -> tuple[date, ...]:
    first = today - timedelta(days=random.randint(61, 177))
    first = first.replace(day=min(first.day, 28))
    return tuple(takewhile(lambda due_on: due_on < today, (months_later(first, n) for n in count())))


def _schedule(product: Product, annual_rate: str, missed_on: tuple[date, ...], random: Random) -> _Schedule:
    term_months = random.choice(product.terms_months)
    return _Schedule(
        principal=Fraction(random.randrange(product.least, product.most + 1, 500)),
        monthly_rate=Fraction(annual_rate) / 12,
        term_months=term_months,
        paid=random.randint(_PAID_ROWS_SHOWN, term_months - len(missed_on) - 1),
        missed_on=missed_on,
    )


def _repayments(schedule: _Schedule, part: Money, random: Random) -> list[_Repayment]:
    """The last paid rows, then the missed ones, of which the oldest may be paid in part."""
    due, oldest = schedule.instalment, schedule.missed_on[0]
    rows = []
    for back in range(_PAID_ROWS_SHOWN, 0, -1):
        due_on = months_later(oldest, -back)
        rows.append(_Repayment(due_on, due, due, due_on + timedelta(days=random.randint(-2, 4))))
    part_on = oldest + timedelta(days=random.randint(5, 40)) if part.minor else None
    rows.append(_Repayment(oldest, due, part, part_on))
    rows += [_Repayment(due_on, due, Money(CURRENCY, 0), None) for due_on in schedule.missed_on[1:]]
    return rows
