"""Complaints: opened by whoever hears of them, handled by people without an interest, answered by a day."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.intake.models import Case, CaseEvent
from app.redress.models import Complaint
from app.runtime.audit import AuditRecord
from app.runtime.clock import now, today
from app.runtime.database import Database
from tests.client import Client
from tests.factories import escalation
from tests.factories_visits import opened
from tests.redress.cases import COMPLAINT, RESOLUTION, ClientOf, Json, made, refusal, standing_blocks, status_of
from tests.redress.cases import stored_case as store

ZONE = "Asia/Shanghai"


@pytest.fixture
def case(database: Database) -> Case:
    return store(database)


@pytest.fixture
def handler(client_of: ClientOf) -> Client:
    return client_of("dispatcher", name="wang")


def complain(client: Client, case: Case, **changes: object) -> Json:
    return made(client.post(f"/v1/cases/{case.id}/complaints", COMPLAINT | changes))


def send(client: Client, complaint: Json, verb: str, body: Json | None = None, status: int = 200) -> Json:
    return made(client.post(f"/v1/complaints/{complaint['id']}:{verb}", body), status)


def days_ago(days: int) -> str:
    return (now() - timedelta(days=days)).isoformat()


# ---- its life


def test_a_complaint_is_opened_acknowledged_and_answered(handler: Client, case: Case, database: Database) -> None:
    complaint = complain(handler, case)
    on = today(ZONE)
    assert (complaint["state"], complaint["overdue"], complaint["opened_by"]) == ("open", False, "dispatcher:wang")
    assert complaint["acknowledge_due_on"] == str(on + timedelta(days=3))
    assert complaint["resolve_due_on"] == str(on + timedelta(days=15))
    assert complaint["policy"] == "CN-complaints-2020 1"
    assert "2020-03-01" in complaint["source"]
    acknowledged = send(handler, complaint, "acknowledge", {"subject": "privacy", "complexity": "complex"})
    assert (acknowledged["state"], acknowledged["subject"]) == ("acknowledged", "privacy")
    assert acknowledged["resolve_due_on"] == str(on + timedelta(days=30))
    resolved = send(handler, complaint, "resolve", RESOLUTION)
    assert (resolved["state"], resolved["outcome"], resolved["answered_late"]) == ("resolved", "upheld", False)
    assert resolved["redress"] == RESOLUTION["redress"]
    assert made(handler.get(f"/v1/complaints/{complaint['id']}"), 200) == resolved
    with database.transaction() as tx:
        versions = tx.scalars(select(Complaint).order_by(Complaint.revision)).all()
        assert [(row.revision, row.state) for row in versions] == [(1, "open"), (2, "acknowledged"), (3, "resolved")]
        names = tx.scalars(select(CaseEvent.name).where(CaseEvent.case_id == case.id)).all()
        assert {"case.complaint_opened", "case.complaint_acknowledged", "case.complaint_resolved"} <= set(names)
        actors = tx.scalars(select(AuditRecord.actor).where(AuditRecord.verb.like("case.complaint%"))).all()
        assert set(actors) == {"dispatcher:wang"}


def test_while_a_complaint_is_open_nobody_visits(handler: Client, case: Case, database: Database) -> None:
    first, second = complain(handler, case), complain(handler, case, subject="amount")
    assert standing_blocks(database, case) == ["complaint_open"]
    assert status_of(database, case) == "held"
    for number, complaint in enumerate((first, second)):
        assert status_of(database, case) == "held", number
        send(handler, complaint, "acknowledge")
        send(handler, complaint, "resolve", RESOLUTION)
    assert standing_blocks(database, case) == []
    assert status_of(database, case) == "accepted"


@pytest.mark.parametrize(
    ("verb", "body", "done"),
    [
        ("resolve", RESOLUTION, []),
        ("extend", {"reason": "the archive"}, []),
        ("approve-extension", None, []),
        ("acknowledge", None, ["acknowledge"]),
        ("acknowledge", None, ["acknowledge", "resolve"]),
        ("resolve", RESOLUTION, ["acknowledge", "resolve"]),
        ("extend", {"reason": "the archive"}, ["acknowledge", "resolve"]),
    ],
)
def test_what_its_state_does_not_allow_is_a_conflict(
    handler: Client, case: Case, verb: str, body: Json | None, done: list[str]
) -> None:
    complaint = complain(handler, case)
    for before in done:
        send(handler, complaint, before, RESOLUTION if before == "resolve" else None)
    assert refusal(handler.post(f"/v1/complaints/{complaint['id']}:{verb}", body)) == (409, "COMPLAINT_STATE")


def test_the_same_key_opens_one_complaint(handler: Client, case: Case) -> None:
    path, key = f"/v1/cases/{case.id}/complaints", {"Idempotency-Key": "once"}
    first, again = (made(handler.post(path, COMPLAINT, headers=key)) for _ in range(2))
    assert first == again
    assert len(made(handler.get(path), 200)["items"]) == 1


def test_a_change_may_name_its_version(handler: Client, case: Case) -> None:
    answer = handler.post(f"/v1/cases/{case.id}/complaints", COMPLAINT)
    path, first = answer.headers["location"], answer.headers["etag"]
    assert handler.get(path).headers["etag"] == first
    assert made(handler.post(f"{path}:acknowledge", headers={"If-Match": first}), 200)["version"] == 2
    assert handler.post(f"{path}:resolve", RESOLUTION, headers={"If-Match": first}).status_code == 412


# ---- more time


def test_more_time_is_approved_once_by_a_second_person(handler: Client, client_of: ClientOf, case: Case) -> None:
    second, complaint = client_of("dispatcher", name="li"), complain(handler, case, complexity="complex")
    send(handler, complaint, "acknowledge")
    asked = send(handler, complaint, "extend", {"reason": "recordings in the archive"})
    assert asked["resolve_due_on"] == complaint["resolve_due_on"]
    path = f"/v1/complaints/{complaint['id']}"
    assert refusal(handler.post(f"{path}:approve-extension")) == (403, "SAME_PERSON")
    assert refusal(second.post(f"{path}:extend", {"reason": "me too"})) == (409, "EXTENSION_ASKED")
    granted = send(second, complaint, "approve-extension")
    assert granted["resolve_due_on"] == str(today(ZONE) + timedelta(days=60))
    assert (granted["extension_asked_by"], granted["extended_by"]) == ("dispatcher:wang", "dispatcher:li")
    assert refusal(second.post(f"{path}:approve-extension")) == (409, "NO_EXTENSION_ASKED")
    assert refusal(handler.post(f"{path}:extend", {"reason": "again"})) == (409, "EXTENSION_ASKED")


def test_a_simple_complaint_has_no_extension(handler: Client, case: Case) -> None:
    complaint = complain(handler, case)
    send(handler, complaint, "acknowledge")
    answer = handler.post(f"/v1/complaints/{complaint['id']}:extend", {"reason": "busy"})
    assert refusal(answer) == (409, "COMPLAINT_NOT_COMPLEX")


def test_late_is_late(handler: Client, client_of: ClientOf, case: Case) -> None:
    complaint = complain(handler, case, complexity="complex", received_at=days_ago(31))
    send(handler, complaint, "acknowledge")
    answer = handler.post(f"/v1/complaints/{complaint['id']}:extend", {"reason": "busy"})
    assert refusal(answer) == (409, "CLOCK_RUN_OUT")
    assert send(handler, complaint, "resolve", RESOLUTION)["answered_late"] is True


# ---- what is overdue


def test_what_the_house_is_late_with_can_be_listed(handler: Client, case: Case) -> None:
    complain(handler, case)
    unacknowledged = complain(handler, case, received_at=days_ago(4))
    unanswered = complain(handler, case, received_at=days_ago(16))
    answered = complain(handler, case, received_at=days_ago(40))
    in_hand = complain(handler, case, received_at=days_ago(5))
    for complaint in (unanswered, answered, in_hand):
        send(handler, complaint, "acknowledge")
    send(handler, answered, "resolve", RESOLUTION)

    def ids(**params: object) -> list[str]:
        return [row["id"] for row in made(handler.get("/v1/complaints", params=params), 200)["items"]]

    assert ids(overdue=True) == [unacknowledged["id"], unanswered["id"]]
    assert len(ids(overdue=False)) == 3
    assert ids(state="resolved") == [answered["id"]]
    assert ids(state="acknowledged", overdue=True) == [unanswered["id"]]
    assert ids(region="elsewhere") == []
    first = made(handler.get("/v1/complaints", params={"limit": 2}), 200)
    assert len(first["items"]) == 2
    assert len(ids(cursor=first["next_cursor"])) == 3


# ---- who may not handle it


def test_the_person_complained_about_does_not_handle_it(client_of: ClientOf, case: Case) -> None:
    li, wang = client_of("dispatcher", name="li"), client_of("dispatcher", name="wang")
    complaint = complain(wang, case, about_subject="dispatcher:li")
    path = f"/v1/complaints/{complaint['id']}"
    assert refusal(li.post(f"{path}:acknowledge")) == (403, "HANDLER_HAS_INTEREST")
    send(wang, complaint, "acknowledge")
    assert refusal(li.post(f"{path}:resolve", RESOLUTION)) == (403, "HANDLER_HAS_INTEREST")


def test_who_was_sent_to_the_borrower_does_not_handle_his_complaint(client_of: ClientOf, database: Database) -> None:
    scene = opened(database)
    with_visit = client_of("dispatcher", scene.crew[1].id)
    complaint = complain(with_visit, scene.case)
    path = f"/v1/complaints/{complaint['id']}"
    assert refusal(with_visit.post(f"{path}:acknowledge")) == (403, "HANDLER_HAS_INTEREST")
    send(client_of("dispatcher", uuid4()), complaint, "acknowledge")


def test_the_complainant_is_not_asked_for_what_the_lender_holds(handler: Client, case: Case) -> None:
    path = f"/v1/complaints/{complain(handler, case)['id']}:acknowledge"
    answer = handler.post(path, {"papers_wanted": ["proof_of_payment", "loan_contract"]})
    assert refusal(answer) == (422, "PAPERS_HELD")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/papers_wanted/1"]
    assert made(handler.post(path, {"papers_wanted": ["proof_of_payment"]}), 200)["papers_wanted"] == [
        "proof_of_payment"
    ]


# ---- bad input, other people


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"text": "a\x00b"},
        {"text": "x" * 4001},
        {"subject": "weather"},
        {"channel": None},
        {"received_at": "2026-11-20T10:00:00"},
        {"received_at": "2199-01-01T00:00:00Z"},
        {"about_investigator_id": "li"},
        {"colour": "red"},
    ],
)
def test_a_complaint_that_cannot_be_is_refused(handler: Client, case: Case, changes: Json) -> None:
    answer = handler.post(f"/v1/cases/{case.id}/complaints", COMPLAINT | changes)
    assert refusal(answer) == (422, "MALFORMED")


def test_a_complaint_names_a_visit_to_its_borrower_and_somebody_of_the_field(
    client_of: ClientOf, case: Case, database: Database
) -> None:
    mine, handler = opened(database), client_of("dispatcher")
    stranger = store(database, "330108", borrower=escalation()["borrower"] | {"reference": "B-stranger"})
    path = f"/v1/cases/{stranger.id}/complaints"
    nobody = str(uuid4())
    for changes, pointers in (
        ({"visit_id": nobody}, ["/visit_id"]),
        ({"visit_id": str(mine.visit_id)}, ["/visit_id"]),
        ({"about_investigator_id": nobody}, ["/about_investigator_id"]),
        ({"visit_id": nobody, "about_investigator_id": nobody}, ["/visit_id", "/about_investigator_id"]),
    ):
        answer = handler.post(path, COMPLAINT | changes)
        assert refusal(answer) == (422, "UNKNOWN_REFERENCE")
        assert [error["pointer"] for error in answer.json()["errors"]] == pointers
    assert made(handler.get(path), 200)["items"] == []
    assert standing_blocks(database, stranger) == []
    about = {"visit_id": str(mine.visit_id), "about_investigator_id": str(mine.crew[0].id)}
    complaint = complain(handler, mine.case, **about)
    assert {key: complaint[key] for key in about} == about


def test_a_complaint_may_be_about_the_visit_for_another_loan_of_the_borrower(
    client_of: ClientOf, database: Database
) -> None:
    scene = opened(database)
    loan = store(database, "330108")
    assert loan.borrower_key == scene.case.borrower_key
    assert complain(client_of("dispatcher"), loan, visit_id=str(scene.visit_id))["visit_id"] == str(scene.visit_id)


@pytest.mark.parametrize(
    "changes", [{"redress": None}, {"answer": ""}, {"outcome": "answered_elsewhere"}, {"outcome": "lost"}]
)
def test_an_answer_that_cannot_be_is_refused(handler: Client, case: Case, changes: Json) -> None:
    complaint = complain(handler, case)
    send(handler, complaint, "acknowledge")
    answer = handler.post(f"/v1/complaints/{complaint['id']}:resolve", RESOLUTION | changes)
    assert refusal(answer) == (422, "MALFORMED")


def test_a_rejected_complaint_needs_no_redress(handler: Client, case: Case) -> None:
    complaint = complain(handler, case)
    send(handler, complaint, "acknowledge")
    assert send(handler, complaint, "resolve", {"outcome": "rejected", "answer": "it was noon"})["redress"] is None


@pytest.mark.parametrize(
    ("role", "reads", "opens", "handles"),
    [
        ("case-system", True, True, False),
        ("dispatcher", True, True, True),
        ("investigator", False, False, False),
        ("risk", True, True, True),
        ("auditor", True, False, False),
        ("admin", True, True, True),
    ],
)
def test_each_role_does_its_part(
    client_of: ClientOf, case: Case, role: str, reads: bool, opens: bool, handles: bool
) -> None:
    client, complaint = client_of(role), complain(client_of("dispatcher", name="wang"), case)
    path = f"/v1/complaints/{complaint['id']}"
    for answer in (client.get(path), client.get("/v1/complaints"), client.get(f"/v1/cases/{case.id}/complaints")):
        assert answer.status_code == (200 if reads else 403)
    assert client.post(f"/v1/cases/{case.id}/complaints", COMPLAINT).status_code == (201 if opens else 403)
    assert client.post(f"{path}:acknowledge").status_code == (200 if handles else 403)


def test_another_region_s_complaints_are_not_there(client_of: ClientOf, case: Case, database: Database) -> None:
    complaint = complain(client_of("dispatcher"), case)
    elsewhere = client_of("dispatcher", regions=["330108"])
    for answer in (
        elsewhere.get(f"/v1/complaints/{complaint['id']}"),
        elsewhere.post(f"/v1/complaints/{complaint['id']}:acknowledge", {"malformed": True}),
        elsewhere.post(f"/v1/cases/{case.id}/complaints", {}),
    ):
        assert answer.status_code == 404, answer.text
    assert made(elsewhere.get("/v1/complaints"), 200)["items"] == []
    assert len(made(client_of("auditor", regions=["330106"]).get("/v1/complaints"), 200)["items"]) == 1
