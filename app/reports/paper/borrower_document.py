"""The borrower's copy as a document: plain words first, the figures after them, the rights at the end (PURE)."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.compliance.phrase import Language
from app.reports.case_report import Successor
from app.reports.paper.document import Block, Document, Facts, Paragraph, Section, Tile, Tiles, Tone
from app.reports.paper.further import blocks
from app.reports.paper.options_section import options_section, promise_section
from app.reports.paper.proof import proof_section
from app.reports.paper.report_document import notices, running_head, superseded
from app.reports.paper.statement_section import household, lines_table
from app.reports.paper.summary_section import amounts, reasons
from app.reports.paper.telling import Teller, as_object, as_objects, is_money
from app.reports.paper.workings import Workings, amount_of

RIGHTS = ("correction", "complaint", "hardship", "silence")


def rights(language: Language) -> list[dict[str, str]]:
    """What the borrower may ask for, and how."""
    teller = Teller.of(language)
    return [{"title": teller.text(f"right_{name}"), "text": teller.text(f"right_{name}_text")} for name in RIGHTS]


def borrower_document(copy: Mapping[str, Any], language: Language, successor: Successor | None = None) -> Document:
    """The document of a borrower's copy (`app.reports.borrower_copy`); marked when a newer version exists."""
    teller = Teller.of(language)
    return Document(
        language=language,
        title=teller.text("copy_title"),
        author=teller.text("author"),
        made_at=str(copy.get("made_at")),
        running_head=running_head(teller, "copy_of_report", copy.get("report_id"), copy.get("version"), successor),
        sha256=teller.value(copy.get("sha256")),
        page_of=teller.text("page_of", page="{page}", pages="{pages}"),
        sections=tuple(section for section in _sections(teller, copy) if section is not None),
        notices=(*superseded(teller, "copy_superseded", successor), *notices(teller, copy)),
    )


def _sections(teller: Teller, copy: Mapping[str, Any]) -> Iterator[Section | None]:
    yield _visit(teller, copy)
    yield _figures(teller, copy)
    if copy.get("options"):
        proposed = options_section(teller, copy, teller.text("copy_options"))
        told = Paragraph(teller.text("copy_not_decided"))
        yield Section(proposed.title, (told, *proposed.blocks))
    yield promise_section(teller, copy, teller.text("copy_agreed"))
    yield _told(teller, copy)
    yield _loans(teller, copy)
    yield _rights(teller)
    yield proof_section(teller, copy, teller.text("copy_proof"))


def _visit(teller: Teller, copy: Mapping[str, Any]) -> Section:
    visit = as_object(copy.get("visit"))
    crew = [f"{teller.value(who.get('name'))} ({teller.value(who.get('code'))})" for who in _crew(visit)]
    pairs = [
        (teller.label("source_reference"), teller.value(copy.get("source_reference"))),
        (teller.label("day"), teller.field("day", visit.get("day"))),
        *(
            (teller.label(key), teller.field(key, visit[key]))
            for key in ("started_at", "finished_at")
            if visit.get(key)
        ),
        (teller.label("investigators"), "\n".join(crew) or teller.text("nothing")),
    ]
    if copy.get("education"):
        pairs.append((teller.label("education"), teller.field("education", copy["education"])))
    return Section(teller.text("copy_visit"), (Paragraph(teller.text("copy_intro")), Facts(tuple(pairs))))


def _crew(visit: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return as_objects(visit.get("investigators"))


def _figures(teller: Teller, copy: Mapping[str, Any]) -> Section | None:
    figures = as_object(copy.get("affordability"))
    told: list[Block] = []
    if all(is_money(figures.get(f"{key}_monthly")) for key in ("income", "essential", "surplus")):
        said = amounts(teller, figures)
        tiles = [Tile(teller.label(f"{key}_monthly"), said[key]) for key in ("income", "essential", "surplus")]
        tiles.append(Tile(teller.label("affordable_instalment"), said["instalment"]))
        told += [Paragraph(_carries(teller, figures, said)), Tiles(tuple(tiles))]
    stressed = as_object(figures.get("resilience")).get("surplus_monthly")
    if stressed is not None:
        told.append(Paragraph(teller.text("copy_resilience", surplus=teller.money(stressed)), Tone.FAINT))
    return Section(teller.text("copy_figures"), tuple(told)) if told else None


def _carries(teller: Teller, figures: Mapping[str, Any], said: dict[str, str]) -> str:
    if amount_of(figures.get("affordable_instalment")):
        return teller.text("copy_carries", **said)
    return teller.text("copy_no_surplus", **{key: said[key] for key in ("income", "essential", "surplus")})


def _told(teller: Teller, copy: Mapping[str, Any]) -> Section | None:
    workings, found = Workings.of(copy), list[Block]()
    told = reasons(teller, copy)
    if told:
        found.append(Facts(((teller.label("overdue_reasons"), "\n".join(told)),)))
    if copy.get("complaint"):
        found.append(Facts(((teller.label("complaint"), teller.value(copy["complaint"])),)))
    found += household(teller, as_object(copy.get("statement")))
    if workings.lines:
        found += [Paragraph(teller.text("copy_currency", currency=teller.value(workings.currency)), Tone.FAINT)]
        found.append(lines_table(teller, workings))
    return Section(teller.text("copy_told"), tuple(found)) if found else None


def _loans(teller: Teller, copy: Mapping[str, Any]) -> Section | None:
    found = [block for loan in as_objects(copy.get("loans")) for block in blocks(teller, loan)]
    return Section(teller.text("copy_loan"), tuple(found)) if found else None


def _rights(teller: Teller) -> Section:
    told = [Paragraph(right["text"], title=right["title"]) for right in rights(teller.language)]
    return Section(teller.text("copy_rights"), tuple(told))
