"""Policies come in as documents, and an assessment follows the one of its region and day."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.assessment.models import AffordabilityPolicy
from app.runtime.database import Database
from tests.assessment.test_dated_policy import document
from tests.client import Client
from tests.factories import add_region
from tests.factories_visits import money, statement

PATH = "/v1/affordability-policies"


@pytest.fixture
def admin(client_of: Callable[..., Client]) -> Client:
    return client_of("admin")


@pytest.fixture
def risk(client_of: Callable[..., Client]) -> Client:
    return client_of("risk")


@pytest.fixture
def hangzhou(database: Database) -> None:
    with database.transaction() as tx:
        add_region(tx)


def figures(client: Client, **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "statement": statement(),
        "loan": {"outstanding": money("9000.00")},
        "region": "330106",
        "as_of_on": "2026-11-23",
    }
    answer = client.post("/v1/assessments:preview", body | changes)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()["affordability"]
    return shown


@pytest.mark.usefixtures("hangzhou")
def test_a_policy_that_was_brought_holds_for_its_region_from_its_day_on(admin: Client, risk: Client) -> None:
    assert figures(risk)["policy"] == "CN-house 1"
    assert admin.post(PATH, document()).status_code == 201
    shown = figures(risk)
    assert shown["policy"] == "CN-3301 2026"
    # three persons at 1,245 instead of 684.10
    assert shown["essential_monthly"] == money("3735.00")
    assert shown["sources"]["floor_per_person"] == {"text": "City notice", "certainty": "P", "as_of_on": "2026-07-01"}
    assert "BELOW_LINE_FLOOR:food" in shown["flags"]
    assert "GUIDELINES_UNKNOWN" not in shown["flags"]
    assert figures(risk, as_of_on="2026-06-30")["policy"] == "CN-house 1"


@pytest.mark.usefixtures("hangzhou")
def test_what_a_preview_replaces_is_marked_as_given(admin: Client, risk: Client) -> None:
    admin.post(PATH, document())
    shown = figures(risk, policy={"stress": "0.70"})
    assert shown["policy"] == "CN-3301 2026+changed"
    assert shown["sources"]["stress"]["text"] == "Given with the request"
    assert shown["sources"]["floor_per_person"]["text"] == "City notice"


def test_the_same_again_is_the_same_and_other_figures_need_another_version(admin: Client) -> None:
    first, again = admin.post(PATH, document()), admin.post(PATH, document())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = admin.post(PATH, document(line_floors={"food": "500.00"}))
    assert (other.status_code, other.json()["reason"]) == (409, "POLICY_VERSION_EXISTS")
    assert admin.post(PATH, document(version="2027", line_floors={"food": "500.00"})).status_code == 201
    assert admin.get(f"{PATH}/CN-3301").json()["version"] == "2027"
    assert admin.get(f"{PATH}/CN-3301?version=2026").json()["document"] == document()


def test_a_dry_run_keeps_nothing(admin: Client) -> None:
    assert admin.post(f"{PATH}?validate_only=true", document()).status_code == 200
    assert [item["name"] for item in admin.get(PATH).json()["items"]] == ["CN-house", "IN-house"]
    broken = admin.post(f"{PATH}?validate_only=true", document(sources={}))
    assert (broken.status_code, broken.json()["reason"]) == (422, "POLICY_INVALID")
    assert "/sources/floor_per_person" in [error["pointer"] for error in broken.json()["errors"]]


def test_everybody_reads_policies_and_admins_alone_bring_them(client_of: Callable[..., Client]) -> None:
    for role in ("risk", "dispatcher", "case-system", "auditor"):
        assert client_of(role).get(f"{PATH}/CN-house").json()["document"]["constants"]["ratio_cap"] == "0.50"
        assert client_of(role).post(PATH, document()).status_code == 403
    missing = client_of("risk").get(f"{PATH}/nowhere")
    assert (missing.status_code, missing.json()["reason"]) == (404, "NO_SUCH_POLICY")


def test_a_policy_that_was_brought_is_never_changed(admin: Client, database: Database) -> None:
    admin.post(PATH, document())

    def change(tx: Session) -> None:
        tx.query(AffordabilityPolicy).update({"version": "1999"})

    with pytest.raises(DBAPIError, match="never changed"), database.transaction() as tx:
        change(tx)
