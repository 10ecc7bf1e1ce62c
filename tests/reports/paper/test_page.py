"""A report as a page: everything that is in it, and nothing that runs."""

import re
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.compliance.phrase import Language
from app.reports.case_report import Successor
from app.reports.paper.page import page
from app.reports.paper.report_document import report_document
from app.reports.paper.telling import grouped
from tests.factories_papers import MARKUP, line, report_of, report_with, texts, torn_reports
from tests.factories_reports import FINDINGS

VOID = {"meta", "br"}
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "h1", "h2", "h3", "p"),
    *("dl", "dt", "dd", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "ul", "li", "code", "br"),
    *("figure", "figcaption", "svg", "rect", "line", "text", "path"),
}
ATTRIBUTES = {
    *("lang", "charset", "name", "content", "class", "dir", "id", "aria-labelledby", "aria-label", "role", "scope"),
    *("colspan", "data-label", "xmlns", "viewbox", "width", "height", "font-family", "font-size", "fill", "x", "y"),
    *("x1", "y1", "x2", "y2", "stroke", "stroke-width", "stroke-dasharray", "text-anchor", "font-weight", "d"),
    *("transform",),
}


class Reader(HTMLParser):
    """Collects the text, and fails on a tag or an attribute that is not ours or is closed out of turn."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self._open = "", list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        assert {name for name, _ in attrs} <= ATTRIBUTES, attrs
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data + "\n"


def read(report: dict[str, Any], language: Language = Language.EN) -> str:
    reader = Reader()
    reader.feed(page(report_document(report, language)))
    reader.close()
    assert reader._open == []
    return reader.text


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        (
            Language.EN,
            ["Met, repayment plan drafted", "Income has fallen", "李静", "bank transfer", "Affordable instalment"],
        ),
        (
            Language.ZH,
            ["见到本人，已拟定还款方案", "收入下降", "李静", "银行转账", "可承受的分期金额", "第 0 项折合每月"],
        ),
    ],
)
def test_the_page_speaks_its_language(language: Language, wanted: list[str]) -> None:
    told = read(report_of(12), language)
    assert [text for text in ("ESC-1", "谈话平静", "GB/T 45251-2025, 5.3", *wanted) if text not in told] == []


@pytest.mark.parametrize("count", [0, 1, 12, 60])
@pytest.mark.parametrize("language", Language)
def test_every_figure_of_the_report_is_on_the_page(count: int, language: Language) -> None:
    report = report_of(count)
    told = read(report, language)
    figures = report["affordability"]
    for key in ("income_monthly", "essential_monthly", "surplus_monthly", "affordable_instalment"):
        assert f"{grouped(figures[key]['amount'])}\u00a0CNY" in told
    for option in report["options"]:
        assert f"{grouped(option['total']['amount'])}\u00a0CNY" in told
    for step in figures["derivation"]:
        assert step["name"] in told
        assert (step["value"] or "–") in told
    assert told.count(report["sha256"]) == 2


def test_a_corrected_report_says_so_before_all_else() -> None:
    report = report_of(1) | {"supersedes": {"report_id": "earlier-1", "version": 1}, "correction": "wages were 6,400"}
    told = read(report)
    assert told.index("This report replaces an earlier version: Report: earlier-1") < told.index("Summary")
    assert told.index("It was corrected: wages were 6,400") < told.index("Summary")


SUCCESSOR = Successor(UUID(int=9), 3, "2026-12-01T16:05:00+08:00")


@pytest.mark.parametrize(
    ("language", "mark", "head"),
    [
        (
            Language.EN,
            f"This version is superseded: version 3, made on 2026-12-01 16:05 UTC+08:00, takes its place"
            f" (report {SUCCESSOR.report_id}).",
            "superseded by version 3",
        ),
        (
            Language.ZH,
            f"本版本已被取代：2026年12月1日 16:05 UTC+08:00 生成的第 3 版（报告 {SUCCESSOR.report_id}）已取代本版本。",
            "已被第 3 版取代",
        ),
    ],
)
def test_a_superseded_version_says_so_before_all_else(language: Language, mark: str, head: str) -> None:
    report = report_of(1) | {"supersedes": {"report_id": "earlier-1", "version": 1}}
    document = report_document(report, language, SUCCESSOR)
    assert document.notices[0] == mark
    assert head in document.running_head
    assert mark in page(document).split("<main>")[0]


def test_what_a_report_may_have_tomorrow_is_shown_by_its_own_name() -> None:
    report = report_of(2)
    report["statement"]["lines"][0] |= {"earner": "partner", "ends_on": "2027-03-31", "colour": "green"}
    report["statement"]["business"] = {"turnover": [{"month": "2026-10", "amount": "9000.00"}], "season": "spring"}
    report["statement"]["household"]["members"] = [{"age": 41, "care": True}]
    report["options"][0]["components"].append({"kind": "barter", "terms": {"goods": "tea"}})
    report["options"][0]["stress"] = {"falls_by": "0.2"}
    report["weather"] = {"sky": "clear"}
    told = read(report)
    wanted = ["Earner: partner", "Ends: 2027-03-31", "Colour: green", "2026-10", "spring", "41", "barter", "Goods: tea"]
    assert [text for text in (*wanted, "Falls by: 0.2", "Sky", "clear") if text not in told] == []


def test_the_page_of_a_visit_that_found_nobody_is_whole_too() -> None:
    report = report_of(0) | {"statement": None, "affordability": None, "options": [], "promise": None}
    assert "No household statement was taken at this visit." in read(report)


def test_nothing_on_the_page_comes_from_elsewhere() -> None:
    assert (
        re.findall(r"(?:https?:)?//[^\s\"')]+", page(report_document(report_of(12), Language.EN)))
        == ["http://www.w3.org/2000/svg"] * 4
    )


@given(texts, st.sampled_from(Language))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_was_written_at_the_door_is_text_and_nothing_else(note: str, language: Language) -> None:
    written = FINDINGS | {"note": note, "complaint": note, "education": [note], "vulnerability": [note]}
    report = report_with([line(0) | {"category": note if note.strip() else "x", "note": note}], written)
    read(report | {"source_reference": note}, language)


@pytest.mark.parametrize("note", [note for note in MARKUP if note.isprintable() and note not in ("", "***")])
def test_a_note_stands_on_the_page_as_it_was_written(note: str) -> None:
    assert note in read(report_with([line(0)], FINDINGS | {"note": note}))


@given(torn_reports(), st.sampled_from(Language))
@settings(max_examples=80, suppress_health_check=list(HealthCheck), deadline=None)
def test_no_report_breaks_the_page(report: dict[str, Any], language: Language) -> None:
    assert report["sha256"] in read(report, language)
