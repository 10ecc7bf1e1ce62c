"""One escalation walks through the whole house, over HTTP, in fourteen steps."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.runtime.clock import now, today
from tests.client import Client
from tests.factories import WEST_LAKE, escalation

Json = dict[str, Any]


def next_weekday(after: date) -> date:
    day = after + timedelta(days=2)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


@pytest.fixture
def visit_on() -> date:
    """A weekday far enough ahead for the notice that the house profile asks for."""
    return next_weekday(today("Asia/Shanghai"))


def made(answer: Any, status: int = 201) -> Json:
    assert answer.status_code == status, answer.text
    body: Json = answer.json()
    return body


@pytest.fixture
def crew(dispatcher: Client, visit_on: date) -> list[str]:
    """A region with two trained investigators on duty."""
    made(dispatcher.post("/v1/regions", WEST_LAKE | {"holidays": None}))
    ids = []
    for number, name in enumerate(["陈静", "李强"], start=1):
        person = made(
            dispatcher.post(
                "/v1/investigators",
                {
                    "code": f"HZ-{number}",
                    "name": name,
                    "region": "330106",
                    "home": {"address": f"文三路{number}号", "place": {"lat": 30.27 + number / 1000, "lon": 120.13}},
                    "skills": [],
                    "languages": ["zh"],
                },
            )
        )
        path = f"/v1/investigators/{person['id']}"
        made(
            dispatcher.post(
                f"{path}/certificates",
                {
                    "kind": "field_visit",
                    "number": f"FV-{number}",
                    "issuer": "Doorstep Academy",
                    "valid_from_on": "2026-01-01",
                    "valid_until_on": str(visit_on + timedelta(days=100)),
                },
            )
        )
        made(
            dispatcher.post(
                f"{path}/shifts",
                {"start_at": f"{visit_on}T08:30:00+08:00", "end_at": f"{visit_on}T18:00:00+08:00", "breaks": []},
            )
        )
        ids.append(person["id"])
    return ids


def test_an_escalation_goes_in_and_a_risk_report_comes_out(
    case_system: Client,
    dispatcher: Client,
    risk: Client,
    client_of: Callable[..., Client],
    carry_on: Callable[[], int],
    crew: list[str],
    visit_on: date,
) -> None:
    # 1-3. The case system escalates an overdue loan; a case is accepted and stored before the answer leaves.
    # He was reached lately, so the house profile asks for a notice of the visit a day ahead.
    reached = {"channel": "call", "at": (now() - timedelta(days=3)).isoformat(), "outcome": "reached"}
    case = made(case_system.post("/v1/escalations", escalation(staff_needed=2, contacts=[reached])))
    assert case["status"] == "accepted"
    case_path = f"/v1/cases/{case['id']}"

    # 4-5. The worker hands it to assignment: both trained investigators of the region may take it.
    carry_on()
    case = case_system.get(case_path).json()
    assert case["status"] == "assigned"
    assert {entry["investigator_id"] for entry in case["eligible"] if entry["eligible"]} == set(crew)

    # 6. A dispatcher asks for a plan of the region's day.
    order = {"region": "330106", "first_on": str(visit_on), "days": 1, "options": {"time_limit_seconds": 1, "seed": 1}}
    asked = dispatcher.post("/v1/plans", order)
    assert made(asked, 202)["state"] == "queued"

    # 7-8. The worker assembles the problem, solves it in a process of its own, and checks the answer.
    carry_on()
    ready = dispatcher.get(asked.headers["location"])
    plan = ready.json()
    assert plan["state"] == "ready", plan["failure"]
    assert (plan["figures"]["served"], plan["figures"]["check"]) == (1, "passed")
    assert set(plan["routes"][0]["investigator_ids"]) == set(crew)

    # 9. The dispatcher publishes it; the contact rules are asked once more.
    published = made(
        dispatcher.post(f"/v1/plans/{plan['id']}:publish", headers={"If-Match": ready.headers["etag"]}), 200
    )
    assert (published["state"], published["left_out"]) == ("published", [])

    # 10. A visit is opened, and both phones show the same route.
    carry_on()
    phone, colleague = (client_of("investigator", investigator_id) for investigator_id in crew)
    route = phone.get(f"/v1/me/route?day={visit_on}").json()
    assert colleague.get(f"/v1/me/route?day={visit_on}").json()["stops"][0]["visit_id"] == route["stops"][0]["visit_id"]
    (stop,) = route["stops"]
    assert stop["case_id"] == case["id"]
    visit_path = f"/v1/visits/{stop['visit_id']}"
    start_at = datetime.fromisoformat(stop["start_at"])

    def event(kind: str, minutes: int, **more: Any) -> Json:
        at = (start_at + timedelta(minutes=minutes)).isoformat()
        position = {"lat": 30.2841, "lon": 120.1251, "accuracy_metres": 12}
        body = {"client_event_id": str(uuid4()), "kind": kind, "at": at, "position": position, **more}
        return made(phone.post(f"{visit_path}/events", body))

    # 11. At the door: no token, no visit. The rules are asked again; then the findings are put.
    event("departed", -20)
    refused = phone.post(
        f"{visit_path}/events", {"client_event_id": str(uuid4()), "kind": "arrived", "at": start_at.isoformat()}
    )
    assert refused.status_code == 409, refused.text
    event("arrived", 0, door_token=stop["door_token"]["token"])
    event("started", 1)
    made(phone.put(f"{visit_path}/findings", FINDINGS | {"promise": promise(visit_on)}), 200)
    event("finished", 35)
    assert case_system.get(case_path).json()["status"] == "visiting"

    # 12-13. The findings become figures, and the figures a report.
    carry_on()
    assert case_system.get(case_path).json()["status"] == "reported"

    # 14. The risk department pulls the report, acknowledges it and decides.
    feed = risk.get("/v1/reports").json()
    (report,) = feed["items"]
    assert report["case_id"] == case["id"]
    assert report["outcome"] == "MET_PROMISE"
    assert report["affordability"]["income_monthly"] == {"amount": "6500.00", "currency": "CNY"}
    (option, *_) = report["options"]
    assert float(option["schedule"][0]["amount"]["amount"]) <= float(
        report["affordability"]["surplus_monthly"]["amount"]
    )
    made(risk.post(f"/v1/reports/{report['id']}:acknowledge"), 200)
    decision = {
        "kind": "approve_plan",
        "report_id": report["id"],
        "option": option["name"],
        "reasons": ["AFFORDABLE"],
        "alternatives_considered": ["pause"],
        "note": None,
    }
    made(risk.post(f"{case_path}/decisions", decision))
    case = case_system.get(case_path).json()
    assert case["status"] == "decided"
    assert risk.get(f"/v1/reports?after={feed['next_cursor']}").json()["items"] == []

    # The history of the case tells the whole way.
    assert [entry["name"] for entry in case["events"]] == HISTORY


FINDINGS: Json = {
    "outcome": "MET_PROMISE",
    "met": "borrower",
    "overdue_reasons": [{"code": "INCOME_DROP", "primary": True, "since_on": "2026-07-01", "note": "hours were cut"}],
    "statement": {
        "currency": "CNY",
        "household": {"adults": 2, "children": 1, "dependants": 0},
        "lines": [
            {"kind": "income", "category": "wages", "amount": "6500.00", "frequency": "monthly", "verification": 3},
            {"kind": "fixed", "category": "rent", "amount": "1800.00", "frequency": "monthly", "verification": 3},
            {"kind": "flexible", "category": "food", "amount": "1500.00", "frequency": "monthly", "verification": 1},
        ],
    },
    "education": ["repayment-rights-zh"],
    "note": "talked at the kitchen table",
}


def promise(visit_on: date) -> Json:
    return {
        "amount": {"amount": "800.00", "currency": "CNY"},
        "due_on": str(visit_on + timedelta(days=10)),
        "channel": "bank_transfer",
    }


HISTORY = [
    "case.received",
    "case.accepted",
    "case.assigned",
    "case.planned",
    "case.published",
    "case.notice_due",
    "visit.opened",
    "visit.departed",
    "visit.arrived",
    "visit.started",
    "visit.finished",
    "assessment.recorded",
    "case.reported",
    "case.relief_recorded",
    "case.decided",
]
