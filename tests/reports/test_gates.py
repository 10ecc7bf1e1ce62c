"""No legal step while something is open between the borrower and us, nor before relief was offered."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compliance.situation import BlockKind as B
from app.reports.gates import LEGAL_STEPS, closed_gates, meaning
from app.reports.terms import DecisionKind as K
from app.reports.terms import Gate as G


@pytest.mark.parametrize("kind", [K.PAYMENT_ORDER, K.LAWSUIT])
@pytest.mark.parametrize(
    ("blocks", "relief_offered", "gates"),
    [
        ((), True, ()),
        ((), False, (G.NO_RELIEF_OFFER,)),
        ((B.DISPUTE_OPEN,), True, (G.DISPUTE_OPEN,)),
        ((B.DISPUTED_OR_QUERIED,), True, (G.DISPUTE_OPEN,)),
        ((B.COMPLAINT_OPEN,), True, (G.COMPLAINT_OPEN,)),
        ((B.VULNERABLE_SUSPECTED,), True, (G.HARDSHIP_REVIEW_OPEN,)),
        ((B.HOSPITAL, B.REPRESENTED), True, ()),
        (
            (B.VULNERABLE_SUSPECTED, B.COMPLAINT_OPEN, B.DISPUTE_OPEN),
            False,
            (G.DISPUTE_OPEN, G.COMPLAINT_OPEN, G.HARDSHIP_REVIEW_OPEN, G.NO_RELIEF_OFFER),
        ),
    ],
)
def test_a_legal_step_waits_for_each_closed_gate(
    kind: K, blocks: tuple[B, ...], relief_offered: bool, gates: tuple[G, ...]
) -> None:
    assert closed_gates(kind, blocks, relief_offered=relief_offered) == gates


@pytest.mark.parametrize("kind", sorted(set(K) - LEGAL_STEPS))
def test_other_decisions_pass_every_gate(kind: K) -> None:
    assert closed_gates(kind, tuple(B), relief_offered=False) == ()


@given(kind=st.sampled_from(K), blocks=st.sets(st.sampled_from(B)), more=st.sampled_from(B), offered=st.booleans())
@settings(derandomize=True, deadline=None, max_examples=200)
def test_one_more_block_never_opens_a_gate(kind: K, blocks: set[B], more: B, offered: bool) -> None:
    before = closed_gates(kind, blocks, relief_offered=offered)
    assert set(before) <= set(closed_gates(kind, blocks | {more}, relief_offered=offered))


def test_every_gate_can_be_put_into_words() -> None:
    assert len({meaning(gate) for gate in G}) == len(G)
