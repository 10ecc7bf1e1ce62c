"""Every figure with its rule, its inputs and its value: enough to recompute the report by hand (PURE)."""

from collections.abc import Mapping
from typing import Any

from app.assessment.derivation import rounded
from app.reports.paper.document import Column, Paragraph, Row, Section, Style, Table, Tone
from app.reports.paper.further import rest
from app.reports.paper.telling import Teller, as_object, as_objects
from app.reports.paper.workings import number

_STEP = ("name", "rule", "policy", "value", "inputs", "lines")


def derivation_section(teller: Teller, body: Mapping[str, Any]) -> Section | None:
    """The appendix of figures; None where the body has none."""
    figures = as_object(body.get("affordability"))
    steps = as_objects(figures.get("derivation"))
    if not steps:
        return None
    columns = (
        Column(teller.text("figure"), weight=4),
        Column(teller.label("rule"), weight=4),
        Column(teller.label("inputs"), weight=6),
        Column(teller.label("value"), Style.FIGURE),
    )
    told = teller.text("derivation_intro", policy=teller.value(figures.get("policy")))
    rows = tuple(_row(teller, step) for step in steps)
    title = teller.text("appendix", title=teller.label("derivation"))
    return Section(title, (Paragraph(told, Tone.FAINT), Table(columns, rows)), appendix=True)


def _row(teller: Teller, step: Mapping[str, Any]) -> Row:
    name = teller.value(step.get("name"))
    meaning = teller.words.figure(name, teller.language)
    rule = step.get("rule")
    told = teller.value(teller.words.rule(rule, teller.language) if isinstance(rule, str) else rule)
    inputs = [f"{teller.value(key)} = {teller.value(item)}" for key, item in as_object(step.get("inputs")).items()]
    more = [teller.joined(key, item) for key, item in rest(step, _STEP).items()]
    shown = name if meaning is None else f"{name}\n{meaning}"
    return Row((shown, told, "; ".join((*inputs, *more)), _value(teller, step.get("value"))))


def _value(teller: Teller, value: Any) -> str:
    """The exact value; a fraction with about what it is."""
    about = number(value) if isinstance(value, str) and "/" in value else None
    return teller.value(value) if about is None else f"{value}\n≈ {rounded(about, 4)}"
