"""Signs of hardship in what was told at the door."""

import pytest

from app.assessment.circumstances import Circumstances, flags_of
from app.assessment.statement import Household, Line, Statement
from app.assessment.terms import Frequency, LineKind
from app.kernel.money import Money
from app.visits.terms import OverdueReason


def told(*texts: str, reasons: tuple[OverdueReason, ...] = ()) -> Circumstances:
    return Circumstances(frozenset(reasons), texts)


def earning(*earners: str | None) -> Statement:
    wages = Money("CNY", 500_000)
    lines = tuple(Line(LineKind.INCOME, "wages", wages, Frequency.MONTHLY, earner=earner) for earner in earners)
    return Statement("CNY", Household(2), lines)


@pytest.mark.parametrize(
    "text", ["He said he wants to END MY LIFE", "他说不想活了", "She talked of suicide", "借款人提到轻生的念头"]
)
def test_words_of_self_harm_are_found_in_either_language(text: str) -> None:
    assert flags_of(told("A long talk", text), None) == ("SELF_HARM_WORDS",)


def test_violence_at_home_is_found() -> None:
    assert flags_of(told("长期遭受家暴"), None) == ("DOMESTIC_ABUSE",)


@pytest.mark.parametrize("text", ["", "The shop was closed", "会尽快还款"])
def test_a_plain_note_is_no_sign(text: str) -> None:
    assert flags_of(told(text), None) == ()


def test_a_reason_is_a_sign_of_its_kind() -> None:
    assert flags_of(told(reasons=(OverdueReason.ILLNESS, OverdueReason.DISASTER)), None) == ("ILLNESS", "DISASTER")
    assert flags_of(told(reasons=(OverdueReason.UNWILLING,)), None) == ()


@pytest.mark.parametrize(
    ("statement", "single"),
    [(None, True), (earning(), True), (earning("partner"), True), (earning("partner", "borrower"), False)],
)
def test_a_lost_job_weighs_more_where_nobody_else_earns(statement: Statement | None, single: bool) -> None:
    found = flags_of(told(reasons=(OverdueReason.UNEMPLOYMENT,)), statement)
    assert found == (("SINGLE_EARNER_LOST_JOB", "JOB_LOST") if single else ("JOB_LOST",))
