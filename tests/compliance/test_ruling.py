from datetime import UTC, datetime

import pytest

from app.compliance.phrase import Language, Phrase, Wording
from app.compliance.ruling import Answer, Ruling, Told, combine

REASON = Wording("a reason")


def answer(*, allowed: bool, condition: str | None = None) -> Answer:
    duty = None if condition is None else Wording(condition)
    return Answer("hours", "IE-CCA1995-s46", "1", allowed, REASON, "a source", duty=duty)


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
        Answer("hours", "p", "1", True, REASON, "")
    with pytest.raises(ValueError, match="offset"):
        Answer("hours", "p", "1", False, REASON, "s", until=datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))


def test_refusals_come_strictest_first_and_the_strictest_is_the_one_that_won() -> None:
    def no(profile: str, until: datetime | None) -> Answer:
        return Answer("hours", profile, "1", False, REASON, "a source", until=until)

    soon, late = datetime(2026, 11, 25, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    ruling = Ruling((no("soon", soon), answer(allowed=True), no("late", late), no("never", None), no("too", None)))
    assert [refusal.profile for refusal in ruling.refusals] == ["never", "too", "late", "soon"]
    assert ruling.strictest is not None
    assert ruling.strictest.profile == "never"
    assert Ruling((answer(allowed=True),)).strictest is None


def test_an_answer_is_told_in_english_unless_another_language_is_asked_for() -> None:
    grounds, duty = Phrase.of("spacing_kept", days=3), Wording("take no cash", "不得收取现金")
    told = Answer("cash", "p", "1", True, grounds, "a source", duty=duty)
    assert (told.reason, told.condition) == ("no visit within 3 days", "take no cash")
    assert told.told(Language.EN) == Told("no visit within 3 days", "take no cash")
    assert told.told(Language.ZH) == Told("3天之内没有其他上门", "不得收取现金")
    assert answer(allowed=False).told(Language.ZH) == Told("a reason", None)
