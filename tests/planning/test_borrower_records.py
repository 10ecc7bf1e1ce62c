"""What is on record of a borrower opens and closes the windows of a plan."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.intake.models import Case
from app.kernel.timewindow import TimeWindow
from app.planning.assembly import Assembled, assemble, crews_of, places_of
from app.planning.gathering import Want, gather
from app.planning.models import Plan
from app.planning.policy import PlanningPolicy
from app.roads.great_circle import CAR, travel_matrix
from app.runtime.clock import now
from app.runtime.database import Database
from app.workforce.models import LenderProfiles, Region
from tests.client import Client
from tests.factories_planning import DAY, add_assigned_cases, add_crew, at, order

Json = dict[str, Any]


class Desk:
    """A region under one profile with one assigned case, and what its plan would be made of."""

    def __init__(self, client: Client, database: Database) -> None:
        self.client, self.database = client, database
        with database.transaction() as tx:
            region, _ = add_crew(tx)
            (case,) = add_assigned_cases(tx, region, 1)
        self.case_id = case.id

    def follow(self, profile: str) -> None:
        with self.database.transaction() as tx:
            tx.scalars(select(Region)).one().profiles = [profile]

    def record(self, kind: str, /, **body: Any) -> Json:
        answer = self.client.post(f"/v1/cases/{self.case_id}/{kind}", body)
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made

    def want(self) -> Want:
        self.client.post("/v1/plans", order())
        with self.database.transaction() as tx:
            plan = tx.scalars(select(Plan).order_by(Plan.id.desc()).limit(1)).one()
            (want,) = gather(tx, plan, now(), PlanningPolicy()).wants
        return want


@pytest.fixture
def desk(dispatcher: Client, database: Database) -> Desk:
    return Desk(dispatcher, database)


def window(opens_at: datetime, closes_at: datetime) -> TimeWindow:
    return TimeWindow(opens_at, closes_at)


def test_a_consent_out_of_hours_widens_the_window(desk: Desk) -> None:
    """China: 08 to 22 unless the borrower agrees; the consent ends at half past eleven at night."""
    desk.follow("CN-GBT45251-CBA2026")
    assert desk.want().presence == (window(at(8), at(22)),)
    consent = desk.record(
        "consents",
        kind="out_of_hours",
        given_at=(now() - timedelta(days=1)).isoformat(),
        from_at=at(6).isoformat(),
        until_at=at(23, 30).isoformat(),
        how="written",
    )
    assert desk.want().presence == (window(at(6), at(23, 30)),)
    desk.client.post(f"/v1/cases/{desk.case_id}/consents/{consent['id']}:revoke")
    assert desk.want().presence == (window(at(8), at(22)),)


def test_a_quiet_window_closes_the_window(desk: Desk) -> None:
    """Korea: the debtor may block times; research 1.2, vector 4."""
    desk.follow("KR-PDPA-2024")
    assert desk.want().presence == (window(at(8), at(21)),)
    quiet = desk.record("quiet-windows", weekday=DAY.weekday(), opens="09:00", closes="17:00")
    assert desk.want().presence == (window(at(8), at(9)), window(at(17), at(21)))
    desk.client.post(f"/v1/cases/{desk.case_id}/quiet-windows/{quiet['id']}:end")
    assert desk.want().presence == (window(at(8), at(21)),)


def test_a_quiet_window_about_calls_leaves_visits_alone(desk: Desk) -> None:
    desk.follow("KR-PDPA-2024")
    desk.record("quiet-windows", weekday=DAY.weekday(), opens="09:00", closes="17:00", channels=["call"])
    assert desk.want().presence == (window(at(8), at(21)),)


def test_a_quiet_window_that_is_told_after_planning_keeps_the_visit_from_being_published(
    desk: Desk, database: Database, carry_on: Callable[[], int]
) -> None:
    with database.transaction() as tx:
        (other,) = add_assigned_cases(
            tx,
            tx.scalars(select(Region)).one(),
            1,
            source_reference="ESC-other",
            borrower={"name": "李", "reference": "B-9"},
        )
    desk.follow("KR-PDPA-2024")
    asked = desk.client.post("/v1/plans", order(time_limit_seconds=0.5))
    carry_on()
    desk.record("quiet-windows", weekday=DAY.weekday(), opens="00:00", closes="24:00")
    published = desk.client.post(f"{asked.headers['location']}:publish").json()
    (left,) = published["left_out"]
    assert (left["case_id"], left["reason"]) == (str(desk.case_id), "CONTACT_RULE")
    assert "quiet_window" in left["detail"]
    with database.transaction() as tx:
        assert tx.get_one(Case, other.id).status == "published"


# ---- preferences


def prefer(desk: Desk, **preferences: Any) -> None:
    answer = desk.client.put(f"/v1/cases/{desk.case_id}/preferences", preferences)
    assert answer.status_code == 200, answer.text


def test_what_suits_the_borrower_is_worth_more_and_forbids_nothing(desk: Desk, database: Database) -> None:
    prefer(desk, windows=[{"weekday": DAY.weekday(), "opens": "17:00", "closes": "20:00"}])
    want = desk.want()
    assert want.presence == (window(at(9), at(19)),)
    assert want.suiting == (window(at(17), at(19)),)
    job = assembled(database).problem.jobs[0]
    seconds = job.roles[0].service_seconds
    assert [(slot.first, slot.last) for slot in job.slot_values] == [(17 * 3600, 19 * 3600 - seconds)]
    assert job.windows == ((9 * 3600, 19 * 3600 - seconds),)


def test_the_planner_goes_when_it_suits(desk: Desk, carry_on: Callable[[], int]) -> None:
    prefer(desk, windows=[{"weekday": DAY.weekday(), "opens": "14:00", "closes": "15:30"}])
    asked = desk.client.post("/v1/plans", order(time_limit_seconds=0.5))
    carry_on()
    plan = desk.client.get(asked.headers["location"]).json()
    (stop,) = [stop for route in plan["routes"] for stop in route["stops"]]
    assert at(14) <= datetime.fromisoformat(stop["start_at"])
    assert datetime.fromisoformat(stop["end_at"]) <= at(15, 30)


def test_another_day_of_the_week_suits_on_that_day_only(desk: Desk) -> None:
    prefer(desk, windows=[{"weekday": (DAY.weekday() + 1) % 7, "opens": "14:00", "closes": "15:00"}])
    assert desk.want().suiting == ()


def test_the_language_that_the_borrower_wants_is_asked_of_the_crew(desk: Desk, database: Database) -> None:
    prefer(desk, language="yue")
    want = desk.want()
    assert want.languages == {"yue"}
    job = assembled(database).problem.jobs[0]
    assert "language:yue" in job.roles[0].skills
    assert "language:zh" not in job.roles[0].skills


def assembled(database: Database) -> Assembled:
    with database.transaction() as tx:
        plan = tx.scalars(select(Plan).order_by(Plan.id.desc()).limit(1)).one()
        gathered = gather(tx, plan, now(), PlanningPolicy())
    crews = crews_of(gathered)
    return assemble(gathered, crews, travel_matrix(places_of(gathered, crews), CAR), PlanningPolicy())


def test_a_crew_that_does_not_speak_the_wanted_language_any_more_is_not_sent(
    desk: Desk, carry_on: Callable[[], int]
) -> None:
    asked = desk.client.post("/v1/plans", order(time_limit_seconds=0.5))
    carry_on()
    prefer(desk, language="yue")
    carry_on()
    answer = desk.client.post(f"{asked.headers['location']}:publish")
    assert (answer.status_code, answer.json()["reason"]) == (409, "NOTHING_TO_PUBLISH")


# ---- the law of the lender


def test_a_lender_that_sends_two_does_not_pair_the_whole_region(desk: Desk, database: Database) -> None:
    """Its own visits want two people, who may meet at the door; everybody else goes alone as before."""
    desk.follow("IE-CCA1995-s46")
    assert desk.want().staff == 1
    with database.transaction() as tx:
        lender = tx.get_one(Case, desk.case_id).lender
        tx.add(LenderProfiles(lender=lender, profiles=["house-low-pressure"], revision=1, actor="admin"))
    assert desk.want().staff == 2
    with database.transaction() as tx:
        plan = tx.scalars(select(Plan).order_by(Plan.id.desc()).limit(1)).one()
        assert gather(tx, plan, now(), PlanningPolicy()).crew_size == 1
