"""What each role sees of a report (PURE).

The risk department sees it as it was stored. An auditor sees every figure, so that all can be recomputed, but nothing
that people wrote or that names somebody of the household. A dispatcher sees the place, the times, the outcome and the
rulings: what is not named here as its own is left out, so that a field which a report gets tomorrow leaks nothing.

Source: PIPL art. 6 (least intrusive, purpose-bound) and 28 (finances and health are sensitive).
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from app.kernel.actor import Actor
from app.reports.terms import Reader

Body = dict[str, Any]

MASK = "***"
AUDITS, DISPATCHES = ("audit:read",), ("plans:write", "plans:publish", "cases:manage")

_IDENTITY = ("id", "case_id", "visit_id", "version", "made_at", "source", "source_reference", "region")
_OF_DISPATCHER: Mapping[str, Collection[str] | None] = {
    **dict.fromkeys(_IDENTITY),
    "supersedes": ("id", "report_id", "version", "sha256"),
    "loan": ("reference", "product"),
    "also_cases": ("case_id", "source", "source_reference"),
    "visit": (
        *("day", "state", "arrived_at", "started_at", "finished_at", "aborted_at", "signals"),
        "investigators",
    ),
    "outcome": None,
    "met": None,
    "rulings": ("asked", "asked_at", "allowed", "answers"),
    "sha256": None,
}
# Rules of the house tell the loan's own amounts and days in their words; those of a profile speak of the visit.
_OF_HOUSE_RULE = ("rule", "profile", "version", "allowed", "source", "until")
# What we wrote ourselves, and codes: an auditor reads it as it is. `emergency`, and the reason of a
# correction, are what somebody typed.
_OURS = frozenset(
    {
        *_IDENTITY,
        "supersedes",
        "correction",
        "loan",
        "also_cases",
        "visit",
        "outcome",
        "met",
        "assessment_id",
        "affordability",
        "options",
    }
    | {"rulings", "education", "sha256"}
)
_TYPED = frozenset({"emergency", "reason"})
# Of what was told, these are codes and figures; every other text is somebody's words, or somebody's name.
_TOLD_CODES = frozenset(
    {"code", "kind", "category", "frequency", "currency", "amount", "monthly_amounts", "balance", "arrears"}
    | {"annual_rate", "channel", "sha256", "attachment_id"}
)


def reader_of(actor: Actor) -> Reader:
    """As whom somebody who may read reports reads them: the widest of the actor's roles."""
    if any(actor.may(scope) for scope in ("reports:read", "decisions:write")):
        return Reader.RISK
    return Reader.AUDITOR if any(actor.may(scope) for scope in AUDITS) else Reader.DISPATCHER


def masked(body: Body, reader: Reader) -> Body:
    """The report for a reader; a masked one says so, for whom, and what was left out as JSON pointers.

    `sha256` stays that of the whole report: it is what the report is known by.
    """
    if reader is Reader.RISK:
        return body
    shown = _for_auditor(body) if reader is Reader.AUDITOR else _for_dispatcher(body)
    return shown | {"masked": True, "masked_for": reader.value, "left_out": list(_differences("", body, shown))}


def _for_dispatcher(body: Body) -> Body:
    shown = {key: _only(value, _OF_DISPATCHER[key]) for key, value in body.items() if key in _OF_DISPATCHER}
    return shown | {"rulings": [_without_house_words(ruling) for ruling in shown["rulings"]]}


def _without_house_words(ruling: Body) -> Body:
    return ruling | {"answers": [_only(answer, _words_shown(answer)) for answer in ruling["answers"]]}


def _words_shown(answer: Body) -> Collection[str] | None:
    return _OF_HOUSE_RULE if answer.get("profile") is None else None


def _only(value: Any, keys: Collection[str] | None) -> Any:
    """The value with only these fields of its objects; without any named it is no object and stays."""
    if keys is not None and isinstance(value, list):
        return [_only(item, keys) for item in value]
    if keys is not None and isinstance(value, Mapping):
        return {key: item for key, item in value.items() if key in keys}
    return value


def _for_auditor(body: Body) -> Body:
    return {key: _ours(value) if key in _OURS else _told(key, value) for key, value in body.items()}


def _ours(value: Any) -> Any:
    """Our own record, but for what somebody typed into it."""
    if not isinstance(value, Mapping):
        return value
    return {key: MASK if key in _TYPED and item is not None else item for key, item in value.items()}


def _told(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _told(name, item) for name, item in value.items()}
    if isinstance(value, list):
        return [_told(key, item) for item in value]
    kept = not isinstance(value, str) or key in _TOLD_CODES or key.endswith(("_on", "_at"))
    return value if kept else MASK


def _differences(pointer: str, whole: Any, shown: Any) -> Iterator[str]:
    """Where the one has what the other has not; what was empty anyway is not worth a word."""
    if isinstance(whole, Mapping) and isinstance(shown, Mapping):
        for key, item in whole.items():
            here = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            if key in shown:
                yield from _differences(here, item, shown[key])
            elif item not in (None, [], {}, ""):
                yield here
    elif isinstance(whole, list) and isinstance(shown, list):
        for index, (item, other) in enumerate(zip(whole, shown, strict=True)):
            yield from _differences(f"{pointer}/{index}", item, other)
    elif whole != shown:
        yield pointer
