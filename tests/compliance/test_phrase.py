import pytest

from app.compliance.phrase import Language, Phrase, Wording


@pytest.mark.parametrize(
    ("en", "zh"), [("", None), (" ", "不得收取现金"), ("take no cash", ""), ("take no cash", "\n")]
)
def test_a_wording_is_blank_in_no_language(en: str, zh: str | None) -> None:
    with pytest.raises(ValueError, match="not blank"):
        Wording(en, zh)


@pytest.mark.parametrize(
    ("zh", "language", "told"),
    [
        ("不得收取现金", Language.EN, "take no cash"),
        ("不得收取现金", Language.ZH, "不得收取现金"),
        (None, Language.ZH, "take no cash"),
    ],
)
def test_a_wording_without_chinese_is_told_in_english(zh: str | None, language: Language, told: str) -> None:
    assert Wording("take no cash", zh).told(language) == told


@pytest.mark.parametrize("key", ["", "No Block", "no-block", "9_hours"])
def test_a_key_is_a_plain_name(key: str) -> None:
    with pytest.raises(ValueError, match="no key of a phrase"):
        Phrase(key)


def test_phrases_with_the_same_values_are_the_same() -> None:
    assert Phrase.of("spacing_kept", days=3) == Phrase("spacing_kept", (("days", 3),))
    assert hash(Phrase.of("no_block")) == hash(Phrase("no_block"))
