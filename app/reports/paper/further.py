"""Whatever a report has that no section knows of: shown all the same, by its own names (PURE)."""

from collections.abc import Collection, Mapping
from typing import Any

from app.reports.paper.document import Block, Column, Facts, Paragraph, Row, Style, Table
from app.reports.paper.telling import Teller, as_objects, is_money

_WIDEST = 6
_DEEPEST = 2


def rest(value: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The fields that are not known and hold something."""
    return {key: item for key, item in value.items() if key not in known and item not in (None, [], {}, "")}


def facts(teller: Teller, value: Mapping[str, Any], title: str | None = None) -> Facts:
    """Fields with their labels, those that hold something."""
    pairs = [(teller.label(key), teller.field(key, item)) for key, item in rest(value, ()).items()]
    return Facts(tuple(pairs), title)


def blocks(teller: Teller, value: Mapping[str, Any], title: str | None = None, depth: int = 0) -> list[Block]:
    """The fields of an object: simple ones beside their labels, objects and lists of objects below."""
    nested = {key: item for key, item in value.items() if depth < _DEEPEST and _is_nested(item)}
    simple = rest(value, nested)
    found: list[Block] = [facts(teller, simple, title)] if simple else []
    for key, item in nested.items():
        name = teller.label(str(key)) if title is None else f"{title} – {teller.label(str(key))}"
        if isinstance(item, Mapping):
            found += blocks(teller, item, name, depth + 1)
        else:
            found += listed(teller, item, name)
    return found


def listed(teller: Teller, items: list[Any], title: str | None = None) -> list[Block]:
    """Objects of the same shape as a table, or each by itself where that would be too wide."""
    objects = as_objects(items)
    columns = list(dict.fromkeys(key for item in objects for key in item))
    if len(objects) < len(items) or not columns:
        return [Paragraph(teller.value(items), title=title)] if items else []
    if len(columns) > _WIDEST:
        return [facts(teller, item, f"{title or ''} {number}".strip()) for number, item in enumerate(objects, 1)]
    heads = tuple(Column(teller.label(key), _style(key, objects)) for key in columns)
    rows = tuple(Row(tuple(teller.field(key, item.get(key)) for key in columns)) for item in objects)
    return [Table(heads, rows, title)]


def _is_nested(item: Any) -> bool:
    return bool(item) and not is_money(item) and (isinstance(item, Mapping) or bool(_are_objects(item)))


def _are_objects(item: Any) -> bool:
    return isinstance(item, list) and all(isinstance(each, Mapping) and not is_money(each) for each in item)


def _style(key: str, items: list[Mapping[str, Any]]) -> Style:
    figures = all(is_money(item.get(key)) for item in items)
    return Style.FIGURE if figures else Style.TEXT
