"""Features of what was known, and of nothing that came later."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.money import Money
from app.signals.facts import Decided, LedgerEntry, Paid, Promised, ReportedVisit
from app.signals.features import FEATURES, features
from app.signals.terms import Known
from tests.signals.drawn import INSTANTS, MADE_AT, REPORT, VISITS, visit

DAY = timedelta(days=1)


# ---- no knowledge from later


def without_later(visit: ReportedVisit, at: datetime) -> ReportedVisit:
    """The visit as if nothing had been told since."""
    return replace(
        visit,
        ledger=tuple(entry for entry in visit.ledger if entry.known_at <= at),
        promises=tuple(promise for promise in visit.promises if promise.known_at <= at),
        payments=tuple(payment for payment in visit.payments if payment.known_at <= at),
        decisions=tuple(decision for decision in visit.decisions if decision.known_at <= at),
    )


@given(VISITS, INSTANTS.filter(lambda at: at >= MADE_AT))
def test_facts_that_came_later_make_no_difference(everything: ReportedVisit, as_of: datetime) -> None:
    assert features(everything, as_of) == features(without_later(everything, as_of), as_of)


@given(VISITS)
def test_a_row_never_changes_once_its_report_is_made(everything: ReportedVisit) -> None:
    assert features(everything) == features(without_later(everything, MADE_AT))


@given(VISITS, INSTANTS.filter(lambda at: at >= MADE_AT))
def test_what_is_known_with_the_report_is_the_same_whenever_it_is_asked(
    everything: ReportedVisit, as_of: datetime
) -> None:
    fixed = [feature.name for feature in FEATURES if feature.known is Known.REPORT]
    then, now = features(everything), features(everything, as_of)
    assert {name: now[name] for name in fixed} == {name: then[name] for name in fixed}


# ---- what a row says


def test_the_figures_are_those_of_the_report() -> None:
    row = features(visit())
    assert (row["segment"], row["region"], row["product"]) == ("young_consumer", "330106", "consumer_credit")
    assert (row["days_past_due"], row["days_past_due_band"], row["outstanding"]) == (76, "60-89", "17500.00")
    assert (row["outcome"], row["borrower_met"], row["attempted"]) == ("MET_PLAN_DRAFTED", True, True)
    assert (row["main_reason"], row["reason_income_drop"], row["reason_illness"]) == ("INCOME_DROP", True, False)
    assert (row["surplus_monthly"], row["stressed_surplus_monthly"]) == ("2203.00", "1033.00")
    assert (row["income_verified"], row["spending_verified"]) == ("1.0000", "0.0000")
    assert (row["household_size"], row["children"], row["hardship_flags"]) == (3, 1, ["BELOW_FLOOR"])


@pytest.mark.parametrize(
    ("days", "band"),
    [(0, "0"), (1, "1-29"), (29, "1-29"), (30, "30-59"), (89, "60-89"), (90, "90-179"), (179, "90-179"), (180, "180+")],
)
def test_days_past_due_fall_into_bands(days: int, band: str) -> None:
    assert features(visit(REPORT | {"loan": REPORT["loan"] | {"days_past_due": days}}))["days_past_due_band"] == band


def test_a_household_that_was_not_met_has_no_figures() -> None:
    bare = REPORT | {
        "outcome": "NO_ANSWER",
        "met": "nobody",
        "overdue_reasons": [],
        "statement": None,
        "affordability": None,
        "options": [],
        "promise": None,
    }
    row = features(visit(bare))
    assert (row["borrower_met"], row["assessed"], row["promise_made"], row["options_offered"]) == (False,) * 3 + (0,)
    missing = {feature.name for feature in FEATURES if feature.missing is not None}
    assert {name for name, value in row.items() if value is None} <= missing


PERSONAL = ["王小明", "李静", "文二路", "工厂减产", "谈话平静", "ESC-1", "I-01", "insulin", "spends on a friend"]


def test_no_names_free_texts_or_illnesses_get_into_a_row() -> None:
    told = REPORT | {"vulnerability": ["insulin"], "complaint": "insulin", "safety": "insulin"}
    told["affordability"] = REPORT["affordability"] | {"flags": ["GUIDELINE_EXCEEDED:spends on a friend"]}
    assert [word for word in PERSONAL if word in str(features(visit(told)))] == []


def test_a_line_that_was_declined_is_never_held_against_the_household() -> None:
    def row(flags: list[str], declined: list[int]) -> dict[str, Any]:
        quality = REPORT["affordability"]["quality"] | {"declined_lines": declined}
        figures = REPORT["affordability"] | {"flags": flags, "quality": quality}
        return features(visit(REPORT | {"affordability": figures}))

    assert row(["NO_SURPLUS", "LINES_DECLINED"], [0, 1]) == row(["NO_SURPLUS"], [])


# ---- contacts before the visit

ARRIVED_AT = datetime.fromisoformat(REPORT["visit"]["arrived_at"])


def call(number: int, at: datetime, known_at: datetime | None = None, **more: Any) -> LedgerEntry:
    entry: dict[str, Any] = {"channel": "call", "contacted": False} | more
    return LedgerEntry(known_at or at, ("case", str(number)), at, **entry)


def test_attempts_and_contacts_are_counted_apart_for_each_channel() -> None:
    calls = (call(1, ARRIVED_AT - DAY), call(2, ARRIVED_AT - DAY, contacted=True))
    row = features(visit(ledger=(*calls, call(3, ARRIVED_AT - DAY, channel="sms"))))
    assert [row[name] for name in ("call_attempts", "call_contacts", "sms_attempts", "sms_contacts")] == [2, 1, 1, 0]


def test_the_visit_itself_and_what_followed_it_are_not_before_it() -> None:
    ledger = (call(1, ARRIVED_AT, channel="visit", contacted=True), call(2, ARRIVED_AT + timedelta(hours=1)))
    row = features(visit(ledger=ledger), MADE_AT + DAY)
    assert (row["visit_attempts"], row["call_attempts"]) == (0, 0)


def test_a_call_that_was_told_after_the_report_is_in_no_row_of_it() -> None:
    late = visit(ledger=(call(1, ARRIVED_AT - DAY, known_at=MADE_AT + DAY),))
    assert features(late, MADE_AT + 2 * DAY)["call_attempts"] == 0


def test_a_correction_counts_from_when_it_was_made() -> None:
    wrong = call(1, ARRIVED_AT - DAY, contacted=True)
    right = call(2, ARRIVED_AT - DAY, MADE_AT - timedelta(minutes=5), corrects=wrong.key)
    assert features(visit(ledger=(wrong, right)))["call_contacts"] == 0
    assert features(visit(ledger=(wrong, replace(right, known_at=MADE_AT + DAY))))["call_contacts"] == 1
    taken_back = replace(right, retracted=True)
    assert features(visit(ledger=(wrong, taken_back)))["call_attempts"] == 0


def test_before_a_visit_that_nobody_came_to_is_before_its_day() -> None:
    missed = REPORT | {"visit": REPORT["visit"] | dict.fromkeys(("arrived_at", "started_at", "finished_at"))}
    midnight = datetime(2026, 11, 22, 16, tzinfo=UTC)  # in Hangzhou
    ledger = (call(1, midnight - timedelta(seconds=1)), call(2, midnight))
    assert features(visit(missed, ledger=ledger))["call_attempts"] == 1


# ---- what became of it


def paid(amount: str, on: date, known_at: datetime) -> Paid:
    return Paid(known_at, on, Money.parse(amount, "CNY"))


def test_a_promise_is_open_in_its_row_and_later_what_became_of_it_by_then() -> None:
    kept = visit(payments=(paid("500.00", date(2026, 11, 30), datetime(2026, 12, 6, tzinfo=UTC)),))
    assert features(kept)["promise_state"] == "open"
    assert features(kept, datetime(2026, 12, 5, tzinfo=UTC))["promise_state"] == "broken"
    assert features(kept, datetime(2026, 12, 7, tzinfo=UTC))["promise_state"] == "kept"


def test_another_promise_takes_the_place_of_an_open_one_from_then_on() -> None:
    own = Promised(MADE_AT - timedelta(hours=1), REPORT["visit_id"])
    renewed = visit(promises=(own, Promised(MADE_AT + 2 * DAY, "another")))
    assert features(renewed, MADE_AT + DAY)["promise_state"] == "open"
    assert features(renewed, MADE_AT + 3 * DAY)["promise_state"] == "superseded"


def test_the_newest_decision_that_was_known_counts() -> None:
    decided = visit(decisions=(Decided(MADE_AT + DAY, "pause"), Decided(MADE_AT + 3 * DAY, "approve_plan")))
    assert [features(decided, at)["decision"] for at in (MADE_AT, MADE_AT + 2 * DAY, MADE_AT + 3 * DAY)] == [
        None,
        "pause",
        "approve_plan",
    ]
    assert features(decided, MADE_AT + 2 * DAY)["option_accepted"] is False
    assert features(decided, MADE_AT + 3 * DAY)["option_accepted"] is True


# ---- the dictionary


def test_every_feature_has_one_name_and_a_meaning_and_amounts_have_a_unit() -> None:
    names = [feature.name for feature in FEATURES]
    assert len(set(names)) == len(names)
    assert all(feature.meaning for feature in FEATURES)
    assert [feature.name for feature in FEATURES if feature.kind == "decimal" and not feature.unit] == []


@given(VISITS, st.none() | INSTANTS.filter(lambda at: at >= MADE_AT))
def test_null_stands_only_where_the_dictionary_says_what_it_means(
    everything: ReportedVisit, as_of: datetime | None
) -> None:
    row = features(everything, as_of)
    assert list(row) == [feature.name for feature in FEATURES]
    assert [f.name for f in FEATURES if row[f.name] is None and f.missing is None] == []
