"""A report at the door: in which form, in which language, and how much of it."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.compliance.phrase import Language
from app.reports.case_report import digest
from app.reports.models import CaseReport
from app.reports.paper.telling import Teller
from app.reports.service import compile_report, file_report
from app.runtime.auth import AUDIENCE, ISSUER, TokenKey
from app.runtime.clock import now
from app.runtime.database import Database, new_id
from app.visits.models import Visit
from app.workforce.models import Investigator
from tests.client import Client
from tests.factories import escalation
from tests.factories_reports import assessed_case, assessed_visit, investigator, west_lake
from tests.reports.printed import pages_of

NOBODY = new_id()
JSON, HTML, PDF = "application/json", "text/html", "application/pdf"
READERS = ("risk", "auditor", "dispatcher")


def reported(database: Database, **changes: Any) -> tuple[CaseReport, Investigator]:
    """A case that has come to its report, and who was there."""
    with database.transaction() as tx:
        region = west_lake(tx)
        person = investigator(tx, "I-01", region)
        visit = assessed_visit(tx, assessed_case(tx, region, **changes), crew=(person,))
    compile_report(database, visit.id)
    with database.transaction() as tx:
        return tx.scalars(select(CaseReport).where(CaseReport.visit_id == visit.id)).one(), person


@pytest.fixture
def written(database: Database) -> tuple[CaseReport, Investigator]:
    return reported(database)


@pytest.fixture
def report(written: tuple[CaseReport, Investigator]) -> CaseReport:
    return written[0]


# ---- forms and languages


def test_a_report_can_be_proved_by_its_hash(risk: Client, report: CaseReport) -> None:
    answer = risk.get(f"/v1/reports/{report.id}")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body == report.body
    assert body["sha256"] == digest(body)
    assert answer.headers["etag"] == f'"{body["sha256"]}"'
    assert list(body)[:5] == ["id", "case_id", "visit_id", "version", "made_at"]


def test_a_browser_gets_a_page_that_runs_and_fetches_nothing(risk: Client, report: CaseReport) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = risk.get(f"/v1/reports/{report.id}", headers={"Accept": browser})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert report.sha256 in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["content-language"] == "en"


def test_a_report_can_be_printed(risk: Client, report: CaseReport) -> None:
    answer = risk.get(f"/v1/reports/{report.id}?language=zh", headers={"Accept": PDF})
    assert answer.headers["content-type"] == PDF
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-disposition"] == f'inline; filename="doorstep-report-{report.id}-v1-zh.pdf"'


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", None, "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "fr, de", "en"),
        ("?language=en", "zh", "en"),
        ("?language=zh", "en", "zh"),
    ],
)
def test_the_query_wins_over_the_browser_and_the_browser_over_english(
    risk: Client, report: CaseReport, query: str, accepted: str | None, language: str
) -> None:
    headers = {"Accept": HTML} | ({"Accept-Language": accepted} if accepted else {})
    answer = risk.get(f"/v1/reports/{report.id}{query}", headers=headers)
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.text


def test_a_language_that_nobody_wrote_is_refused(risk: Client, report: CaseReport) -> None:
    answer = risk.get(f"/v1/reports/{report.id}?language=tlh")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "?language")


def test_each_representation_has_a_tag_of_its_own(client_of: Callable[..., Client], report: CaseReport) -> None:
    tags = set()
    for role in READERS:
        for media in (JSON, HTML, PDF):
            for language in ("en", "zh"):
                answer = client_of(role).get(f"/v1/reports/{report.id}?language={language}", headers={"Accept": media})
                assert answer.headers["vary"] == "Accept, Accept-Language, Authorization"
                tags.add(answer.headers["etag"])
    assert len(tags) == 17  # the whole report as JSON is the same in both languages


def test_what_the_reader_has_already_is_not_sent_again(risk: Client, report: CaseReport) -> None:
    path, wanted = f"/v1/reports/{report.id}", {"Accept": PDF}
    tag = risk.get(path, headers=wanted).headers["etag"]
    again = risk.get(path, headers=wanted | {"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert risk.get(f"{path}?language=zh", headers=wanted | {"If-None-Match": tag}).status_code == 200


def test_other_forms_of_a_report_are_not_there(risk: Client, report: CaseReport) -> None:
    for path in (f"/v1/reports/{report.id}", f"/v1/reports/{report.id}/borrower-copy"):
        answer = risk.get(path, headers={"Accept": "image/png"})
        assert answer.status_code == 406
        assert answer.headers["content-type"] == "application/problem+json"


# ---- roles


@pytest.mark.parametrize("media", [JSON, HTML, PDF])
@pytest.mark.parametrize("role", ["case-system", "investigator"])
def test_others_read_no_report(client_of: Callable[..., Client], report: CaseReport, role: str, media: str) -> None:
    answer = client_of(role).get(f"/v1/reports/{report.id}", headers={"Accept": media})
    assert (answer.status_code, answer.json()["reason"]) == (403, "SCOPE_MISSING")


@pytest.mark.parametrize("role", ["auditor", "dispatcher"])
def test_a_masked_report_says_so(client_of: Callable[..., Client], report: CaseReport, role: str) -> None:
    client = client_of(role)
    body = client.get(f"/v1/reports/{report.id}").json()
    assert (body["masked"], body["masked_for"], body["sha256"]) == (True, role, report.sha256)
    assert "/note" in body["left_out"]
    page = client.get(f"/v1/reports/{report.id}", headers={"Accept": HTML}).text
    assert "谈话平静" not in page
    assert "is left out" in page
    assert ("2,203.00" in page) is (role == "auditor")


@pytest.mark.parametrize("role", ["auditor", "dispatcher"])
def test_the_feed_stays_the_risk_department_s(client_of: Callable[..., Client], report: CaseReport, role: str) -> None:
    for answer in (
        client_of(role).get("/v1/reports"),
        client_of(role).post(f"/v1/reports/{report.id}:acknowledge"),
        client_of(role).get(f"/v1/reports/{report.id}/borrower-copy"),
    ):
        assert (answer.status_code, answer.json()["reason"]) == (403, "SCOPE_MISSING")


@pytest.mark.parametrize("path", ["", "/proof", "/borrower-copy"])
@pytest.mark.parametrize("scope", ["reports:read", "audit:read", "plans:write"])
def test_another_region_s_report_is_not_there(
    application: FastAPI, token_key: TokenKey, report: CaseReport, scope: str, path: str
) -> None:
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "x", "scope": scope, "iat": now(), "exp": now().timestamp() + 60}
    stranger = Client(application, jwt.encode(claims | {"regions": ["330108"]}, token_key.private, "EdDSA"))
    expected = 403 if path == "/borrower-copy" and scope != "reports:read" else 404
    assert stranger.get(f"/v1/reports/{report.id}{path}").status_code == expected


@pytest.mark.parametrize("path", ["", "/proof", "/borrower-copy"])
def test_what_is_not_there_is_404(risk: Client, path: str) -> None:
    assert risk.get(f"/v1/reports/{NOBODY}{path}").status_code == 404


# ---- proof


def test_a_printed_hash_is_compared_with_the_stored_report(risk: Client, report: CaseReport) -> None:
    path = f"/v1/reports/{report.id}/proof"
    told = risk.get(path).json()
    assert (told["intact"], told["matches"], told["superseded_by"]) == (True, None, None)
    assert told["sha256"] == told["computed_sha256"] == report.sha256
    assert told["code"] == f"doorstep:report:{report.id}:1:{report.sha256}"
    assert risk.get(path, params={"sha256": report.sha256.upper()}).json()["matches"] is True
    assert risk.get(path, params={"sha256": "0" * 64}).json()["matches"] is False
    assert risk.get(path, params={"sha256": "short"}).status_code == 422


def test_a_report_that_was_tampered_with_is_found_out(risk: Client, report: CaseReport, database: Database) -> None:
    with database.transaction() as tx:
        row = tx.get_one(CaseReport, report.id)
        tx.add(
            CaseReport(
                id=new_id(), made_at=row.made_at, case_id=row.case_id, also_case_ids=[], visit_id=row.visit_id,
                version=2, sha256=row.sha256, body=row.body | {"note": "all is well"},
            )
        )  # fmt: skip
        forged = tx.scalars(select(CaseReport.id).where(CaseReport.version == 2)).one()
    told = risk.get(f"/v1/reports/{forged}/proof", params={"sha256": report.sha256}).json()
    assert (told["intact"], told["matches"]) == (False, False)


def test_an_older_version_names_the_newest(risk: Client, report: CaseReport, database: Database) -> None:
    newer = superseded(database, report)
    assert risk.get(f"/v1/reports/{report.id}/proof").json()["superseded_by"] == str(newer.id)
    assert risk.get(f"/v1/reports/{newer.id}/proof").json()["superseded_by"] is None


# ---- superseded


MARKS = {
    ("", "en"): "This version is superseded: version 2, made on ",
    ("", "zh"): "本版本已被取代",
    ("/borrower-copy", "en"): "This copy is superseded: the report has a newer version 2, made on ",
    ("/borrower-copy", "zh"): "本副本已被取代",
}


def superseded(database: Database, report: CaseReport) -> CaseReport:
    """The version that takes the place of the report."""
    with database.transaction() as tx:
        return file_report(tx, tx.get_one(Visit, report.visit_id), tx.get_one(CaseReport, report.id))


@pytest.mark.parametrize(("path", "language"), MARKS)
def test_whoever_reads_an_old_version_is_told_of_the_new_one(
    risk: Client, report: CaseReport, database: Database, path: str, language: str
) -> None:
    mark, query = MARKS[path, language], {"language": language}
    before = risk.get(f"/v1/reports/{report.id}{path}", headers={"Accept": HTML}, params=query).text
    newer = superseded(database, report)
    old = risk.get(f"/v1/reports/{report.id}{path}", headers={"Accept": HTML}, params=query).text
    new = risk.get(f"/v1/reports/{newer.id}{path}", headers={"Accept": HTML}, params=query).text
    assert [mark in page for page in (before, old, new)] == [False, True, False]
    assert str(newer.id) in old.split("<main>")[0]
    made_on = Teller.of(Language(language)).instant(newer.body["made_at"])
    assert made_on in old.split("<main>")[0]


def test_an_old_version_names_the_newest_of_all(risk: Client, report: CaseReport, database: Database) -> None:
    newest = superseded(database, superseded(database, report))
    page = risk.get(f"/v1/reports/{report.id}", headers={"Accept": HTML}).text
    assert "This version is superseded: version 3" in page
    assert str(newest.id) in page


@pytest.mark.parametrize("role", ["auditor", "dispatcher"])
def test_a_masked_page_is_marked_too(
    client_of: Callable[..., Client], report: CaseReport, database: Database, role: str
) -> None:
    superseded(database, report)
    page = client_of(role).get(f"/v1/reports/{report.id}", headers={"Accept": HTML}).text
    assert MARKS["", "en"] in page


@pytest.mark.parametrize("path", ["", "/borrower-copy"])
@pytest.mark.parametrize("media", [HTML, PDF])
def test_what_was_read_before_is_sent_again_with_the_mark(
    risk: Client, report: CaseReport, database: Database, path: str, media: str
) -> None:
    path = f"/v1/reports/{report.id}{path}"
    tag = risk.get(path, headers={"Accept": media}).headers["etag"]
    superseded(database, report)
    again = risk.get(path, headers={"Accept": media, "If-None-Match": tag})
    assert again.status_code == 200
    assert again.headers["etag"] != tag


def test_the_printed_old_version_is_marked_on_each_page(risk: Client, report: CaseReport, database: Database) -> None:
    superseded(database, report)
    for path in ("", "/borrower-copy"):
        printed = risk.get(f"/v1/reports/{report.id}{path}?language=en", headers={"Accept": PDF}).content
        pages = pages_of(printed)
        assert MARKS[path, "en"] in pages[0].replace("\r\n", " ")
        assert all("superseded by version 2" in page for page in pages)


def test_the_stored_report_stays_as_it_is(risk: Client, report: CaseReport, database: Database) -> None:
    before = risk.get(f"/v1/reports/{report.id}")
    superseded(database, report)
    after = risk.get(f"/v1/reports/{report.id}")
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])
    assert digest(after.json()) == report.sha256


# ---- the borrower's copy


def test_the_visit_s_own_investigators_hand_out_the_copy(
    client_of: Callable[..., Client], written: tuple[CaseReport, Investigator]
) -> None:
    report, person = written
    path = f"/v1/reports/{report.id}/borrower-copy"
    own = client_of("investigator", person.id).get(path)
    assert own.status_code == 200, own.text
    assert (own.json()["language"], own.json()["report_id"]) == ("zh", str(report.id))
    assert client_of("investigator", NOBODY).get(path).status_code == 404
    assert client_of("investigator").get(path).status_code == 404
    assert client_of("case-system").get(path).status_code == 403


def test_the_copy_speaks_the_borrower_s_language(risk: Client, report: CaseReport) -> None:
    path = f"/v1/reports/{report.id}/borrower-copy"
    answer = risk.get(path, headers={"Accept": HTML, "Accept-Language": "en"})
    assert answer.headers["content-language"] == "zh"
    assert "您的权利" in answer.text
    english = risk.get(f"{path}?language=en", headers={"Accept": PDF})
    assert english.content.startswith(b"%PDF-")
    assert english.headers["content-disposition"].startswith('inline; filename="doorstep-copy-')


@pytest.mark.parametrize(
    ("told", "language"), [("yue", "zh"), ("zh-Hant-HK", "zh"), ("hi", "en"), ("en-IN", "en"), (None, "en")]
)
def test_whoever_reads_chinese_gets_it_in_chinese(
    risk: Client, database: Database, told: str | None, language: str
) -> None:
    body = escalation()
    body["borrower"]["language"] = told
    report, _ = reported(database, escalation=body, language=told)
    assert risk.get(f"/v1/reports/{report.id}/borrower-copy").json()["language"] == language


def test_the_copy_keeps_the_lender_s_notes_for_the_lender(risk: Client, report: CaseReport) -> None:
    answer = risk.get(f"/v1/reports/{report.id}/borrower-copy?language=en")
    for word in ("谈话平静", "工厂减产", "rulings", "BELOW_FLOOR", "MET_PLAN_DRAFTED"):
        assert word not in answer.text
    assert {right["title"] for right in answer.json()["rights"]} >= {"Correction", "Complaint", "Hardship review"}
