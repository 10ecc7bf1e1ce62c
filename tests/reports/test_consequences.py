"""Where a decision leaves the case."""

import pytest

from app.intake.lifecycle import may_move
from app.intake.terms import CaseStatus
from app.reports.consequences import Consequence as C
from app.reports.consequences import consequence
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
