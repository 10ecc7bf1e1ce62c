"""Plans age: cases, people and other visits move on between planning, publishing and setting out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.intake.models import Case
from app.planning import service as plans
from app.planning.models import Booking, Plan
from app.runtime.clock import now
from app.runtime.database import Database
from app.visits.models import Visit
from app.workforce.models import Absence, Investigator, Shift
from tests.client import Client
from tests.factories import add_region
from tests.factories_planning import DAY, add_assigned_cases, add_crew, at, order

Json = dict[str, Any]


@pytest.fixture
def make_plan(dispatcher: Client, carry_on: Callable[[], int]) -> Callable[..., Json]:
    def make(**changes: Any) -> Json:
        asked = dispatcher.post("/v1/plans", order(time_limit_seconds=0.3) | changes)
        assert asked.status_code == 202, asked.text
        carry_on()
        plan: Json = dispatcher.get(asked.headers["location"]).json()
        assert plan["state"] == "ready", plan["failure"]
        return plan

    return make


@pytest.fixture
def publish(dispatcher: Client, carry_on: Callable[[], int]) -> Callable[[Json], Json]:
    def do(plan: Json) -> Json:
        answer = dispatcher.post(f"/v1/plans/{plan['id']}:publish")
        assert answer.status_code == 200, answer.text
        carry_on()
        published: Json = answer.json()
        return published

    return do


def stops_of(plan: Json) -> list[Json]:
    return [stop for route in plan["routes"] for stop in route["stops"]]


def event(kind: str) -> Json:
    return {"client_event_id": str(uuid4()), "kind": kind, "at": now().isoformat()}


def scheduled(database: Database) -> list[UUID]:
    with database.transaction() as tx:
        return list(tx.scalars(select(Visit.id).where(Visit.state == "scheduled")))


def two_loans(database: Database, *, crew: int = 2, same_address: bool = True) -> tuple[Case, Case, list[Investigator]]:
    """Two loans of one borrower, the first the weightier one."""
    with database.transaction() as tx:
        region, people = add_crew(tx, crew)
        first, second = add_assigned_cases(tx, region, 2)
        first.priority, second.borrower_key = 9, first.borrower_key
        if same_address:
            second.address, second.lat, second.lon = first.address, first.lat, first.lon
    return first, second, people


def test_the_other_loan_of_a_visit_is_not_visited_twice_when_the_first_is_withdrawn(
    database: Database,
    case_system: Client,
    make_plan: Callable[..., Json],
    publish: Callable[[Json], Json],
    carry_on: Callable[[], int],
) -> None:
    first, second, _ = two_loans(database)
    publish(make_plan())
    case_system.post(f"/v1/cases/{first.id}:withdraw")
    carry_on()
    again = publish(make_plan())
    (stop,) = stops_of(again)
    assert stop["case_id"] == str(second.id)
    assert scheduled(database) == [UUID(stop["visit_id"])]


def test_the_other_loan_of_a_published_visit_is_not_planned_on_another_day(
    database: Database, make_plan: Callable[..., Json], publish: Callable[[Json], Json]
) -> None:
    _, _, people = two_loans(database)
    publish(make_plan())
    tomorrow = DAY + timedelta(days=1)
    with database.transaction() as tx:
        for person in people:
            shift = {"start_at": at(8, 30, tomorrow), "end_at": at(18, 0, tomorrow), "breaks": []}
            tx.add(Shift(investigator_id=person.id, day=tomorrow, **shift))
    assert stops_of(make_plan(first_on=str(tomorrow))) == []


def test_a_borrower_with_two_addresses_gets_one_visit(
    database: Database, make_plan: Callable[..., Json], publish: Callable[[Json], Json]
) -> None:
    first, second, _ = two_loans(database, crew=4, same_address=False)
    (stop,) = stops_of(publish(make_plan()))
    assert (stop["case_id"], stop["also_case_ids"]) == (str(first.id), [str(second.id)])


def test_a_visit_under_way_counts_for_the_borrowers_other_loans(
    database: Database,
    make_plan: Callable[..., Json],
    publish: Callable[[Json], Json],
    client_of: Callable[..., Client],
) -> None:
    with database.transaction() as tx:
        region, _ = add_crew(tx, 4)
        (case,) = add_assigned_cases(tx, region, 1)
    (stop,) = stops_of(publish(make_plan()))
    with database.transaction() as tx:
        crew = tx.get_one(Visit, UUID(stop["visit_id"])).investigator_ids
    phone = client_of("investigator", UUID(crew[0]))
    assert phone.post(f"/v1/visits/{stop['visit_id']}/events", event("departed")).status_code == 201
    with database.transaction() as tx:
        (sibling,) = add_assigned_cases(tx, region, 1, source="another-lender")
        sibling.borrower_key = tx.get_one(Case, case.id).borrower_key
    plan = make_plan()
    assert stops_of(plan) == []
    assert [entry["reason"] for entry in plan["unassigned"]] == ["CONTACT_RULE"]


def test_nobody_sets_out_for_a_visit_whose_time_was_given_away(
    database: Database,
    dispatcher: Client,
    make_plan: Callable[..., Json],
    publish: Callable[[Json], Json],
    client_of: Callable[..., Client],
) -> None:
    with database.transaction() as tx:
        region, people = add_crew(tx, 2)
        add_assigned_cases(tx, region, 1)
    older = publish(make_plan())
    newer = make_plan()
    assert dispatcher.post(f"/v1/plans/{newer['id']}:publish").status_code == 200  # its event still waits
    phone = client_of("investigator", people[0].id)
    (stop,) = stops_of(older)
    refused = phone.post(f"/v1/visits/{stop['visit_id']}/events", event("departed"))
    assert (refused.status_code, refused.json()["reason"]) == (409, "VISIT_REPLACED")


def test_a_published_visit_is_on_the_phones_at_once(
    database: Database, dispatcher: Client, make_plan: Callable[..., Json], client_of: Callable[..., Client]
) -> None:
    with database.transaction() as tx:
        region, people = add_crew(tx, 2)
        add_assigned_cases(tx, region, 2)
    plan = make_plan()
    assert dispatcher.post(f"/v1/plans/{plan['id']}:publish").status_code == 200  # its event still waits
    for person in people:
        route = client_of("investigator", person.id).get(f"/v1/me/route?day={DAY}").json()
        assert [stop["visit_id"] for stop in route["stops"]] == [stop["visit_id"] for stop in stops_of(plan)]


def test_a_crew_shared_by_two_regions_is_booked_once(
    database: Database, dispatcher: Client, make_plan: Callable[..., Json], publish: Callable[[Json], Json]
) -> None:
    with database.transaction() as tx:
        region, people = add_crew(tx, 2)
        other = add_region(tx, holidays=None, code="330105", polygon=None)
        for person in people:
            person.also_regions = [other.code]
        add_assigned_cases(tx, region, 2)
        for case in add_assigned_cases(tx, region, 2, source="other"):
            case.region, case.borrower_key = other.code, f"{case.borrower_key}-other"
    here, there = make_plan(), make_plan(region="330105")
    publish(here)
    refused = dispatcher.post(f"/v1/plans/{there['id']}:publish")
    assert (refused.status_code, refused.json()["reason"]) == (409, "DOUBLE_BOOKED")
    assert stops_of(publish(make_plan(region="330105")))


def test_an_attempt_that_was_overtaken_leaves_the_plan_alone(
    database: Database, dispatcher: Client, carry_on: Callable[[], int]
) -> None:
    with database.transaction() as tx:
        region, _ = add_crew(tx, 2)
        add_assigned_cases(tx, region, 2)
    plan_id = UUID(dispatcher.post("/v1/plans", order(time_limit_seconds=0.3)).json()["id"])
    slow = plans._begin(database, plan_id)
    assert slow is not None
    carry_on()
    made = dispatcher.get(f"/v1/plans/{plan_id}").json()
    assert made["state"] == "ready"
    with pytest.raises(plans.Overtaken):
        plans._make(database, slow)
    assert dispatcher.get(f"/v1/plans/{plan_id}").json() == made


def test_a_plan_that_cannot_be_made_says_so_and_is_not_tried_for_ever(
    database: Database, dispatcher: Client, carry_on: Callable[[], int]
) -> None:
    with database.transaction() as tx:
        region, _ = add_crew(tx, 2)
        add_assigned_cases(tx, region, 1)
    plan = dispatcher.post("/v1/plans", order()).json()
    with database.transaction() as tx:
        stored = tx.get_one(Plan, UUID(plan["id"]))
        stored.options = stored.options | {"engine": "one-that-was-removed"}
    carry_on()
    failed = dispatcher.get(f"/v1/plans/{plan['id']}").json()
    assert (failed["state"], failed["failure"]["reason"]) == ("failed", "SEARCH_FAILED")
    assert "one-that-was-removed" in failed["failure"]["detail"]


def test_somebody_who_will_be_absent_or_has_a_conflict_is_not_published(
    database: Database, make_plan: Callable[..., Json], dispatcher: Client
) -> None:
    with database.transaction() as tx:
        region, people = add_crew(tx, 2)
        (case,) = add_assigned_cases(tx, region, 1)
    plan = make_plan()
    with database.transaction() as tx:
        tx.get_one(Investigator, people[0].id).conflicts = [case.escalation["borrower"]["reference"]]
    refused = dispatcher.post(f"/v1/plans/{plan['id']}:publish")
    assert (refused.status_code, refused.json()["reason"]) == (409, "NOTHING_TO_PUBLISH")
    with database.transaction() as tx:
        tx.get_one(Investigator, people[0].id).conflicts = []
        tx.add(Absence(investigator_id=people[1].id, from_at=at(0), until_at=at(23), kind="sick"))
    assert dispatcher.post(f"/v1/plans/{plan['id']}:publish").status_code == 409


def test_the_visits_of_a_day_are_counted_over_all_its_plans(
    database: Database,
    make_plan: Callable[..., Json],
    publish: Callable[[Json], Json],
    client_of: Callable[..., Client],
) -> None:
    with database.transaction() as tx:
        region, people = add_crew(tx, 2)
        for person in people:
            person.max_visits_per_day = 3
        add_assigned_cases(tx, region, 2)
    phone = client_of("investigator", people[0].id)
    first = stops_of(publish(make_plan()))
    for stop in first:
        assert phone.post(f"/v1/visits/{stop['visit_id']}/events", event("departed")).status_code == 201
    with database.transaction() as tx:
        add_assigned_cases(tx, region, 4, source="later")
    later = stops_of(publish(make_plan()))
    assert len(later) == 1
    assert later[0]["start_at"] > max(stop["end_at"] for stop in first)
    with database.transaction() as tx:
        assert len(tx.scalars(select(Booking).where(Booking.investigator_id == people[0].id)).all()) == 3


def test_who_may_go_is_found_anew_also_for_planned_cases(
    database: Database, dispatcher: Client, make_plan: Callable[..., Json], carry_on: Callable[[], int]
) -> None:
    with database.transaction() as tx:
        region, people = add_crew(tx, 4)
        (case,) = add_assigned_cases(tx, region, 1)
    make_plan()
    path = f"/v1/investigators/{people[0].id}"
    headers = {"If-Match": dispatcher.get(path).headers["etag"]}
    assert dispatcher.patch(path, {"conflicts": ["B-0"]}, headers=headers).status_code == 200
    carry_on()
    with database.transaction() as tx:
        stored = tx.get_one(Case, case.id)
        reasons = {entry["investigator_id"]: entry["reasons"] for entry in stored.eligible}
        assert (stored.status, reasons[str(people[0].id)]) == ("planned", ["CONFLICT_OF_INTEREST"])
    (route,) = make_plan()["routes"]
    assert str(people[0].id) not in route["investigator_ids"]
