"""The phrase book: what a file must say, and how values are told."""

import ast
import copy
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.compliance.calendar import DayClass, Weekday
from app.compliance.clauses import Effect
from app.compliance.phrase import Joint, Language, Phrase, Said, Series, Wording
from app.compliance.phrase_book import FILE, WORDS, load_phrase_book, read_phrase_book, render
from app.compliance.profile_reader import ProfileError
from app.compliance.situation import BlockKind, Channel

PACKAGE = Path(str(files("app.compliance")))
DOCUMENT: dict[str, Any] = yaml.safe_load(PACKAGE.joinpath(FILE).read_text(encoding="utf-8"))
BEIJING = timezone(timedelta(hours=8))
MISSING = object()


@pytest.mark.parametrize("key", DOCUMENT["phrases"])
def test_every_phrase_is_in_both_languages_with_the_same_placeholders(key: str) -> None:
    template = load_phrase_book().templates[key]
    told = {
        language: text.format_map(dict.fromkeys(template.placeholders, "*"))
        for language, text in template.texts.items()
    }
    assert told.keys() == set(Language)
    assert {text.count("*") for text in told.values()} == {len(template.placeholders)}
    assert not re.search("[A-Za-z_{}]", told[Language.ZH])


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, choices in WORDS.items() for value in choices], ids=str
)
def test_every_word_is_in_both_languages(name: str, value: str) -> None:
    words = load_phrase_book().words[WORDS[name]][value]
    assert words.keys() == set(Language)
    assert words[Language.EN] != words[Language.ZH]
    assert not re.search("[A-Za-z_]", words[Language.ZH])


def _texts(node: ast.AST) -> Iterator[str]:
    return (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))


def _trees() -> list[ast.Module]:
    return [ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.glob("*.py")]


def _is_phrase(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "Phrase.of"


def test_the_rules_say_what_is_in_the_book_and_nothing_in_it_is_never_said() -> None:
    calls = [node for tree in _trees() for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_phrase(node)]
    keys = load_phrase_book().templates.keys()
    assert set(chain.from_iterable(_texts(call.args[0]) for call in calls)) <= keys
    assert keys <= set(chain.from_iterable(map(_texts, _trees())))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("words",), MISSING, r"book: field 'words' is missing"),
        (("colours",), {}, r"book: field 'colours' is unknown"),
        (("words", "channel"), MISSING, r"book\.words: field 'channel' is missing"),
        (("words", "weather"), {}, r"book\.words: field 'weather' is unknown"),
        (("words", "channel", "sms"), MISSING, r"book\.words\.channel: field 'sms' is missing"),
        (("words", "channel", "fax"), {"en": "fax", "zh": "传真"}, r"book\.words\.channel: field 'fax' is unknown"),
        (
            ("words", "channel", "sms"),
            {"en": "{n}", "zh": "{n}"},
            r"channel\.sms: expected words without a placeholder",
        ),
        (("phrases",), [], r"book\.phrases: expected a mapping"),
        (("phrases", "No Key"), {"en": "a", "zh": "b"}, r"book\.phrases: expected a text like"),
        (("phrases", "no_block", "zh"), MISSING, r"phrases\.no_block: field 'zh' is missing"),
        (("phrases", "no_block", "fr"), "aucun", r"phrases\.no_block: field 'fr' is unknown"),
        (("phrases", "no_block", "zh"), " ", r"phrases\.no_block\.zh: expected a text"),
        (("phrases", "no_block", "zh"), 1, r"phrases\.no_block\.zh: expected a text"),
        (("phrases", "no_block", "zh"), "{kind}", r"phrases\.no_block\.zh: expected the placeholders none"),
        (("phrases", "pause_over", "zh"), "{day}天", r"phrases\.pause_over\.zh: expected the placeholders days"),
        (("phrases", "pause_over", "zh"), "没有", r"phrases\.pause_over\.zh: expected the placeholders days"),
        (("phrases", "pause_over", "zh"), "{days:02}", r"pause_over\.zh: expected placeholders like \{name\}"),
        (("phrases", "pause_over", "zh"), "{days!r}", r"pause_over\.zh: expected placeholders like \{name\}"),
        (("phrases", "pause_over", "zh"), "{days.real}", r"pause_over\.zh: expected placeholders like \{name\}"),
        (("phrases", "pause_over", "zh"), "{}", r"pause_over\.zh: expected placeholders like \{name\}"),
        (("phrases", "pause_over", "zh"), "{days", r"pause_over\.zh: expected braces that open and close"),
    ],
)
def test_a_wrong_book_is_refused_with_the_path(path: tuple[str, ...], value: object, message: str) -> None:
    document: Any = copy.deepcopy(DOCUMENT)
    target = document
    for step in path[:-1]:
        target = target[step]
    if value is MISSING:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    with pytest.raises(ProfileError, match=message):
        read_phrase_book(yaml.safe_dump(document, allow_unicode=True), "book")


def test_a_file_without_yaml_is_named() -> None:
    with pytest.raises(ProfileError, match="book: not valid YAML"):
        read_phrase_book("words: [", "book")


@pytest.mark.parametrize(
    "said", [Phrase.of("no_such_phrase"), Phrase.of("pause_over"), Phrase.of("no_block", kind="hospital")]
)
def test_a_phrase_that_is_not_in_the_book_or_has_other_values_is_refused(said: Phrase) -> None:
    with pytest.raises(ValueError, match=f"there is no phrase '{said.key}'"):
        render(said, Language.EN)


@pytest.mark.parametrize(
    ("said", "en", "zh"),
    [
        (
            Phrase.of("spacing_broken", on=date(2026, 11, 4), days=3),
            "a visit on 2026-11-04 is less than 3 days away",
            "与2026年11月4日的上门间隔不足3天",
        ),
        (
            Phrase.of("give_notice", by=datetime(2026, 11, 4, 9, 5, tzinfo=BEIJING)),
            "give notice by 2026-11-04T09:05:00+08:00",
            "最迟于2026年11月4日09:05（当地时间）发出通知",
        ),
        (
            Phrase.of("give_notice", by=datetime(2026, 11, 4, 9, 4, 59, tzinfo=BEIJING)),
            "give notice by 2026-11-04T09:04:59+08:00",
            "最迟于2026年11月4日09:04:59（当地时间）发出通知",
        ),
        (Series((Channel.CALL, Channel.SMS)), "call, sms", "电话、短信"),
        (Series(()), "", ""),
        (Series((Channel.CALL,), Joint.OR), "call", "电话"),
        (Series((Channel.CALL, Channel.SMS), Joint.OR), "call or sms", "电话或短信"),
        (Series((Channel.CALL, Channel.SMS, 3), Joint.OR), "call or sms or 3", "电话、短信或3"),
        (Series((1, 2, 3), Joint.SEMICOLON), "1; 2; 3", "1；2；3"),
        (Series((Wording("place", "地点"), Wording("time", "时间")), Joint.AND), "place and time", "地点和时间"),
        (Series((1, Phrase.of("no_block")), Joint.SEMICOLON), "1; no block holds", "1；目前没有禁止上门的情形"),
        (Series((Weekday.SAT, DayClass.SAT, DayClass.MON_FRI)), "sat, sat, mon_fri", "周六、周六、工作日"),
        (
            Phrase.of("block", kind=BlockKind.HOSPITAL, since=date(2026, 11, 4), effect=Effect.STOP),
            "hospital since 2026-11-04: no visit",
            "住院（自2026年11月4日起）：不得上门",
        ),
        (
            Phrase.of("quiet_hours_exceeded", hours=28, minutes="01", hours_max=28),
            "28 h 01 min a week are more than the 28 h that can be kept quiet",
            "每周免打扰时段合计28小时01分钟，超过上限28小时",
        ),
        (
            Phrase.of("quiet_means_exceeded", means=Series((Channel.CALL, Channel.SMS)), means_max=1),
            "call, sms: more than the 1 channels or places that can be kept quiet",
            "免打扰涉及电话、短信，超过可指定的渠道和地点数上限（1项）",
        ),
    ],
)
def test_values_are_told_in_the_language_of_the_phrase(said: Said, en: str, zh: str) -> None:
    assert (render(said, Language.EN), render(said, Language.ZH)) == (en, zh)
