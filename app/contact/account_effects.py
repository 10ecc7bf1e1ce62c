"""What an account update means for visits (PURE)."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.compliance.situation import BlockKind
from app.contact.terms import AccountUpdateKind as K


@dataclass(frozen=True)
class Effect:
    """Blocks that an update opens and closes; `settles` asks whether enough is still overdue."""

    opens: tuple[BlockKind, ...] = ()
    closes: tuple[BlockKind, ...] = ()
    settles: bool = False


_NOTHING = Effect()
_EFFECTS: Mapping[K, Effect] = {
    K.PAYMENT: Effect(settles=True),
    K.BALANCE: Effect(settles=True),
    K.DISPUTE_OPENED: Effect(opens=(BlockKind.DISPUTE_OPEN,)),
    K.DISPUTE_CLOSED: Effect(closes=(BlockKind.DISPUTE_OPEN, BlockKind.DISPUTED_OR_QUERIED)),
    K.COMPLAINT_OPENED: Effect(opens=(BlockKind.COMPLAINT_OPEN,)),
    K.COMPLAINT_CLOSED: Effect(closes=(BlockKind.COMPLAINT_OPEN,)),
    K.VULNERABILITY: Effect(opens=(BlockKind.VULNERABLE_SUSPECTED,)),
    K.DECEASED: Effect(opens=(BlockKind.NO_VISIT_LIST,)),
    K.REPRESENTED: Effect(opens=(BlockKind.REPRESENTED,)),
    K.INSOLVENCY: Effect(opens=(BlockKind.INSOLVENCY,)),
    K.CEASE_REQUEST: Effect(opens=(BlockKind.CEASE_REQUEST, BlockKind.NO_VISIT_LIST)),
}


def effect_of(kind: K) -> Effect:
    """The effect of one kind of update; a note or an offer of relief changes nothing for visits."""
    return _EFFECTS.get(kind, _NOTHING)
