"""The risk department takes findings as features, and cohort figures."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contact.models import AccountUpdate, Contact
from app.intake.models import Case
from app.kernel.actor import Actor
from app.reports import feed
from app.reports.models import CaseReport, Decision
from app.reports.service import compile_report
from app.runtime.clock import now
from app.runtime.database import Database, new_id
from app.signals.features import FEATURES, features
from app.signals.queries import signal_page
from app.visits.models import PromiseToPay, Visit
from app.workforce.models import Region
from tests.client import Client
from tests.factories import escalation
from tests.factories_reports import DAY, assessed_case, assessed_visit, west_lake

AGO = datetime(2026, 11, 10, 9, tzinfo=UTC)


def reported(
    database: Database, region: Region | None = None, *, segment: str = "young_consumer", **of_visit: Any
) -> CaseReport:
    """A case that has come to its report."""
    with database.transaction() as tx:
        told = escalation(source_reference=f"ESC-{new_id()}")
        told["borrower"]["segment"] = segment
        case = assessed_case(tx, region or west_lake(tx), escalation=told)
        visit = assessed_visit(tx, case, **of_visit)
    compile_report(database, visit.id)
    with database.transaction() as tx:
        return tx.scalars(select(CaseReport).where(CaseReport.visit_id == visit.id)).one()


def rows(client: Client, **parameters: Any) -> list[dict[str, Any]]:
    answer = client.get("/v1/risk-signals", params=parameters)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def everything_that_may_follow(tx: Session, report: CaseReport) -> None:
    """A call told late, money, another promise, a decision, and a correction of the report."""
    case, visit = tx.get_one(Case, report.case_id), tx.get_one(Visit, report.visit_id)
    tx.add(
        Contact(
            case_id=case.id,
            borrower_key=case.borrower_key,
            client_id=new_id(),
            channel="call",
            at=AGO,
            outcome="reached",
            contacted=True,
            by="phone team",
        )
    )
    tx.add(
        AccountUpdate(
            case_id=case.id,
            client_id=new_id(),
            at=now(),
            kind="payment",
            currency="CNY",
            amount_minor=500_00,
            actor="case-system",
        )
    )
    promise = {"currency": "CNY", "amount_minor": 100_00, "due_on": DAY, "channel": None, "state": "open"}
    tx.add(PromiseToPay(visit_id=visit.id, case_id=case.id, **promise))
    reasons: dict[str, Any] = {"reasons": ["AFFORDABLE"], "alternatives_considered": [], "note": None}
    tx.add(
        Decision(
            case_id=case.id, report_id=report.id, kind="approve_plan", option="instalment", actor="risk", **reasons
        )
    )
    tx.flush()
    correct(tx, report)


def correct(tx: Session, report: CaseReport) -> CaseReport:
    """The next version of a report, with another outcome."""
    body = report.body | {"id": str(new_id()), "version": report.version + 1, "outcome": "MET_ASSESSED"}
    corrected = CaseReport(
        case_id=report.case_id,
        also_case_ids=[],
        visit_id=report.visit_id,
        version=report.version + 1,
        sha256=report.sha256,
        body=body | {"supersedes": str(report.id)},
    )
    tx.add(corrected)
    tx.flush()
    feed.enter(tx, corrected.id)
    tx.flush()
    return corrected


# ---- point in time


def test_a_reported_visit_is_a_row_of_features(risk: Client, database: Database) -> None:
    report = reported(database)
    (row,) = rows(risk)
    assert list(row) == [feature.name for feature in FEATURES]
    assert (row["report_id"], row["visit_id"], row["segment"]) == (
        str(report.id),
        str(report.visit_id),
        "young_consumer",
    )
    assert (row["call_attempts"], row["sms_attempts"], row["visit_attempts"]) == (1, 1, 0)
    assert datetime.fromisoformat(row["known_at"]) == report.made_at == datetime.fromisoformat(row["as_of"])
    assert (row["promise_state"], row["decision"]) == ("open", None)


def test_what_was_known_at_an_instant_stays_what_was_known_then(risk: Client, database: Database) -> None:
    report = reported(database)
    then = now()
    before, first = rows(risk, as_of=then.isoformat()), rows(risk)
    with database.transaction() as tx:
        everything_that_may_follow(tx, report)
    assert rows(risk, as_of=then.isoformat()) == before
    assert rows(risk)[:1] == first


def test_a_correction_is_a_row_of_its_own_and_the_only_one_as_of_later(risk: Client, database: Database) -> None:
    report = reported(database)
    with database.transaction() as tx:
        everything_that_may_follow(tx, report)
    old, new = rows(risk)
    assert [(row["version"], row["outcome"]) for row in (old, new)] == [(1, "MET_PLAN_DRAFTED"), (2, "MET_ASSESSED")]
    assert old["known_at"] < new["known_at"]
    assert (old["call_contacts"], new["call_contacts"]) == (0, 1)
    assert (old["decision"], old["option_accepted"]) == (None, None)
    (now_known,) = rows(risk, as_of=now().isoformat())
    assert (now_known["version"], now_known["decision"], now_known["option_accepted"]) == (2, "approve_plan", True)


def test_before_the_report_was_made_nothing_was_known(risk: Client, database: Database) -> None:
    report = reported(database)
    assert rows(risk, as_of=(report.made_at - timedelta(seconds=1)).isoformat()) == []


def test_rows_come_in_pages_in_the_order_of_the_feed(risk: Client, database: Database) -> None:
    with database.transaction() as tx:
        region = west_lake(tx)
    made = [str(reported(database, region).id) for _ in range(3)]
    collected, after = list[str](), None
    for _ in range(4):
        page = risk.get("/v1/risk-signals", params={"limit": 1} | ({"after": after} if after else {})).json()
        collected += [row["report_id"] for row in page["items"]]
        after = page["next_cursor"]
        assert after is not None
    assert collected == made


def test_contacts_of_all_loans_of_the_borrower_count(risk: Client, database: Database) -> None:
    with database.transaction() as tx:
        region = west_lake(tx)
        case = assessed_case(tx, region, borrower_key="case-system:B-4411")
        assessed_case(tx, region, borrower_key="case-system:B-4411")
        visit = assessed_visit(tx, case)
    compile_report(database, visit.id)
    (row,) = rows(risk)
    assert row["call_attempts"] == 2


def test_a_token_of_a_region_sees_the_rows_of_that_region(database: Database) -> None:
    with database.transaction() as tx:
        regions = [west_lake(tx, code) for code in ("330106", "330108")]
    made = [reported(database, region) for region in regions]
    actor = Actor("risk", frozenset({"reports:read"}), regions=frozenset({"330108"}))
    with database.transaction() as tx:
        feed.seal(tx)
        page = signal_page(tx, actor, feed.START, 50, None)
    assert [features(visit)["report_id"] for visit in page.visits] == [str(made[1].id)]


@pytest.mark.parametrize(
    "parameters",
    [
        {"as_of": "2026-11-20T00:00:00"},
        {"as_of": "2199-01-01T00:00:00Z"},
        {"as_of": "yesterday"},
        {"after": "not ours"},
        {"limit": 0},
        {"limit": 201},
    ],
)
def test_what_cannot_be_asked_is_refused(risk: Client, parameters: dict[str, Any]) -> None:
    answer = risk.get("/v1/risk-signals", params=parameters)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_the_dictionary_tells_every_field_of_a_row(risk: Client, database: Database) -> None:
    reported(database)
    told = risk.get("/v1/risk-signals/dictionary").json()["features"]
    assert [feature["name"] for feature in told] == list(rows(risk)[0])
    surplus = next(feature for feature in told if feature["name"] == "surplus_monthly")
    assert (surplus["kind"], surplus["known"]) == ("decimal", "report")
    assert "figures_currency" in surplus["unit"]


@pytest.mark.parametrize("role", ["case-system", "dispatcher", "investigator", "auditor"])
def test_signals_are_for_the_risk_department_alone(client_of: Callable[..., Client], role: str) -> None:
    for path in ("", "/dictionary", "/cohorts?from=2026-11-01&to=2026-12-01"):
        answer = client_of(role).get(f"/v1/risk-signals{path}")
        assert (answer.status_code, answer.json()["reason"]) == (403, "SCOPE_MISSING")


# ---- cohorts

PERIOD = {"from": "2026-11-23", "to": "2026-11-24"}
NOBODY_THERE: dict[str, Any] = {"findings": None, "outcome": "NO_ANSWER"}


def cohorts(client: Client, **parameters: str) -> dict[str, Any]:
    answer = client.get("/v1/risk-signals/cohorts", params=PERIOD | parameters)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture
def many(database: Database) -> list[CaseReport]:
    """Six young consumers, five of them met; five micro-business owners; two high spenders."""
    with database.transaction() as tx:
        region = west_lake(tx)
    return [
        *(reported(database, region) for _ in range(5)),
        reported(database, region, **NOBODY_THERE),
        *(reported(database, region, segment="micro_business") for _ in range(5)),
        *(reported(database, region, segment="high_spender") for _ in range(2)),
    ]


def test_cohorts_tell_counts_shares_and_quartiles(risk: Client, database: Database, many: list[CaseReport]) -> None:
    with database.transaction() as tx:
        everything_that_may_follow(tx, many[0])
    found = {cohort["group"]["segment"]: cohort for cohort in cohorts(risk)["cohorts"]}
    young = found["young_consumer"]
    assert (young["visits"], young["met"], young["promised"]) == (
        6,
        {"of": 6, "share": "0.8333"},
        {"of": 6, "share": "0.8333"},
    )
    assert young["hardship"] == {"of": 5, "share": "1.0000"}
    assert young["accepted"] == {"of": 5, "share": "0.2000"}
    assert young["surplus_monthly"]["median"] == {"amount": "2203.00", "currency": "CNY"}


def test_a_cohort_of_two_is_suppressed_with_the_one_that_would_give_it_away(
    risk: Client, many: list[CaseReport]
) -> None:
    body = cohorts(risk)
    assert [(one["group"]["segment"], one["visits"]) for one in body["cohorts"]] == [
        ("high_spender", None),
        ("micro_business", None),
        ("young_consumer", 6),
    ]
    assert (body["suppressed"], body["smallest"]) == (2, 5)


def test_no_other_grouping_shows_what_protects_a_small_cohort(
    risk: Client, database: Database, many: list[CaseReport]
) -> None:
    """The two high spenders would follow from the totals of the regions, were others hidden there."""
    with database.transaction() as tx:
        other = west_lake(tx, "330108")
    for _ in range(6):
        reported(database, other)
    hidden = {
        by: [tuple(one["group"].values()) for one in cohorts(risk, by=by)["cohorts"] if one["suppressed"]]
        for by in ("segment", "region", "segment,region")
    }
    assert hidden == {
        "segment": [("high_spender",), ("micro_business",)],
        "region": [],
        "segment,region": [("high_spender", "330106"), ("micro_business", "330106")],
    }


def test_visits_are_put_together_by_several_groupings(risk: Client, many: list[CaseReport]) -> None:
    body = cohorts(risk, by="region,overdue_reason")
    assert [(one["group"], one["visits"]) for one in body["cohorts"]] == [
        ({"region": "330106", "overdue_reason": None}, None),
        ({"region": "330106", "overdue_reason": "INCOME_DROP"}, None),
    ]


def test_the_newest_version_that_was_known_counts_and_once(
    risk: Client, database: Database, many: list[CaseReport]
) -> None:
    then = now()
    with database.transaction() as tx:
        correct(tx, many[0])
        everything_that_may_follow(tx, many[1])
    before, after = cohorts(risk, as_of=then.isoformat()), cohorts(risk)
    assert [one["visits"] for one in before["cohorts"]] == [one["visits"] for one in after["cohorts"]]
    accepted = [body["cohorts"][2]["accepted"]["share"] for body in (before, after)]
    assert accepted == ["0.0000", "0.2000"]


def test_other_days_have_other_visits(risk: Client, many: list[CaseReport]) -> None:
    assert cohorts(risk, **{"from": "2026-11-24", "to": "2026-11-25"})["cohorts"] == []
    assert cohorts(risk, **{"from": "2026-11-22", "to": "2026-11-23"})["cohorts"] == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"to": "2026-11-23"},
        {"to": "2026-11-01"},
        {"to": "2027-11-25"},
        {"by": "name"},
        {"by": ""},
        {"by": "region,region"},
        {"as_of": "2199-01-01T00:00:00Z"},
    ],
)
def test_a_period_or_grouping_that_cannot_be_is_refused(risk: Client, parameters: dict[str, str]) -> None:
    answer = risk.get("/v1/risk-signals/cohorts", params=PERIOD | parameters)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
