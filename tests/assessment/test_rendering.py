import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

from app.assessment.affordability import assess
from app.assessment.arrangement import options
from app.assessment.loan import LoanFigures
from app.assessment.rendering import affordability_to_dict, option_to_dict
from app.assessment.statement import Household, Line, Statement
from app.assessment.terms import Frequency, LineKind, Verification
from app.kernel.money import Money
from tests.factories_assessment import CHINA

TODAY = date(2026, 11, 22)


def yuan(amount: str) -> Money:
    return Money.parse(amount, "CNY")


def money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


POLICY = replace(CHINA, floor_per_person=yuan("0"), savings_rate=Fraction(0))
LOAN = LoanFigures(yuan("1000"), yuan("100"), yuan("50"))
WAGES = Line(LineKind.INCOME, "wages", yuan("100"), Frequency.WEEKLY, Verification.SIGHTED)
RENT = Line(LineKind.FIXED, "rent", yuan("12.34"), Frequency.YEARLY, Verification.STATED)
SECRET = Line(LineKind.INCOME, "gifts", None, None, declined=True)
FIGURES = assess(Statement("CNY", Household(1), (WAGES, RENT, SECRET)), LOAN, POLICY, TODAY)


def test_figures_are_written_as_in_the_contract() -> None:
    body = affordability_to_dict(FIGURES)
    derivation = body.pop("derivation")
    assert body == {
        "policy": "CN-house 1",
        "income_monthly": money("433.33"),  # 1300/3
        "essential_monthly": money("1.03"),  # 12.34 / 12 = 1.02833...
        "surplus_monthly": money("432.30"),  # 432.305: half to even
        "debt_service_ratio": "0.1154",  # 50 / 433.33
        "affordable_instalment": money("210.00"),  # half the income is 216.67
        "resilience": {"surplus_monthly": money("345.64")},  # 346.6667 - 1.0283
        "quality": {
            "income": {"0": "0.0000", "1": "0.0000", "2": "0.0000", "3": "1.0000", "4": "0.0000", "5": "0.0000"},
            "spending": {"0": "0.0000", "1": "1.0000", "2": "0.0000", "3": "0.0000", "4": "0.0000", "5": "0.0000"},
            "declined_lines": [2],
        },
        "flags": ["LINES_DECLINED", "FLOOR_UNKNOWN", "GUIDELINES_UNKNOWN"],
        "business": None,
        "sources": {},
    }
    assert isinstance(derivation, list)
    assert derivation[0] == {
        "name": "line[0].monthly",
        "rule": "amount x factor of weekly",
        "policy": "CN-house 1",
        "value": "1300/3",
        "inputs": {"line[0].amount": "100", "factor": "13/3"},
        "lines": [0],
    }


def test_an_option_is_written_as_in_the_contract() -> None:
    plan, *_ = options(FIGURES, LOAN, POLICY, TODAY)
    body = option_to_dict(plan)
    assert body == {
        "name": "instalment",
        "reason": "WITHIN_TERM",
        "components": [
            {"kind": "instalment", "amount": money("210.00"), "frequency": "monthly", "count": 4, "annual_rate": None},
            {"kind": "instalment", "amount": money("160.00"), "frequency": "monthly", "count": 1, "annual_rate": None},
        ],
        "schedule": [
            {"due_on": "2026-12-22", "amount": money("210.00")},
            {"due_on": "2027-01-22", "amount": money("210.00")},
            {"due_on": "2027-02-22", "amount": money("210.00")},
            {"due_on": "2027-03-22", "amount": money("210.00")},
            {"due_on": "2027-04-22", "amount": money("160.00")},
        ],
        "total": money("1000.00"),
        "remaining": money("0.00"),
        "ends_on": "2027-04-22",
        "review_on": None,
        "ratio_after": "0.4846",  # 210 / 433.33
        "resilience": {"surplus_monthly": money("135.64")},
        "survives_stress": True,
        "interest": money("0.00"),
        "waived": money("0.00"),
        "cost": money("1000.00"),
        "notes": ["RATE_UNKNOWN"],
    }


def test_a_pause_has_no_amount_but_a_day_of_review() -> None:
    figures = assess(Statement("CNY", Household(1)), LOAN, POLICY, TODAY)
    body = [option_to_dict(option) for option in options(figures, LOAN, POLICY, TODAY)]
    assert body[0]["components"] == [
        {"kind": "grace", "amount": None, "frequency": "monthly", "count": 3, "annual_rate": None}
    ]
    assert body[0]["review_on"] == body[0]["ends_on"] == "2027-02-22"
    assert body[0]["remaining"] == money("1000.00")
    assert body[0]["ratio_after"] is None
    assert body[1]["components"] == [
        {"kind": "mediation", "amount": None, "frequency": None, "count": None, "annual_rate": None}
    ]


def test_what_cannot_be_compared_is_null() -> None:
    body = affordability_to_dict(assess(Statement("CNY", Household(1)), LOAN, POLICY, TODAY))
    assert body["debt_service_ratio"] is None
    assert body["quality"] == {"income": None, "spending": None, "declined_lines": []}


def test_everything_is_plain_json() -> None:
    body = {
        "affordability": affordability_to_dict(FIGURES),
        "options": [option_to_dict(option) for option in options(FIGURES, LOAN, POLICY, TODAY)],
    }
    assert json.loads(json.dumps(body)) == body
