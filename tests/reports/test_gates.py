"""No legal step while something is open between the borrower and us, nor before relief was offered."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compliance.situation import BlockKind as B
from app.redress.matters import Matters
from app.reports.gates import LEGAL_STEPS, closed_gates, meaning
from app.reports.terms import DecisionKind as K
from app.reports.terms import Gate as G

OFFERED = Matters(frozenset(), relief_offered=True)
MATTERS = st.builds(
    Matters, st.frozensets(st.sampled_from(B)), relief_offered=st.booleans(), relief_accepted=st.booleans()
)


@pytest.mark.parametrize("kind", [K.PAYMENT_ORDER, K.LAWSUIT])
@pytest.mark.parametrize(
    ("blocks", "gates"),
    [
        ((), ()),
        ((B.DISPUTE_OPEN,), (G.DISPUTE_OPEN,)),
        ((B.DISPUTED_OR_QUERIED,), (G.DISPUTE_OPEN,)),
        ((B.COMPLAINT_OPEN,), (G.COMPLAINT_OPEN,)),
        ((B.VULNERABLE_SUSPECTED,), (G.HARDSHIP_REVIEW_OPEN,)),
        ((B.PLAN_PERFORMING,), (G.PLAN_RUNNING,)),
        ((B.INSOLVENCY,), (G.MORATORIUM,)),
        ((B.BREATHING_SPACE,), (G.MORATORIUM,)),
        ((B.MENTAL_HEALTH_CRISIS,), (G.MORATORIUM,)),
        ((B.LIMITATION_EXPIRED,), (G.TIME_BARRED,)),
        ((B.MINOR,), (G.UNDER_PROTECTION,)),
        ((B.INCAPACITY,), (G.UNDER_PROTECTION,)),
        ((B.HOSPITAL,), (G.UNDER_PROTECTION,)),
        ((B.REPRESENTED, B.NO_VISIT_LIST), ()),
        (
            (B.VULNERABLE_SUSPECTED, B.COMPLAINT_OPEN, B.DISPUTE_OPEN, B.INSOLVENCY),
            (G.DISPUTE_OPEN, G.COMPLAINT_OPEN, G.HARDSHIP_REVIEW_OPEN, G.MORATORIUM),
        ),
    ],
)
def test_a_legal_step_waits_for_each_closed_gate(kind: K, blocks: tuple[B, ...], gates: tuple[G, ...]) -> None:
    assert closed_gates(kind, replace(OFFERED, blocks=frozenset(blocks))) == gates


def test_it_waits_for_relief_to_be_offered_and_for_accepted_relief_to_end() -> None:
    assert closed_gates(K.LAWSUIT, replace(OFFERED, relief_offered=False)) == (G.NO_RELIEF_OFFER,)
    assert closed_gates(K.LAWSUIT, replace(OFFERED, relief_accepted=True)) == (G.PLAN_RUNNING,)


def test_nobody_sues_the_dead() -> None:
    assert closed_gates(K.PAYMENT_ORDER, replace(OFFERED, deceased=True)) == (G.BORROWER_DECEASED,)


@pytest.mark.parametrize("kind", sorted(set(K) - LEGAL_STEPS))
def test_other_decisions_pass_every_gate(kind: K) -> None:
    assert closed_gates(kind, Matters(frozenset(B), relief_accepted=True, deceased=True)) == ()


@given(kind=st.sampled_from(K), matters=MATTERS, more=st.sampled_from(B))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_one_more_block_never_opens_a_gate(kind: K, matters: Matters, more: B) -> None:
    before = closed_gates(kind, matters)
    assert set(before) <= set(closed_gates(kind, replace(matters, blocks=matters.blocks | {more})))


def test_every_gate_can_be_put_into_words() -> None:
    assert len({meaning(gate) for gate in G}) == len(G)
