"""A report's stored body as a document: the summary first, what proves it last (PURE)."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.compliance.phrase import Language
from app.reports.case_report import Successor
from app.reports.paper.derivation_section import derivation_section
from app.reports.paper.document import Block, Document, Paragraph, Section, Tone
from app.reports.paper.further import blocks, listed, rest
from app.reports.paper.options_section import options_section, promise_section
from app.reports.paper.proof import proof_section
from app.reports.paper.rulings_section import rulings_section
from app.reports.paper.statement_section import charts_section, statement_section
from app.reports.paper.summary_section import door_section, loans_section, summary_section
from app.reports.paper.telling import Teller, as_list, as_objects
from app.reports.paper.workings import Workings
from app.reports.terms import Reader

_SHOWN = frozenset(
    {"id", "version", "made_at", "source", "source_reference", "region", "loan", "also_cases", "visit", "outcome"}
    | {"overdue_reasons", "education", "vulnerability", "met", "complaint", "safety", "note", "promise", "arrangement"}
    | {"statement", "affordability", "options", "rulings", "evidence", "sha256", "supersedes", "correction"}
    | {"masked", "masked_for", "left_out"}
)


def report_document(body: Mapping[str, Any], language: Language, successor: Successor | None = None) -> Document:
    """The document of a report, as the reader of this body may see it; marked when a version took its place."""
    teller = Teller.of(language)
    reference = teller.value(body.get("source_reference"))
    return Document(
        language=language,
        title=teller.text("report_of", reference=reference),
        author=teller.text("author"),
        made_at=str(body.get("made_at")),
        running_head=running_head(teller, "version_of", body.get("id"), body.get("version"), successor),
        sha256=teller.value(body.get("sha256")),
        page_of=teller.text("page_of", page="{page}", pages="{pages}"),
        sections=tuple(section for section in _sections(teller, body) if section is not None),
        notices=(*superseded(teller, "superseded", successor), *notices(teller, body)),
    )


def running_head(teller: Teller, key: str, report_id: Any, version: Any, successor: Successor | None) -> str:
    """What stands on each page: a page that was printed alone must tell that its report was superseded too."""
    head = teller.text(key, id=teller.value(report_id), version=teller.value(version))
    return head if successor is None else teller.text("superseded_head", head=head, version=str(successor.version))


def superseded(teller: Teller, key: str, successor: Successor | None) -> Iterator[str]:
    """That a newer version took the place of this one: which, and since when."""
    if successor is not None:
        at, version = teller.instant(successor.made_at), str(successor.version)
        yield teller.text(key, report=str(successor.report_id), version=version, at=at)


def notices(teller: Teller, body: Mapping[str, Any]) -> Iterator[str]:
    """What must be seen before all else: that this corrects another report, that something is left out."""
    if body.get("supersedes") is not None:
        yield teller.text("supersedes", report=teller.value(body["supersedes"]))
    if body.get("correction") is not None:
        yield teller.text("correction", correction=teller.value(body["correction"]))
    if body.get("masked") is True:
        count = str(len(as_list(body.get("left_out"))))
        yield teller.text("masked", reader=teller.word(Reader, body.get("masked_for")), count=count)


def _sections(teller: Teller, body: Mapping[str, Any]) -> Iterator[Section | None]:
    workings = Workings.of(body)
    yield summary_section(teller, body)
    yield statement_section(teller, body, workings)
    yield charts_section(teller, body, workings)
    if "options" in body:
        yield options_section(teller, body)
    yield promise_section(teller, body)
    yield loans_section(teller, body)
    yield door_section(teller, body)
    yield rulings_section(teller, body)
    yield _further(teller, body)
    yield derivation_section(teller, body)
    yield _evidence(teller, body)
    yield proof_section(teller, body)


def _further(teller: Teller, body: Mapping[str, Any]) -> Section | None:
    """The ids, and whatever today's report does not have yet."""
    found = blocks(teller, {"made_at": body.get("made_at")} | rest(body, _SHOWN))
    return Section(teller.text("details"), tuple(found)) if found else None


def _evidence(teller: Teller, body: Mapping[str, Any]) -> Section | None:
    if "evidence" not in body:
        return None
    found: list[Block] = listed(teller, list(as_objects(body["evidence"])))
    if not found:
        found = [Paragraph(teller.text("no_evidence"), Tone.FAINT)]
    return Section(teller.label("evidence"), tuple(found))
