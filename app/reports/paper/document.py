"""A document without a layout: what is said, in which order; a page or a PDF gives it its form (PURE)."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.compliance.phrase import Language


class Style(StrEnum):
    """How the cells of a column are set."""

    TEXT = "text"
    SHORT = "short"  # a few words: as wide as needed
    FIGURE = "figure"  # to the right, digits below each other
    CODE = "code"  # a name or a hash, letter by letter


class Tone(StrEnum):
    """What a row or a paragraph is to the reader."""

    PLAIN = "plain"
    GROUP = "group"  # a row that names those below it
    TOTAL = "total"
    FAINT = "faint"
    NOTICE = "notice"


@dataclass(frozen=True)
class Column:
    """A column; `weight` shares out the width among texts."""

    title: str
    style: Style = Style.TEXT
    weight: int = 2


@dataclass(frozen=True)
class Row:
    """A row; the first cell of a group reaches over the empty ones beside it."""

    cells: tuple[str, ...]
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Table:
    """Rows below the heads of their columns, which come again on each page."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str | None = None
    kind: str = field(default="table", init=False)


@dataclass(frozen=True)
class Facts:
    """Labels and what stands beside them."""

    pairs: tuple[tuple[str, str], ...]
    title: str | None = None
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True)
class Tile:
    """One figure that must be seen first."""

    label: str
    value: str


@dataclass(frozen=True)
class Tiles:
    """The figures that must be seen first."""

    tiles: tuple[Tile, ...]
    kind: str = field(default="tiles", init=False)


@dataclass(frozen=True)
class Paragraph:
    """A sentence or more; line breaks are kept."""

    text: str
    tone: Tone = Tone.PLAIN
    title: str | None = None
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True)
class Bullets:
    """Sentences below each other."""

    items: tuple[str, ...]
    title: str | None = None
    kind: str = field(default="bullets", init=False)


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG, and the same in words for whoever cannot see it."""

    svg: str
    words: str
    title: str | None = None
    kind: str = field(default="picture", init=False)


@dataclass(frozen=True)
class Proof:
    """The code and the hash that a report is known by."""

    svg: str
    words: str
    told: str
    sha256: str
    kind: str = field(default="proof", init=False)


Block = Table | Facts | Tiles | Paragraph | Bullets | Picture | Proof


@dataclass(frozen=True)
class Section:
    """A part with its title; an appendix begins a page of its own."""

    title: str
    blocks: tuple[Block, ...]
    appendix: bool = False


@dataclass(frozen=True)
class Document:
    """All of it; `running_head` stands on each page, `page_of` has the placeholders {page} and {pages}."""

    language: Language
    title: str
    author: str
    made_at: str
    running_head: str
    sha256: str
    page_of: str
    sections: tuple[Section, ...]
    notices: tuple[str, ...] = ()
