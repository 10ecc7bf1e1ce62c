"""Which representation an Accept header gets."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.runtime.web import prefers, prefers_language

JSON, HTML = "application/json", "text/html"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/json", JSON),
        ("application/*", JSON),
        ("text/html", HTML),
        ("TEXT/HTML", HTML),
        ("text/*", HTML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("text/html;q=0.5, application/json;q=0.6", JSON),
        ("application/json;q=0.5, text/html;q=0.6", HTML),
        ("application/json;q=0, */*", HTML),
        ("text/html;charset=utf-8;q=0.9", HTML),
        ("text/html, */*", HTML),
        ("application/json, */*", JSON),
        ("text/*, application/*", JSON),
        ("text/*, */*", HTML),
        ("text/html, application/json", JSON),
        ("application/pdf", None),
        ("application/pdf, */*;q=0", None),
        ("application/json;q=much", None),
        ("application/json;q=nan", None),
        ("application/json;q=2", None),
    ],
)
def test_the_best_liked_type_is_chosen(accept: str | None, media: str | None) -> None:
    assert prefers(accept, JSON, HTML) == media


@given(accept=st.text(alphabet="aelmnopstx/*;,q=.0159 ", max_size=60))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_no_header_upsets_the_choice(accept: str) -> None:
    assert prefers(accept, JSON, HTML) in {JSON, HTML, None}


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        (None, None),
        ("", None),
        ("zh", "zh"),
        ("ZH-hans-CN", "zh"),
        ("en, zh", "en"),
        ("zh, en", "zh"),
        ("en;q=0.8, zh;q=0.9", "zh"),
        ("fr-FR, fr;q=0.9, en;q=0.5", "en"),
        ("fr", None),
        ("zhuang", None),
        ("*", "en"),
        ("zh;q=0", None),
        ("zh;q=x", None),
    ],
)
def test_the_best_liked_language_is_chosen(accept: str | None, language: str | None) -> None:
    assert prefers_language(accept, "en", "zh") == language


@given(st.text())
def test_any_header_of_languages_can_be_sent(accept: str) -> None:
    assert prefers_language(accept, "en", "zh") in ("en", "zh", None)
