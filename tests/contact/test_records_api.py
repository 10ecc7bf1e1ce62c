"""Consents, notices and blocks as the case system and dispatchers keep them, and auditors read them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.contact.models import Block, Consent
from app.flow import REGULARLY
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.main import create_app
from app.runtime.audit import AuditRecord
from app.runtime.auth import TokenKey
from app.runtime.clock import now, today
from app.runtime.database import Database
from app.runtime.settings import Settings
from app.visits.models import Visit
from tests.client import Client
from tests.factories import add_case, add_region, escalation
from tests.factories_visits import opened

Json = dict[str, Any]
ZONE = "Asia/Shanghai"

CONSENT: Json = {"kind": "out_of_hours", "given_at": "2026-11-20T10:00:00+08:00", "how": "recorded_call"}
NOTICE: Json = {"at": "2026-11-20T10:00:00+08:00", "channel": "letter", "content": ["purpose", "date"]}
BLOCK: Json = {"kind": "dispute_open", "from_on": "2026-11-20", "evidence": "letter of 2026-11-19"}
QUIET: Json = {"weekday": 2, "opens": "09:00", "closes": "17:00"}
RECORDS: dict[str, tuple[Json, str]] = {
    "consents": (CONSENT, "revoke"),
    "notices": (NOTICE, "acknowledge"),
    "blocks": (BLOCK, "close"),
    "quiet-windows": (QUIET, "end"),
}
OTHERWISE: dict[str, Json] = {
    "consents": {"how": "app"},
    "notices": {"channel": "sms"},
    "blocks": {"kind": "insolvency"},
    "quiet-windows": {"weekday": 3},
}
each_kind = pytest.mark.parametrize("kind", RECORDS)


@pytest.fixture
def case(case_system: Client, database: Database) -> Json:
    with database.transaction() as tx:
        add_region(tx)
    body: Json = case_system.post("/v1/escalations", escalation()).json()
    return body


def path(case: Json, kind: str) -> str:
    return f"/v1/cases/{case['id']}/{kind}"


def posted(client: Client, case: Json, kind: str, /, **fields: Any) -> Json:
    answer = client.post(path(case, kind), RECORDS[kind][0] | fields)
    assert answer.status_code == 201, answer.text
    shown: Json = answer.json()
    return shown


def acted(client: Client, case: Json, kind: str, record: Json, verb: str | None = None, /, **fields: Any) -> Json:
    answer = client.post(f"{path(case, kind)}/{record['id']}:{verb or RECORDS[kind][1]}", fields or None)
    assert answer.status_code == 200, answer.text
    shown: Json = answer.json()
    return shown


def status(client: Client, case: Json) -> str:
    return str(client.get(f"/v1/cases/{case['id']}").json()["status"])


# ---- what all records share


@each_kind
def test_a_record_is_listed_under_every_loan_of_the_borrower_with_its_present_version(
    case_system: Client, case: Json, kind: str
) -> None:
    made = posted(case_system, case, kind)
    assert (made["version"], made["recorded_by"], made["superseded_at"]) == (1, "case-system", None)
    sibling = case_system.post("/v1/escalations", escalation(source_reference="ESC-other-loan")).json()
    changed = acted(case_system, sibling, kind, made)
    assert (changed["id"], changed["version"]) == (made["id"], 2)
    assert case_system.get(path(case, kind)).json() == {"items": [changed], "next_cursor": None}


@each_kind
def test_what_was_known_before_a_change_can_be_listed(case_system: Client, case: Json, kind: str) -> None:
    made = posted(case_system, case, kind)
    between = now().isoformat()
    acted(case_system, case, kind, made)
    (then,) = case_system.get(path(case, kind), params={"known_at": between}).json()["items"]
    assert {**then, "superseded_at": None} == made
    earlier = {"known_at": made["recorded_at"].replace("2026", "2025")}
    assert case_system.get(path(case, kind), params=earlier).json()["items"] == []


@each_kind
def test_the_same_change_again_changes_nothing(case_system: Client, case: Json, kind: str) -> None:
    made = posted(case_system, case, kind)
    assert acted(case_system, case, kind, made) == acted(case_system, case, kind, made)


@each_kind
def test_the_same_key_gives_the_same_answer_and_one_record(case_system: Client, case: Json, kind: str) -> None:
    key, body = {"Idempotency-Key": str(uuid4())}, RECORDS[kind][0]
    first, again = (case_system.post(path(case, kind), body, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json(), again.headers["idempotent-replayed"]) == (again.json(), "true")
    assert len(case_system.get(path(case, kind)).json()["items"]) == 1
    other = case_system.post(path(case, kind), body | OTHERWISE[kind], headers=key)
    assert (other.status_code, other.json()["reason"]) == (422, "IDEMPOTENCY_KEY_REUSED")


@each_kind
def test_a_change_against_an_older_version_is_refused(case_system: Client, case: Json, kind: str) -> None:
    first = case_system.post(path(case, kind), RECORDS[kind][0])
    change = f"{path(case, kind)}/{first.json()['id']}:{RECORDS[kind][1]}"
    key = {"If-Match": first.headers["etag"], "Idempotency-Key": str(uuid4())}
    changed = case_system.post(change, headers=key)
    assert changed.headers["etag"] != first.headers["etag"]
    assert case_system.post(change, headers=key).json() == changed.json()  # a repetition is no new change
    stale = case_system.post(change, headers={"If-Match": first.headers["etag"]})
    assert (stale.status_code, stale.json()["reason"]) == (412, "STALE")


@each_kind
def test_a_long_list_comes_in_pages(case_system: Client, case: Json, kind: str) -> None:
    made = [posted(case_system, case, kind)["id"] for _ in range(3)]
    first = case_system.get(path(case, kind), params={"limit": 2}).json()
    rest = case_system.get(path(case, kind), params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [item["id"] for item in (*first["items"], *rest["items"])] == made
    assert rest["next_cursor"] is None


@each_kind
def test_every_write_is_audited(case_system: Client, case: Json, kind: str, database: Database) -> None:
    made = posted(case_system, case, kind)
    acted(case_system, case, kind, made)
    with database.transaction() as tx:
        lines = tx.scalars(select(AuditRecord).where(AuditRecord.subject == f"case:{case['id']}")).all()
    found = [line.detail["version"] for line in lines if line.detail.get("record_id") == made["id"]]
    assert found == [1, 2]


@each_kind
def test_auditors_read_and_only_those_who_keep_cases_write(
    client_of: Callable[..., Client], case: Json, kind: str
) -> None:
    made = posted(client_of("dispatcher"), case, kind)
    change = f"{path(case, kind)}/{made['id']}:{RECORDS[kind][1]}"
    auditor = client_of("auditor")
    assert auditor.get(path(case, kind)).json()["items"] == [made]
    for outsider in (auditor, client_of("risk"), client_of("investigator", uuid4())):
        for answer in (outsider.post(path(case, kind), RECORDS[kind][0]), outsider.post(change)):
            assert (answer.status_code, answer.json()["reason"]) == (403, "SCOPE_MISSING")
    for outsider in (client_of("risk"), client_of("investigator", uuid4())):
        assert outsider.get(path(case, kind)).status_code == 403


@each_kind
def test_what_the_path_does_not_name_is_not_found(case_system: Client, case: Json, kind: str) -> None:
    nowhere = {"id": str(uuid4())}
    for answer in (case_system.get(path(nowhere, kind)), case_system.post(path(nowhere, kind), {"oops": 1})):
        assert (answer.status_code, answer.json()["reason"]) == (404, "NO_SUCH_CASE")
    answer = case_system.post(f"{path(case, kind)}/{uuid4()}:{RECORDS[kind][1]}", {"oops": 1})
    assert (answer.status_code, answer.json()["reason"]) == (404, "NO_SUCH_RECORD")


@each_kind
def test_a_record_of_another_borrower_is_not_found(case_system: Client, case: Json, kind: str) -> None:
    made, other = posted(case_system, case, kind), escalation()["borrower"] | {"reference": "B-other"}
    stranger = case_system.post("/v1/escalations", escalation(source_reference="ESC-2", borrower=other)).json()
    answer = case_system.post(f"{path(stranger, kind)}/{made['id']}:{RECORDS[kind][1]}")
    assert answer.status_code == 404


TOMORROW = (now() + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("consents", {"kind": "anything"}),
        ("consents", {"given_at": TOMORROW}),
        ("consents", {"until_at": CONSENT["given_at"]}),
        ("consents", {"from_at": "2026-11-22T10:00:00Z", "until_at": "2026-11-22T10:00:00Z"}),
        ("consents", {"how": "by pigeon"}),
        ("notices", {"at": TOMORROW}),
        ("notices", {"channel": "pigeon"}),
        ("blocks", {"kind": "bad_mood"}),
        ("blocks", {"until_on": "2026-11-19"}),
        ("quiet-windows", {"weekday": 7}),
        ("quiet-windows", {"opens": "9:00"}),
        ("quiet-windows", {"closes": "24:01"}),
        ("quiet-windows", {"opens": "17:00", "closes": "09:00"}),
        ("quiet-windows", {"from_on": "2026-11-20", "until_on": "2026-11-19"}),
    ],
)
def test_a_record_that_makes_no_sense_is_malformed(case_system: Client, case: Json, kind: str, fields: Json) -> None:
    answer = case_system.post(path(case, kind), RECORDS[kind][0] | fields)
    assert (answer.status_code, answer.json()["reason"]) == (422, "MALFORMED")


# ---- consents and notices


def test_a_consent_says_how_and_from_when(case_system: Client, case: Json) -> None:
    told = {"from_at": "2026-11-24T18:30:00+08:00", "until_at": "2026-11-24T19:15:00+08:00", "evidence": "call 118"}
    made = posted(case_system, case, "consents", kind="prior_agreement", **told)
    assert {name: made[name] for name in told} == told
    assert (made["how"], made["revoked_at"]) == ("recorded_call", None)


def test_a_consent_is_not_revoked_before_it_was_given(case_system: Client, case: Json) -> None:
    made = posted(case_system, case, "consents")
    early = {"at": "2026-11-20T09:59:59+08:00"}
    answer = case_system.post(f"{path(case, 'consents')}/{made['id']}:revoke", early)
    assert (answer.status_code, answer.json()["reason"]) == (422, "REVOKED_EARLY")
    on_time = {"at": "2026-11-21T10:00:00+08:00"}
    assert acted(case_system, case, "consents", made, **on_time)["revoked_at"] == on_time["at"]


def test_a_notice_is_not_acknowledged_before_it_went_out(case_system: Client, case: Json) -> None:
    made = posted(case_system, case, "notices")
    early = {"at": "2026-11-20T09:59:59+08:00"}
    answer = case_system.post(f"{path(case, 'notices')}/{made['id']}:acknowledge", early)
    assert (answer.status_code, answer.json()["reason"]) == (422, "ACKNOWLEDGED_EARLY")
    assert acted(case_system, case, "notices", made)["acknowledged_at"] is not None


def test_a_prior_agreement_frees_a_disputed_loan_and_its_revocation_holds_it_again(
    case_system: Client, database: Database
) -> None:
    """UK CONC 7: a disputed debt is visited by prior agreement only."""
    with database.transaction() as tx:
        add_region(tx, profiles=["UK-CONC7"], time_zone="Europe/London")
    case = case_system.post("/v1/escalations", escalation(flags=["disputed_or_queried"])).json()
    assert status(case_system, case) == "held"
    made = posted(case_system, case, "consents", kind="prior_agreement")
    assert status(case_system, case) == "accepted"
    acted(case_system, case, "consents", made)
    assert status(case_system, case) == "held"


# ---- blocks


def test_a_block_holds_every_loan_until_it_is_closed(case_system: Client, case: Json) -> None:
    sibling = case_system.post("/v1/escalations", escalation(source_reference="ESC-other-loan")).json()
    made = posted(case_system, case, "blocks")
    assert [status(case_system, loan) for loan in (case, sibling)] == ["held", "held"]
    closed = acted(case_system, sibling, "blocks", made, note="settled in writing")
    assert (closed["until_on"], closed["note"]) == (str(today(ZONE)), "settled in writing")
    assert [status(case_system, loan) for loan in (case, sibling)] == ["accepted", "accepted"]
    events = [event["name"] for event in case_system.get(f"/v1/cases/{sibling['id']}").json()["events"]]
    assert events[-4:] == ["case.block_opened", "case.held", "case.block_closed", "case.released"]


def test_a_closed_block_stays_closed(case_system: Client, case: Json) -> None:
    made = posted(case_system, case, "blocks")
    acted(case_system, case, "blocks", made, on="2026-11-21")
    for verb, body in (("close", {"on": "2026-11-22"}), ("renew", {})):
        answer = case_system.post(f"{path(case, 'blocks')}/{made['id']}:{verb}", body)
        assert (answer.status_code, answer.json()["reason"]) == (409, "BLOCK_OVER")


def test_a_renewal_is_counted_and_may_tell_the_end(case_system: Client, case: Json) -> None:
    made, until_on = posted(case_system, case, "blocks"), str(today(ZONE) + timedelta(days=30))
    once = acted(case_system, case, "blocks", made, "renew")
    assert (once["renewals"], once["until_on"], once["evidence"]) == (1, None, BLOCK["evidence"])
    twice = acted(case_system, case, "blocks", made, "renew", until_on=until_on, evidence="second letter")
    assert (twice["renewals"], twice["until_on"], twice["evidence"]) == (2, until_on, "second letter")
    early = case_system.post(f"{path(case, 'blocks')}/{made['id']}:renew", {"until_on": "2026-11-19"})
    assert (early.status_code, early.json()["reason"]) == (422, "BLOCK_ENDS_EARLY")


def test_a_block_recalls_the_visit_on_the_road(
    dispatcher: Client, database: Database, carry_on: Callable[[], int]
) -> None:
    made = opened(database)
    case = {"id": str(made.case.id)}
    posted(dispatcher, case, "blocks", kind="bereavement", from_on=None)
    carry_on()
    with database.transaction() as tx:
        assert tx.get_one(Visit, made.visit_id).state == "recalled"
        assert tx.get_one(Case, made.case.id).state is CaseStatus.HELD


def test_a_block_that_was_told_for_a_later_day_holds_from_that_day_on(
    dispatcher: Client, database: Database, carry_on: Callable[[], int]
) -> None:
    made = opened(database)
    case = {"id": str(made.case.id)}
    later = today(made.region.time_zone) + timedelta(days=1)
    block = posted(dispatcher, case, "blocks", kind="bereavement", from_on=str(later))
    carry_on()
    REGULARLY["contact.hold"].handler(database)
    with database.transaction() as tx:
        assert tx.get_one(Case, made.case.id).state is CaseStatus.PUBLISHED
        row = tx.scalars(select(Block).where(Block.record_id == UUID(block["id"]))).one()
        row.from_on = later - timedelta(days=1)  # the day has come
    REGULARLY["contact.hold"].handler(database)
    carry_on()
    with database.transaction() as tx:
        assert tx.get_one(Visit, made.visit_id).state == "recalled"
        assert tx.get_one(Case, made.case.id).state is CaseStatus.HELD
    assert "case.block_began" in {
        event["name"] for event in dispatcher.get(f"/v1/cases/{made.case.id}").json()["events"]
    }


# ---- at once


def test_of_many_revocations_at_once_one_makes_a_version(
    settings: Settings, own_database: Database, token_key: TokenKey
) -> None:
    client = Client(create_app(settings, own_database, token_key), token_key.issue("case-system"))
    with own_database.transaction() as tx:
        case = {"id": str(add_case(tx, add_region(tx)).id)}
    made = posted(client, case, "consents")
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: acted(client, case, "consents", made), range(12)))
    assert {answer["version"] for answer in answers} == {2}
    with own_database.transaction() as tx:
        assert sorted(tx.scalars(select(Consent.revision))) == [1, 2]
