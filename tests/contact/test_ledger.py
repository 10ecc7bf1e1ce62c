"""The ledger: corrections take the place of what was wrong, and the tallies follow entry by entry."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.situation import Channel
from app.contact.facts import facts_of
from app.contact.ledger import visits_made
from app.contact.models import Contact, ContactTally
from app.intake.models import Case
from app.main import create_app
from app.runtime.auth import TokenKey
from app.runtime.clock import now
from app.runtime.database import Database, new_id
from app.runtime.settings import Settings
from tests.client import Client
from tests.factories import add_case, add_region, escalation

Json = dict[str, Any]
Tally = tuple[str, date, str, bool]


@pytest.fixture
def case(case_system: Client, database: Database) -> Json:
    with database.transaction() as tx:
        add_region(tx)
    body: Json = case_system.post("/v1/escalations", escalation(contacts=[])).json()
    return body


def entry(**fields: Any) -> Json:
    made = {"client_id": str(uuid4()), "channel": "visit", "at": "2026-11-20T10:00:00+08:00", "outcome": "no_answer"}
    return made | fields


def posted(client: Client, case: Json, body: Json) -> Json:
    answer = client.post(f"/v1/cases/{case['id']}/contacts", body)
    assert answer.status_code == 201, answer.text
    shown: Json = answer.json()
    return shown


def tallies(tx: Session) -> dict[Tally, int]:
    rows = tx.scalars(select(ContactTally).where(ContactTally.number > 0))
    return {(row.borrower_key, row.day, row.channel, row.contacted): row.number for row in rows}


def recounted(tx: Session) -> dict[Tally, int]:
    """The plain count: what nothing corrects and what was not retracted."""
    rows = tx.scalars(select(Contact)).all()
    corrected = {(row.case_id, row.corrects) for row in rows}
    standing = [row for row in rows if not row.retracted and (row.case_id, row.client_id) not in corrected]
    days = ((row, row.counted_on) for row in standing if row.counted_on is not None)
    return Counter((row.borrower_key, on, row.channel, row.contacted) for row, on in days)


def counted(database: Database) -> list[tuple[str, bool]]:
    with database.transaction() as tx:
        case = tx.scalars(select(Case)).one()
        assert tallies(tx) == recounted(tx)
        return [(contact.channel.value, contact.contacted) for contact in facts_of(tx, [case])[case.id].contacts]


# ---- corrections


def test_a_correction_takes_the_place_of_an_entry_and_both_stay(
    case_system: Client, case: Json, database: Database
) -> None:
    wrong = posted(case_system, case, entry())
    right = posted(case_system, case, entry(outcome="reached", contacted=True, corrects=wrong["client_id"]))
    assert counted(database) == [("visit", True)]
    listed = case_system.get(f"/v1/cases/{case['id']}/contacts").json()["items"]
    assert [item["id"] for item in listed] == [wrong["id"], right["id"]]
    assert listed[1]["corrects"] == wrong["client_id"]


def test_what_never_happened_does_not_count(case_system: Client, case: Json, database: Database) -> None:
    wrong = posted(case_system, case, entry())
    posted(case_system, case, entry(corrects=wrong["client_id"], retracted=True))
    assert counted(database) == []


def test_a_correction_can_be_corrected_and_a_retraction_taken_back(
    case_system: Client, case: Json, database: Database
) -> None:
    first = posted(case_system, case, entry())
    second = posted(case_system, case, entry(channel="call", corrects=first["client_id"]))
    assert counted(database) == [("call", False)]
    third = posted(case_system, case, entry(corrects=second["client_id"], retracted=True))
    assert counted(database) == []
    posted(case_system, case, entry(channel="sms", corrects=third["client_id"]))
    assert counted(database) == [("sms", False)]


def test_an_entry_is_corrected_once_and_the_newest_one_is_named(case_system: Client, case: Json) -> None:
    wrong = posted(case_system, case, entry())
    right = posted(case_system, case, entry(corrects=wrong["client_id"]))
    again = case_system.post(f"/v1/cases/{case['id']}/contacts", entry(corrects=wrong["client_id"]))
    assert (again.status_code, again.json()["reason"]) == (409, "ALREADY_CORRECTED")
    assert right["client_id"] in again.json()["detail"]


def test_only_an_entry_of_the_same_case_can_be_corrected(case_system: Client, case: Json) -> None:
    sibling = case_system.post("/v1/escalations", escalation(source_reference="ESC-other-loan")).json()
    elsewhere = posted(case_system, sibling, entry())
    for client_id in (elsewhere["client_id"], str(uuid4())):
        answer = case_system.post(f"/v1/cases/{case['id']}/contacts", entry(corrects=client_id))
        assert (answer.status_code, answer.json()["reason"]) == (422, "NOTHING_TO_CORRECT")
        assert answer.json()["errors"][0]["pointer"] == "/corrects"


def test_a_correction_is_taken_once_and_differs_by_what_it_corrects(case_system: Client, case: Json) -> None:
    path, wrong = f"/v1/cases/{case['id']}/contacts", posted(case_system, case, entry())
    body = entry(corrects=wrong["client_id"])
    assert [case_system.post(path, body).status_code for _ in range(2)] == [201, 200]
    other = case_system.post(path, body | {"retracted": True})
    assert (other.status_code, other.json()["reason"]) == (409, "CLIENT_ID_REUSED")


@pytest.mark.parametrize("fields", [{"retracted": True}, {"client_id": str(uuid4())}])
def test_a_correction_names_another_entry(case_system: Client, case: Json, fields: Json) -> None:
    body = entry(**fields)
    if "client_id" in fields:
        body["corrects"] = body["client_id"]
    assert case_system.post(f"/v1/cases/{case['id']}/contacts", body).status_code == 422


def test_where_an_entry_belonged_is_kept_and_told_to_the_rules(
    case_system: Client, case: Json, database: Database
) -> None:
    told = {"contact_point": "+86-571-1", "address": "文三路 1 号", "source": "dialler", "claim_reference": None}
    shown = posted(case_system, case, entry(channel="call", **told))
    assert {name: shown[name] for name in told} == told
    assert posted(case_system, case, entry())["source"] == "case-system"
    with database.transaction() as tx:
        row = tx.scalars(select(Case)).one()
        contact = facts_of(tx, [row])[row.id].contacts[0]
    assert (contact.case, contact.claim, contact.contact_point) == (case["id"], "L-778", "+86-571-1")
    assert contact.address == "文三路1号"


# ---- tallies


def test_attempts_and_contacts_are_counted_apart_by_the_local_day_and_the_channel(
    case_system: Client, case: Json, database: Database
) -> None:
    """Half past eleven at night in London is the next morning in Hangzhou."""
    posted(case_system, case, entry(at="2026-11-20T23:30:00+00:00"))
    posted(case_system, case, entry(at="2026-11-21T09:00:00+08:00"))
    posted(case_system, case, entry(at="2026-11-21T10:00:00+08:00", outcome="reached", contacted=True))
    posted(case_system, case, entry(at="2026-11-21T10:00:00+08:00", channel="call"))
    with database.transaction() as tx:
        found = {key[1:]: number for key, number in tallies(tx).items()}
        on = date(2026, 11, 21)
        assert found == {(on, "visit", False): 2, (on, "visit", True): 1, (on, "call", False): 1}


def test_a_corrected_entry_leaves_its_own_day_even_when_the_region_moved_to_another_zone(
    case_system: Client, case: Json, database: Database
) -> None:
    wrong = posted(case_system, case, entry(at="2026-11-20T23:30:00+00:00"))
    with database.transaction() as tx:
        tx.scalars(select(Case)).one().region = add_region(tx, code="GB", time_zone="Europe/London").code
    posted(case_system, case, entry(at="2026-11-20T23:30:00+00:00", corrects=wrong["client_id"]))
    with database.transaction() as tx:
        assert [key[1] for key in tallies(tx)] == [date(2026, 11, 20)]


def test_the_visit_budget_counts_the_visits_since_the_case_came_whoever_made_them(tx: Session) -> None:
    case = add_case(tx, add_region(tx))
    case.received_at = now() - timedelta(days=10)

    def add(days_ago: int, *, counted: bool = True, **fields: Any) -> Contact:
        at = now() - timedelta(days=days_ago)
        row = Contact(
            case_id=case.id,
            borrower_key=case.borrower_key,
            client_id=new_id(),
            at=at,
            outcome="no_answer",
            contacted=False,
            **{"channel": Channel.VISIT.value} | fields,
        )
        row.counted_on = at.date() if counted else None
        tx.add(row)
        if counted:
            tx.add(
                ContactTally(
                    borrower_key=case.borrower_key, day=at.date(), channel=row.channel, contacted=False, number=1
                )
            )
        tx.flush()
        return row

    add(20)
    add(5)
    add(4, channel="call")
    assert visits_made(tx, case) == 1
    uncounted = add(3, counted=False)  # a process of the version before keeps no tallies
    assert visits_made(tx, case) == 2
    add(20, counted=False)
    add(3, counted=False, corrects=uncounted.client_id, retracted=True)
    assert visits_made(tx, case) == 1


def test_forty_posts_at_once_leave_the_tallies_equal_to_a_recount(
    settings: Settings, own_database: Database, token_key: TokenKey
) -> None:
    """Two loans of a borrower; every second entry of a loan corrects the one before, onto another day and channel."""
    client = Client(create_app(settings, own_database, token_key), token_key.issue("case-system"))
    with own_database.transaction() as tx:
        region = add_region(tx)
        loans = [str(add_case(tx, region, source_reference=f"ESC-{number}").id) for number in range(2)]
    wrong = [entry(at=f"2026-11-{18 + number % 3}T10:00:00+08:00") for number in range(10)]
    for number, body in enumerate(wrong):
        posted(client, {"id": loans[number % 2]}, body)

    def post(number: int) -> int:
        loan, day = number % 2, f"2026-11-{18 + number % 4}T10:00:00+08:00"
        body = entry(at=day, channel=("visit", "call")[number % 3 == 0], contacted=number % 5 == 0)
        if number < len(wrong):
            body["corrects"] = wrong[number]["client_id"]
            body["retracted"] = number % 4 == 0
        return client.post(f"/v1/cases/{loans[loan]}/contacts", body).status_code

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(post, range(40))) == {201}
    with own_database.transaction() as tx:
        assert tallies(tx) == recounted(tx)
        assert sum(tallies(tx).values()) == 10 + 40 - 10 - 3  # corrected ones left, retracting ones never entered
