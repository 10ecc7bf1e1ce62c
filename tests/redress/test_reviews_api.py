"""Hardship reviews: whoever sees hardship opens one, and another person concludes it."""

from datetime import timedelta

import pytest

from app.intake.models import Case
from app.runtime.clock import today
from app.runtime.database import Database
from tests.client import Client
from tests.factories_visits import opened
from tests.redress.cases import ClientOf, Json, made, refusal, standing_blocks, status_of
from tests.redress.cases import stored_case as store

ZONE = "Asia/Shanghai"
HARDSHIP: Json = {"grounds": ["job_loss", "illness"], "text": "the factory closed in July"}
NOT_CONFIRMED: Json = {"outcome": "not_confirmed", "note": "a new job since October"}


def confirmed(**changes: object) -> Json:
    again_on = str(today(ZONE) + timedelta(days=90))
    return {
        "outcome": "confirmed",
        "measures": ["interest_freeze", "grace"],
        "adjustments": ["by letter only"],
        "look_again_on": again_on,
    } | changes


@pytest.fixture
def case(database: Database) -> Case:
    return store(database)


@pytest.fixture
def dispatcher(client_of: ClientOf) -> Client:
    return client_of("dispatcher", name="wang")


def review(client: Client, case: Case, **changes: object) -> Json:
    return made(client.post(f"/v1/cases/{case.id}/hardship-reviews", HARDSHIP | changes))


def conclude(client: Client, opened_review: Json, body: Json, status: int = 200) -> Json:
    return made(client.post(f"/v1/hardship-reviews/{opened_review['id']}:conclude", body), status)


def test_a_review_is_opened_and_concluded_by_another_person(dispatcher: Client, risk: Client, case: Case) -> None:
    shown = review(dispatcher, case)
    assert (shown["state"], shown["urgent"], shown["opened_by"]) == ("open", False, "dispatcher:wang")
    assert shown["due_on"] == str(today(ZONE) + timedelta(days=15))
    path = f"/v1/hardship-reviews/{shown['id']}"
    assert refusal(dispatcher.post(f"{path}:conclude", confirmed())) == (403, "SAME_PERSON")
    done = conclude(risk, shown, confirmed())
    assert (done["state"], done["outcome"], done["visits_blocked"]) == ("concluded", "confirmed", True)
    assert done["concluded_by"] == "risk"
    assert made(risk.get(path), 200) == done
    assert refusal(risk.post(f"{path}:conclude", confirmed())) == (409, "REVIEW_CONCLUDED")


@pytest.mark.parametrize(
    ("body", "blocks", "status"),
    [
        (confirmed(), ["vulnerable_suspected"], "held"),
        (confirmed(visits_blocked=False), [], "accepted"),
        (NOT_CONFIRMED, [], "accepted"),
    ],
)
def test_words_of_self_harm_keep_everybody_from_the_door_until_it_is_concluded(
    dispatcher: Client, risk: Client, case: Case, database: Database, body: Json, blocks: list[str], status: str
) -> None:
    urgent = review(dispatcher, case, text="she said 不想活了")
    assert urgent["urgent"] is True
    assert urgent["grounds"] == ["job_loss", "illness", "self_harm_words"]
    assert urgent["due_on"] == str(today(ZONE) + timedelta(days=1))
    assert standing_blocks(database, case) == ["vulnerable_suspected"]
    assert status_of(database, case) == "held"
    conclude(risk, urgent, body)
    assert standing_blocks(database, case) == blocks
    assert status_of(database, case) == status


def test_an_ordinary_review_does_not_stop_visits(dispatcher: Client, case: Case, database: Database) -> None:
    review(dispatcher, case)
    assert standing_blocks(database, case) == []
    assert status_of(database, case) == "accepted"


def test_visits_go_on_with_the_last_review_only(
    dispatcher: Client, risk: Client, case: Case, database: Database
) -> None:
    first, second = review(dispatcher, case, grounds=["self_harm_words"]), review(dispatcher, case)
    conclude(risk, first, NOT_CONFIRMED)
    assert standing_blocks(database, case) == ["vulnerable_suspected"]
    conclude(risk, second, NOT_CONFIRMED)
    assert standing_blocks(database, case) == []


@pytest.mark.parametrize(
    "body",
    [
        confirmed(measures=[], adjustments=[]),
        confirmed(look_again_on=None),
        confirmed(measures=["lottery"]),
        NOT_CONFIRMED | {"measures": ["grace"]},
        NOT_CONFIRMED | {"visits_blocked": True},
        {"outcome": "perhaps"},
        {},
    ],
)
def test_a_conclusion_that_cannot_be_is_refused(dispatcher: Client, risk: Client, case: Case, body: Json) -> None:
    answer = risk.post(f"/v1/hardship-reviews/{review(dispatcher, case)['id']}:conclude", body)
    assert refusal(answer) == (422, "MALFORMED")


def test_it_is_looked_at_again_on_a_day_to_come(dispatcher: Client, risk: Client, case: Case) -> None:
    path = f"/v1/hardship-reviews/{review(dispatcher, case)['id']}:conclude"
    answer = risk.post(path, confirmed(look_again_on=str(today(ZONE))))
    assert refusal(answer) == (422, "LOOK_AGAIN_PASSED")


@pytest.mark.parametrize("changes", [{"grounds": []}, {"grounds": ["boredom"]}, {"text": "\x00"}, {"colour": "red"}])
def test_a_review_that_cannot_be_is_refused(dispatcher: Client, case: Case, changes: Json) -> None:
    answer = dispatcher.post(f"/v1/cases/{case.id}/hardship-reviews", HARDSHIP | changes)
    assert refusal(answer) == (422, "MALFORMED")


def test_what_is_urgent_can_be_listed(dispatcher: Client, case: Case) -> None:
    review(dispatcher, case)
    urgent = review(dispatcher, case, grounds=["self_harm_words"])

    def ids(**params: object) -> list[str]:
        return [row["id"] for row in made(dispatcher.get("/v1/hardship-reviews", params=params), 200)["items"]]

    assert ids(urgent=True) == [urgent["id"]]
    assert ids(state="concluded") == ids(overdue=True) == []
    assert len(ids(state="open", overdue=False)) == 2


def test_an_investigator_opens_one_for_a_borrower_that_he_visits(client_of: ClientOf, database: Database) -> None:
    scene, other = opened(database), store(database)
    phone = client_of("investigator", scene.crew[0].id)
    assert review(phone, scene.case)["opened_by"] == f"investigator:{scene.crew[0].id}"
    stranger = client_of("investigator", scene.crew[0].id)
    assert stranger.post(f"/v1/cases/{other.id}/hardship-reviews", {}).status_code == 404
    assert client_of("investigator").post(f"/v1/cases/{scene.case.id}/hardship-reviews", HARDSHIP).status_code == 404


@pytest.mark.parametrize(
    ("role", "reads", "opens", "concludes"),
    [
        ("case-system", True, True, False),
        ("dispatcher", True, True, True),
        ("risk", True, True, True),
        ("auditor", True, False, False),
        ("admin", True, True, True),
    ],
)
def test_each_role_does_its_part(
    client_of: ClientOf, case: Case, role: str, reads: bool, opens: bool, concludes: bool
) -> None:
    client, shown = client_of(role), review(client_of("dispatcher", name="wang"), case)
    path = f"/v1/hardship-reviews/{shown['id']}"
    for answer in (client.get(path), client.get("/v1/hardship-reviews")):
        assert answer.status_code == (200 if reads else 403)
    assert client.get(f"/v1/cases/{case.id}/hardship-reviews").status_code == (200 if reads else 403)
    assert client.post(f"/v1/cases/{case.id}/hardship-reviews", HARDSHIP).status_code == (201 if opens else 403)
    assert client.post(f"{path}:conclude", NOT_CONFIRMED).status_code == (200 if concludes else 403)


def test_an_investigator_reads_none(client_of: ClientOf, case: Case) -> None:
    assert client_of("investigator").get("/v1/hardship-reviews").status_code == 403


def test_another_region_s_reviews_are_not_there(client_of: ClientOf, dispatcher: Client, case: Case) -> None:
    shown, elsewhere = review(dispatcher, case), client_of("risk", regions=["330108"])
    assert elsewhere.get(f"/v1/hardship-reviews/{shown['id']}").status_code == 404
    assert elsewhere.post(f"/v1/hardship-reviews/{shown['id']}:conclude", {}).status_code == 404
    assert made(elsewhere.get("/v1/hardship-reviews"), 200)["items"] == []
