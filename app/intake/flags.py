"""What the flags of an escalation mean to the contact rules (PURE)."""

from collections.abc import Iterable, Mapping
from datetime import date

from app.compliance.situation import Block, BlockKind

# A flag that is itself a kind of block needs no entry.
_MEANING: Mapping[str, tuple[BlockKind, ...]] = {
    "vulnerable": (BlockKind.VULNERABLE_SUSPECTED,),
    "deceased": (BlockKind.NO_VISIT_LIST,),
    "cease_request": (BlockKind.CEASE_REQUEST, BlockKind.NO_VISIT_LIST),
    "paid": (BlockKind.PAID_OR_BELOW_THRESHOLD,),
}


def block_kinds(flag: str) -> tuple[BlockKind, ...]:
    """The blocks that a flag stands for; none for flags such as `aggressive_history` or `language:yue`."""
    if flag in _MEANING:
        return _MEANING[flag]
    return (BlockKind(flag),) if flag in set(BlockKind) else ()


def blocks_of(flags: Iterable[str], since: date) -> tuple[Block, ...]:
    """The blocks of all flags, open from the day they were told."""
    return tuple(Block(kind, since) for flag in flags for kind in block_kinds(flag))
