"""The phrases of all rules in every language (`phrases.yaml`), and how they are told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from string import Formatter

import yaml

from app.compliance.calendar import DayClass, Weekday
from app.compliance.clauses import CalendarSpan, Counts, Effect, RecordingMode
from app.compliance.phrase import Joint, Language, Phrase, Said, Series, Value, Wording
from app.compliance.profile import LegalStatus
from app.compliance.profile_reader import Node, ProfileError
from app.compliance.situation import BlockKind, Channel, PlaceKind

FILE = "phrases.yaml"
# The enumerations that phrases name, and what the file calls them.
WORDS: Mapping[str, type[StrEnum]] = {
    "joint": Joint,
    "block_kind": BlockKind,
    "calendar_span": CalendarSpan,
    "channel": Channel,
    "counts": Counts,
    "day_class": DayClass,
    "effect": Effect,
    "legal_status": LegalStatus,
    "place_kind": PlaceKind,
    "recording_mode": RecordingMode,
    "weekday": Weekday,
}
_KEY, _PLACEHOLDER = r"[a-z][a-z0-9_]*", re.compile(r"[a-z_]+")


@dataclass(frozen=True)
class Template:
    """One phrase in every language, with the same placeholders in each."""

    texts: Mapping[Language, str]
    placeholders: frozenset[str]


@dataclass(frozen=True)
class PhraseBook:
    """All templates by key, and the words of the enumerations; `sat` is a word of two of them."""

    templates: Mapping[str, Template]
    words: Mapping[type[StrEnum], Mapping[str, Mapping[Language, str]]]

    def told(self, said: Said, language: Language) -> str:
        """The text in the language; raises ValueError for a phrase that is not in the book or has other values."""
        if isinstance(said, Wording):
            return said.told(language)
        if isinstance(said, Phrase):
            return self._phrase(said, language)
        return self._series(said, language)

    def _phrase(self, phrase: Phrase, language: Language) -> str:
        template = self.templates.get(phrase.key)
        values = {name: self._value(value, language) for name, value in phrase.values}
        if template is None or values.keys() != template.placeholders:
            raise ValueError(f"there is no phrase {phrase.key!r} of {', '.join(values) or 'no value'}")
        return template.texts[language].format_map(values)

    def _series(self, series: Series, language: Language) -> str:
        items, joints = [self._value(item, language) for item in series.items], self.words[Joint]
        if language is Language.ZH and series.joint in (Joint.AND, Joint.OR) and len(items) > 2:
            # Chinese puts the word before the last item alone.
            items = [joints[Joint.COMMA][language].join(items[:-1]), items[-1]]
        return joints[series.joint][language].join(items)

    def _value(self, value: Value, language: Language) -> str:
        if isinstance(value, Phrase | Series | Wording):
            return self.told(value, language)
        if isinstance(value, StrEnum):
            return self.words[type(value)][value][language]
        return _day(value, language) if isinstance(value, date) else str(value)


def _day(value: date, language: Language) -> str:
    """A day, or an instant as the clock of the place shows it; seconds only where there are some."""
    if language is Language.EN:
        return value.isoformat()
    day = f"{value.year}年{value.month}月{value.day}日"
    if not isinstance(value, datetime):
        return day
    return f"{day}{value:%H:%M:%S}" if value.second else f"{day}{value:%H:%M}"


def render(said: Said, language: Language) -> str:
    """The text by the shipped book."""
    return load_phrase_book().told(said, language)


@lru_cache(maxsize=1)
def load_phrase_book() -> PhraseBook:
    """The shipped phrases; raises ProfileError when the file is not a valid one."""
    return read_phrase_book(files("app.compliance").joinpath(FILE).read_text(encoding="utf-8"), FILE)


def read_phrase_book(text: str, where: str) -> PhraseBook:
    """Read a phrase book from YAML text; `where` begins the path in errors."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ProfileError(f"{where}: not valid YAML: {error}") from None
    fields = Node(document, where).fields(("words", "phrases"))
    words = fields["words"].fields(WORDS.keys())
    return PhraseBook(
        {key: read_template(node) for key, node in _entries(fields["phrases"]).items()},
        {choices: _words(words[name], choices) for name, choices in WORDS.items()},
    )


def _entries(node: Node) -> dict[str, Node]:
    keys = node.value if isinstance(node.value, dict) else node.fail("a mapping")
    for key in keys:
        Node(key, node.path).text(_KEY)
    return node.fields(keys)


def _words(node: Node, choices: type[StrEnum]) -> dict[str, Mapping[Language, str]]:
    """One word for every value of the enumeration; a word has no placeholder."""
    words = {}
    for value, entry in node.fields([choice.value for choice in choices]).items():
        template = read_template(entry)
        if template.placeholders:
            entry.fail("words without a placeholder")
        words[value] = template.texts
    return words


def read_template(node: Node) -> Template:
    """A text in every language; raises ProfileError when their placeholders differ."""
    texts = node.fields([language.value for language in Language])
    own = {Language(language): _placeholders(text) for language, text in texts.items()}
    for language, placeholders in own.items():
        if placeholders != own[Language.EN]:
            texts[language].fail(f"the placeholders {', '.join(sorted(own[Language.EN])) or 'none'}")
    return Template({Language(language): text.text() for language, text in texts.items()}, own[Language.EN])


def _placeholders(node: Node) -> frozenset[str]:
    """The names in braces; nothing else can stand there, neither a format nor an attribute."""
    text = node.text()
    try:
        parts = [part for part in Formatter().parse(text) if part[1] is not None]
    except ValueError:
        node.fail("braces that open and close")
    for _, name, form, conversion in parts:
        if not _PLACEHOLDER.fullmatch(name or "") or form or conversion:
            node.fail("placeholders like {name}")
    return frozenset(name for _, name, _, _ in parts if name)
