from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compliance.door_protocol import Conduct, DoorRuling, Met, Sign, rule_at_the_door
from app.compliance.door_protocol_file import load_door_protocol, read_door_protocol
from app.compliance.profile_files import load_profiles
from app.compliance.profile_reader import ProfileError
from app.compliance.situation import BlockKind

PROTOCOL = load_door_protocol()
B, C = BlockKind, Conduct


def ruling(met: Met = Met.BORROWER, *signs: Sign, profiles: tuple[str, ...] = (), language: str = "en") -> DoorRuling:
    known = load_profiles()
    return rule_at_the_door(PROTOCOL, [known[name] for name in profiles], met, signs, language)


@pytest.mark.parametrize(
    ("met", "conduct", "speaks", "blocks"),
    [
        (Met.BORROWER, C.GO_ON, True, ()),  # CONC 7.9.10R: after the identity is established
        (Met.HOUSEHOLD, C.GO_ON, False, ()),  # GB/T 45251-2025, 5.3: no debt details to others
        (Met.THIRD_PARTY, C.GO_ON, False, ()),  # the same
        (Met.MINOR, C.LEAVE, False, (B.MINOR_ONLY_PRESENT,)),  # research 1.2, vector 10
        (Met.NOBODY, C.LEAVE, False, ()),
    ],
)
def test_who_opens_decides_what_may_be_said(
    met: Met, conduct: Conduct, speaks: bool, blocks: tuple[BlockKind, ...]
) -> None:
    found = ruling(met)
    assert (found.conduct, found.may_speak_of_debt, found.blocks) == (conduct, speaks, blocks)


@pytest.mark.parametrize(
    ("sign", "conduct", "block"),
    [
        (Sign.ANOTHER_TIME, C.LEAVE, None),
        (Sign.ASKED_TO_LEAVE, C.LEAVE, B.ASKED_TO_LEAVE),  # CONC 7.9.14R
        (Sign.BEREAVEMENT, C.LEAVE, B.BEREAVEMENT),
        (Sign.CASH_OFFERED, C.GO_ON, None),
        (Sign.COMPLAINT, C.NO_DEBT_TALK, B.COMPLAINT_OPEN),
        (Sign.DECEASED, C.LEAVE, B.NO_VISIT_LIST),
        (Sign.DISPUTE, C.NO_DEBT_TALK, B.DISPUTE_OPEN),  # CONC 7.9.14R
        (Sign.DISTRESS, C.LEAVE, B.DISTRESS),  # CONC 7.9.14R
        (Sign.ENTRY_REFUSED, C.GO_ON, None),  # Civil Code, art. 1033
        (Sign.FRAUD_VICTIM, C.NO_DEBT_TALK, B.DISPUTE_OPEN),
        (Sign.HOSPITAL, C.LEAVE, B.HOSPITAL),  # 230-FZ, art. 7
        (Sign.INSOLVENCY, C.NO_DEBT_TALK, B.INSOLVENCY),  # 230-FZ, art. 7
        (Sign.LANGUAGE_BARRIER, C.LEAVE, None),
        (Sign.PAID, C.NO_DEBT_TALK, None),
        (Sign.RECORDING_REFUSED, C.LEAVE, None),
        (Sign.REPRESENTED, C.NO_DEBT_TALK, B.REPRESENTED),  # 12 CFR 1006.6(b)
        (Sign.THREAT, C.LEAVE, None),
        (Sign.VULNERABILITY, C.NO_DEBT_TALK, B.VULNERABLE_SUSPECTED),  # CONC 7.9.14R(2)
    ],
)
def test_what_is_noticed_decides_whether_to_stay(sign: Sign, conduct: Conduct, block: BlockKind | None) -> None:
    found = ruling(Met.BORROWER, sign)
    assert (found.conduct, found.blocks) == (conduct, () if block is None else (block,))


def test_the_strictest_of_several_signs_counts_and_all_their_blocks_follow() -> None:
    found = ruling(Met.BORROWER, Sign.DISPUTE, Sign.DISTRESS)
    assert not found.may_stay
    assert set(found.blocks) == {B.DISPUTE_OPEN, B.DISTRESS}


@given(
    met=st.sampled_from(list(Met)), signs=st.frozensets(st.sampled_from(list(Sign))), more=st.sampled_from(list(Sign))
)
@settings(derandomize=True, deadline=None)
def test_one_more_sign_never_loosens_the_ruling(met: Met, signs: frozenset[Sign], more: Sign) -> None:
    before, after = ruling(met, *signs), ruling(met, *signs, more)
    assert list(Conduct).index(after.conduct) >= list(Conduct).index(before.conduct)
    assert before.may_speak_of_debt or not after.may_speak_of_debt
    assert set(before.blocks) <= set(after.blocks)


def test_a_law_that_names_the_circumstance_is_cited_beside_the_house() -> None:
    found = ruling(Met.BORROWER, Sign.DISTRESS, profiles=("UK-CONC7",))
    assert [answer.profile for answer in found.answers if answer.rule == "distress"] == [None, "UK-CONC7"]


@pytest.mark.parametrize(
    ("language", "begins"),
    [("en", "Hello"), ("zh", "你好"), ("zh-Hant", "你好"), ("yue", "Hello")],
)
def test_the_words_are_in_the_borrowers_language_where_we_have_it(language: str, begins: str) -> None:
    assert ruling(Met.MINOR, language=language).answers[0].say.startswith(begins)


def test_everything_is_written_in_english_and_chinese_with_a_source() -> None:
    assert {rule.met or rule.sign for rule in PROTOCOL.rules} == {*Met, *Sign}
    assert all(set(rule.say) == set(rule.act) == {"en", "zh"} and rule.source for rule in PROTOCOL.rules)


def test_nobody_but_the_borrower_ever_hears_of_the_debt() -> None:
    cases = product((met for met in Met if met is not Met.BORROWER), (None, *Sign))
    assert not any(ruling(met, *([sign] if sign else [])).may_speak_of_debt for met, sign in cases)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id: [", "not valid YAML"),
        ('{id: door, version: "1", rules: []}', "missing"),
        (
            '{id: door, version: "1", rules: [{rule: a, conduct: go_on, disclosure: none, say: {en: a}, act: {en: a},'
            " source: s, evidence: D}]}",
            "rules[0]: a rule applies to somebody met or to a sign",
        ),
        (
            '{id: door, version: "1", rules: [{rule: a, met: cat, conduct: go_on, disclosure: none, say: {en: a},'
            " act: {en: a}, source: s, evidence: D}]}",
            "rules[0].met: expected one of",
        ),
    ],
)
def test_a_bad_protocol_is_refused_with_its_place(text: str, told: str) -> None:
    with pytest.raises(ProfileError) as refused:
        read_door_protocol(text, "mine.yaml")
    assert told in str(refused.value)
