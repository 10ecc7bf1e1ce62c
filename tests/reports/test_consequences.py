"""Where a decision leaves the case."""

from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.intake.lifecycle import may_move
from app.intake.terms import CaseStatus
from app.reports.consequences import Consequence as C
from app.reports.consequences import consequence, effect, look_on
from app.reports.gates import LEGAL_STEPS, RELIEF_OFFERS
from app.reports.terms import DecisionKind as K


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (K.APPROVE_PLAN, C.CLOSE),
        (K.APPROVE_WITH_CHANGE, C.CLOSE),
        (K.MORE_EVIDENCE, C.REVISIT),
        (K.RELIEF_FIRST, C.AWAIT),
        (K.PAUSE, C.AWAIT),
        (K.SOFT_CONTACT, C.CLOSE),
        (K.MEDIATION, C.CLOSE),
        (K.SETTLEMENT, C.CLOSE),
        (K.PAYMENT_ORDER, C.CLOSE),
        (K.LAWSUIT, C.CLOSE),
        (K.WRITE_OFF, C.CLOSE),
    ],
)
def test_each_kind_has_its_consequence(kind: K, expected: C) -> None:
    assert consequence(kind) is expected


@pytest.mark.parametrize("to", [CaseStatus.DECIDED, CaseStatus.ASSIGNED])
def test_a_reported_case_can_go_where_decisions_send_it(to: CaseStatus) -> None:
    assert may_move(CaseStatus.REPORTED, to)


@pytest.mark.parametrize(
    ("kind", "first_due_on", "day"),
    [
        (K.APPROVE_PLAN, date(2026, 12, 23), date(2026, 12, 30)),
        (K.APPROVE_WITH_CHANGE, None, date(2026, 12, 30)),
        (K.SETTLEMENT, date(2026, 11, 1), date(2026, 11, 30)),
        (K.PAUSE, None, date(2027, 2, 21)),
        (K.RELIEF_FIRST, date(2026, 12, 23), date(2027, 2, 21)),
        (K.LAWSUIT, None, None),
        (K.WRITE_OFF, None, None),
        (K.MORE_EVIDENCE, None, None),
    ],
)
def test_a_day_says_when_to_look_how_it_goes(kind: K, first_due_on: date | None, day: date | None) -> None:
    assert look_on(kind, date(2026, 11, 23), first_due_on) == day


@given(kind=st.sampled_from(K), on=st.dates(date(1970, 1, 1), date(2199, 1, 1)), due=st.none() | st.dates())
@settings(derandomize=True, deadline=None)
def test_nobody_looks_before_the_decision(kind: K, on: date, due: date | None) -> None:
    assume(due is None or due.year < 9000)
    day = look_on(kind, on, due)
    assert (day is None) is (effect(kind).watch is None)
    assert day is None or day > on


@pytest.mark.parametrize("kind", K)
def test_only_what_is_agreed_or_relieved_is_watched(kind: K) -> None:
    watched = kind in RELIEF_OFFERS
    assert (effect(kind).watch is not None) is watched
    assert not (kind in LEGAL_STEPS and watched)
