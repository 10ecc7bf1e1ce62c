"""A report to read: everything that is in it, and nothing that runs."""

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from app.reports.case_report import compose
from app.reports.readable_page import readable_page
from tests.factories_reports import FACTS, FINDINGS

VOID = {"meta"}


class Reader(HTMLParser):
    """Collects the text and fails on a tag that is closed out of turn."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.tags, self._open = "", set[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data + "\n"


def read(report: dict[str, Any]) -> Reader:
    reader = Reader()
    reader.feed(readable_page(report))
    assert reader._open == []
    return reader


@pytest.mark.parametrize(
    "wanted",
    [
        *("ESC-1", "MET_PLAN_DRAFTED", "谈话平静", "INCOME_DROP", "李静", "GB/T 45251-2025, 5.3"),
        *("6500.00 CNY", "2203.00 CNY", "0.2462", "planning_income", "instalment", "2027-11-23", "500.00 CNY"),
    ],
)
def test_the_page_shows_the_figures_and_the_facts(wanted: str) -> None:
    assert wanted in read(compose(FACTS)).text


def test_the_page_names_the_hash() -> None:
    report = compose(FACTS)
    assert report["sha256"] in read(report).text


def test_the_page_of_a_visit_that_found_nobody_is_whole_too() -> None:
    assert "Affordability" in read(compose(replace(FACTS, findings={}))).text


def test_what_was_written_at_the_door_is_text_and_nothing_else() -> None:
    note = "<script>alert(1)</script>"
    reader = read(compose(replace(FACTS, findings=FINDINGS | {"note": note, "education": [note]})))
    assert reader.text.count(note) == 2
    assert "script" not in reader.tags
