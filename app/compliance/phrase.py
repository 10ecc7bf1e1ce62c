"""What a rule says, as values: a key and what goes with it. Whoever shows it chooses the language (`phrase_book`)."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_KEY = re.compile(r"[a-z][a-z0-9_]*")


class Language(StrEnum):
    """A language in which rulings are told."""

    EN = "en"
    ZH = "zh"


class Joint(StrEnum):
    """What stands between the items of a series."""

    COMMA = "comma"
    SEMICOLON = "semicolon"
    AND = "and"
    OR = "or"


class Wording(str):
    """A text that comes with a profile: in English, and with its Chinese where that was written down.

    It is the English text, so that whoever reads a profile need not know of languages.
    """

    zh: str | None

    def __new__(cls, en: str, zh: str | None = None) -> "Wording":
        """The text in both languages; raises ValueError for a blank one."""
        if not en.strip() or (zh is not None and not zh.strip()):
            raise ValueError("a wording is not blank in any language")
        wording = super().__new__(cls, en)
        wording.zh = zh
        return wording

    def told(self, language: Language) -> str:
        """The text in the language, or in English where it has none."""
        return self.zh if language is Language.ZH and self.zh is not None else str(self)


@dataclass(frozen=True)
class Series:
    """Several values in a row."""

    items: "tuple[Value, ...]"
    joint: Joint = Joint.COMMA


@dataclass(frozen=True)
class Phrase:
    """A template of the phrase book by its key, and the values of its placeholders."""

    key: str
    values: "tuple[tuple[str, Value], ...]" = ()

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError(f"{self.key!r} is no key of a phrase")

    @classmethod
    def of(cls, key: str, **values: "Value") -> "Phrase":
        """The phrase with its values by name."""
        return cls(key, tuple(values.items()))


Said = Phrase | Series | Wording
# A plain text is one that is the same in every language, such as 09:00; words of an enumeration are looked up.
Value = str | int | date | StrEnum | Said
