"""What the flags of an escalation mean to the contact rules."""

from datetime import date

import pytest

from app.compliance.situation import Block, BlockKind
from app.intake.flags import block_kinds, blocks_of


@pytest.mark.parametrize(
    ("flag", "kinds"),
    [
        ("dispute_open", (BlockKind.DISPUTE_OPEN,)),
        ("vulnerable", (BlockKind.VULNERABLE_SUSPECTED,)),
        ("represented", (BlockKind.REPRESENTED,)),
        ("cease_request", (BlockKind.CEASE_REQUEST, BlockKind.NO_VISIT_LIST)),
        ("deceased", (BlockKind.NO_VISIT_LIST,)),
        ("aggressive_history", ()),
        ("language:yue", ()),
    ],
)
def test_each_flag_stands_for_its_blocks(flag: str, kinds: tuple[BlockKind, ...]) -> None:
    assert block_kinds(flag) == kinds


def test_blocks_hold_from_the_day_they_were_told() -> None:
    since = date(2026, 11, 22)
    assert blocks_of(["language:yue", "insolvency"], since) == (Block(BlockKind.INSOLVENCY, since),)
