"""What a decision offers, in one line that can be read without the report: a court asks what was offered (PURE)."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.assessment.terms import OptionName
from app.compliance.phrase import Language
from app.reports.paper.options_section import component
from app.reports.paper.telling import Teller, as_objects
from app.reports.paper.workings import amount_of
from app.reports.terms import DecisionKind


def offered_terms(kind: DecisionKind, option: Mapping[str, Any], note: str | None) -> str:
    """The terms of the option with the note after them; without an option the note, or what was decided."""
    if not option:
        return note or kind.value
    # Amounts and names are kept from breaking on paper; here they are plain text in one line.
    told = " ".join(" ".join(_sentences(Teller.of(Language.EN), kind, option)).split())
    return f"{told} Note: {note}" if note else told


def _sentences(teller: Teller, kind: DecisionKind, option: Mapping[str, Any]) -> Iterator[str]:
    changed = ", with a change" if kind is DecisionKind.APPROVE_WITH_CHANGE else ""
    parts = "; ".join(component(teller, part) for part in as_objects(option.get("components")))
    yield f'Option "{teller.word(OptionName, option.get("name"))}"{changed}: {parts}.'
    yield _payments(teller, as_objects(option.get("schedule")))
    yield f"Total {teller.money(option.get('total'))}."
    if amount_of(option.get("remaining")):
        yield f"Still owed after that {teller.money(option['remaining'])}."


def _payments(teller: Teller, schedule: list[Mapping[str, Any]]) -> str:
    if not schedule:
        return "No payments."
    first, last = _payment(teller, schedule[0]), _payment(teller, schedule[-1])
    return f"{len(schedule)} payments: first {first}, last {last}." if len(schedule) > 1 else f"1 payment: {first}."


def _payment(teller: Teller, payment: Mapping[str, Any]) -> str:
    return f"{teller.money(payment.get('amount'))} on {teller.day(payment.get('due_on'))}"
