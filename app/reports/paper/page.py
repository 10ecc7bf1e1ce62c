"""A document as one HTML page that needs nothing else: no script, no font, nothing to fetch (PURE)."""

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from itertools import groupby

from app.reports.paper.document import (
    Block,
    Bullets,
    Column,
    Document,
    Facts,
    Paragraph,
    Picture,
    Proof,
    Row,
    Section,
    Style,
    Table,
    Tiles,
    Tone,
)

# The page is text and drawings alone: whatever a report contains, nothing on it is run or fetched.
CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(document: Document) -> str:
    """The page; every text of the document is text on it and nothing else."""
    style = files("app.reports.paper").joinpath("page.css").read_text(encoding="utf-8")
    notices = "".join(f'<p class="notice" dir="auto">{_text(notice)}</p>' for notice in document.notices)
    sections = "".join(_section(number, section) for number, section in enumerate(document.sections, 1))
    return (
        f'<!doctype html><html lang="{document.language.value}"><head><meta charset="utf-8">'
        f"<title>{escape(document.title)}</title>"
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f'<meta name="author" content="{escape(document.author)}"><style>{style}</style></head><body>'
        f'<header><p class="running">{_text(document.running_head)}</p><h1 dir="auto">{_text(document.title)}</h1>'
        f"{notices}</header><main>{sections}</main>"
        f"<footer><p>SHA-256 <code>{_text(document.sha256)}</code></p></footer></body></html>"
    )


def _section(number: int, section: Section) -> str:
    name = ' class="appendix"' if section.appendix else ""
    blocks = "".join(_block(block) for block in section.blocks)
    return (
        f'<section{name} aria-labelledby="s{number}"><h2 id="s{number}">{_text(section.title)}</h2>{blocks}</section>'
    )


def _block(block: Block) -> str:
    match block:
        case Table():
            return _table(block)
        case Facts():
            rows = "".join(f'<dt>{_text(key)}</dt><dd dir="auto">{_text(value)}</dd>' for key, value in block.pairs)
            return f"{_title(block.title)}<dl>{rows}</dl>"
        case Tiles():
            tiles = "".join(f"<div><dt>{_text(t.label)}</dt><dd>{_text(t.value)}</dd></div>" for t in block.tiles)
            return f'<dl class="tiles">{tiles}</dl>'
        case Paragraph():
            return f'{_title(block.title)}<p class="{block.tone.value}" dir="auto">{_text(block.text)}</p>'
        case Bullets():
            items = "".join(f'<li dir="auto">{_text(item)}</li>' for item in block.items)
            return f"{_title(block.title)}<ul>{items}</ul>"
        case Picture():
            return f"<figure>{_caption(block.title)}{block.svg}</figure>"
        case Proof():
            return _proof(block)


def _proof(proof: Proof) -> str:
    return (
        f'<div class="proof"><div class="code" role="img" aria-label="{escape(proof.words)}">{proof.svg}</div>'
        f"<div><p>{_text(proof.told)}</p><p><code>{_text(proof.sha256)}</code></p></div></div>"
    )


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col" class="{c.style.value}">{_text(c.title)}</th>' for c in table.columns)
    return (
        f'<div class="table"><table>{_caption(table.title, "caption")}<thead><tr>{heads}</tr></thead>'
        f"{''.join(_bodies(table))}</table></div>"
    )


def _bodies(table: Table) -> Iterator[str]:
    """The rows, in a body of their own below each name of a group."""
    for is_group, rows in groupby(table.rows, key=lambda row: row.tone is Tone.GROUP):
        for row in rows if is_group else ():
            yield f'<tbody class="group"><tr>{_group(row, table.columns)}</tr></tbody>'
        if not is_group:
            yield f"<tbody>{''.join(_row(row, table.columns) for row in rows)}</tbody>"


def _group(row: Row, columns: Sequence[Column]) -> str:
    """The title of a group reaches as far as the cells beside it are empty."""
    spans = next((at for at, cell in enumerate(row.cells) if at and cell), len(columns))
    cells = "".join(map(_cell, row.cells[spans:], columns[spans:]))
    return f'<th scope="rowgroup" colspan="{spans}">{_text(row.cells[0])}</th>{cells}'


def _row(row: Row, columns: Sequence[Column]) -> str:
    return f'<tr class="{row.tone.value}">{"".join(map(_cell, row.cells, columns))}</tr>'


def _cell(text: str, column: Column) -> str:
    empty = "" if text else " empty"
    direction = ' dir="auto"' if column.style is Style.TEXT else ""
    return f'<td class="{column.style.value}{empty}" data-label="{escape(column.title)}"{direction}>{_text(text)}</td>'


def _title(title: str | None) -> str:
    return "" if title is None else f"<h3>{_text(title)}</h3>"


def _caption(title: str | None, tag: str = "figcaption") -> str:
    return "" if title is None else f"<{tag}>{_text(title)}</{tag}>"


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")
