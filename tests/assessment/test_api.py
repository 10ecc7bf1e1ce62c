"""A preview of what a household can afford."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.assessment.models import Assessment
from app.runtime.database import Database
from tests.client import Client
from tests.factories_visits import money, scene, statement

PATH = "/v1/assessments:preview"
ClientOf = Callable[..., Client]
WAGE = {"kind": "income", "category": "wages", "amount": "5000.00", "frequency": "monthly", "verification": 3}
POLICY: dict[str, Any] = {
    "confidence": ["0", "0.8", "0.9", "1", "1", "1"],
    "floor_per_person": money("684.10"),
    "guidelines": {"food": money("1500.00")},
    "savings_rate": "0.10",
    "savings_cap": money("300.00"),
    "ratio_cap": "0.50",
    "rounding_unit": money("10.00"),
    "stress": "0.80",
    "max_term_months": 36,
}


def body(**changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "statement": statement(),
        "loan": {"outstanding": money("18000.00"), "overdue": money("3200.50"), "instalment": money("1600.25")},
        "as_of_on": "2026-11-22",
    }
    return told | changes


def preview(client: Client, **changes: Any) -> dict[str, Any]:
    answer = client.post(PATH, body(**changes))
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def test_figures_and_options_of_a_statement(risk: Client) -> None:
    shown = preview(risk)
    figures = shown["affordability"]
    assert figures["policy"] == "CN-house 1"
    assert figures["income_monthly"] == money("6500.00")
    assert figures["surplus_monthly"] == money("4147.70")
    assert figures["debt_service_ratio"] == "0.2462"
    assert figures["affordable_instalment"] == money("3250.00")
    assert figures["resilience"] == {"surplus_monthly": money("2847.70")}
    option = shown["options"][0]
    assert [payment["due_on"] for payment in option["schedule"]][:2] == ["2026-12-22", "2027-01-22"]
    assert option["total"] == money("18000.00")
    assert option["ratio_after"] == "0.5000"


def test_a_policy_of_ones_own(risk: Client) -> None:
    food = {"kind": "flexible", "category": "food", "amount": "2600.00", "frequency": "monthly", "verification": 1}
    asked = statement(WAGE, food)
    figures = preview(risk, statement=asked, policy=POLICY)["affordability"]
    assert figures["policy"] != "CN-house 1"
    assert figures["essential_monthly"] == money("2052.30")  # of food 1,500 are accepted, the floor is more
    assert "GUIDELINE_EXCEEDED:food" in figures["flags"]


def test_a_currency_without_local_figures_has_the_houses_policy_and_says_what_is_missing(risk: Client) -> None:
    rupees = {
        "floor_per_person": money("2000.00", "INR"),
        "savings_cap": money("500.00", "INR"),
        "rounding_unit": money("100.00", "INR"),
    }
    asked = statement(WAGE) | {"currency": "INR"}
    loan = {"outstanding": money("9000.00", "INR")}
    own = preview(risk, statement=asked, loan=loan)["affordability"]
    assert own["policy"] == "IN-house 1"
    assert "FLOOR_UNKNOWN" in own["flags"]
    figures = preview(risk, statement=asked, loan=loan, policy=rupees)["affordability"]
    assert figures["surplus_monthly"] == money("-1000.00", "INR")


def test_the_sum_of_the_largest_amounts_is_shown(risk: Client) -> None:
    large = WAGE | {"amount": "9999999999999999.99", "frequency": "weekly"}
    figures = preview(risk, statement=statement(large, large))["affordability"]
    assert figures["income_monthly"] == money("86666666666666666.58")


RELIEF = {
    "allowed": ["settlement_lump", "token"],
    "lowest_settlement_share": "0.4",
    "longest_settlement_days": 92,
    "token_amount": money("5.00"),
}


def test_a_preview_may_replace_the_limits_of_relief(risk: Client) -> None:
    shown = preview(risk, policy={"relief": RELIEF})
    assert shown["affordability"]["policy"] == "CN-house 1+changed"
    settled = next(option for option in shown["options"] if option["name"] == "settlement")
    assert (settled["total"], settled["waived"]) == (money("9750.00"), money("8250.00"))
    assert settled["cost"] == money("9750.00")
    assert settled["notes"] == ["WAIVED_WHEN_KEPT", "RATE_UNKNOWN"]


def test_interest_of_a_known_rate_is_in_the_plan_and_told(risk: Client) -> None:
    loan = {"outstanding": money("3000.00"), "annual_rate": "0.1800", "fees": money("100.00")}
    plan = preview(risk, loan=loan)["options"][0]
    # 1.5 % of 2,900: fees bear no interest
    assert (plan["interest"], plan["total"], plan["notes"]) == (money("43.50"), money("3043.50"), [])


def test_a_draft_is_held_against_the_figures(risk: Client) -> None:
    assert preview(risk)["drafted"] is None
    draft = {"components": [{"kind": "instalment", "amount": money("4500.00"), "frequency": "monthly", "count": 4}]}
    assert preview(risk, arrangement=draft)["drafted"] == {
        "highest_monthly": money("4500.00"),
        "within_surplus": False,
        "within_affordable": False,
        "survives_stress": False,
    }


def test_a_token_is_proposed_where_it_was_drafted_and_the_policy_has_it(risk: Client) -> None:
    draft = {"components": [{"kind": "token", "amount": money("5.00"), "frequency": "monthly"}]}
    poor = statement(WAGE | {"amount": "100.00"})
    asked: dict[str, Any] = {"statement": poor, "policy": {"relief": RELIEF}}
    assert [option["name"] for option in preview(risk, **asked)["options"]] == ["pause", "referral"]
    names = [option["name"] for option in preview(risk, arrangement=draft, **asked)["options"]]
    assert names == ["token", "pause", "referral"]


LONGEST = {"max_term_months": 600, "pause_months": 600, "review_months": 600}


@pytest.mark.parametrize(("owed", "first"), [("6000.00", "instalment"), ("6001.00", "extension")])
def test_the_longest_schedule_from_the_last_day_of_a_preview_ends_with_the_last_year(
    risk: Client, owed: str, first: str
) -> None:
    """Ten a month for fifty years."""
    poor: dict[str, Any] = {
        "statement": statement(WAGE | {"amount": "10.00"}),
        "loan": {"outstanding": money(owed)},
        "policy": POLICY | LONGEST | {"floor_per_person": money("0.00"), "savings_rate": "0", "ratio_cap": "1"},
    }
    option = preview(risk, as_of_on="2149-12-31", **poor)["options"][0]
    assert (option["name"], option["ends_on"], len(option["schedule"])) == (first, "2199-12-31", 600)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=st.dates(date(1970, 1, 1), date(2199, 12, 31)), wage=st.sampled_from(["0.00", "800.00", "5000.00"]))
def test_every_day_gets_figures_or_is_refused(risk: Client, day: date, wage: str) -> None:
    asked = body(statement=statement(WAGE | {"amount": wage}), policy=LONGEST, as_of_on=day.isoformat())
    assert risk.post(PATH, asked).status_code == (200 if day <= date(2149, 12, 31) else 422)


def test_nothing_is_stored(risk: Client, database: Database) -> None:
    preview(risk)
    with database.transaction() as tx:
        assert tx.scalars(select(func.count()).select_from(Assessment)).one() == 0


def test_a_region_may_be_named(risk: Client, database: Database) -> None:
    with database.transaction() as tx:
        code = scene(tx).region.code
    assert preview(risk, region=code, as_of_on=None)["options"]
    answer = risk.post(PATH, body(region="nowhere", as_of_on=None))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/region")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"statement": statement(WAGE | {"amount": None})}, "/statement/lines/0/amount"),
        ({"statement": statement(WAGE, WAGE | {"balance": "1"})}, "/statement/lines/1/balance"),
        ({"statement": statement(WAGE | {"amount": 5000})}, "/statement/lines/0/amount"),
        ({"statement": statement(WAGE | {"amount": "5000.001"})}, "/statement/lines/0/amount"),
        ({"statement": statement(WAGE | {"verification": True})}, "/statement/lines/0/verification"),
        ({"statement": statement(WAGE) | {"household": {"adults": 0}}}, "/statement/household"),
        ({"statement": statement(WAGE) | {"currency": "ABC"}}, "/statement/currency"),
        ({"loan": {"outstanding": money("-1.00")}}, "/loan/outstanding"),
        ({"loan": {"outstanding": money("1.00"), "instalment": money("1.00", "USD")}}, "/loan/instalment"),
        ({"loan": {"outstanding": money("1.00", "USD")}}, "/loan"),
        ({"policy": POLICY | {"stress": "1.5"}}, "/policy/stress"),
        ({"policy": POLICY | {"stress": 0.8}}, "/policy/stress"),
        ({"policy": POLICY | {"confidence": ["1"]}}, "/policy/confidence"),
        ({"policy": POLICY | {"rounding_unit": money("0.00")}}, "/policy/rounding_unit"),
        ({"policy": POLICY | {"guidelines": {"food": money("1.00", "USD")}}}, "/policy/guidelines/food"),
        ({"policy": POLICY | {"generosity": "1"}}, "/policy/generosity"),
        ({"as_of_on": "2026-02-30"}, "/as_of_on"),
        ({"as_of_on": "2150-01-01"}, "/as_of_on"),
        ({"as_of_on": "2199-12-31"}, "/as_of_on"),
        ({"policy": {"relief": {"allowed": ["gift"]}}}, "/policy/relief/allowed/0"),
        ({"policy": {"relief": {"allowed": ["token"]}}}, "/policy/relief/token_amount"),
        ({"policy": {"relief": {"token_amount": money("1", "JPY")}}}, "/policy/relief/token_amount"),
        ({"policy": {"relief": {"step_up_first_share": "1.1"}}}, "/policy/relief/step_up_first_share"),
        ({"policy": {"relief": {"longest_extension_months": 0}}}, "/policy/relief/longest_extension_months"),
        ({"loan": {"outstanding": money("1.00"), "fees": money("2.00")}}, "/loan/fees"),
        ({"loan": {"outstanding": money("1.00"), "annual_rate": "-0.1"}}, "/loan/annual_rate"),
        (
            {"arrangement": {"components": [{"kind": "token", "amount": money("1", "JPY")}]}},
            "/arrangement/components/0/amount",
        ),
    ],
)
def test_what_cannot_be_is_told_where(risk: Client, changes: dict[str, Any], pointer: str) -> None:
    answer = risk.post(PATH, body(**changes))
    assert answer.status_code == 422, answer.text
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]


@pytest.mark.parametrize("role", ["investigator", "risk", "dispatcher", "admin"])
def test_who_may_ask(client_of: ClientOf, role: str) -> None:
    assert client_of(role).post(PATH, body()).status_code == 200


def test_who_may_not(client_of: ClientOf, application: FastAPI) -> None:
    assert client_of("case-system").post(PATH, body()).status_code == 403
    assert client_of("auditor").post(PATH, body()).status_code == 403
    assert Client(application, None).post(PATH, body()).status_code == 401
