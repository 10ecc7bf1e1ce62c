"""A report as a PDF: it opens, it is whole, and it is the same every time."""

import re
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.compliance.phrase import Language
from app.reports.masking import masked
from app.reports.paper.pdf import pdf
from app.reports.paper.report_document import report_document
from app.reports.paper.telling import grouped
from app.reports.terms import Reader
from tests.factories_papers import MARKUP, line, report_of, report_with, torn_reports
from tests.factories_reports import FINDINGS
from tests.reports.printed import A4_POINTS, pages_of


def set_in(report: dict[str, Any], language: Language = Language.EN) -> list[str]:
    return pages_of(pdf(report_document(report, language)))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("count", "most_pages"), [(0, 5), (1, 6), (12, 9), (60, 18)])
def test_the_pdf_shows_every_total_and_stays_short(count: int, most_pages: int, language: Language) -> None:
    report = report_of(count)
    pages = set_in(report, language)
    assert len(pages) <= most_pages
    first = pages[0]
    for key in ("income_monthly", "essential_monthly", "surplus_monthly", "affordable_instalment"):
        assert f"{grouped(report['affordability'][key]['amount'])} CNY" in first
    whole = "\n".join(pages)
    for option in report["options"]:
        assert f"{grouped(option['total']['amount'])} CNY" in whole


def test_each_page_names_the_report_its_number_and_the_hash() -> None:
    report = report_of(12)
    pages = set_in(report)
    for number, text in enumerate(pages, 1):
        assert f"Report {report['id']}, version 1" in text
        assert f"Page {number} of {len(pages)}" in text
        assert report["sha256"] in text


def test_the_heads_of_a_table_come_again_on_the_next_page() -> None:
    pages = set_in(report_of(60))
    assert sum("Known how" in text for text in pages) >= 2


@pytest.mark.parametrize("language", Language)
def test_the_same_report_gives_the_same_bytes(language: Language) -> None:
    report = report_of(12)
    assert pdf(report_document(report, language)) == pdf(report_document(report, language))


def test_the_pdf_tells_its_title_its_author_and_its_day() -> None:
    document = pypdfium2.PdfDocument(pdf(report_document(report_of(1), Language.ZH)))
    try:
        told = document.get_metadata_dict()
    finally:
        document.close()
    assert (told["Title"], told["Author"]) == ("上门报告 ESC-1", "Doorstep")
    assert told["CreationDate"].startswith("D:20261123040000")


@pytest.mark.parametrize(
    "made_at", ["2026-11-23T12:00:00.123456+08:00", "2026-11-23", "0001-01-01T00:00:00+14:00", "soon", None]
)
def test_whenever_it_was_made_it_can_be_printed(made_at: str | None) -> None:
    assert pdf(report_document(report_of(0) | {"made_at": made_at}, Language.EN)).startswith(b"%PDF")


def test_what_a_borrower_says_is_never_markup() -> None:
    notes = [note for note in MARKUP if note.isascii() and note.isprintable() and 3 < len(note) < 100]
    assert len(notes) > 5
    whole = "".join(set_in(report_with([line(0)], FINDINGS | {"note": "\n".join(notes)})))
    plain = re.sub(r"\s", "", whole)
    assert [note for note in notes if re.sub(r"\s", "", note) not in plain] == []


def test_a_word_without_an_end_stays_on_the_page() -> None:
    report = report_with([line(0) | {"category": "W" * 90, "note": "木" * 300}], FINDINGS | {"note": "x" * 900})
    document = pypdfium2.PdfDocument(pdf(report_document(report, Language.EN)))
    try:
        for page in document:
            text = page.get_textpage()
            boxes = [text.get_charbox(index) for index in range(text.count_chars())]
            assert max(right for _, _, right, _ in boxes) <= A4_POINTS[0] - 45
            text.close()
            page.close()
    finally:
        document.close()


@pytest.mark.parametrize("reader", Reader)
def test_a_masked_report_can_be_printed_too(reader: Reader) -> None:
    whole = "\n".join(set_in(masked(report_of(12), reader)))
    assert ("is left out" in whole) is (reader is not Reader.RISK)


@given(torn_reports(), st.sampled_from(Language))
@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
def test_no_report_breaks_the_pdf(report: dict[str, Any], language: Language) -> None:
    pages = set_in(report, language)
    assert report["sha256"] in pages[-1]
