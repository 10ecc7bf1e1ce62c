"""Plans as a dispatcher asks for them, watches them and publishes them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select

from app.contact.models import Block
from app.intake.models import Case
from app.planning.models import Booking, Plan
from app.runtime.clock import today
from app.runtime.database import Database
from app.workforce.models import Shift
from tests.client import Client
from tests.factories_planning import DAY, ZONE, add_assigned_cases, add_crew, add_investigator, order

Json = dict[str, Any]


@pytest.fixture
def region_day(database: Database) -> list[UUID]:
    """Four investigators and six assigned cases."""
    with database.transaction() as tx:
        region, _ = add_crew(tx, size=4)
        return [case.id for case in add_assigned_cases(tx, region, 6)]


@pytest.fixture
def make_plan(dispatcher: Client, carry_on: Callable[[], int]) -> Callable[..., Json]:
    def make(**options: Any) -> Json:
        asked = dispatcher.post("/v1/plans", order(**({"time_limit_seconds": 0.5} | options)))
        assert asked.status_code == 202, asked.text
        carry_on()
        plan: Json = dispatcher.get(asked.headers["location"]).json()
        assert plan["state"] == "ready", plan["failure"]
        return plan

    return make


def stops_of(plan: Json) -> list[Json]:
    return [stop for route in plan["routes"] for stop in route["stops"]]


def test_a_plan_visits_every_case_in_pairs_within_the_hours(
    region_day: list[UUID], make_plan: Callable[..., Json]
) -> None:
    plan = make_plan()
    assert {stop["case_id"] for stop in stops_of(plan)} == {str(case_id) for case_id in region_day}
    assert all(len(route["investigator_ids"]) == 2 for route in plan["routes"])
    for stop in stops_of(plan):
        assert f"{DAY}T09:00" <= stop["start_at"] < stop["end_at"] <= f"{DAY}T19:00:00+08:00"
    assert plan["figures"]["served"] == plan["figures"]["jobs"] == 6
    assert plan["figures"]["check"] == "passed"


def test_what_is_left_over_says_why_for_each_investigator(database: Database, make_plan: Callable[..., Json]) -> None:
    with database.transaction() as tx:
        region, people = add_crew(tx, size=2)
        off_duty = add_investigator(tx, region, 3, skills=["micro_business"])
        tx.execute(delete(Shift).where(Shift.investigator_id == off_duty.id))
        (case,) = add_assigned_cases(tx, region, 1, required_skills=["micro_business"])
    plan = make_plan()
    (left,) = plan["unassigned"]
    assert (left["case_id"], left["reason"]) == (str(case.id), "NO_WORKER_WITH_SKILL")
    assert {why["investigator_id"] for why in left["per_investigator"]} >= {str(person.id) for person in people}


def test_a_case_that_the_law_protects_is_not_planned_and_says_so(
    database: Database, region_day: list[UUID], make_plan: Callable[..., Json]
) -> None:
    with database.transaction() as tx:
        case = tx.get_one(Case, region_day[0])
        tx.add(
            Block(
                case_id=case.id,
                borrower_key=case.borrower_key,
                kind="bereavement",
                from_on=DAY - timedelta(days=2),
                until_on=None,
            )
        )
    plan = make_plan()
    (left,) = plan["unassigned"]
    assert (left["case_id"], left["reason"]) == (str(region_day[0]), "CONTACT_RULE")
    assert "bereavement" in left["detail"]


def test_a_person_without_a_valid_certificate_does_not_go(database: Database, make_plan: Callable[..., Json]) -> None:
    with database.transaction() as tx:
        region, people = add_crew(tx, size=2)
        people[1].certificates[0].valid_until_on = DAY - timedelta(days=1)
        add_assigned_cases(tx, region, 1)
    plan = make_plan()
    assert plan["routes"] == []
    assert plan["unassigned"][0]["reason"] == "PARTNER_MISSING"


def test_two_loans_of_one_borrower_share_a_visit(database: Database, make_plan: Callable[..., Json]) -> None:
    with database.transaction() as tx:
        region, _ = add_crew(tx)
        first, second = add_assigned_cases(tx, region, 2)
        second.borrower_key, second.address = first.borrower_key, first.address
        second.lat, second.lon = first.lat, first.lon
    (stop,) = stops_of(make_plan())
    assert {stop["case_id"], *stop["also_case_ids"]} == {str(first.id), str(second.id)}


def test_publishing_books_the_time_and_moves_the_cases(
    database: Database, region_day: list[UUID], make_plan: Callable[..., Json], dispatcher: Client
) -> None:
    plan = make_plan()
    stale = dispatcher.post(f"/v1/plans/{plan['id']}:publish", headers={"If-Match": '"older"'})
    assert stale.status_code == 412
    published = dispatcher.post(f"/v1/plans/{plan['id']}:publish", headers={"If-Match": plan["etag"]})
    assert published.status_code == 200, published.text
    assert (published.json()["state"], published.json()["left_out"]) == ("published", [])
    with database.transaction() as tx:
        assert len(tx.scalars(select(Booking)).all()) == 12
        assert {tx.get_one(Case, case_id).status for case_id in region_day} == {"published"}
    again = dispatcher.post(f"/v1/plans/{plan['id']}:publish")
    assert (again.status_code, again.json()["state"]) == (200, "published")


def test_a_stop_whose_ruling_has_turned_to_no_is_left_out_and_listed(
    region_day: list[UUID], make_plan: Callable[..., Json], dispatcher: Client, case_system: Client
) -> None:
    plan = make_plan()
    update = {"client_id": str(uuid4()), "at": "2026-11-22T10:00:00+08:00", "kind": "dispute_opened"}
    case_system.post(f"/v1/cases/{region_day[0]}/account-updates", update)
    published = dispatcher.post(f"/v1/plans/{plan['id']}:publish").json()
    (left,) = published["left_out"]
    assert left["case_id"] == str(region_day[0])


def test_planning_a_day_again_supersedes_the_older_plan(
    database: Database, region_day: list[UUID], make_plan: Callable[..., Json], dispatcher: Client
) -> None:
    first = make_plan()
    dispatcher.post(f"/v1/plans/{first['id']}:publish")
    second = make_plan(seed=2)
    assert {stop["case_id"] for stop in stops_of(second)} == {str(case_id) for case_id in region_day}
    published = dispatcher.post(f"/v1/plans/{second['id']}:publish")
    assert published.status_code == 200, published.text
    older = dispatcher.get(f"/v1/plans/{first['id']}").json()
    assert (older["state"], older["superseded_by"]) == ("superseded", second["id"])
    with database.transaction() as tx:
        booked = set(tx.scalars(select(Booking.visit_id)))
    assert booked == {UUID(stop["visit_id"]) for stop in stops_of(second)}


def test_a_plan_of_another_day_does_not_take_published_visits(
    database: Database, region_day: list[UUID], make_plan: Callable[..., Json], dispatcher: Client
) -> None:
    plan = make_plan()
    dispatcher.post(f"/v1/plans/{plan['id']}:publish")
    with database.transaction() as tx:
        older = tx.get_one(Plan, UUID(plan["id"]))
        region = older.region
    other = dispatcher.post("/v1/plans", {"region": region, "first_on": str(DAY + timedelta(days=1)), "days": 1}).json()
    assert other["state"] == "queued"


def test_the_same_plan_is_made_again_from_the_same_seed_and_iterations(
    region_day: list[UUID], make_plan: Callable[..., Json]
) -> None:
    first, second = (make_plan(iterations=200, seed=7) for _ in range(2))

    def shape(plan: Json) -> list[tuple[str, str]]:
        return [(stop["case_id"], stop["start_at"]) for stop in stops_of(plan)]

    assert shape(first) == shape(second)
    assert first["figures"] == second["figures"]


def test_a_waiting_plan_is_cancelled_at_once(region_day: list[UUID], dispatcher: Client) -> None:
    plan = dispatcher.post("/v1/plans", order()).json()
    cancelled = dispatcher.post(f"/v1/plans/{plan['id']}:cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    refused = dispatcher.post(f"/v1/plans/{plan['id']}:publish")
    assert (refused.status_code, refused.json()["reason"]) == (409, "PLAN_STATE")


def test_a_region_without_cases_or_people_has_an_empty_plan(database: Database, make_plan: Callable[..., Json]) -> None:
    with database.transaction() as tx:
        region, _ = add_crew(tx, size=0)
        add_investigator(tx, region, 9, active=False)
    plan = make_plan()
    assert (plan["state"], plan["routes"], plan["figures"]["jobs"]) == ("ready", [], 0)


def test_routes_come_as_geojson_too(region_day: list[UUID], make_plan: Callable[..., Json], dispatcher: Client) -> None:
    plan = make_plan()
    path = f"/v1/plans/{plan['id']}/routes"
    assert dispatcher.get(path).json()["items"] == plan["routes"]
    drawn = dispatcher.get(path, headers={"Accept": "application/geo+json"})
    assert drawn.headers["content-type"] == "application/geo+json"
    features = drawn.json()["features"]
    assert sum(feature["geometry"]["type"] == "Point" for feature in features) == 6
    lon, lat = features[0]["geometry"]["coordinates"][1]
    assert (119 < lon < 121, 29 < lat < 31) == (True, True)


def test_progress_is_streamed_until_the_plan_is_made(
    region_day: list[UUID], make_plan: Callable[..., Json], dispatcher: Client
) -> None:
    plan = make_plan()
    stream = dispatcher.get(f"/v1/plans/{plan['id']}/events")
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert '"state": "ready"' in stream.text
    assert dispatcher.get(f"/v1/plans/{uuid4()}/events").status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"region": "nowhere"}, 422),
        ({"days": 6}, 422),
        ({"days": 0}, 422),
        ({"first_on": "2020-01-01"}, 422),
        ({"first_on": "2026-13-01"}, 422),
        ({"options": {"time_limit_seconds": 0}}, 422),
        ({"options": {"engine": "magic"}}, 422),
        ({"options": {"seed": -1}}, 422),
        ({"surprise": 1}, 422),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    region_day: list[UUID], dispatcher: Client, change: Json, status: int
) -> None:
    answer = dispatcher.post("/v1/plans", order() | change)
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"] or answer.json()["reason"] == "PAST_DAY"


def test_only_dispatchers_plan(region_day: list[UUID], client_of: Callable[..., Client]) -> None:
    for role in ("case-system", "risk", "auditor"):
        assert client_of(role).post("/v1/plans", order()).status_code == 403
    assert client_of("dispatcher").get(f"/v1/plans/{uuid4()}").status_code == 404


def test_today_can_be_planned(region_day: list[UUID], dispatcher: Client) -> None:
    answer = dispatcher.post("/v1/plans", order() | {"first_on": str(today(ZONE))})
    assert answer.status_code == 202
