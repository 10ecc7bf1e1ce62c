"""What the outcomes mean, and what their flags must agree on."""

import pytest

from app.intake.terms import ContactOutcome
from app.visits.terms import FLAGS, NextStep, Outcome

OUTCOMES = list(Outcome)


def test_every_outcome_has_its_flags() -> None:
    assert set(FLAGS) == set(Outcome)
    assert len(Outcome) == 28  # research 8


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_who_met_the_borrower_knocked_and_found_the_address(outcome: Outcome) -> None:
    flags = FLAGS[outcome]
    if flags.right_party_met:
        assert flags.attempted
        assert flags.address_confirmed
        assert flags.counts_as_contacted
    if flags.counts_as_contacted:
        assert flags.attempted
        assert flags.ledger is not ContactOutcome.NO_ANSWER


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_stops_or_holds_visits_leaves_a_block(outcome: Outcome) -> None:
    flags = FLAGS[outcome]
    assert (flags.block is not None) is (flags.next in (NextStep.HOLD, NextStep.STOP))


@pytest.mark.parametrize("outcome", [outcome for outcome in OUTCOMES if outcome.startswith("MET_")])
def test_met_says_that_the_borrower_was_met(outcome: Outcome) -> None:
    assert FLAGS[outcome].right_party_met
