"""The words of a report in every language (`words.yaml`); whatever has none is shown as it was told (PURE)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from importlib.resources import files
from string import Formatter

import yaml

from app.assessment.terms import HardshipFlag, OptionName, OptionNote, OptionReason, Verification
from app.compliance.door_protocol import Met
from app.compliance.phrase import Language
from app.compliance.phrase_book import Template, read_template
from app.compliance.profile_reader import Node, ProfileError
from app.compliance.situation import Channel
from app.intake.terms import Product
from app.reports.terms import Asking, Reader
from app.visits.terms import ComponentKind, Frequency, LineKind, Outcome, OverdueReason, Signal, VisitState

FILE = "words.yaml"
# The enumerations that a report shows, and what the file calls them.
WORDS: Mapping[str, type[Enum]] = {
    "outcome": Outcome,
    "overdue_reason": OverdueReason,
    "line_kind": LineKind,
    "frequency": Frequency,
    "verification": Verification,
    "hardship_flag": HardshipFlag,
    "option_name": OptionName,
    "option_reason": OptionReason,
    "option_note": OptionNote,
    "component_kind": ComponentKind,
    "met": Met,
    "visit_state": VisitState,
    "asking": Asking,
    "signal": Signal,
    "product": Product,
    "channel": Channel,
    "reader": Reader,
}
_SECTIONS = ("words", "categories", "labels", "texts", "figures", "rules")
Texts = Mapping[Language, str]


@dataclass(frozen=True)
class Pattern:
    """What a derivation writes, with its varying parts, and how that is told."""

    written: re.Pattern[str]
    template: Template


@dataclass(frozen=True)
class ReportWords:
    """All words by their kind; a word for what is not known is the thing itself."""

    words: Mapping[type[Enum], Mapping[str, Texts]]
    categories: Mapping[str, Texts]
    labels: Mapping[str, Texts]
    texts: Mapping[str, Template]
    figures: tuple[Pattern, ...]
    rules: tuple[Pattern, ...]

    def word(self, choices: type[Enum], value: str, language: Language) -> str:
        """The word of an enumeration's value."""
        texts = self.words[choices].get(value)
        return value if texts is None else texts[language]

    def category(self, name: str, language: Language) -> str:
        """The category of a statement's line, which is free text."""
        texts = self.categories.get(name.strip().lower())
        return name if texts is None else texts[language]

    def label(self, key: str, language: Language) -> str:
        """The label of a field."""
        texts = self.labels.get(key)
        return key.replace("_", " ").strip().capitalize() if texts is None else texts[language]

    def text(self, key: str, language: Language, **values: str) -> str:
        """A sentence with its values; raises ValueError for a key or values that the file does not have."""
        template = self.texts.get(key)
        if template is None or values.keys() != template.placeholders:
            raise ValueError(f"there is no text {key!r} of {', '.join(values) or 'no value'}")
        return template.texts[language].format_map(values)

    def figure(self, name: str, language: Language) -> str | None:
        """What the name of a derived figure means; None when that is not known."""
        return self._matched(self.figures, name, language)

    def rule(self, rule: str, language: Language) -> str:
        """The rule of a derived figure."""
        return self._matched(self.rules, rule, language) or rule

    def _matched(self, patterns: tuple[Pattern, ...], written: str, language: Language) -> str | None:
        for pattern in patterns:
            found = pattern.written.fullmatch(written)
            if found is not None:
                values = {key: self._part(key, value, language) for key, value in found.groupdict().items()}
                return pattern.template.texts[language].format_map(values)
        return None

    def _part(self, key: str, value: str, language: Language) -> str:
        if language is Language.EN:
            return value
        if key == "frequency":
            return self.word(Frequency, value, language)
        if key == "name" and value in self.texts:
            return self.texts[value].texts[language]
        return self.category(value, language)


@lru_cache(maxsize=1)
def load_report_words() -> ReportWords:
    """The shipped words; raises ProfileError when the file is not a valid one."""
    return read_report_words(files("app.reports.paper").joinpath(FILE).read_text(encoding="utf-8"), FILE)


def read_report_words(text: str, where: str) -> ReportWords:
    """Read the words from YAML text; `where` begins the path in errors."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ProfileError(f"{where}: not valid YAML: {error}") from None
    sections = Node(document, where).fields(_SECTIONS)
    words = sections["words"].fields(WORDS.keys())
    return ReportWords(
        words={choices: _plain(words[name], _values(choices)) for name, choices in WORDS.items()},
        categories=_plain(sections["categories"]),
        labels=_plain(sections["labels"]),
        texts={key: read_template(node) for key, node in _entries(sections["texts"]).items()},
        figures=tuple(_figure(key, node) for key, node in _entries(sections["figures"]).items()),
        rules=tuple(_rule(node) for node in sections["rules"].items()),
    )


def _values(choices: type[Enum]) -> list[str]:
    return [str(choice.value) for choice in choices]


def _entries(node: Node) -> dict[str, Node]:
    keys = node.value if isinstance(node.value, dict) else node.fail("a mapping")
    return node.fields([Node(key, node.path).text() for key in keys])


def _plain(node: Node, wanted: list[str] | None = None) -> dict[str, Texts]:
    """Texts without a placeholder, of exactly the wanted keys where there are such."""
    entries = _entries(node) if wanted is None else node.fields(wanted)
    templates = {key: read_template(entry) for key, entry in entries.items()}
    for key, template in templates.items():
        if template.placeholders:
            entries[key].fail("a text without a placeholder")
    return {key: template.texts for key, template in templates.items()}


def _figure(key: str, node: Node) -> Pattern:
    template = read_template(node)
    pattern, placeholders = _compiled(key)
    return Pattern(pattern, template) if placeholders == template.placeholders else node.fail(f"the parts of {key}")


def _rule(node: Node) -> Pattern:
    template = read_template(node)
    return Pattern(_compiled(template.texts[Language.EN])[0], template)


def _compiled(written: str) -> tuple[re.Pattern[str], frozenset[str]]:
    parts = [(re.escape(literal), name) for literal, name, _, _ in Formatter().parse(written)]
    expression = "".join(literal + (f"(?P<{name}>.+?)" if name else "") for literal, name in parts)
    return re.compile(expression, re.DOTALL), frozenset(name for _, name in parts if name)
