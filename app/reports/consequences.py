"""What a decision does to the case (PURE)."""

from enum import Enum, auto

from app.reports.terms import DecisionKind


class Consequence(Enum):
    """Where the case goes.

    CLOSE: it leaves our hands. REVISIT: it is assigned again, for another visit. AWAIT: it stays reported, nobody is
    sent to the door, and the next decision follows on the same report when the relief or the pause has had its effect;
    held it could not be decided any more, and closed for good a borrower who takes no relief could never be sued.
    """

    CLOSE = auto()
    REVISIT = auto()
    AWAIT = auto()


_NOT_FINAL = {
    DecisionKind.MORE_EVIDENCE: Consequence.REVISIT,
    DecisionKind.RELIEF_FIRST: Consequence.AWAIT,
    DecisionKind.PAUSE: Consequence.AWAIT,
}


def consequence(kind: DecisionKind) -> Consequence:
    """The consequence of a kind of decision; soft contact, a write-off and an approved plan end the field work too."""
    return _NOT_FINAL.get(kind, Consequence.CLOSE)
