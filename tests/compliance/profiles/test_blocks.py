"""Blocks of the shipped profiles at their first and last day: one row a clause."""

from datetime import date, timedelta

import pytest

from app.compliance.situation import Block, BlockKind, Facts
from tests.compliance.visits import PROFILES, answers, visit

K = BlockKind
TODAY = date(2026, 11, 24)
DRAFT, AU, KR, RU, UA = "IN-RBI-2026-draft", "AU-RG96", "KR-PDPA-2024", "RU-230FZ", "UA-CCA-art25"
SILENT = (
    "CN-GBT45251-CBA2026", "IN-RBI-2022", "IE-CCA1995-s46", "ID-POJK22-2023", "PH-SEC18-BSP454", "MY-BNM-FDCP",
    "TH-DCA2015", "VN-TT18-2019", "TW-outsourced",
)  # fmt: skip


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


# profile, kind, begun days ago, ended days ago (None: not over), renewals, allowed
ROWS = [
    # Personal Debtor Protection Act: up to 3 months, once more
    (KR, K.DISASTER_AREA, 0, None, 0, False),
    (KR, K.DISASTER_AREA, 89, None, 0, False),
    (KR, K.DISASTER_AREA, 90, None, 0, True),
    (KR, K.DISASTER_AREA, 90, None, 1, False),
    (KR, K.DISASTER_AREA, 179, None, 1, False),
    (KR, K.DISASTER_AREA, 180, None, 1, True),
    (KR, K.DISASTER_AREA, 180, None, 2, True),  # renewable once
    (KR, K.DISASTER_AREA, -1, None, 0, True),
    (KR, K.SURGERY_OR_HOSPITAL_FAMILY, 89, None, 0, False),
    (KR, K.SURGERY_OR_HOSPITAL_FAMILY, 90, None, 0, True),
    (KR, K.SURGERY_OR_HOSPITAL_FAMILY, 179, None, 1, False),
    (KR, K.HOSPITAL, 89, None, 0, False),
    (KR, K.HOSPITAL, 10, 1, 0, True),
    (KR, K.DEATH_IN_FAMILY, 0, None, 0, False),
    (KR, K.DEATH_IN_FAMILY, 89, None, 0, False),
    (KR, K.DEATH_IN_FAMILY, 90, None, 0, True),
    (KR, K.DEATH_IN_FAMILY, 179, None, 1, False),
    (KR, K.BEREAVEMENT, 89, None, 0, False),
    (KR, K.LIMITATION_EXPIRED, 2000, None, 0, False),
    (KR, K.COMPLAINT_OPEN, 1, None, 0, True),
    # Federal Law 230-FZ, art. 7
    (RU, K.INSOLVENCY, 2000, None, 0, False),
    (RU, K.INCAPACITY, 2000, None, 0, False),
    (RU, K.DISABLED_GROUP_1, 2000, None, 0, False),
    (RU, K.MINOR, 1, None, 0, False),
    (RU, K.HOSPITAL, 400, None, 0, False),
    (RU, K.HOSPITAL, 400, 0, 0, True),
    (RU, K.HOSPITAL, 400, -1, 0, False),  # discharged tomorrow
    (RU, K.CEASE_REQUEST, 400, None, 0, False),
    (RU, K.DISPUTE_OPEN, 1, None, 0, True),
    # Law on consumer credit, art. 25
    (UA, K.SERVING_SOLDIER, 400, None, 0, False),
    (UA, K.SERVING_SOLDIER, 400, 0, 0, True),
    # ACCC and ASIC, RG 96, part 2, 7
    (AU, K.ASKED_TO_LEAVE, 0, None, 0, False),
    (AU, K.ASKED_TO_LEAVE, 9, 0, 0, True),
    # Reserve Bank of India, draft of 2026
    (DRAFT, K.BEREAVEMENT, 30, None, 0, False),
    (DRAFT, K.BEREAVEMENT, 30, 0, 0, True),
    (DRAFT, K.NATURAL_CALAMITY, 30, None, 0, False),
    (DRAFT, K.MARRIAGE_FUNCTION, 0, None, 0, False),
    (DRAFT, K.MARRIAGE_FUNCTION, 1, 0, 0, True),
    (DRAFT, K.RELIGIOUS_FESTIVAL, 0, -1, 0, False),
    (DRAFT, K.RELIGIOUS_FESTIVAL, 1, 0, 0, True),
]


@pytest.mark.parametrize(("profile", "kind", "begun", "ended", "renewals", "allowed"), ROWS)
def test_blocks(profile: str, kind: BlockKind, begun: int, ended: int | None, renewals: int, allowed: bool) -> None:
    block = Block(kind, ago(begun), None if ended is None else ago(ended), renewals)
    assert answers(profile, visit(profile, facts=Facts(blocks=(block,))))["block"].allowed is allowed


@pytest.mark.parametrize(
    ("profile", "kind"),
    [(name, kind) for name, profile in PROFILES.items() for rule in profile.blocks for kind in rule.kinds],
)
def test_every_kind_that_a_profile_names_blocks_on_its_first_day(profile: str, kind: BlockKind) -> None:
    answer = answers(profile, visit(profile, facts=Facts(blocks=(Block(kind, TODAY),))))["block"]
    assert not answer.allowed
    assert kind in answer.reason


@pytest.mark.parametrize("profile", SILENT)
def test_profiles_without_blocks_ask_nothing(profile: str) -> None:
    every = tuple(Block(kind, TODAY) for kind in BlockKind)
    assert "block" not in answers(profile, visit(profile, facts=Facts(blocks=every)))


def test_the_paper_that_is_wanted_is_named_and_the_refusal_ends_with_the_renewed_period() -> None:
    renewed = Block(K.DEATH_IN_FAMILY, ago(100), renewals=1)
    answer = answers(KR, visit(KR, facts=Facts(blocks=(renewed,))))["block"]
    assert "certificate of death" in answer.reason
    assert answer.until is not None
    assert answer.until.isoformat() == "2027-02-11T15:00:00+00:00"
