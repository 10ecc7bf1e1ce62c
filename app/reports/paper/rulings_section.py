"""What the contact rules said, in short: the answer each time, what was refused, and the sources (PURE)."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.reports.paper.document import Block, Bullets, Column, Row, Section, Style, Table
from app.reports.paper.telling import Teller, as_object, as_objects
from app.reports.terms import Asking


def rulings_section(teller: Teller, body: Mapping[str, Any]) -> Section | None:
    """Every time the rules were asked; None when they never were."""
    rulings = as_objects(body.get("rulings"))
    if not rulings:
        return None
    found: list[Block] = [_asked(teller, rulings)]
    refusals = [row for ruling in rulings for row in _refusals(teller, ruling)]
    if refusals:
        columns = (
            Column(teller.label("asked"), weight=2),
            Column(teller.label("rule"), Style.CODE),
            Column(teller.label("reason"), weight=5),
            Column(teller.label("source"), weight=3),
        )
        found.append(Table(columns, tuple(refusals), teller.text("refusals")))
    sources = tuple(_sources(teller, rulings))
    if sources:
        found.append(Bullets(sources, teller.text("sources")))
    return Section(teller.label("rulings"), tuple(found))


def _asked(teller: Teller, rulings: list[Mapping[str, Any]]) -> Table:
    columns = (
        Column(teller.label("asked"), weight=2),
        Column(teller.label("asked_at"), weight=3),
        Column(teller.label("allowed"), weight=1),
        Column(teller.text("rules_asked"), weight=2),
    )
    return Table(columns, tuple(_asking(teller, ruling) for ruling in rulings))


def _asking(teller: Teller, ruling: Mapping[str, Any]) -> Row:
    answers = as_objects(ruling.get("answers"))
    allowed = sum(answer.get("allowed") is True for answer in answers)
    return Row(
        (
            teller.word(Asking, ruling.get("asked")),
            teller.instant(ruling.get("asked_at")),
            _answer(teller, ruling),
            teller.text("of_rules", allowed=str(allowed), all=str(len(answers))),
        )
    )


def _answer(teller: Teller, ruling: Mapping[str, Any]) -> str:
    answers = {True: teller.text("allowed"), False: teller.text("refused")}
    allowed = ruling.get("allowed")
    return answers[allowed] if isinstance(allowed, bool) else teller.value(allowed)


def _refusals(teller: Teller, ruling: Mapping[str, Any]) -> Iterator[Row]:
    for answer in as_objects(ruling.get("answers")):
        told = _told(teller, answer)
        if answer.get("allowed") is not True or told.get("condition"):
            reason = "\n".join(teller.value(told[key]) for key in ("reason", "condition") if told.get(key))
            rule, source = teller.value(answer.get("rule")), teller.value(answer.get("source"))
            yield Row((teller.word(Asking, ruling.get("asked")), rule, reason, source))


def _told(teller: Teller, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer in the language, where it was kept in it; older ones have one language alone."""
    return as_object(as_object(answer.get("texts")).get(teller.language.value)) or answer


def _sources(teller: Teller, rulings: list[Mapping[str, Any]]) -> Iterator[str]:
    """The sources that were asked, by profile and version, each once."""
    by_profile: dict[tuple[str, str], dict[str, None]] = {}
    for answer in (answer for ruling in rulings for answer in as_objects(ruling.get("answers"))):
        profile = answer.get("profile")
        name = teller.text("house_rules") if profile is None else teller.value(profile)
        source = by_profile.setdefault((name, teller.value(answer.get("version"))), {})
        source[teller.value(answer.get("source"))] = None
    for (profile, version), sources in by_profile.items():
        yield teller.text("profile_of", profile=profile, version=version, sources="; ".join(sources))
