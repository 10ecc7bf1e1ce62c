"""The household's statement, line by line (PURE)."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from app.assessment.terms import Verification
from app.reports.paper.charts import charts
from app.reports.paper.document import Block, Column, Paragraph, Row, Section, Style, Table, Tone
from app.reports.paper.further import blocks, rest
from app.reports.paper.telling import Teller, as_list, as_object
from app.reports.paper.workings import Line, Workings, number
from app.visits.terms import LineKind

_STATEMENT = ("currency", "household", "lines")
_HOUSEHOLD = ("adults", "children", "dependants")
_IN_COLUMNS = ("kind", "category", "amount", "frequency", "verification", "declined")
_IN_DETAILS = ("note", "evidence", "balance", "priority", "monthly_amounts")


def statement_section(teller: Teller, body: Mapping[str, Any], workings: Workings) -> Section | None:
    """The statement; None where the body does not speak of one."""
    if "statement" not in body:
        return None
    statement = as_object(body["statement"])
    title = teller.label("statement")
    if not statement:
        return Section(title, (Paragraph(teller.text("no_statement"), Tone.FAINT),))
    found: list[Block] = [*household(teller, statement)]
    if workings.lines:
        told = teller.text("in_currency", currency=teller.value(workings.currency))
        found += [Paragraph(told, Tone.FAINT), lines_table(teller, workings)]
    else:
        found.append(Paragraph(teller.text("none_told"), Tone.FAINT))
    return Section(title, (*found, *blocks(teller, rest(statement, _STATEMENT))))


def charts_section(teller: Teller, body: Mapping[str, Any], workings: Workings) -> Section | None:
    """The statement in pictures; None where nothing can be drawn."""
    pictures = charts(teller, body, workings)
    return Section(teller.text("charts"), tuple(pictures)) if pictures else None


def household(teller: Teller, statement: Mapping[str, Any]) -> Iterator[Block]:
    """Who lives from the money."""
    persons = as_object(statement.get("household"))
    if persons:
        counts = {key: teller.value(persons.get(key)) for key in _HOUSEHOLD}
        yield Paragraph(teller.text("household_of", **counts))
    yield from blocks(teller, rest(persons, _HOUSEHOLD), teller.label("household"))


def lines_table(teller: Teller, workings: Workings, *, with_details: bool = True) -> Table:
    """All lines by kind, each kind with what it comes to in a month."""
    kinds = list(dict.fromkeys([*LineKind, *(line.kind for line in workings.lines)]))
    rows = [row for kind in kinds for row in _rows_of(teller, workings, str(kind))]
    columns = [
        Column(teller.text("line_number"), Style.SHORT),
        Column(teller.label("category"), weight=3),
        Column(teller.label("amount"), Style.FIGURE),
        Column(teller.label("frequency"), Style.SHORT),
        Column(teller.text("monthly"), Style.FIGURE),
        Column(teller.label("verification"), weight=3),
        Column(teller.text("more"), weight=4),
    ]
    if with_details and any(row.cells[-1] for row in rows):
        return Table(tuple(columns), tuple(rows))
    return Table(tuple(columns[:-1]), tuple(Row(row.cells[:6], row.tone) for row in rows))


def _rows_of(teller: Teller, workings: Workings, kind: str) -> Iterator[Row]:
    lines = [line for line in workings.lines if line.kind == kind]
    if not lines:
        return
    total, is_asset = teller.money(workings.shown(_total(workings, kind)) or ""), kind == LineKind.ASSET
    nothing = teller.text("nothing")
    shown = "" if total == nothing else total
    amount, monthly = (shown, "") if is_asset else ("", shown)
    yield Row((teller.word(LineKind, kind), "", amount, "", monthly, "", ""), Tone.GROUP)
    for line in lines:
        yield _row(teller, workings, line)


def _total(workings: Workings, kind: str) -> Fraction | None:
    """The sum of the lines that count, None when one of them is not known."""
    lines = workings.of_kind(kind)
    values = [number(line.told.get("amount")) if kind == LineKind.ASSET else line.monthly for line in lines]
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) if len(known) == len(values) else None


def _row(teller: Teller, workings: Workings, line: Line) -> Row:
    told, nothing = line.told, teller.text("nothing")
    monthly = None if line.is_declined else workings.shown(line.monthly)
    frequency = (
        teller.text("worth") if line.kind == LineKind.ASSET else teller.field("frequency", told.get("frequency"))
    )
    return Row(
        (
            f"[{line.index}]",
            teller.category(told.get("category")),
            teller.text("declined")
            if line.is_declined and not told.get("amount")
            else teller.money(told.get("amount")),
            nothing if line.is_declined and not told.get("frequency") else frequency,
            nothing if monthly is None else teller.money(monthly),
            _verification(teller, told.get("verification")),
            "\n".join(_details(teller, line)),
        ),
        Tone.FAINT if line.is_declined else Tone.PLAIN,
    )


def _verification(teller: Teller, level: Any) -> str:
    known = isinstance(level, int) and not isinstance(level, bool)
    return f"{level} – {teller.word(Verification, level)}" if known else teller.value(level)


def _details(teller: Teller, line: Line) -> Iterator[str]:
    """Everything of the line that has no column of its own."""
    told = line.told
    if line.is_declined and told.get("amount"):
        yield teller.text("declined")
    if told.get("balance") is not None:
        yield teller.text("balance", amount=teller.money(told["balance"]))
    if told.get("priority") is True:
        yield teller.text("priority")
    amounts = as_list(told.get("monthly_amounts"))
    if amounts:
        yield teller.text(
            "joined", label=teller.label("monthly_amounts"), value=teller.listed([teller.money(a) for a in amounts])
        )
    for key in ("note", "evidence"):
        if told.get(key):
            yield teller.joined(key, told[key])
    for key, item in rest(told, (*_IN_COLUMNS, *_IN_DETAILS)).items():
        if item is not False:
            yield teller.joined(key, item)
