"""Findings as the rest of the house sees them, and what may not be in them (PURE)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.compliance.door_protocol import Met
from app.compliance.situation import BlockKind
from app.kernel.errors import Fault
from app.kernel.money import Money
from app.visits import statement
from app.visits.promise import LONGEST_PROMISE
from app.visits.terms import FLAGS, Outcome

# Nothing of the loan is discussed with anybody but the household; a child is asked nothing at all.
_NOT_DISCUSSED: Mapping[Met, tuple[str, ...]] = {
    Met.MINOR: ("overdue_reasons", "statement", "promise", "arrangement"),
    Met.THIRD_PARTY: ("statement", "promise", "arrangement"),
    Met.NOBODY: ("statement", "promise", "arrangement"),
}
_NOT_THE_BORROWER = frozenset(_NOT_DISCUSSED)
# At these doors the borrower was not there.
_BORROWER_AWAY = frozenset(
    {
        Outcome.NOT_DONE,
        Outcome.NO_ANSWER,
        Outcome.ABSENT_CONFIRMED_RESIDENT,
        Outcome.MOVED_NEW_ADDRESS,
        Outcome.MOVED_UNKNOWN,
        Outcome.ADDRESS_NOT_FOUND,
        Outcome.WRONG_PERSON,
        Outcome.THIRD_PARTY_ONLY,
        Outcome.MINOR_ONLY,
        Outcome.DECEASED_REPORTED,
        Outcome.HOSPITAL_OR_CUSTODY,
    }
)


@dataclass(frozen=True)
class Promise:
    """An amount the borrower promised to pay by a day."""

    amount: Money
    due_on: date
    channel: str | None


@dataclass(frozen=True)
class ToldFindings:
    """What was found at the door; `body` is the whole of it as it is kept."""

    outcome: Outcome | None
    met: Met | None
    promise: Promise | None
    body: Mapping[str, Any]

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "ToldFindings":
        """Read a body whose form was checked."""
        told = body["promise"]
        promise = told and Promise(
            Money.parse(told["amount"]["amount"], told["amount"]["currency"]),
            date.fromisoformat(told["due_on"]),
            told["channel"],
        )
        return cls(
            outcome=Outcome(body["outcome"]) if body["outcome"] else None,
            met=Met(body["met"]) if body["met"] else None,
            promise=promise or None,
            body=body,
        )

    @property
    def blocks(self) -> tuple[BlockKind, ...]:
        """What forbids further visits for the time being, each once."""
        found = [FLAGS[self.outcome].block] if self.outcome else []
        found += [BlockKind.COMPLAINT_OPEN] if self.body["complaint"] else []
        found += [BlockKind.VULNERABLE_SUSPECTED] if self.body["vulnerability"] else []
        return tuple(dict.fromkeys(kind for kind in found if kind is not None))


@dataclass(frozen=True)
class Objection:
    """Why findings cannot be taken: a stable code and the place."""

    reason: str
    fault: Fault


def objections(told: ToldFindings, visited_on: date, currency: str) -> tuple[Objection, ...]:
    """Everything that speaks against findings of a visit on that day about a loan in that currency."""
    return (
        *_of_disclosure(told),
        *_of_outcome(told),
        *_of_statement(told, currency),
        *_of_money(told, currency),
        *_of_promise(told, visited_on),
    )


def _of_disclosure(told: ToldFindings) -> Iterator[Objection]:
    for name in _NOT_DISCUSSED.get(told.met, ()) if told.met else ():
        if told.body[name]:
            detail = f"is not asked for or discussed when the one who was met is: {told.met}"
            yield Objection("DISCLOSURE", Fault(f"/{name}", detail))


def _of_outcome(told: ToldFindings) -> Iterator[Objection]:
    if told.outcome is None or told.met is None:
        return
    met_for_it = FLAGS[told.outcome].right_party_met and told.met in _NOT_THE_BORROWER
    if met_for_it or (told.outcome in _BORROWER_AWAY and told.met is Met.BORROWER):
        detail = f"{told.outcome} does not go together with having met: {told.met}"
        yield Objection("OUTCOME_CONTRADICTS_MET", Fault("/outcome", detail))


def _of_statement(told: ToldFindings, currency: str) -> Iterator[Objection]:
    body = told.body["statement"]
    if body is None:
        return
    if body["currency"] != currency:
        detail = f"{body['currency']}, but the loan is in {currency}"
        yield Objection("CURRENCY_DIFFERS", Fault("/statement/currency", detail))
    for fault in statement.faults(body):
        yield Objection("STATEMENT", Fault(f"/statement{fault.pointer}", fault.detail))


def _of_money(told: ToldFindings, currency: str) -> Iterator[Objection]:
    amounts = {"/promise/amount": (told.body["promise"] or {}).get("amount")}
    components = (told.body["arrangement"] or {}).get("components", ())
    amounts |= {f"/arrangement/components/{index}/amount": part["amount"] for index, part in enumerate(components)}
    for pointer, amount in amounts.items():
        if amount is not None and amount["currency"] != currency:
            detail = f"{amount['currency']}, but the loan is in {currency}"
            yield Objection("CURRENCY_DIFFERS", Fault(pointer, detail))


def _of_promise(told: ToldFindings, visited_on: date) -> Iterator[Objection]:
    if told.promise is not None and told.promise.due_on < visited_on:
        detail = f"{told.promise.due_on} lies before the visit on {visited_on}"
        yield Objection("PROMISE_IN_THE_PAST", Fault("/promise/due_on", detail))
    if told.promise is not None and told.promise.due_on > visited_on + LONGEST_PROMISE:
        detail = f"{told.promise.due_on} lies more than {LONGEST_PROMISE.days} days after the visit"
        yield Objection("PROMISE_TOO_FAR", Fault("/promise/due_on", detail))
