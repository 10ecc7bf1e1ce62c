"""The statement in pictures: readable with no line and with sixty, and true to the figures."""

import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings

from app.compliance.phrase import Language
from app.reports.paper import svg
from app.reports.paper.charts import MOST_BARS, charts, items, knowledge, month
from app.reports.paper.telling import MINUS, Teller
from app.reports.paper.workings import Workings
from tests.factories_papers import line, report_of, report_with, torn_reports

EN = Teller.of(Language.EN)
SVG = "{http://www.w3.org/2000/svg}"


def bars_of(drawn: str) -> list[dict[str, str]]:
    return [dict(box.attrib) for box in ElementTree.fromstring(drawn).iter(f"{SVG}rect")]


def drawn_in(report: dict[str, Any], which: Any) -> Any:
    return which(EN, report, Workings.of(report))


def test_a_month_s_income_goes_down_to_what_is_left_over() -> None:
    report = report_of(12)
    picture = drawn_in(report, month)
    income, *off, left = bars_of(picture.svg)
    scale = float(income["width"]) / float(report["affordability"]["income_monthly"]["amount"])
    surplus = float(report["affordability"]["surplus_monthly"]["amount"])
    assert float(left["width"]) == pytest.approx(surplus * scale, abs=0.1)
    assert float(off[-1]["x"]) == pytest.approx(float(left["x"]) + float(left["width"]), abs=0.1)


def test_a_month_that_does_not_suffice_reaches_below_nothing() -> None:
    report = report_with([line(1) | {"amount": "100.00", "frequency": "monthly"}])
    picture = drawn_in(report, month)
    assert f"Left over {MINUS}" in picture.words
    assert all(float(box["x"]) >= 0 for box in bars_of(picture.svg))


def test_what_is_small_is_drawn_together() -> None:
    lines = [line(0)] + [
        {"kind": "fixed", "category": f"item {number}", "amount": f"{number}.00", "frequency": "monthly"}
        for number in range(1, 41)
    ]
    report = report_with(lines)
    picture = items(EN, Workings.of(report))
    assert picture is not None
    assert len(bars_of(picture.svg)) == 1 + MOST_BARS
    assert f"32 more {sum(range(1, 33)):,}.00" in picture.words


def test_the_shares_of_what_is_known_fill_the_bar() -> None:
    report = report_of(60)
    picture = knowledge(EN, report)
    assert picture is not None
    legend, wide = 12.0, [float(box["width"]) for box in bars_of(picture.svg)]
    assert sum(width for width in wide if width != legend) == pytest.approx(2 * (svg.WIDTH - 81), abs=2)


@pytest.mark.parametrize(("count", "pictures"), [(0, 1), (1, 3), (12, 3), (60, 3)])
@pytest.mark.parametrize("language", Language)
def test_no_label_runs_into_its_bar_and_no_row_into_the_next(count: int, pictures: int, language: Language) -> None:
    report, teller = report_of(count), Teller.of(language)
    drawings = charts(teller, report, Workings.of(report))
    assert len(drawings) == pictures
    for picture in drawings:
        tree = ElementTree.fromstring(picture.svg)
        height = float(tree.attrib["height"])
        assert height < 560
        for text in tree.iter(f"{SVG}text"):
            width, x = svg.width_of(text.text or ""), float(text.attrib["x"])
            left = {"start": x, "end": x - width, "middle": x - width / 2}[text.attrib["text-anchor"]]
            assert left >= -1
            assert left + width <= svg.WIDTH + 1
            assert 0 < float(text.attrib["y"]) <= height


def test_the_tints_can_be_told_apart_in_grey() -> None:
    greys = [sum(int(tint[at : at + 2], 16) for at in (1, 3, 5)) / 3 for tint in svg.TINTS]
    assert all(lighter - darker > 20 for lighter, darker in pairwise(greys))


@given(torn_reports())
@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
def test_whatever_is_drawn_is_well_formed(report: dict[str, Any]) -> None:
    for picture in charts(EN, report, Workings.of(report)):
        ElementTree.fromstring(picture.svg)
        assert not re.search(r'"(-?nan|-?inf)', picture.svg)
