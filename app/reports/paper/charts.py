"""Three drawings of a household's statement: where a month goes, what it is made of, how well it is known (PURE)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.assessment.terms import Verification
from app.reports.paper import svg
from app.reports.paper.document import Picture
from app.reports.paper.telling import Teller, as_object
from app.reports.paper.workings import SPENDING, Workings, amount_of, number
from app.visits.terms import LineKind

# As many bars as can be read at a glance; what is smaller is drawn together.
MOST_BARS = 9
_ROW, _BAR, _TOP = 21, 14, 4
_LABEL, _GAP = 150, 8


@dataclass(frozen=True)
class Bar:
    """A bar from one value to another, and what stands beside it."""

    label: str
    told: str
    start: Fraction
    end: Fraction
    fill: str


def charts(teller: Teller, body: Mapping[str, Any], workings: Workings) -> list[Picture]:
    """The drawings for which there are figures."""
    drawn = (month(teller, body, workings), items(teller, workings), knowledge(teller, body))
    return [picture for picture in drawn if picture is not None]


def month(teller: Teller, body: Mapping[str, Any], workings: Workings) -> Picture | None:
    """Where a month's income goes: each bar begins where the one before has ended."""
    figures = as_object(body.get("affordability"))
    income, surplus = amount_of(figures.get("income_monthly")), amount_of(figures.get("surplus_monthly"))
    essential = amount_of(figures.get("essential_monthly"))
    if income is None or surplus is None or essential is None or max(income, essential) == 0:
        return None
    steps = [("income", income, svg.TINTS[5]), ("essential", -essential, svg.TINTS[3])]
    steps += _between(workings, income - essential - surplus)
    bars, reached = [], Fraction(0)
    for key, value, fill in steps:
        bars.append(Bar(teller.text(key), _told(teller, workings, value), reached, reached + value, fill))
        reached += value
    bars.append(Bar(teller.text("left_over"), _told(teller, workings, surplus), Fraction(0), surplus, svg.TINTS[1]))
    return _picture(teller, "chart_month", [("", bars)])


def items(teller: Teller, workings: Workings) -> Picture | None:
    """Income and spending by item, the largest first; the smallest are drawn as one."""
    spending = _bars(teller, workings, (*SPENDING, LineKind.DEBT.value), svg.TINTS[3])
    groups = [
        (teller.text("income"), _bars(teller, workings, (LineKind.INCOME.value,), svg.TINTS[5])),
        (teller.text("spending"), spending),
    ]
    groups = [(title, bars) for title, bars in groups if bars]
    return _picture(teller, "chart_categories", groups) if groups else None


def knowledge(teller: Teller, body: Mapping[str, Any]) -> Picture | None:
    """What part of income and of spending is known how well: one bar each, cut into shares."""
    quality = as_object(as_object(body.get("affordability")).get("quality"))
    known = {key: _shares(quality.get(key)) for key in ("income", "spending")}
    rows = [(teller.text(key), shares) for key, shares in known.items() if shares]
    if not rows:
        return None
    parts, y = list[str](), float(_TOP)
    for title, shares in rows:
        parts += _cut_bar(teller, title, shares, y)
        y += _ROW + 4
    legend, y = _legend(teller, y + 4)
    told = "; ".join(
        f"{title} " + ", ".join(f"{_level(teller, level)} {_percent(share)}" for level, share in shares.items())
        for title, shares in rows
    )
    title = teller.text("chart_quality")
    told = teller.text("chart_of", title=title, values=told)
    return Picture(svg.drawing(y, told, parts + legend), told, title)


def _between(workings: Workings, gap: Fraction) -> list[tuple[str, Fraction, str]]:
    """What goes off between essential spending and what is left over: two parts where the derivation tells them."""
    priority, savings = workings.figures.get("priority_debts"), workings.figures.get("savings")
    if priority is not None and savings is not None:
        parts = [("priority_debts", -priority, svg.TINTS[4]), ("savings", -savings, svg.TINTS[2])]
        return [part for part in parts if part[1] != 0]
    return [("debts_and_savings", -gap, svg.TINTS[4])] if gap else []


def _bars(teller: Teller, workings: Workings, kinds: tuple[str, ...], fill: str) -> list[Bar]:
    sums = list(workings.by_category(*kinds).items())
    shown = sums if len(sums) <= MOST_BARS else sums[: MOST_BARS - 1]
    bars = [
        Bar(teller.category(name), _told(teller, workings, value), Fraction(0), value, fill) for name, value in shown
    ]
    others = sums[len(shown) :]
    if others:
        value = sum((item for _, item in others), Fraction(0))
        label = teller.text("others", count=str(len(others)))
        bars.append(Bar(label, _told(teller, workings, value), Fraction(0), value, svg.TINTS[1]))
    return bars


def _picture(teller: Teller, key: str, groups: list[tuple[str, list[Bar]]]) -> Picture:
    """Bars on one scale, in groups."""
    bars = [bar for _, group in groups for bar in group]
    label = min(_LABEL, max(svg.width_of(bar.label) for bar in bars)) + _GAP
    value = max(svg.width_of(bar.told) for bar in bars) + _GAP
    room = max(svg.WIDTH - label - value, 60.0)
    low, high = (pick(edge for bar in bars for edge in (bar.start, bar.end, Fraction(0))) for pick in (min, max))
    span = (high - low) or Fraction(1)
    parts, y = list[str](), float(_TOP)
    for title, group in groups:
        if title:
            parts.append(svg.words(0, y + _BAR - 2, title, strong=True))
            y += _ROW
        parts.append(_axis(label + room * float((0 - low) / span), y, len(group)))
        for bar in group:
            left, right = (label + room * float((edge - low) / span) for edge in sorted((bar.start, bar.end)))
            parts += [
                svg.words(label - _GAP, y + _BAR - 3, svg.fitted(bar.label, label - _GAP), "end"),
                svg.box(left, y, right - left, _BAR, bar.fill),
                svg.words(svg.WIDTH, y + _BAR - 3, bar.told, "end"),
            ]
            y += _ROW
    told = "; ".join(f"{bar.label} {bar.told}" for bar in bars)
    title = teller.text("a_month", title=teller.text(key)) if key == "chart_categories" else teller.text(key)
    told = teller.text("chart_of", title=title, values=told)
    return Picture(svg.drawing(y, told, parts), told, title)


def _axis(x: float, y: float, rows: int) -> str:
    return svg.line(x, y - 3, x, y + rows * _ROW - 3)


def _told(teller: Teller, workings: Workings, value: Fraction) -> str:
    amount = workings.shown(value)
    return teller.money(amount) if amount is not None else f"{float(value):.2f}"


def _shares(value: Any) -> dict[int, Fraction]:
    """The shares by level that are not nothing."""
    shares = {level.value: number(as_object(value).get(str(level.value))) for level in Verification}
    return {level: share for level, share in shares.items() if share and 0 < share <= 1}


def _cut_bar(teller: Teller, title: str, shares: Mapping[int, Fraction], y: float) -> list[str]:
    label = 80.0
    room, left = svg.WIDTH - label - 1, label
    parts = [svg.words(label - _GAP, y + _BAR - 1, svg.fitted(title, label - _GAP), "end")]
    for level, share in shares.items():
        width = room * float(share)
        parts.append(svg.box(left, y, width, _BAR + 3, svg.TINTS[level]))
        told = _percent(share)
        if svg.width_of(told) + 4 <= width:
            ink = "#ffffff" if level >= 4 else svg.INK
            parts.append(svg.words(left + width / 2, y + _BAR - 1, told, "middle", ink))
        left += width
    return parts


def _legend(teller: Teller, y: float) -> tuple[list[str], float]:
    """Every level with its tint, three beside each other."""
    parts, third = list[str](), svg.WIDTH / 3
    for index, level in enumerate(Verification):
        x, here = (index % 3) * third, y + (index // 3) * (_ROW - 3)
        parts.append(svg.box(x + 1, here, 12, 10, svg.TINTS[level.value]))
        parts.append(svg.words(x + 18, here + 9, svg.fitted(_level(teller, level.value), third - 22), fill=svg.FAINT))
    return parts, y + 2 * (_ROW - 3) + 2


def _level(teller: Teller, level: int) -> str:
    return f"{level} {teller.word(Verification, level)}"


def _percent(share: Fraction) -> str:
    return f"{round(share * 100)}%"
