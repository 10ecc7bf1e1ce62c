"""How a visit may move from one state to another (PURE)."""

from app.visits.terms import VisitEventKind as K
from app.visits.terms import VisitState as S

OPEN = frozenset({S.SCHEDULED, S.DEPARTED, S.ARRIVED, S.STARTED})
FINAL = frozenset(S) - OPEN
UNDERWAY = frozenset({S.ARRIVED, S.STARTED})
NOT_ARRIVED = OPEN - UNDERWAY

# A phone may lose `departed`, and where nobody opens there is nothing to start.
_WALK = {
    (S.SCHEDULED, K.DEPARTED): S.DEPARTED,
    (S.SCHEDULED, K.ARRIVED): S.ARRIVED,
    (S.DEPARTED, K.ARRIVED): S.ARRIVED,
    (S.ARRIVED, K.STARTED): S.STARTED,
    (S.ARRIVED, K.FINISHED): S.FINISHED,
    (S.STARTED, K.FINISHED): S.FINISHED,
} | {(state, K.ABORTED): S.ABORTED for state in OPEN}


def advance(state: S, kind: K) -> S | None:
    """The state after an event, or None where the event cannot happen; a final state is never left."""
    return _WALK.get((state, kind))
