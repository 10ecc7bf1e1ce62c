"""What was told of a borrower, read as grounds for a hardship review."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.redress.signals import (
    CRY,
    Signal,
    all_grounds,
    grounds_in,
    grounds_of,
    is_signal,
    is_urgent,
    newer,
    speaks_of_self_harm,
    text_of,
)
from app.redress.terms import HardshipGround as G
from app.visits.terms import OverdueReason

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "cries_for_help"),
    [
        ("he said he would KILL MYSELF if they come again", True),
        ("她说不想活了", True),
        ("thoughts of suicide", True),
        ("I just want to die", True),
        ("他说想死", True),
        ("he killed the engine and went to work", False),
        ("日子不好过", False),
        ("", False),
    ],
)
def test_words_of_self_harm_make_a_review_urgent(text: str, cries_for_help: bool) -> None:
    assert speaks_of_self_harm(text) is cries_for_help
    assert is_urgent(all_grounds([], text)) is cries_for_help


def test_a_review_always_has_a_ground() -> None:
    assert all_grounds([], "told without words") == (G.OTHER,)
    assert all_grounds([G.ILLNESS, G.JOB_LOSS, G.ILLNESS], "") == (G.ILLNESS, G.JOB_LOSS)


@given(grounds=st.lists(st.sampled_from(G)), text=st.text())
@settings(derandomize=True, deadline=None)
def test_no_ground_that_was_named_is_lost(grounds: list[G], text: str) -> None:
    kept = all_grounds(grounds, text)
    assert set(grounds) <= set(kept)
    assert len(set(kept)) == len(kept) > 0


def findings(*codes: OverdueReason, **changes: Any) -> dict[str, Any]:
    return {"vulnerability": [], "overdue_reasons": [{"code": code.value} for code in codes]} | changes


def test_reasons_told_at_the_door_become_grounds() -> None:
    told = findings(OverdueReason.UNEMPLOYMENT, OverdueReason.GAMBLING, OverdueReason.DELAYED_WAGES)
    assert grounds_of(told) == (G.JOB_LOSS, G.INCOME_FALL)
    assert set(grounds_of(findings(*OverdueReason))) == {
        *(G.JOB_LOSS, G.INCOME_FALL, G.BUSINESS_CLOSED, G.ILLNESS, G.DEATH_IN_FAMILY, G.PREGNANCY_OR_INFANT),
        *(G.DISASTER, G.OVER_INDEBTEDNESS),
    }


@pytest.mark.parametrize(
    ("sign", "grounds"),
    [
        ("serious illness", (G.ILLNESS,)),
        ("Seriously ILL since May", (G.ILLNESS,)),
        ("his wife is in hospital", (G.ILLNESS,)),
        ("重病卧床", (G.ILLNESS,)),
        ("孩子得了白血病", (G.ILLNESS,)),
        ("肺癌晚期，在化疗", (G.ILLNESS,)),
        ("老人住院", (G.ILLNESS,)),
        ("uses a wheelchair", (G.DISABILITY_OR_CARE,)),
        ("残疾证二级", (G.DISABILITY_OR_CARE,)),
        ("seven months pregnant and laid off", (G.PREGNANCY_OR_INFANT, G.JOB_LOSS)),
        ("家暴", (G.DOMESTIC_ABUSE,)),
        ("丈夫上月去世", (G.DEATH_IN_FAMILY,)),
        ("生病，不想活了", (G.SELF_HARM_WORDS, G.ILLNESS)),
        ("he will pay the bill", ()),
        ("sick of being called", ()),
        ("no ill will", ()),
        ("手机有毛病", ()),
        ("电脑中了病毒", ()),
        ("", ()),
    ],
)
def test_the_words_of_a_sign_name_its_ground(sign: str, grounds: tuple[G, ...]) -> None:
    assert grounds_in(sign) == grounds


def test_a_told_illness_is_a_ground_beside_the_reasons() -> None:
    told = findings(OverdueReason.INCOME_DROP, OverdueReason.ILLNESS, vulnerability=["serious illness"])
    assert grounds_of(told) == (G.ILLNESS, G.INCOME_FALL)
    assert grounds_of(findings(OverdueReason.INCOME_DROP, vulnerability=["重病"])) == (G.ILLNESS, G.INCOME_FALL)


@pytest.mark.parametrize("where", ["note", "complaint", "safety"])
def test_a_cry_for_help_counts_wherever_it_was_written_and_nothing_else_does(where: str) -> None:
    told = findings(vulnerability=["tears"], **{where: "the neighbour is ill; she wants to end my life, he said"})
    assert grounds_of(told) == (G.SELF_HARM_WORDS,)
    assert text_of("MET_ASSESSED", told) == "tears"


@given(signs=st.lists(st.text(min_size=1), max_size=3), words=st.integers(10**12, 10**15).map(str))
@settings(derandomize=True, deadline=None)
def test_a_review_tells_the_signs_and_no_other_words(signs: list[str], words: str) -> None:
    reasons = [{"code": "ILLNESS", "note": words}]
    told = findings(vulnerability=signs, note=words, complaint=words, safety=words, overdue_reasons=reasons)
    text = text_of("MET_ASSESSED", told)
    assert words not in text
    assert all(sign in text for sign in signs)
    assert text


@pytest.mark.parametrize(
    ("outcome", "signs", "is_one"),
    [
        ("VULNERABLE_STOPPED", [], True),
        ("MET_ASSESSED", ["confused"], True),
        ("MET_ASSESSED", [], False),
        (None, [], False),
    ],
)
def test_a_visit_gives_a_sign_of_vulnerability(outcome: str | None, signs: list[str], is_one: bool) -> None:
    assert is_signal(outcome, findings(vulnerability=signs)) is is_one


@pytest.mark.parametrize("where", ["note", "complaint", "safety"])
def test_a_cry_for_help_is_a_sign_though_nobody_ticked_one(where: str) -> None:
    told = findings(**{where: "She said: I want to die"})
    assert is_signal("MET_CANNOT_PAY", told)
    assert text_of("MET_CANNOT_PAY", told) == CRY
    assert "stopped" in text_of("VULNERABLE_STOPPED", told)


def test_what_was_told_before_the_last_review_is_settled() -> None:
    told = [Signal(f"visit:{n}", uuid4(), AT + timedelta(days=n), "investigator:1", "tears") for n in (2, 0, 1)]
    assert [signal.told_at for signal in newer(told, None)] == [AT + timedelta(days=n) for n in (0, 1, 2)]
    assert [signal.key for signal in newer(told, AT + timedelta(days=1))] == ["visit:2"]
    assert newer(told, AT + timedelta(days=2)) == []
