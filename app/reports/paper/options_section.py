"""The options side by side, each with its schedule, and what was promised or drafted at the door (PURE)."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from app.assessment.terms import OptionName, OptionReason
from app.reports.paper.document import Block, Column, Facts, Paragraph, Row, Section, Style, Table, Tone
from app.reports.paper.further import blocks, rest
from app.reports.paper.telling import Teller, as_object, as_objects, is_money
from app.reports.paper.workings import Workings, amount_of
from app.visits.terms import ComponentKind, Frequency

_OPTION = ("name", "reason", "components", "schedule", "total", "remaining", "ends_on", "review_on", "ratio_after")
_COMPONENT = ("kind", "amount", "frequency", "count")
# Side by side as long as each has room to be read.
_BESIDE = 4


def options_section(teller: Teller, body: Mapping[str, Any], title: str | None = None) -> Section:
    """All options: first compared, then each with its payments."""
    options = as_objects(body.get("options"))
    title = title or teller.label("options")
    if not options:
        return Section(title, (Paragraph(teller.text("no_options"), Tone.FAINT),))
    compared = [_compared(teller, options[start : start + _BESIDE], start) for start in range(0, len(options), _BESIDE)]
    schedules = [table for number, option in enumerate(options, 1) for table in _schedule(teller, option, number)]
    return Section(title, (*compared, *schedules))


def promise_section(teller: Teller, body: Mapping[str, Any], title: str | None = None) -> Section | None:
    """What the borrower promised, and what was drafted; None without both."""
    found: list[Block] = blocks(teller, as_object(body.get("promise")))
    arrangement = as_object(body.get("arrangement"))
    parts = [component(teller, part) for part in as_objects(arrangement.get("components"))]
    if parts:
        found.append(Facts(((teller.label("arrangement"), "\n".join(parts)),)))
    found += blocks(teller, rest(arrangement, ("components",)), teller.label("arrangement"))
    return Section(title or teller.label("promise"), tuple(found)) if found else None


def component(teller: Teller, part: Mapping[str, Any]) -> str:
    """A part of an option or of an arrangement in one line."""
    told = teller.word(ComponentKind, part.get("kind"))
    amount, count, frequency = part.get("amount"), part.get("count"), part.get("frequency")
    if amount is not None:
        shown = teller.money(amount)
        what = teller.text("times", count=teller.value(count), amount=shown) if count is not None else shown
        told = teller.text("joined", label=told, value=what)
    elif count is not None:
        months = (
            teller.text("months", count=teller.value(count)) if frequency == Frequency.MONTHLY else teller.value(count)
        )
        told = teller.text("joined", label=told, value=months)
    if frequency is not None and (amount is not None or frequency != Frequency.MONTHLY):
        told = teller.text("every", what=told, frequency=teller.field("frequency", frequency))
    more = "; ".join(teller.joined(key, item) for key, item in rest(part, _COMPONENT).items())
    return f"{told} ({more})" if more else told


def _compared(teller: Teller, options: list[Mapping[str, Any]], start: int) -> Table:
    heads = [_name(teller, option, number) for number, option in enumerate(options, start + 1)]
    rows = [
        (teller.label("reason"), [teller.word(OptionReason, option.get("reason")) for option in options]),
        (teller.label("components"), [_parts(teller, option) for option in options]),
        *(_of_schedule(teller, options)),
        *((teller.label(key), [teller.money(option.get(key)) for option in options]) for key in ("total", "remaining")),
        *((teller.label(key), [teller.day(o.get(key)) for o in options]) for key in ("ends_on", "review_on")),
        (teller.label("ratio_after"), [teller.ratio(option.get("ratio_after")) for option in options]),
        *_unknown(teller, options),
    ]
    shown = [(label, cells) for label, cells in rows if set(cells) != {teller.text("nothing")}]
    columns = (Column("", weight=2), *(Column(head, weight=3) for head in heads))
    return Table(columns, tuple(Row((label, *cells)) for label, cells in shown), teller.text("options_title"))


def _name(teller: Teller, option: Mapping[str, Any], number: int) -> str:
    return teller.text("option_number", number=str(number), name=teller.word(OptionName, option.get("name")))


def _parts(teller: Teller, option: Mapping[str, Any]) -> str:
    parts = [component(teller, part) for part in as_objects(option.get("components"))]
    return "\n".join(parts) or teller.text("nothing")


def _of_schedule(teller: Teller, options: list[Mapping[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    schedules = [as_objects(option.get("schedule")) for option in options]
    yield teller.text("payments"), [str(len(payments) or teller.text("no_payments")) for payments in schedules]
    nothing = teller.text("nothing")
    first = [teller.day(payments[0].get("due_on")) if payments else nothing for payments in schedules]
    yield teller.text("first_payment"), first
    yield teller.text("highest_payment"), [_highest(teller, payments) for payments in schedules]


def _highest(teller: Teller, payments: list[Mapping[str, Any]]) -> str:
    known = [payment["amount"] for payment in payments if amount_of(payment.get("amount")) is not None]
    return (
        teller.money(max(known, key=lambda money: amount_of(money) or Fraction(0))) if known else teller.text("nothing")
    )


def _unknown(teller: Teller, options: list[Mapping[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    """What an option has beside all that: its resilience, and whatever later versions add."""
    for key in dict.fromkeys(key for option in options for key in rest(option, _OPTION)):
        yield teller.label(key), [_simple(teller, key, option.get(key)) for option in options]


def _simple(teller: Teller, key: str, value: Any) -> str:
    """An object of one field is told by that field: the label says the rest."""
    inner = list(as_object(value).values())
    return teller.money(inner[0]) if len(inner) == 1 and is_money(inner[0]) else teller.field(key, value)


def _schedule(teller: Teller, option: Mapping[str, Any], number: int) -> Iterator[Table]:
    payments = as_objects(option.get("schedule"))
    if not payments:
        return
    left = _left_over(option, payments)
    currency = as_object(payments[0].get("amount")).get("currency")
    rows = [
        Row(
            (
                str(index),
                teller.day(payment.get("due_on")),
                teller.money(payment.get("amount")),
                "" if rest_of is None else teller.money(Workings(str(currency), (), {}).shown(rest_of), str(currency)),
            )
        )
        for index, (payment, rest_of) in enumerate(zip(payments, left, strict=True), 1)
    ]
    rows.append(Row(("", teller.label("total"), teller.money(option.get("total")), ""), Tone.TOTAL))
    columns = (
        Column(teller.text("payment_number"), Style.SHORT),
        Column(teller.label("due_on"), weight=1),
        Column(teller.label("amount"), Style.FIGURE),
        Column(teller.text("left_to_pay"), Style.FIGURE),
    )
    title = teller.text("schedule_of", name=_name(teller, option, number))
    yield Table(columns, tuple(rows), title)


def _left_over(option: Mapping[str, Any], payments: list[Mapping[str, Any]]) -> list[Fraction | None]:
    """What is still owed after each payment, where all amounts are known."""
    total, remaining = amount_of(option.get("total")), amount_of(option.get("remaining"))
    paid = [amount_of(payment.get("amount")) for payment in payments]
    known = [amount for amount in paid if amount is not None]
    if total is None or len(known) < len(paid) or sum(known, Fraction(0)) != total:
        return [None] * len(paid)
    owed, left = total + (remaining or Fraction(0)), list[Fraction | None]()
    for amount in known:
        owed -= amount
        left.append(owed)
    return left
