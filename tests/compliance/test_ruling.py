from datetime import UTC, datetime

import pytest

from app.compliance.ruling import Answer, Ruling, combine


def answer(*, allowed: bool, condition: str | None = None) -> Answer:
    return Answer("hours", "IE-CCA1995-s46", "1", allowed, "a reason", "a source", condition=condition)


@pytest.mark.parametrize(
    ("answers", "allowed"),
    [([], True), ([True], True), ([False], False), ([True, False], False), ([True, True], True)],
)
def test_a_ruling_allows_only_what_every_answer_allows(answers: list[bool], allowed: bool) -> None:
    assert Ruling(tuple(answer(allowed=each) for each in answers)).allowed is allowed


def test_a_ruling_keeps_the_yes_answers_and_names_the_refusals() -> None:
    yes, no = answer(allowed=True), answer(allowed=False)
    ruling = Ruling((yes, no))
    assert ruling.answers == (yes, no)
    assert ruling.refusals == (no,)


def test_conditions_are_listed_once() -> None:
    ruling = Ruling(tuple(answer(allowed=True, condition=text) for text in ("take no cash", "take no cash", None)))
    assert ruling.conditions == ("take no cash",)


def test_combined_rulings_allow_no_more_than_each() -> None:
    yes, no = Ruling((answer(allowed=True),)), Ruling((answer(allowed=False),))
    assert combine([yes, yes]).allowed
    assert not combine([yes, no]).allowed
    assert combine([yes, no]).answers == (*yes.answers, *no.answers)


def test_an_answer_needs_grounds_and_an_end_with_an_offset() -> None:
    with pytest.raises(ValueError, match="needs its rule"):
        Answer("hours", "p", "1", True, "reason", "")
    with pytest.raises(ValueError, match="offset"):
        Answer("hours", "p", "1", False, "r", "s", until=datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))
