"""A reported visit as it was known at an instant, and how the values of features are found in it (PURE)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.assessment.terms import HardshipFlag, Verification
from app.compliance.door_protocol import Met
from app.intake.terms import Channel
from app.kernel.money import Money
from app.reports.terms import DecisionKind
from app.signals.facts import Promised, ReportedVisit
from app.signals.promise_state import promise_state
from app.visits.terms import FLAGS, Outcome, OutcomeFlags, OverdueReason

Value = str | int | bool | list[str] | None
ACCEPTED = frozenset({DecisionKind.APPROVE_PLAN, DecisionKind.APPROVE_WITH_CHANGE})
_BANDS = ((0, "0"), (29, "1-29"), (59, "30-59"), (89, "60-89"), (179, "90-179"))
_HOUSEHOLD = ("adults", "children", "dependants")
# They tell of the statement or of spending, not of hardship.
_NO_HARDSHIP = frozenset(
    {
        HardshipFlag.GUIDELINE_EXCEEDED,
        HardshipFlag.DEBT_WITHOUT_BALANCE,
        HardshipFlag.INSTALMENT_UNKNOWN,
        HardshipFlag.LINES_DECLINED,
        HardshipFlag.FLOOR_UNKNOWN,
        HardshipFlag.GUIDELINES_UNKNOWN,
    }
)


@dataclass(frozen=True)
class Seen:
    """A reported visit as it was known at an instant."""

    visit: ReportedVisit
    as_of: datetime

    @property
    def body(self) -> Mapping[str, Any]:
        """The report."""
        return self.visit.body

    @property
    def flags(self) -> OutcomeFlags | None:
        """What the outcome means."""
        outcome = self.body.get("outcome")
        return FLAGS[Outcome(outcome)] if outcome else None

    def local_day(self, at: datetime) -> date:
        """The day of an instant where the borrower lives."""
        return at.astimezone(ZoneInfo(self.visit.time_zone)).date()


# ---- figures that cohorts count too


def borrower_met(outcome: str | None, met: str | None) -> bool:
    """Whether the borrower in person was met."""
    return met == Met.BORROWER.value or (outcome is not None and FLAGS[Outcome(outcome)].right_party_met)


def hardship_flags(flags: Iterable[str]) -> list[str]:
    """The codes among the warnings of an assessment that tell of hardship."""
    codes = dict.fromkeys(flag.split(":", 1)[0] for flag in flags)
    return [code for code in codes if code not in _NO_HARDSHIP]


# ---- how a value is found


def at(*path: str) -> Callable[[Seen], Value]:
    """What stands at the path of the report."""

    def read(seen: Seen) -> Any:
        found: Any = seen.body
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        return found

    return read


def band_of(seen: Seen) -> Value:
    """The band of the days past due."""
    days = seen.body["loan"]["days_past_due"]
    return next((name for last, name in _BANDS if days <= last), "180+")


def _came_to_the_door_at(seen: Seen) -> datetime:
    """The first instant of the visit; of one that nobody came to, the begin of its day."""
    visit = seen.body["visit"]
    told = next((visit[key] for key in ("arrived_at", "started_at", "finished_at", "aborted_at") if visit[key]), None)
    if told is not None:
        return datetime.fromisoformat(told)
    day = date.fromisoformat(visit["day"])
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(seen.visit.time_zone))


def contacts(channel: Channel, *, reached: bool) -> Callable[[Seen], Value]:
    """How many contacts there were by the channel before the visit, or only those that reached the borrower."""

    def read(seen: Seen) -> int:
        before_at = _came_to_the_door_at(seen)
        entries = (entry for entry in seen.visit.ledger if entry.channel == channel and entry.at < before_at)
        return sum(entry.contacted or not reached for entry in entries)

    return read


def has_reason(code: OverdueReason) -> Callable[[Seen], Value]:
    """Whether the code is among the reasons told."""
    return lambda seen: code in [reason["code"] for reason in seen.body["overdue_reasons"]]


def main_reason(reasons: Iterable[Mapping[str, Any]]) -> str | None:
    """The code of the primary reason."""
    return next((reason["code"] for reason in reasons if reason.get("primary")), None)


def persons(seen: Seen) -> Value:
    """How many live in the household."""
    household = (seen.body["statement"] or {}).get("household")
    return sum(household.get(name, 0) for name in _HOUSEHOLD) if household else None


def verified(part: str) -> Callable[[Seen], Value]:
    """The share that somebody saw a document of, or better."""

    def read(seen: Seen) -> str | None:
        shares = ((seen.body["affordability"] or {}).get("quality") or {}).get(part)
        if shares is None:
            return None
        seen_shares = (Decimal(share) for level, share in shares.items() if int(level) >= Verification.SIGHTED)
        return format(min(sum(seen_shares, Decimal("0.0000")), Decimal("1.0000")), "f")

    return read


def hardship(seen: Seen) -> Value:
    """The warnings of hardship."""
    figures = seen.body["affordability"]
    return None if figures is None else hardship_flags(figures["flags"])


def state_of_promise(seen: Seen) -> Value:
    """What became of the promise by the day that is looked at."""
    promise = seen.body["promise"]
    if promise is None:
        return None
    made_at = next((row.known_at for row in seen.visit.promises if _is_own(seen, row)), seen.visit.known_at)
    later = [row.known_at for row in seen.visit.promises if not _is_own(seen, row) and row.known_at > made_at]
    return promise_state(
        Money.parse(promise["amount"]["amount"], promise["amount"]["currency"]),
        min(date.fromisoformat(seen.body["visit"]["day"]), seen.local_day(made_at)),
        date.fromisoformat(promise["due_on"]),
        seen.visit.payments,
        seen.local_day(min(later)) if later else None,
        seen.local_day(seen.as_of),
    )


def _is_own(seen: Seen, promise: Promised) -> bool:
    return promise.visit_id == str(seen.body["visit_id"])


def decision(seen: Seen) -> Value:
    """The kind of the newest decision."""
    decided = max(seen.visit.decisions, key=lambda taken: taken.known_at, default=None)
    return decided.kind if decided else None


def decided_at(seen: Seen) -> Value:
    """When it was taken."""
    instants = [taken.known_at for taken in seen.visit.decisions]
    return max(instants).isoformat() if instants else None


def accepted(seen: Seen) -> Value:
    """Whether it approves a plan."""
    kind = decision(seen)
    return None if kind is None or not seen.body["options"] else kind in ACCEPTED
