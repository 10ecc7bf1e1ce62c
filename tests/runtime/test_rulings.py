"""A ruling is kept with the words in which it is told; rows from before that are still read."""

from datetime import UTC, datetime

from app.compliance.phrase import Phrase, Wording
from app.compliance.ruling import Answer, Ruling
from app.runtime.bodies import RulingBody
from app.runtime.rulings import ruling_json

UNTIL = datetime(2026, 11, 30, 9, tzinfo=UTC)
RULING = Ruling(
    (
        Answer("min_days", "house", "1", False, Phrase.of("spacing_kept", days=3), "House policy 1", until=UNTIL),
        Answer("cash", "house", "1", True, Phrase.of("under_a_condition"), "House policy 1", duty=Wording("no cash")),
    )
)


def test_a_ruling_is_kept_in_both_languages() -> None:
    first, second = ruling_json(RULING)["answers"]
    assert first["texts"] == {
        "en": {"reason": "no visit within 3 days", "condition": None},
        "zh": {"reason": "3天之内没有其他上门", "condition": None},
    }
    assert second["texts"]["en"] == {"reason": second["reason"], "condition": second["condition"]}
    assert second["texts"]["zh"] == {"reason": "可以上门，但须遵守附带条件", "condition": "no cash"}


def test_a_ruling_that_was_kept_without_texts_is_read_without_them() -> None:
    kept = ruling_json(RULING)
    assert RulingBody.model_validate(kept).answers[0].texts is not None
    for entry in kept["answers"]:
        del entry["texts"]
    read = RulingBody.model_validate(kept)
    assert [answer.texts for answer in read.answers] == [None, None]
    assert read.answers[0].reason == "no visit within 3 days"
