"""How a case may move from one status to another (PURE)."""

from app.intake.terms import CaseStatus as S

FINAL = frozenset({S.DECIDED, S.REFUSED, S.WITHDRAWN, S.EXHAUSTED})

_WALK = {
    S.RECEIVED: {S.ACCEPTED, S.REFUSED},
    S.ACCEPTED: {S.ASSIGNED},
    S.ASSIGNED: {S.PLANNED, S.ACCEPTED},
    S.PLANNED: {S.PUBLISHED, S.ASSIGNED},
    S.PUBLISHED: {S.VISITING, S.ASSIGNED, S.PLANNED},
    # A visit that did not settle the case is reported too, and the case goes back to be assigned meanwhile.
    S.VISITING: {S.ASSESSED, S.ASSIGNED},
    S.ASSESSED: {S.REPORTED},
    S.REPORTED: {S.DECIDED, S.ASSIGNED},
    S.HELD: {S.ACCEPTED, S.REFUSED},
}

# Out of every open status.
_EXITS = {S.HELD, S.WITHDRAWN, S.EXHAUSTED}


def may_move(now: S, to: S) -> bool:
    """Whether a case with status `now` may get status `to`; nothing leaves a final status."""
    if now in FINAL or now is to:
        return False
    return to in _EXITS or to in _WALK[now]


def is_open(status: S) -> bool:
    """Whether the case still is in our hands."""
    return status not in FINAL
