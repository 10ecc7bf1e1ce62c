"""CSV that other programs read back, and that calculates nothing."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from app.reports.csv_lines import guarded, header, line
from app.reports.export_columns import COLUMNS, row_of
from tests.reports.drawn import REPORT, TEXTS, reports

NAMES = [column.name for column in COLUMNS]


def read_back(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+86 571", "'+86 571"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1", "'＝1"),
        ("'quoted'", "''quoted'"),
        ("1+1=2", "1+1=2"),
        ("工厂减产", "工厂减产"),
        ("", ""),
    ],
)
def test_a_text_that_starts_like_a_formula_gets_an_apostrophe(text: str, shown: str) -> None:
    assert guarded(text) == shown


@given(TEXTS)
def test_taking_one_apostrophe_away_gives_the_text_back(text: str) -> None:
    assert guarded(text).removeprefix("'") == text
    assert not guarded(text).startswith(("=", "+", "-", "@"))


def test_a_negative_amount_stays_a_number() -> None:
    body = REPORT | {"affordability": REPORT["affordability"] | {"surplus_monthly": {"amount": "-12.50"}}}
    (row,) = read_back(header() + line(row_of(body)))
    assert row["surplus_monthly"] == "-12.50"


def test_lines_end_as_rfc_4180_wants_and_all_have_the_same_fields() -> None:
    text = header() + line(row_of(REPORT))
    assert text.endswith("\r\n")
    assert text.count("\r\n") == 2
    assert header().strip().split(",") == NAMES


@given(reports())
def test_what_is_read_back_is_what_the_report_says(body: dict[str, Any]) -> None:
    (row,) = read_back(header() + line(row_of(body)))
    assert row["source_reference"].removeprefix("'") == body["source_reference"]
    assert row["note"].removeprefix("'") == (body["note"] or "")
    assert row["outstanding"] == body["loan"]["outstanding"]["amount"]
    figures = body["affordability"]
    assert row["surplus_monthly"] == (figures["surplus_monthly"]["amount"] if figures else "")
    assert Decimal(row["overdue"]).is_finite()
