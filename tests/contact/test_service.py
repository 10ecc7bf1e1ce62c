"""A block belongs to the borrower: it holds all that is to be visited, and lets go when it is over."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.contact.models import Block
from app.contact.service import release_cases
from app.contact.versions import known, supersede
from app.flow import REGULARLY
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.actor import SYSTEM
from app.main import create_app
from app.runtime.auth import TokenKey
from app.runtime.clock import now, today
from app.runtime.database import Database
from app.runtime.settings import Settings
from app.visits.models import Visit
from app.workforce.models import Region
from tests.client import Client
from tests.factories import add_case, add_region, escalation
from tests.factories_visits import opened, published_case

Json = dict[str, Any]
ZONE = "Asia/Shanghai"


class Desk:
    """The case system at work, with the worker following."""

    def __init__(self, case_system: Client, database: Database, carry_on: Callable[[], int]) -> None:
        self.client, self.database, self.carry_on = case_system, database, carry_on

    def escalate(self, number: int = 1, **changes: Any) -> str:
        answer = self.client.post("/v1/escalations", escalation(source_reference=f"ESC-{number}", **changes))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def tell(self, case_id: object, kind: str, **fields: Any) -> Json:
        body = {"client_id": str(uuid4()), "at": now().isoformat(), "kind": kind} | fields
        answer = self.client.post(f"/v1/cases/{case_id}/account-updates", body)
        assert answer.status_code == 201, answer.text
        told: Json = answer.json()
        return told

    def case(self, case_id: object) -> Json:
        shown: Json = self.client.get(f"/v1/cases/{case_id}").json()
        return shown

    def status(self, *case_ids: object) -> list[str]:
        return [self.case(case_id)["status"] for case_id in case_ids]

    def events(self, case_id: object) -> list[str]:
        return [event["name"] for event in self.case(case_id)["events"]]

    def blocks(self) -> list[tuple[date, date | None]]:
        with self.database.transaction() as tx:
            present = tx.scalars(select(Block).where(known(Block, None)).order_by(Block.id))
            return [(block.from_on, block.until_on) for block in present]

    def end_blocks(self, on: date) -> None:
        """What the calendar does: the day comes on which the blocks end."""
        with self.database.transaction() as tx:
            for block in tx.scalars(select(Block).where(known(Block, None))).all():
                supersede(tx, SYSTEM, block, from_on=on - timedelta(days=3), until_on=on)


@pytest.fixture
def desk(case_system: Client, database: Database, carry_on: Callable[[], int]) -> Desk:
    with database.transaction() as tx:
        add_region(tx)
    return Desk(case_system, database, carry_on)


def days_ago(days: int) -> datetime:
    return now() - timedelta(days=days)


def local(at: datetime) -> date:
    return at.astimezone(ZoneInfo(ZONE)).date()


def midnight(on: date) -> str:
    return datetime.combine(on, time.min, ZoneInfo(ZONE)).isoformat()


# ---- the days of a block


def test_a_block_that_is_told_after_its_end_is_kept_and_holds_nothing(desk: Desk) -> None:
    case_id, at = desk.escalate(), days_ago(10)
    until_on = local(at) + timedelta(days=5)
    told = desk.tell(case_id, "complaint_opened", at=at.isoformat(), until_on=str(until_on))
    assert told["case_status"] == "accepted"
    assert desk.blocks() == [(local(at), until_on)]
    question = {"case_id": case_id, "start_at": now().isoformat(), "staff": 2}
    ruling = desk.client.post("/v1/contact-rules:check", question)
    assert ruling.status_code == 200, ruling.text
    assert all(answer["allowed"] for answer in ruling.json()["answers"] if answer["rule"] == "block")


def test_a_block_that_ends_today_holds_nothing(desk: Desk) -> None:
    case_id = desk.escalate()
    told = desk.tell(case_id, "complaint_opened", at=days_ago(2).isoformat(), until_on=str(today(ZONE)))
    assert told["case_status"] == "accepted"


def test_a_block_begins_on_the_day_that_is_told_but_not_after_today(desk: Desk) -> None:
    case_id, at = desk.escalate(), days_ago(3)
    desk.tell(case_id, "dispute_opened", at=at.isoformat())
    desk.tell(case_id, "insolvency", at=days_ago(-3).isoformat())
    assert desk.blocks() == [(local(at), None), (today(ZONE), None)]


def test_a_block_cannot_end_before_the_local_day_on_which_it_was_told(desk: Desk) -> None:
    """Half past eleven at night in London is the next morning in Hangzhou."""
    path = f"/v1/cases/{desk.escalate()}/account-updates"
    body = {"client_id": str(uuid4()), "at": "2026-11-01T23:30:00+00:00", "kind": "complaint_opened"}
    early = desk.client.post(path, body | {"until_on": "2026-11-01"})
    assert (early.status_code, early.json()["reason"]) == (422, "BLOCK_ENDS_EARLY")
    assert early.json()["errors"][0]["pointer"] == "/until_on"
    assert desk.client.post(path, body | {"until_on": "2026-11-02"}).status_code == 201


def test_a_closed_flag_is_over_from_the_local_day_that_is_told(desk: Desk) -> None:
    case_id = desk.escalate(flags=["dispute_open"])
    with desk.database.transaction() as tx:
        tx.get_one(Case, UUID(case_id)).received_at = days_ago(5)
    at = days_ago(2)
    assert desk.tell(case_id, "dispute_closed", at=at.isoformat())["case_status"] == "accepted"
    assert desk.blocks() == [(local(at), local(at))]


# ---- how long a case waits


def test_a_held_case_says_until_when_and_goes_on_by_itself(desk: Desk) -> None:
    case_id, until_on = desk.escalate(), today(ZONE) + timedelta(days=2)
    desk.tell(case_id, "complaint_opened", until_on=str(until_on))
    assert desk.case(case_id)["held"] == {
        "reason": "BLOCKED",
        "detail": f"complaint_open since {today(ZONE)}: no visit until it is closed",
        "until": midnight(until_on),
    }
    desk.carry_on()
    release_cases(desk.database)
    assert desk.status(case_id) == ["held"]
    desk.end_blocks(today(ZONE))
    release_cases(desk.database)
    assert (desk.status(case_id), desk.events(case_id)[-1]) == (["accepted"], "case.released")
    assert desk.carry_on() == 1
    assert "case.held" in desk.events(case_id)[-1]
    assert desk.case(case_id)["held"]["reason"] == "NOBODY_ELIGIBLE"


def test_the_last_of_several_blocks_counts_and_one_without_an_end_has_none(desk: Desk) -> None:
    case_id, on = desk.escalate(), today(ZONE)
    desk.tell(case_id, "complaint_opened", until_on=str(on + timedelta(days=5)))
    desk.tell(case_id, "insolvency", until_on=str(on + timedelta(days=2)))
    assert desk.case(case_id)["held"]["until"] == midnight(on + timedelta(days=5))
    desk.tell(case_id, "dispute_opened")
    assert desk.case(case_id)["held"]["until"] is None


def test_cases_that_wait_for_a_block_are_looked_at_regularly() -> None:
    assert REGULARLY["contact.release"].handler is release_cases


def test_a_case_that_waits_for_something_else_is_not_released(desk: Desk) -> None:
    unlocated, unstaffed = desk.escalate(1, places=[far_away()]), desk.escalate(2)
    desk.carry_on()
    before = [desk.case(case_id) for case_id in (unlocated, unstaffed)]
    assert [case["held"]["reason"] for case in before] == ["OUTSIDE_REGIONS", "NOBODY_ELIGIBLE"]
    release_cases(desk.database)
    assert [desk.case(case_id) for case_id in (unlocated, unstaffed)] == before


def test_a_blocked_case_without_a_region_is_located_when_the_block_ends(desk: Desk) -> None:
    case_id = desk.escalate(places=[far_away()], flags=["dispute_open"])
    assert desk.case(case_id)["held"]["reason"] == "BLOCKED"
    desk.tell(case_id, "dispute_closed")
    desk.carry_on()
    assert desk.case(case_id)["held"]["reason"] == "OUTSIDE_REGIONS"


def far_away() -> Json:
    place: Json = escalation()["places"][0] | {"place": {"lat": 31.0, "lon": 121.0}}
    return place


def test_a_flag_that_came_after_an_older_dispute_was_closed_keeps_its_case_waiting(desk: Desk) -> None:
    first = desk.escalate(1)
    desk.tell(first, "dispute_opened")
    desk.tell(first, "dispute_closed")
    second = desk.escalate(2, flags=["dispute_open"])
    release_cases(desk.database)
    assert desk.status(second) == ["held"]
    desk.tell(first, "dispute_closed")
    assert desk.status(second) == ["accepted"]


def test_what_the_house_names_holds_where_the_profiles_of_the_region_do_not_name_it(desk: Desk) -> None:
    with desk.database.transaction() as tx:
        tx.scalars(select(Region)).one().profiles = ["IN-RBI-2022"]
    case_id = desk.escalate()
    assert desk.tell(case_id, "deceased")["case_status"] == "held"
    release_cases(desk.database)
    assert desk.status(case_id) == ["held"]


# ---- all loans of the borrower


def test_a_block_holds_every_loan_of_the_borrower_that_is_to_be_visited(desk: Desk) -> None:
    first, second, gone = desk.escalate(1), desk.escalate(2), desk.escalate(3)
    other = desk.escalate(4, borrower=escalation()["borrower"] | {"reference": "B-other"})
    desk.client.post(f"/v1/cases/{gone}:withdraw")
    desk.tell(first, "deceased")
    assert desk.status(first, second, gone, other) == ["held", "held", "withdrawn", "accepted"]
    assert [desk.events(case_id)[-2:] for case_id in (first, second)] == [["case.account_updated", "case.held"]] * 2


def test_the_end_of_a_block_releases_every_loan_that_waits_for_it(desk: Desk) -> None:
    first, second = desk.escalate(1), desk.escalate(2)
    desk.tell(first, "dispute_opened")
    desk.tell(second, "insolvency")
    desk.tell(first, "dispute_closed")
    assert desk.status(first, second) == ["held", "held"]
    desk.end_blocks(today(ZONE))
    desk.tell(second, "dispute_closed")
    assert desk.status(first, second) == ["accepted", "accepted"]
    assert desk.events(first)[-2:] == ["case.account_updated", "case.released"]


@pytest.mark.parametrize("status", [CaseStatus.ASSESSED, CaseStatus.REPORTED])
def test_a_loan_whose_visit_is_made_is_not_held(desk: Desk, status: CaseStatus) -> None:
    first, second = desk.escalate(1), desk.escalate(2)
    with desk.database.transaction() as tx:
        tx.get_one(Case, UUID(second)).status = status.value
    desk.tell(first, "dispute_opened")
    assert desk.status(first, second) == ["held", status.value]


def test_a_payment_concerns_its_own_loan_alone(desk: Desk) -> None:
    first, second = desk.escalate(1), desk.escalate(2)
    desk.tell(first, "payment", amount={"amount": "3200.50", "currency": "CNY"})
    assert desk.status(first, second) == ["withdrawn", "accepted"]
    assert desk.events(second) == ["case.received", "case.accepted"]


def test_updates_of_several_loans_at_once_do_not_stand_in_each_others_way(
    settings: Settings, own_database: Database, token_key: TokenKey
) -> None:
    client = Client(create_app(settings, own_database, token_key), token_key.issue("case-system"))
    with own_database.transaction() as tx:
        region = add_region(tx)
        loans = [add_case(tx, region, source_reference=f"ESC-{number}").id for number in range(3)]

    def tell(number: int) -> int:
        kind = "dispute_closed" if number % 2 else "dispute_opened"
        body = {"client_id": str(uuid4()), "at": now().isoformat(), "kind": kind}
        return client.post(f"/v1/cases/{loans[number % 3]}/account-updates", body).status_code

    with ThreadPoolExecutor(6) as threads:
        assert set(threads.map(tell, range(24))) == {201}
    body = {"client_id": str(uuid4()), "at": now().isoformat(), "kind": "dispute_closed"}
    client.post(f"/v1/cases/{loans[0]}/account-updates", body)
    with own_database.transaction() as tx:
        assert set(tx.scalars(select(Case.status))) == {"accepted"}


def test_the_visits_of_all_loans_are_recalled(desk: Desk) -> None:
    made = opened(desk.database)
    with desk.database.transaction() as tx:
        told = published_case(tx, tx.merge(made.region))
    desk.tell(told.id, "deceased")
    desk.carry_on()
    with desk.database.transaction() as tx:
        assert tx.get_one(Visit, made.visit_id).state == "recalled"
        assert tx.get_one(Case, made.case.id).state is CaseStatus.HELD
