"""Whether somebody goes to the same door again (PURE)."""

from app.visits.terms import FLAGS, NextStep, Outcome, OutcomeFlags

# House policy: what the contact rules allow is asked by planning, this bounds what we want at all.
MAX_ATTEMPTS = 4

# Called off at the door before anything was written down: somebody may have knocked, so it counts as an attempt.
BROKEN_OFF = OutcomeFlags(
    attempted=True, right_party_met=False, address_confirmed=False, counts_as_contacted=False, next=NextStep.AGAIN
)


def flags_of(outcome: Outcome | None) -> OutcomeFlags:
    """What an outcome means; None is a visit that was broken off at the door without one."""
    return BROKEN_OFF if outcome is None else FLAGS[outcome]


def next_step(outcome: Outcome | None, attempts_made: int) -> NextStep:
    """What follows, when so many attempts were made, this visit included."""
    step = flags_of(outcome).next
    return NextStep.EXHAUSTED if step is NextStep.AGAIN and attempts_made >= MAX_ATTEMPTS else step


def is_settled(outcome: Outcome | None) -> bool:
    """Whether the visit brought something for the risk department to decide on."""
    return flags_of(outcome).next is not NextStep.AGAIN
