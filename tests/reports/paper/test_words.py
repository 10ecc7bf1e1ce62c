"""The words of a report: all there, in both languages, and the same thing in each."""

from enum import Enum
from importlib.resources import files
from typing import Any

import pytest

from app.assessment.policy import Policy, house_policy
from app.assessment.terms import Frequency, Verification
from app.compliance.phrase import Language
from app.compliance.profile_reader import ProfileError
from app.kernel.money import Money
from app.reports.paper.words import FILE, WORDS, load_report_words, read_report_words
from app.reports.schemas import ReportBody, ReportedCase, ReportedLoan, ReportedVisit
from app.visits.findings_schema import ArrangementComponentBody, OverdueReasonBody, PromiseBody
from app.visits.statement_schema import HouseholdBody, StatementBody, StatementLineBody
from tests.factories_papers import report_of, report_with

BOOK = load_report_words()
ENUM_WORDS = [(choices, str(choice.value)) for choices in WORDS.values() for choice in choices]
BODIES = (
    *(ReportBody, ReportedCase, ReportedLoan, ReportedVisit, OverdueReasonBody, PromiseBody),
    *(ArrangementComponentBody, StatementBody, HouseholdBody, StatementLineBody),
)


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


@pytest.mark.parametrize(("choices", "value"), ENUM_WORDS)
def test_every_value_has_its_word_in_both_languages(choices: type[Enum], value: str) -> None:
    assert BOOK.words[choices][value].keys() == set(Language)
    assert is_chinese(BOOK.word(choices, value, Language.ZH))


@pytest.mark.parametrize("body", BODIES)
def test_every_field_of_a_report_has_its_label(body: Any) -> None:
    assert [name for name in body.model_fields if name not in BOOK.labels] == []


def test_a_word_that_is_not_known_is_shown_as_it_was_told() -> None:
    assert BOOK.word(Frequency, "every_full_moon", Language.ZH) == "every_full_moon"
    assert BOOK.category("宠物用品", Language.EN) == "宠物用品"
    assert BOOK.label("colour_of_door", Language.ZH) == "Colour of door"
    assert BOOK.rule("a rule of tomorrow", Language.ZH) == "a rule of tomorrow"
    assert BOOK.figure("figure_of_tomorrow", Language.ZH) is None


def test_the_levels_of_verification_are_words_too() -> None:
    assert BOOK.word(Verification, "3", Language.EN) == "document seen"


STRICT = Policy(**{**vars(house_policy("CNY")), "guidelines": {"food": Money("CNY", 1000), "phone": Money("CNY", 1)}})
MONTHS = [f"{300 + month}.00" for month in range(12)]
IRREGULAR = {"frequency": "irregular", "amount": None, "monthly_amounts": MONTHS, "verification": 1}
EVERY_RULE: list[dict[str, Any]] = [
    {"kind": "income", "category": "casual", **IRREGULAR},
    {"kind": "flexible", "category": "gifts", **IRREGULAR},
    {"kind": "flexible", "category": "food", "amount": "900.00", "frequency": "weekly", "note": "five eat"},
    {"kind": "flexible", "category": "phone", "amount": "900.00", "frequency": "weekly"},
    {"kind": "fixed", "category": "rent", "amount": None, "frequency": None, "declined": True},
    {"kind": "debt", "category": "informal", "amount": "9.00", "frequency": "yearly", "balance": "100.00"},
    {"kind": "debt", "category": "rent_arrears", "amount": "9.00", "frequency": "yearly", "priority": True},
]
SEEN = [
    step
    for report in (report_with(EVERY_RULE, policy=STRICT), report_with([]), report_of(60))
    for step in report["affordability"]["derivation"]
]


@pytest.mark.parametrize("rule", sorted({step["rule"] for step in SEEN}))
def test_every_rule_that_the_assessment_writes_is_told_in_chinese(rule: str) -> None:
    assert is_chinese(BOOK.rule(rule, Language.ZH))
    assert BOOK.rule(rule, Language.EN) == rule


@pytest.mark.parametrize("name", sorted({step["name"] for step in SEEN}))
def test_every_figure_that_the_assessment_derives_has_its_meaning(name: str) -> None:
    assert BOOK.figure(name, Language.EN)
    assert is_chinese(BOOK.figure(name, Language.ZH) or "")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("words:", "words: ["), "not valid YAML"),
        (("    NOT_DONE:", "    NOT_THERE:"), "'NOT_THERE' is unknown"),
        (('page_of: {en: "Page {page} of {pages}"', 'page_of: {en: "Page {page}"'), "the placeholders page"),
        (("  wages: {en: wages", '  wages: {en: "{wages}"'), "the placeholders wages"),
        (("rules:\n", "rules: {}\nrest:\n"), "'rest' is unknown"),
    ],
)
def test_a_file_with_a_slip_is_refused(change: tuple[str, str], complaint: str) -> None:
    whole = files("app.reports.paper").joinpath(FILE).read_text(encoding="utf-8")
    assert change[0] in whole
    with pytest.raises(ProfileError, match=complaint):
        read_report_words(whole.replace(*change, 1), FILE)


def test_a_text_needs_its_values() -> None:
    with pytest.raises(ValueError, match="no text 'page_of' of page"):
        BOOK.text("page_of", Language.EN, page="1")
