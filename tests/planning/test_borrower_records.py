"""What is on record of a borrower opens and closes the windows of a plan."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.intake.models import Case
from app.kernel.timewindow import TimeWindow
from app.planning.gathering import Want, gather
from app.planning.models import Plan
from app.planning.policy import PlanningPolicy
from app.runtime.clock import now
from app.runtime.database import Database
from app.workforce.models import Region
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
