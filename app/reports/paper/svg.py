"""The few strokes that our drawings are made of, as SVG; each can be told apart in grey print (PURE)."""

import unicodedata
from xml.sax.saxutils import escape, quoteattr

WIDTH = 480
SIZE = 11
# From what is barely known to what is certain: from the paper's white to ink.
TINTS = ("#ffffff", "#e3e8ee", "#c0cad6", "#93a3b7", "#5a718d", "#22384f")
INK, FAINT, RULE = "#1b2a3a", "#5b6875", "#9aa5b1"
_FONT = "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',system-ui,sans-serif"


def drawing(height: float, title: str, parts: list[str]) -> str:
    """A picture of the common width with its title for readers who do not see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_n(height)}" width="{WIDTH}" '
        f'height="{_n(height)}" role="img" font-family="{_FONT}" font-size="{SIZE}" fill="{INK}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def box(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A bar, outlined so that a white one is seen; a bar of nothing is a line."""
    return (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(max(width, 0.8))}" height="{_n(height)}" fill={quoteattr(fill)} '
        f'stroke="{INK}" stroke-width="0.6"/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, *, dashed: bool = False) -> str:
    """A thin line."""
    dashes = ' stroke-dasharray="2 2"' if dashed else ""
    return f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{RULE}" stroke-width="0.8"{dashes}/>'


def words(x: float, y: float, text: str, anchor: str = "start", fill: str = INK, *, strong: bool = False) -> str:
    """A text with its baseline at y."""
    weight = ' font-weight="600"' if strong else ""
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" fill="{fill}"{weight}>{escape(text)}</text>'


def width_of(text: str) -> float:
    """About how wide the text is, rather too wide; Chinese characters are as wide as they are high."""
    return SIZE * sum(map(_ems, text))


def _ems(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF" or character in "WMmw@%&":
        return 1.0
    return 0.7 if character.isupper() else 0.58


def fitted(text: str, width: float) -> str:
    """The text in one line, cut where it would be too wide."""
    text = " ".join(text.split())
    if width_of(text) <= width:
        return text
    while text and width_of(text) + SIZE > width:
        text = text[:-1]
    return f"{text}…"


def _n(value: float) -> str:
    """A coordinate without needless digits: the same drawing is the same text everywhere."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
