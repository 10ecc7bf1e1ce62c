"""What a reader wants to know first: who, when, what came of it, why, and what the household can carry (PURE)."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.assessment.terms import HardshipFlag
from app.reports.paper.document import Block, Bullets, Facts, Paragraph, Section, Tile, Tiles
from app.reports.paper.further import blocks, facts, rest
from app.reports.paper.telling import Teller, as_list, as_object, as_objects, is_money
from app.visits.terms import OverdueReason

_FIGURES = ("income_monthly", "essential_monthly", "surplus_monthly", "affordable_instalment")
_AFFORDABILITY = (*_FIGURES, "debt_service_ratio", "resilience", "flags", "quality", "derivation")
_VISIT = ("day", "started_at", "arrived_at", "finished_at", "aborted_at", "investigators", "state")
_DOOR = ("education", "vulnerability", "complaint", "safety", "note")


def summary_section(teller: Teller, body: Mapping[str, Any]) -> Section:
    """The first page."""
    return Section(teller.text("summary"), (_who(teller, body), *carrying(teller, body), *_warnings(teller, body)))


def door_section(teller: Teller, body: Mapping[str, Any]) -> Section | None:
    """What else was told and noticed at the door."""
    visit = as_object(body.get("visit"))
    told = facts(teller, {key: body.get(key) for key in _DOOR})
    seen = facts(teller, rest(visit, _VISIT))
    found = tuple(Facts(each.pairs) for each in (told, seen) if each.pairs)
    return Section(teller.label("visit"), found) if found else None


def loans_section(teller: Teller, body: Mapping[str, Any]) -> Section | None:
    """The loan, and the borrower's others that the visit was for."""
    found: list[Block] = blocks(teller, as_object(body.get("loan")))
    for also in as_objects(body.get("also_cases")):
        found += blocks(teller, also, teller.label("also_cases"))
    return Section(teller.label("loan"), tuple(found)) if found else None


def reasons(teller: Teller, body: Mapping[str, Any]) -> list[str]:
    """Why the loan is overdue, the main reason first."""
    told = sorted(as_objects(body.get("overdue_reasons")), key=lambda reason: reason.get("primary") is not True)
    return [_reason(teller, reason) for reason in told]


def carrying(teller: Teller, body: Mapping[str, Any]) -> Iterator[Block]:
    """What the household can carry, as figures and as a sentence."""
    figures = as_object(body.get("affordability"))
    if not figures:
        return
    tiles = [Tile(teller.label(key), teller.money(figures.get(key))) for key in _FIGURES if key in figures]
    if "debt_service_ratio" in figures:
        tiles.append(Tile(teller.label("debt_service_ratio"), teller.ratio(figures["debt_service_ratio"])))
    stressed = as_object(figures.get("resilience")).get("surplus_monthly")
    if stressed is not None:
        tiles.append(Tile(teller.label("resilience"), teller.money(stressed)))
    if tiles:
        yield Tiles(tuple(tiles))
    if all(is_money(figures.get(key)) for key in _FIGURES):
        yield Paragraph(teller.text("carries", **amounts(teller, figures)))
    known = (*_AFFORDABILITY, *(("policy",) if figures.get("derivation") else ()))  # the derivation names it
    yield from blocks(teller, rest(figures, known), teller.label("affordability"))


def amounts(teller: Teller, figures: Mapping[str, Any]) -> dict[str, str]:
    """The four amounts that a sentence on affordability is made of."""
    names = ("income", "essential", "surplus", "instalment")
    return {name: teller.money(figures[key]) for name, key in zip(names, _FIGURES, strict=True)}


def _who(teller: Teller, body: Mapping[str, Any]) -> Facts:
    visit, loan = as_object(body.get("visit")), as_object(body.get("loan"))
    pairs = [(teller.label(key), teller.field(key, body.get(key))) for key in ("source", "source_reference", "region")]
    if "overdue" in loan:
        late = teller.joined("days_past_due", loan.get("days_past_due"))
        pairs.append((teller.label("overdue"), f"{teller.money(loan['overdue'])} ({late})"))
    if "outstanding" in loan:
        pairs.append((teller.label("outstanding"), teller.money(loan["outstanding"])))
    pairs.append((teller.label("day"), _when(teller, visit)))
    crew = [_visitor(teller, visitor) for visitor in as_objects(visit.get("investigators"))]
    pairs.append((teller.label("investigators"), "\n".join(crew) or teller.text("nothing")))
    pairs += [(teller.label(key), teller.field(key, body.get(key))) for key in ("met", "outcome")]
    if "overdue_reasons" in body:
        pairs.append((teller.label("overdue_reasons"), "\n".join(reasons(teller, body)) or teller.text("nothing")))
    return Facts(tuple(pairs))


def _when(teller: Teller, visit: Mapping[str, Any]) -> str:
    state = teller.field("state", visit.get("state"))
    times = [
        teller.joined(key, visit[key])
        for key in ("arrived_at", "started_at", "finished_at", "aborted_at")
        if visit.get(key) is not None
    ]
    return "\n".join([f"{teller.field('day', visit.get('day'))} ({state})", *times])


def _visitor(teller: Teller, visitor: Mapping[str, Any]) -> str:
    return f"{teller.value(visitor.get('name'))} ({teller.value(visitor.get('code'))})"


def _reason(teller: Teller, reason: Mapping[str, Any]) -> str:
    told = teller.word(OverdueReason, reason.get("code"))
    more = rest(reason, ("code", "primary"))
    details = [teller.joined(key, item) for key, item in more.items()]
    mark = f" – {teller.label('primary')}" if reason.get("primary") is True else ""
    return f"{told}{mark}" + (f"\n{teller.listed(details)}" if details else "")


def _warnings(teller: Teller, body: Mapping[str, Any]) -> Iterator[Block]:
    told = [_warning(teller, flag) for flag in as_list(as_object(body.get("affordability")).get("flags"))]
    if told:
        yield Bullets(tuple(told), teller.label("flags"))


def _warning(teller: Teller, flag: Any) -> str:
    name, _, category = flag.partition(":") if isinstance(flag, str) else ("", "", "")
    if name == HardshipFlag.GUIDELINE_EXCEEDED and category:
        return teller.text("guideline_exceeded", category=teller.category(category))
    if name == HardshipFlag.BELOW_LINE_FLOOR and category:
        return teller.text("below_line_floor", category=teller.category(category))
    return teller.word(HardshipFlag, flag)
