"""A report as one HTML page that needs nothing else: no script, no font, no picture (PURE)."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_STYLE = """\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
h2{margin:2rem 0 .5rem;border-bottom:1px solid #bbb;font-size:1.2rem}
table{border-collapse:collapse;width:100%;margin:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.2rem .6rem;border-bottom:1px solid #ddd;overflow-wrap:anywhere}
th{font-weight:600;color:#444}
code{font-size:.85rem}"""

# The head of the page; every other field becomes a section of its own, in the order of the report.
_HEAD = ("source", "source_reference", "region", "made_at", "version", "outcome", "met", "note")
_HIDDEN = frozenset({"id", "sha256", *_HEAD})


def readable_page(report: Mapping[str, Any]) -> str:
    """The page of one report."""
    sections = "".join(f"<h2>{_label(key)}</h2>{_shown(value)}" for key, value in report.items() if key not in _HIDDEN)
    title = f"Report {escape(str(report['source_reference']))}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>{title}</h1>{_shown({key: report[key] for key in _HEAD})}{sections}"
        f"<h2>Proof</h2><p>SHA-256 of the report as JSON: <code>{escape(report['sha256'])}</code></p>"
        "</body></html>"
    )


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, list):
        return _list(value)
    if value is None:
        return "–"
    return escape("yes" if value is True else "no" if value is False else str(value))


def _mapping(value: Mapping[str, Any]) -> str:
    if value.keys() == {"amount", "currency"}:
        return escape(f"{value['amount']} {value['currency']}")
    rows = "".join(f"<tr><th>{_label(key)}</th><td>{_shown(item)}</td></tr>" for key, item in value.items())
    return f"<table>{rows}</table>" if rows else "–"


def _list(items: Sequence[Any]) -> str:
    """Things of the same shape become a table with one row each, others a list."""
    if not items:
        return "–"
    if not all(isinstance(item, Mapping) for item in items):
        return f"<ul>{''.join(f'<li>{_shown(item)}</li>' for item in items)}</ul>"
    columns = list(dict.fromkeys(key for item in items for key in item))
    head = "".join(f"<th>{_label(column)}</th>" for column in columns)
    rows = "".join(f"<tr>{''.join(f'<td>{_shown(item.get(c))}</td>' for c in columns)}</tr>" for item in items)
    return f"<table><tr>{head}</tr>{rows}</table>"


def _label(key: str) -> str:
    return escape(key.replace("_", " ").capitalize())
