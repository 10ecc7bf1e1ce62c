"""How a reader is told values, and that no value can confuse the ones beside it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.compliance.phrase import Language
from app.reports.paper.telling import MINUS, Teller, clean, grouped
from tests.factories_papers import anything

EN, ZH = Teller.of(Language.EN), Teller.of(Language.ZH)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "0"),
        ("999.99", "999.99"),
        ("1000", "1,000"),
        ("-1234567.890", "\u22121,234,567.890"),
        ("999999999999999999", "999,999,999,999,999,999"),
        ("1e5", "1e5"),
        ("12.", "12."),
        ("", ""),
    ],
)
def test_thousands_stand_apart(amount: str, shown: str) -> None:
    assert grouped(amount) == shown


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**15), max_value=10**15))
def test_a_grouped_amount_is_the_same_amount(amount: Any) -> None:
    assert grouped(f"{amount:f}").replace(",", "").replace(MINUS, "-") == f"{amount:f}"


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        ("0.2462", "24.62%"),
        ("0.0336", "3.36%"),
        ("1.0000", "100%"),
        ("0.1260", "12.6%"),
        ("12.5", "1,250%"),
        ("?", "?"),
    ],
)
def test_a_ratio_is_a_percentage(ratio: str, shown: str) -> None:
    assert EN.ratio(ratio) == shown


@pytest.mark.parametrize(
    ("key", "value", "english", "chinese"),
    [
        ("due_on", "2026-12-10", "2026-12-10", "2026年12月10日"),
        ("arrived_at", "2026-11-23T09:30:00+08:00", "2026-11-23 09:30 UTC+08:00", "2026年11月23日 09:30 UTC+08:00"),
        ("due_on", "soon", "soon", "soon"),
        ("asked_at", None, "–", "–"),
        ("frequency", "four_weekly", "every four weeks", "每四周"),
        ("primary", True, "yes", "是"),
        ("total", {"amount": "18000.00", "currency": "CNY"}, "18,000.00\u00a0CNY", "18,000.00\u00a0CNY"),
        ("terms", {"months": 3, "of": ["a", None]}, "Months: 3; Of: a; –", "Months：3；Of：a；–"),
        ("note", "***", "[withheld]", "【已隐去】"),
        ("channel", "bank_transfer", "bank transfer", "银行转账"),
    ],
)
def test_a_field_is_told_by_what_its_name_says(key: str, value: Any, english: str, chinese: str) -> None:
    assert (EN.field(key, value), ZH.field(key, value)) == (english, chinese)


@given(st.text(), anything)
def test_whatever_stands_in_a_field_is_told(key: str, value: Any) -> None:
    assert isinstance(EN.field(key, value), str)
    assert isinstance(ZH.field(key, value), str)


@given(st.text())
def test_no_control_character_and_no_forced_direction_remains(text: str) -> None:
    shown = clean(text)
    assert len(shown) == len(text)
    assert not any(character in shown for character in "\x00\x0b\x1b\x7f\u202a\u202e\u2066\u2069\ufffe")
