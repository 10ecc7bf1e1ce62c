"""What is handed to a court and to a regulator."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from app.assessment.service import assess_visit
from app.redress.service import take_redress
from app.reports.case_report import digest
from app.reports.service import compile_report, file_report, last_report
from app.runtime.clock import now, today
from app.runtime.database import Database
from app.visits.models import Visit, VisitEvent
from app.workforce.models import Region
from tests.client import Client
from tests.factories_visits import Scene, opened
from tests.phone import carry_out
from tests.reports.printed import pages_of

Json = dict[str, Any]
ZONE = "Asia/Shanghai"


@pytest.fixture
def made(database: Database) -> Scene:
    return opened(database)


@pytest.fixture
def risk(client_of: Callable[..., Client]) -> Client:
    return client_of("risk")


@pytest.fixture
def case_system(client_of: Callable[..., Client]) -> Client:
    return client_of("case-system")


@pytest.fixture
def reported(client_of: Callable[..., Client], made: Scene, database: Database) -> Scene:
    carry_out(client_of("investigator", made.crew[0].id), made, complaint="The letter named my employer")
    assess_visit(database, made.visit_id)
    compile_report(database, made.visit_id)
    take_redress(database, made.case.id)
    return made


def pack_of(client: Client, made: Scene) -> zipfile.ZipFile:
    answer = client.get(f"/v1/cases/{made.case.id}/legal-pack")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


def read(pack: zipfile.ZipFile, ending: str) -> Any:
    [name] = [name for name in pack.namelist() if name.endswith(ending)]
    return json.loads(pack.read(name))


def told(case_system: Client, made: Scene, kind: str, **more: Any) -> None:
    body = {"client_id": str(uuid4()), "at": now().isoformat(), "kind": kind} | more
    answer = case_system.post(f"/v1/cases/{made.case.id}/account-updates", body)
    assert answer.status_code == 201, answer.text


# ---- the court


def test_every_file_of_the_pack_is_proved_by_the_manifest(risk: Client, reported: Scene) -> None:
    pack = pack_of(risk, reported)
    manifest = read(pack, "manifest.json")
    assert manifest["source_reference"] == reported.case.source_reference
    assert "contract" in manifest["not_held"]
    assert {entry["path"] for entry in manifest["files"]} == set(pack.namelist()) - {"manifest.json"}
    for entry in manifest["files"]:
        assert hashlib.sha256(pack.read(entry["path"])).hexdigest() == entry["sha256"]
    folders = {name.split("/")[0] for name in pack.namelist()}
    assert {"01-claim", "02-contacts", "03-visits", "04-rules", "05-reports", "06-redress", "07-trail"} <= folders


def test_each_arrival_has_a_certificate_of_the_rules(risk: Client, reported: Scene) -> None:
    certificate = read(pack_of(risk, reported), "certificate.json")
    assert (certificate["allowed"], certificate["agrees"]) == (True, True)
    rules = {(answer["profile"], answer["version"]) for answer in certificate["answers"]}
    names = pack_of(risk, reported).namelist()
    assert all(f"04-rules/{profile}-{version}.json" in names for profile, version in rules)


def test_a_visit_that_nobody_arrived_at_has_no_certificate(risk: Client, made: Scene) -> None:
    assert not [name for name in pack_of(risk, made).namelist() if name.endswith("certificate.json")]


def test_the_report_in_the_pack_proves_itself(risk: Client, reported: Scene) -> None:
    report = read(pack_of(risk, reported), "-v1.json")
    assert report["sha256"] == digest(report)


def test_a_superseded_report_in_the_pack_is_marked_where_it_is_read(
    risk: Client, reported: Scene, database: Database
) -> None:
    with database.transaction() as tx:
        file_report(tx, tx.get_one(Visit, reported.visit_id), last_report(tx, reported.visit_id))
    pack = pack_of(risk, reported)
    printed = {name.split("-")[-2]: pack.read(name) for name in pack.namelist() if name.endswith("-en.pdf")}
    marked = {version: "superseded by version 2" in pages_of(content)[0] for version, content in printed.items()}
    assert marked == {"v1": True, "v2": False}


def test_the_time_runs_from_the_oldest_unpaid_instalment_and_a_payment_restarts_it(
    risk: Client, reported: Scene, case_system: Client, database: Database
) -> None:
    with database.transaction() as tx:
        tx.execute(update(Region).where(Region.code == reported.region.code).values(holidays="CN"))
    zone = reported.region.time_zone
    before = read(pack_of(risk, reported), "limitation.json")
    received_on = reported.case.received_at.astimezone(ZoneInfo(zone)).date()
    assert before["rule"]["years"] == 3
    assert before["began_on"] == (received_on - timedelta(days=reported.case.days_past_due)).isoformat()
    told(case_system, reported, "payment", amount={"amount": "100.00", "currency": "CNY"})
    after = read(pack_of(risk, reported), "limitation.json")
    assert after["steps"][-1]["kind"] == "part_payment"
    assert after["lapses_on"] == today(zone).replace(year=today(zone).year + 3).isoformat()


def test_nothing_of_another_borrower_is_in_the_pack(risk: Client, reported: Scene, database: Database) -> None:
    other = opened(database)
    pack = pack_of(risk, reported)
    whole = "".join(pack.read(name).decode(errors="replace") for name in pack.namelist())
    assert str(other.case.id) not in whole
    assert reported.case.borrower_name in whole


def test_making_a_pack_is_on_the_trail_and_in_it(risk: Client, reported: Scene) -> None:
    trail = read(pack_of(risk, reported), "audit.json")
    assert trail[-1]["verb"] == "case.legal_pack_made"
    assert [line["number"] for line in trail] == sorted(line["number"] for line in trail)
    assert read(pack_of(risk, reported), "chain-head.json")["number"] >= trail[-1]["number"]


@pytest.mark.parametrize("role", ["case-system", "dispatcher", "auditor"])
def test_a_pack_masks_nothing_and_is_for_the_risk_department_alone(
    client_of: Callable[..., Client], reported: Scene, role: str
) -> None:
    assert client_of(role).get(f"/v1/cases/{reported.case.id}/legal-pack").status_code == 403
    assert client_of("risk").get(f"/v1/cases/{uuid4()}/legal-pack").status_code == 404


# ---- the regulator


def report_of(client: Client, days_ago: int = 1, days: int = 3) -> Json:
    first_on = today(ZONE) - timedelta(days=days_ago)
    period = {"from": first_on.isoformat(), "to": (first_on + timedelta(days=days)).isoformat()}
    answer = client.get("/v1/regulator-report", params=period)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    assert (body["from"], body["to"]) == (period["from"], period["to"])
    return body


@pytest.fixture
def today_visited(database: Database, reported: Scene) -> Scene:
    """The visit lies on a day of its own plan; it is counted by that day."""
    with database.transaction() as tx:
        tx.execute(update(Visit).where(Visit.id == reported.visit_id).values(day=today(ZONE)))
    return reported


@pytest.mark.usefixtures("today_visited")
def test_the_regulator_reads_visits_complaints_and_no_breach(
    risk: Client, case_system: Client, made: Scene, database: Database
) -> None:
    told(case_system, made, "complaint_opened", detail="He came twice")
    take_redress(database, made.case.id)
    found = report_of(risk)
    assert found["visits"]["published"] == found["visits"]["attempted"] == found["visits"]["borrower_met"] == 1
    assert found["visits"]["by_outcome"] == {"MET_ASSESSED": 1}
    assert found["contacts"]["visit"]["attempted"] == 1
    # one was voiced at the door, one came through the case system
    assert (found["complaints"]["received"], found["complaints"]["open"]) == (2, 2)
    assert found["complaints"]["answered_late"] == []
    assert found["breaches"] == {"count": 0, "items": []}


@pytest.mark.usefixtures("today_visited")
def test_what_lies_outside_the_period_is_not_counted(risk: Client) -> None:
    found = report_of(risk, days_ago=400, days=30)
    assert (found["visits"]["published"], found["complaints"]["received"]) == (0, 0)


def test_relief_is_counted_once_it_was_put_to_the_borrower(
    risk: Client, case_system: Client, reported: Scene, database: Database
) -> None:
    assert report_of(risk)["relief"]["offered"] == 0
    told(case_system, reported, "relief_offered", detail="Three months without instalments")
    take_redress(database, reported.case.id)
    assert report_of(risk)["relief"]["offered"] == 1


def test_a_decision_that_waits_for_its_second_person_is_none_yet(
    client_of: Callable[..., Client], case_system: Client, reported: Scene, database: Database
) -> None:
    li, wang = client_of("risk", name="li"), client_of("risk", name="wang")
    for kind in ("complaint_closed", "relief_offered"):
        told(case_system, reported, kind, detail="Settled")
        take_redress(database, reported.case.id)
    [report] = li.get("/v1/reports").json()["items"]
    suing = {"kind": "lawsuit", "report_id": report["id"], "option": None, "reasons": ["WILL_NOT_PAY"], "note": None}
    suing |= {"alternatives_considered": ["mediation"]}
    proposed = li.post(f"/v1/cases/{reported.case.id}/decisions", suing)
    assert proposed.status_code == 201, proposed.text
    assert report_of(li)["decisions"] == {}
    assert wang.post(f"/v1/decisions/{proposed.json()['id']}:confirm").status_code == 200
    assert report_of(li)["decisions"] == {"lawsuit": 1}


def test_an_arrival_that_the_rules_refused_is_listed_with_its_reason(
    risk: Client, today_visited: Scene, database: Database
) -> None:
    refused = {"rule": "hours", "profile": "CN-GBT45251-CBA2026", "version": "1", "allowed": False}
    refused |= {"reason": "22:10 lies outside", "source": "5.3", "until": None, "condition": None}
    with database.transaction() as tx:
        arrival = {"visit_id": today_visited.visit_id, "client_event_id": uuid4(), "kind": "arrived"}
        tx.add(
            VisitEvent(
                **arrival,
                at=now(),
                received_at=now(),
                actor="investigator",
                ruling={"allowed": False, "answers": [refused]},
                emergency="The borrower called for help",
            )
        )
    [breach] = report_of(risk)["breaches"]["items"]
    assert (breach["rule"], breach["emergency"]) == ("hours", "The borrower called for help")
    assert breach["visit_id"] == str(today_visited.visit_id)


@pytest.mark.parametrize(
    ("first_on", "end_on"), [("2026-01-02", "2026-01-02"), ("2026-01-02", "2026-01-01"), ("2026-01-01", "2028-01-01")]
)
def test_a_period_that_is_none_is_refused(risk: Client, first_on: str, end_on: str) -> None:
    answer = risk.get("/v1/regulator-report", params={"from": first_on, "to": end_on})
    assert (answer.status_code, answer.json()["reason"]) == (422, "BAD_PERIOD")


def test_the_regulators_report_is_for_the_risk_department_and_auditors(client_of: Callable[..., Client]) -> None:
    period = {"from": "2026-01-01", "to": "2026-02-01"}
    statuses = {
        role: client_of(role).get("/v1/regulator-report", params=period).status_code
        for role in ("risk", "auditor", "dispatcher", "case-system")
    }
    assert statuses == {"risk": 200, "auditor": 200, "dispatcher": 403, "case-system": 403}
