"""The auditor asks whether a visit was allowed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from app.runtime.clock import now
from app.runtime.database import Database
from app.visits.models import VisitEvent
from app.workforce.models import Investigator, RegionLaw
from tests.client import Client
from tests.factories_visits import HOURS_ONLY, Scene, opened
from tests.phone import arrive, carry_out, tell

Json = dict[str, Any]


@pytest.fixture
def made(database: Database) -> Scene:
    return opened(database, profiles=(HOURS_ONLY, "US-REGF-1006"))


@pytest.fixture
def phone(client_of: Callable[..., Client], made: Scene) -> Client:
    return client_of("investigator", made.crew[0].id)


@pytest.fixture
def auditor(client_of: Callable[..., Client]) -> Client:
    return client_of("auditor")


def replayed(auditor: Client, made: Scene, **more: Any) -> Json:
    answer = auditor.post("/v1/audit:replay-contact", {"visit_id": str(made.visit_id)} | more)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def represented(case_system: Client, made: Scene) -> None:
    body = {"client_id": str(uuid4()), "at": now().isoformat(), "kind": "represented", "detail": "Ms Wu"}
    answer = case_system.post(f"/v1/cases/{made.case.id}/account-updates", body)
    assert answer.status_code == 201, answer.text


def test_what_was_ruled_at_the_door_comes_out_again(phone: Client, made: Scene, auditor: Client) -> None:
    carry_out(phone, made)
    found = replayed(auditor, made)
    assert (found["allowed"], found["agrees"], found["differences"], found["emergency"]) == (True, True, [], None)
    assert {answer["profile"] for answer in found["answers"]} == {HOURS_ONLY, "US-REGF-1006", "house-low-pressure"}
    assert found["recorded"]["allowed"]


def test_what_came_to_light_later_does_not_make_it_unlawful_in_hindsight(
    phone: Client, made: Scene, auditor: Client, case_system: Client
) -> None:
    carry_out(phone, made)
    represented(case_system, made)
    assert replayed(auditor, made)["allowed"]
    hindsight = replayed(auditor, made, known_at=(now() + timedelta(seconds=1)).isoformat())
    assert (hindsight["allowed"], hindsight["recorded"], hindsight["agrees"]) == (False, None, None)
    assert [answer["rule"] for answer in hindsight["answers"] if not answer["allowed"]] == ["block", "block"]


def test_an_emergency_without_permission_is_shown_with_its_refusal(
    phone: Client, made: Scene, auditor: Client, database: Database
) -> None:
    with database.transaction() as tx:
        tx.execute(
            insert(VisitEvent).values(
                id=uuid4(),
                made_at=now(),
                visit_id=made.visit_id,
                client_event_id=uuid4(),
                kind="arrived",
                at=made.start_at + timedelta(hours=12),
                received_at=now(),
                actor="investigator:1",
                position=None,
                note=None,
                ruling=None,
                emergency="somebody cried for help",
                signals=[],
            )
        )
    found = replayed(auditor, made)
    assert (found["allowed"], found["emergency"], found["recorded"]) == (False, "somebody cried for help", None)
    assert [answer["rule"] for answer in found["answers"] if not answer["allowed"]] == ["hours", "hours"]


def test_a_recorded_ruling_that_was_tampered_with_differs(
    phone: Client, made: Scene, auditor: Client, database: Database
) -> None:
    arrive(phone, made)
    with database.transaction() as tx:
        (event,) = tx.scalars(select(VisitEvent).where(VisitEvent.visit_id == made.visit_id)).all()
        kept = event.ruling or {}
        answers = [answer | {"allowed": False} if answer["rule"] == "hours" else answer for answer in kept["answers"]]
        tx.connection().exec_driver_sql("ALTER TABLE visit_events DISABLE TRIGGER append_only")
        event.ruling = kept | {"answers": answers}
        tx.flush()
        tx.connection().exec_driver_sql("ALTER TABLE visit_events ENABLE TRIGGER append_only")
    found = replayed(auditor, made)
    assert not found["agrees"]
    assert {(one["rule"], one["recorded"], one["replayed"]) for one in found["differences"]} == {
        ("hours", False, None),
        ("hours", None, True),
    }


def test_a_visit_that_nobody_made_is_judged_as_it_was_planned(made: Scene, auditor: Client) -> None:
    found = replayed(auditor, made)
    assert (found["allowed"], found["recorded"], found["agrees"]) == (True, None, None)


# ---- the law and the papers of then


def test_a_law_that_was_brought_later_does_not_judge_the_past(
    phone: Client, made: Scene, auditor: Client, client_of: Callable[..., Client]
) -> None:
    carry_out(phone, made)
    admin = client_of("admin")
    document = admin.get(f"/v1/contact-profiles/{HOURS_ONLY}/document").json()
    never = {"mon_fri": [], "sat": [], "sun": [], "holiday": [], "source": "a stricter text"}
    stricter = document | {"version": "2", "effective_from": "2026-01-01", "hours": never}
    assert admin.post("/v1/contact-profiles", json=stricter).status_code == 201
    then = replayed(auditor, made)
    assert (then["allowed"], then["agrees"]) == (True, True)
    hindsight = replayed(auditor, made, known_at=(now() + timedelta(seconds=1)).isoformat())
    assert {answer["version"] for answer in hindsight["answers"] if answer["profile"] == HOURS_ONLY} == {"2"}
    assert not hindsight["allowed"]


def test_a_region_that_follows_another_law_since_is_judged_by_that_of_then(
    phone: Client, made: Scene, auditor: Client, dispatcher: Client, database: Database
) -> None:
    with database.transaction() as tx:
        rules = {"time_zone": made.region.time_zone, "holidays": None, "profiles": made.region.profiles}
        tx.add(RegionLaw(region=made.region.code, **rules))
    carry_out(phone, made)
    path = f"/v1/regions/{made.region.code}"
    match = {"If-Match": dispatcher.get(path).headers["etag"]}
    assert dispatcher.patch(path, {"profiles": ["UA-CCA-art25"]}, headers=match).status_code == 200
    found = replayed(auditor, made)
    assert (found["allowed"], found["agrees"]) == (True, True)
    hindsight = replayed(auditor, made, known_at=(now() + timedelta(seconds=1)).isoformat())
    assert "UA-CCA-art25" in {answer["profile"] for answer in hindsight["answers"]}


def test_what_those_at_the_door_told_of_themselves_is_asked_again(
    client_of: Callable[..., Client], database: Database, auditor: Client
) -> None:
    """An emergency without a recording: refused then, refused in the replay."""
    made = opened(database, profiles=("TW-outsourced",))
    phone = client_of("investigator", made.crew[0].id)
    papers = {"recording": False}
    assert tell(phone, made, "arrived", emergency_reason="smoke", papers=papers).status_code == 201
    found = replayed(auditor, made)
    assert found["agrees"]
    assert "recording" in {answer["rule"] for answer in found["answers"] if not answer["allowed"]}


def test_a_certificate_that_came_on_record_later_did_not_cover_the_visit(
    client_of: Callable[..., Client], database: Database, auditor: Client
) -> None:
    made = opened(database, profiles=("ID-POJK22-2023",))
    before = now()
    with database.transaction() as tx:
        for person in made.crew:
            (certificate,) = tx.get_one(Investigator, person.id).certificates
            certificate.made_at = before + timedelta(minutes=1)
    answers = replayed(auditor, made, known_at=before.isoformat())["answers"]
    assert [a["allowed"] for a in answers if a["rule"] == "certificate"] == [False]
    answers = replayed(auditor, made, known_at=(before + timedelta(minutes=2)).isoformat())["answers"]
    assert [a["allowed"] for a in answers if a["rule"] == "certificate"] == [True]


def test_only_the_auditor_asks_and_only_about_visits_that_are(made: Scene, auditor: Client, phone: Client) -> None:
    assert phone.post("/v1/audit:replay-contact", {"visit_id": str(made.visit_id)}).status_code == 403
    answer = auditor.post("/v1/audit:replay-contact", {"visit_id": str(uuid4())})
    assert (answer.status_code, answer.json()["reason"]) == (404, "NO_SUCH_VISIT")
    assert auditor.post("/v1/audit:replay-contact", {"visit_id": "x"}).status_code == 422
