"""Reported visits with facts from before and after, as hypothesis draws them."""

from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from app.intake.terms import Channel
from app.kernel.money import Money
from app.reports.case_report import compose
from app.reports.terms import DecisionKind
from app.signals.facts import Decided, LedgerEntry, Paid, Promised, ReportedVisit
from tests.factories_reports import FACTS

REPORT = compose(FACTS)
MADE_AT = FACTS.made_at  # at noon of the day of the visit, which began at 09:30
INSTANTS = st.integers(-400, 400).map(lambda hours: MADE_AT + timedelta(hours=hours))
DUE_ON = date(2026, 12, 1)


def visit(body: dict[str, Any] | None = None, **facts: Any) -> ReportedVisit:
    """The visit of the factories; the report's promise is 500.00 CNY until the first of December."""
    told = deepcopy(REPORT) if body is None else body
    if told["promise"] is not None:
        told["promise"]["due_on"] = DUE_ON.isoformat()
    columns: dict[str, Any] = {"known_at": MADE_AT, "segment": "young_consumer", "time_zone": "Asia/Shanghai"}
    return ReportedVisit(body=told, **columns | facts)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[LedgerEntry, ...]:
    """Entries with corrections among them, each of an entry that was not corrected before."""
    entries, free = list[LedgerEntry](), list[int]()
    for number in range(draw(st.integers(0, 6))):
        corrected = draw(st.none() | st.sampled_from(free)) if free else None
        if corrected is not None:
            free.remove(corrected)
        free.append(number)
        entries.append(
            LedgerEntry(
                known_at=draw(INSTANTS),
                key=("case", str(number)),
                at=draw(INSTANTS),
                channel=draw(st.sampled_from(Channel)),
                contacted=draw(st.booleans()),
                corrects=None if corrected is None else ("case", str(corrected)),
                retracted=corrected is not None and draw(st.booleans()),
            )
        )
    return tuple(entries)


def payments() -> st.SearchStrategy[tuple[Paid, ...]]:
    paid = st.builds(
        Paid,
        known_at=INSTANTS,
        paid_on=INSTANTS.map(datetime.date),
        amount=st.integers(0, 600_00).map(lambda minor: Money("CNY", minor)),
    )
    return st.lists(paid, max_size=4).map(tuple)


VISITS = st.builds(
    visit,
    ledger=ledgers(),
    promises=st.lists(
        st.builds(Promised, INSTANTS, st.sampled_from([REPORT["visit_id"], "another", "a third"])), max_size=3
    ).map(tuple),
    payments=payments(),
    decisions=st.lists(
        st.builds(Decided, INSTANTS, st.sampled_from([kind.value for kind in DecisionKind])), max_size=3
    ).map(tuple),
)
