"""A case finds its people, and finds them again when facts change."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.assignment.continuity import newest_assignments, prefer
from app.assignment.models import Assignment
from app.assignment.service import assign_case, reassign_region
from app.contact.models import Block
from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.actor import SYSTEM
from app.runtime.clock import now, today
from app.runtime.database import Database, new_id
from app.workforce.schemas import CertificateBody, InvestigatorBody, RegionBody, to_columns, to_training
from app.workforce.service import add_certificate, create_investigator, create_region
from tests.assignment.office import CarryOn, Office
from tests.client import Client
from tests.factories import WEST_LAKE, escalation
from tests.factories_workforce import EAST_LAKE, certificate, certified, investigator, posted, region


@pytest.fixture
def office(dispatcher: Client, case_system: Client, carry_on: CarryOn) -> Office:
    return Office(dispatcher, case_system, carry_on)


@pytest.fixture
def west_lake(office: Office) -> str:
    """The id of a region."""
    return office.region(WEST_LAKE)


def _assignments(tx: Session, case_id: str) -> list[Assignment]:
    query = select(Assignment).where(Assignment.case_id == UUID(case_id)).order_by(Assignment.made_at, Assignment.id)
    return list(tx.scalars(query))


# ---- the first assignment


@pytest.mark.usefixtures("west_lake")
def test_an_accepted_case_is_assigned_to_those_who_may_take_it(office: Office, tx: Session) -> None:
    chen = office.person("HZ-01")
    lin = posted(office.dispatcher, "/v1/investigators", investigator("HZ-02", languages=["en"]))["id"]
    case_id = office.escalate()
    case = office.case(case_id)
    assert case["status"] == "assigned"
    assert case["eligible"] == [
        {"investigator_id": chen, "eligible": True, "reasons": []},
        {"investigator_id": lin, "eligible": False, "reasons": ["NO_CERTIFICATE", "LANGUAGE_MISSING"]},
    ]
    assert office.events(case_id) == ["case.received", "case.accepted", "case.assigned"]
    (kept,) = _assignments(tx, case_id)
    on = today("Asia/Shanghai")
    assert kept.eligibility == [
        {
            "investigator_id": chen,
            "eligible": True,
            "reasons": [],
            "details": [],
            "rank": 1,
            "valid_until_on": certificate()["valid_until_on"],
        },
        {
            "investigator_id": lin,
            "eligible": False,
            "reasons": ["NO_CERTIFICATE", "LANGUAGE_MISSING"],
            "details": [f"no field_visit certificate is valid on {on}", "zh is needed; speaks en"],
            "rank": None,
            "valid_until_on": None,
        },
    ]


@pytest.mark.usefixtures("west_lake")
def test_the_flags_skills_and_conflicts_of_the_case_count(office: Office) -> None:
    cantonese = office.person("HZ-01", languages=["zh", "yue"], skills=["micro_business"])
    partial = office.person("HZ-02", languages=["yue"], conflicts=["B-4411"])
    case_id = office.escalate(flags=["language:yue"], required_skills=["micro_business"])
    assert office.reasons(case_id) == {cantonese: [], partial: ["SKILL_MISSING", "CONFLICT_OF_INTEREST"]}


@pytest.mark.usefixtures("west_lake")
def test_with_nobody_there_the_case_is_held_and_says_so(office: Office) -> None:
    case = office.case(office.escalate())
    assert (case["status"], case["held"]["reason"]) == ("held", "NOBODY_ELIGIBLE")
    assert case["held"]["detail"] == "nobody works in region 330106 or in a neighbour region"


@pytest.mark.usefixtures("west_lake")
def test_a_hold_counts_what_stands_against_whom(office: Office) -> None:
    office.person("HZ-01", languages=["en"])
    office.person("HZ-02", languages=["en"], active=False)
    held = office.case(office.escalate())["held"]
    assert held["detail"] == "none of 2 people may take it: INACTIVE 1, LANGUAGE_MISSING 2"


# ---- when facts change


@pytest.mark.usefixtures("west_lake")
def test_a_held_case_is_assigned_once_somebody_may_take_it(office: Office) -> None:
    person = posted(office.dispatcher, "/v1/investigators", investigator())
    case_id = office.escalate()
    assert office.status(case_id) == "held"
    posted(office.dispatcher, f"/v1/investigators/{person['id']}/certificates", certificate())
    office.carry_on()
    assert office.status(case_id) == "assigned"
    assert office.case(case_id)["held"] is None
    assert office.events(case_id)[-3:] == ["case.held", "case.released", "case.assigned"]


@pytest.mark.usefixtures("west_lake")
def test_an_assigned_case_follows_every_change_of_its_people(office: Office) -> None:
    chen, lin = office.person("HZ-01"), office.person("HZ-02")
    case_id = office.escalate()
    assert office.eligible(case_id) == [chen, lin]
    office.change(f"/v1/investigators/{chen}", active=False)
    assert office.eligible(case_id) == [lin]
    office.change(f"/v1/investigators/{lin}", languages=["en"])
    assert (office.status(case_id), office.eligible(case_id)) == ("held", [])
    office.change(f"/v1/investigators/{chen}", active=True)
    assert (office.status(case_id), office.eligible(case_id)) == ("assigned", [chen])


@pytest.mark.usefixtures("west_lake")
def test_somebody_who_moves_away_leaves_the_cases_behind(office: Office) -> None:
    office.region(EAST_LAKE)
    chen = office.person("HZ-01")
    case_id = office.escalate()
    office.change(f"/v1/investigators/{chen}", region="330105")
    assert office.status(case_id) == "held"
    office.change(f"/v1/investigators/{chen}", also_regions=["330106"])
    assert office.eligible(case_id) == [chen]
    office.change(f"/v1/investigators/{chen}", also_regions=[])
    assert office.status(case_id) == "held"


def test_people_of_neighbour_regions_help_out_after_those_of_the_region(office: Office) -> None:
    office.region(region(neighbours=["330105"]))
    office.region(EAST_LAKE)
    neighbour = office.person("E-01", region="330105")
    case_id = office.escalate()
    assert office.eligible(case_id) == [neighbour]
    local = office.person("W-01", home={"address": "far", "place": {"lat": 30.2, "lon": 120.06}})
    assert office.eligible(case_id) == [local, neighbour]
    office.change(f"/v1/investigators/{neighbour}", active=False)
    assert office.reasons(case_id) == {local: [], neighbour: ["INACTIVE"]}
    office.change("/v1/regions/330106", neighbours=[])
    assert office.reasons(case_id) == {local: []}


def test_a_second_run_changes_nothing(office: Office, west_lake: str, database: Database, tx: Session) -> None:
    office.person()
    assigned, held = office.escalate(1), office.escalate(2, required_skills=["mediation"])
    before = [office.case(case_id) for case_id in (assigned, held)]
    assert [case["status"] for case in before] == ["assigned", "held"]
    assign_case(database, UUID(assigned))
    assign_case(database, UUID(held))
    reassign_region(database, UUID(west_lake))
    assert [office.case(case_id) for case_id in (assigned, held)] == before
    assert [len(_assignments(tx, case_id)) for case_id in (assigned, held)] == [1, 1]


@pytest.mark.usefixtures("west_lake")
def test_a_case_that_is_not_waiting_is_left_alone(office: Office, database: Database, tx: Session) -> None:
    chen = office.person()
    gone, underway = office.escalate(1), office.escalate(2)
    office.withdraw(gone)
    row = tx.get_one(Case, UUID(underway))
    for status in (CaseStatus.PLANNED, CaseStatus.PUBLISHED, CaseStatus.VISITING):
        progress.move(tx, row, status, f"case.{status}", SYSTEM)
    tx.commit()
    before = [office.case(case_id) for case_id in (gone, underway)]
    office.dispatcher.patch(
        f"/v1/investigators/{chen}",
        {"active": False},
        headers={"If-Match": office.dispatcher.get(f"/v1/investigators/{chen}").headers["etag"]},
    )
    for case_id in (gone, underway):
        assign_case(database, UUID(case_id))
    assert [office.case(case_id) for case_id in (gone, underway)] == before


def test_cases_and_regions_that_are_not_there_are_no_trouble(database: Database) -> None:
    assign_case(database, new_id())
    reassign_region(database, new_id())


@pytest.mark.usefixtures("west_lake")
def test_many_cases_are_taken_up_again_in_parts(office: Office) -> None:
    chen = office.person(caseload_max=200)
    cases = [office.escalate(number) for number in range(60)]
    office.change(f"/v1/investigators/{chen}", languages=["en"])
    assert {office.status(case_id) for case_id in cases} == {"held"}
    office.change(f"/v1/investigators/{chen}", languages=["zh"])
    assert {office.status(case_id) for case_id in cases} == {"assigned"}


# ---- caseloads


def test_a_full_caseload_sends_cases_to_the_next(office: Office, west_lake: str, database: Database) -> None:
    chen = office.person("HZ-01", caseload_max=2)
    cases = [office.escalate(number) for number in (1, 2, 3)]
    assert [office.status(case_id) for case_id in cases] == ["assigned", "assigned", "held"]
    assert office.reasons(cases[2]) == {chen: ["CASELOAD_FULL"]}
    lin = office.person("HZ-02")
    assert [office.eligible(case_id) for case_id in cases] == [[chen, lin], [chen, lin], [lin]]
    office.withdraw(cases[0])
    reassign_region(database, UUID(west_lake))
    assert office.eligible(cases[2]) == [chen, lin]


def test_a_caseload_holds_when_two_workers_assign_at_once(own_database: Database) -> None:
    with own_database.transaction() as tx:
        create_region(tx, SYSTEM, to_columns(RegionBody.model_validate(WEST_LAKE)))
        body = InvestigatorBody.model_validate(investigator(caseload_max=1))
        person = create_investigator(tx, SYSTEM, to_columns(body))
        add_certificate(tx, SYSTEM, person, to_training(CertificateBody.model_validate(certificate())))
        cases = [_accepted_case(tx, number) for number in range(8)]
    with ThreadPoolExecutor(8) as workers:
        list(workers.map(lambda case_id: assign_case(own_database, case_id), cases))
    with own_database.transaction() as tx:
        statuses = sorted(tx.scalars(select(Case.status)))
    assert statuses == ["assigned"] + ["held"] * 7


def _accepted_case(tx: Session, number: int) -> UUID:
    case = Case(
        source="case-system",
        source_reference=f"ESC-{number}",
        body_sha256="",
        escalation=escalation(),
        status="accepted",
        held=None,
        ruling={"allowed": True, "answers": []},
        eligible=[],
        flags=[],
        region="330106",
        region_mismatch=False,
        borrower_key=f"case:{number}",
        borrower_name="王小明",
        product="consumer_credit",
        currency="CNY",
        outstanding_minor=1,
        overdue_minor=1,
        days_past_due=1,
        priority=5,
        required_skills=[],
        staff_needed=1,
        place_kind="home",
        address="文二路8号",
        lat=30.28,
        lon=120.12,
        received_at=now(),
    )
    tx.add(case)
    tx.flush()
    return case.id


# ---- continuity


@pytest.mark.usefixtures("west_lake")
def test_whoever_visited_before_comes_first(office: Office, database: Database, tx: Session) -> None:
    chen, lin = office.person("HZ-01"), office.person("HZ-02")
    case_id = office.escalate()
    for _ in range(2):
        with database.transaction() as mine:
            prefer(mine, UUID(case_id), UUID(lin))
    assign_case(database, UUID(case_id))
    assert office.eligible(case_id) == [lin, chen]
    row = tx.get_one(Case, UUID(case_id))
    assert [entry["preferred"] for entry in row.eligible] == [True, False]
    assert [str(kept.preferred) for kept in _assignments(tx, case_id)] == ["None", lin, lin]
    office.change(f"/v1/investigators/{lin}", active=False)
    assert office.eligible(case_id) == [chen]
    assert str(newest_assignments(tx, [UUID(case_id)])[UUID(case_id)].preferred) == lin


@pytest.mark.usefixtures("west_lake")
def test_whoever_visited_before_stays_on_the_roster_after_moving_away(office: Office, database: Database) -> None:
    office.region(EAST_LAKE)
    chen, lin = office.person("HZ-01"), office.person("HZ-02", region="330105")
    case_id = office.escalate()
    assert office.reasons(case_id) == {chen: []}
    with database.transaction() as mine:
        prefer(mine, UUID(case_id), UUID(lin))
    assign_case(database, UUID(case_id))
    assert office.reasons(case_id) == {chen: [], lin: ["OTHER_REGION"]}


# ---- borrowers who are blocked


@pytest.mark.usefixtures("west_lake")
def test_another_loan_of_a_borrower_in_dispute_waits_until_the_dispute_is_closed(office: Office) -> None:
    office.person()
    first = office.escalate(1)
    office.tell(first, "dispute_opened")
    second = office.escalate(2)
    assert (office.status(second), office.case(second)["held"]["reason"]) == ("held", "BLOCKED")
    assert office.eligible(second) == []
    office.tell(first, "dispute_closed")
    assert [office.status(case_id) for case_id in (first, second)] == ["assigned", "assigned"]


@pytest.mark.usefixtures("west_lake")
def test_a_case_that_waits_for_people_waits_for_the_end_of_a_block_first(office: Office, database: Database) -> None:
    case_id = office.escalate()
    assert office.case(case_id)["held"]["reason"] == "NOBODY_ELIGIBLE"
    on = today("Asia/Shanghai")
    with database.transaction() as mine:
        row = mine.get_one(Case, UUID(case_id))
        mine.add(Block(case_id=row.id, borrower_key=row.borrower_key, kind="hospital", from_on=on, until_on=on))
    office.person()
    held = office.case(case_id)["held"]
    assert (held["reason"], held["until"]) == ("BLOCKED", f"{on + timedelta(days=14)}T00:00:00+08:00")


# ---- cases without a region


def test_a_case_outside_every_region_is_located_when_a_region_is_added(office: Office) -> None:
    case_id = office.escalate()
    assert office.case(case_id)["held"]["reason"] == "OUTSIDE_REGIONS"
    office.region(EAST_LAKE)
    assert office.case(case_id)["held"]["reason"] == "OUTSIDE_REGIONS"
    assert len(office.events(case_id)) == 2
    office.region(WEST_LAKE)
    assert office.case(case_id)["held"]["reason"] == "NOBODY_ELIGIBLE"
    office.person()
    case = office.case(case_id)
    assert (case["status"], case["region"]) == ("assigned", "330106")
    assert {answer["rule"] for answer in case["ruling"]["answers"]} >= {"visitable_product", "earlier_contact"}


def test_a_case_is_located_when_a_border_moves(office: Office) -> None:
    office.region(region(polygon=EAST_LAKE["polygon"], office=EAST_LAKE["office"]))
    office.person()
    case_id = office.escalate()
    assert office.status(case_id) == "held"
    office.change("/v1/regions/330106", polygon=WEST_LAKE["polygon"])
    assert (office.status(case_id), office.case(case_id)["region"]) == ("assigned", "330106")


def test_a_region_that_was_only_named_is_found_by_its_code(office: Office) -> None:
    named = {"kind": "home", "address": "文二路8号", "region": "330106"}
    elsewhere = {**named, "place": {"lat": 30.25, "lon": 120.20}}
    bare, mismatched = office.escalate(1, places=[named]), office.escalate(2, places=[elsewhere])
    assert {office.case(case_id)["held"]["reason"] for case_id in (bare, mismatched)} == {"REGION_UNKNOWN"}
    office.region(EAST_LAKE)
    office.region(WEST_LAKE)
    office.person()
    assert office.case(bare)["place"] == WEST_LAKE["office"]["place"] | {"datum": "wgs84"}
    assert office.case(bare)["flags"] == []
    assert (office.status(mismatched), office.case(mismatched)["flags"]) == ("assigned", ["REGION_MISMATCH"])


def test_a_located_case_is_held_where_the_rules_of_its_region_block_it(office: Office, database: Database) -> None:
    case_id = office.escalate()
    with database.transaction() as mine:
        row = mine.get_one(Case, UUID(case_id))
        on = today("Asia/Shanghai")
        mine.add(Block(case_id=row.id, borrower_key=row.borrower_key, kind="dispute_open", from_on=on, until_on=None))
    office.region(WEST_LAKE)
    case = office.case(case_id)
    assert (case["region"], case["status"], case["held"]["reason"]) == ("330106", "held", "BLOCKED")
    assert case["ruling"]["allowed"] is False


def test_an_accepted_case_without_a_region_is_located_first(office: Office, database: Database) -> None:
    case_id = office.escalate()
    for region_known, status in ((False, "held"), (True, "assigned")):
        if region_known:
            with database.transaction() as mine:
                mine.execute(text("DELETE FROM procrastinate_jobs"))
            posted(office.dispatcher, "/v1/regions", WEST_LAKE)
            certified(office.dispatcher, investigator())
        with database.transaction() as mine:
            progress.move(mine, mine.get_one(Case, UUID(case_id)), CaseStatus.ACCEPTED, "case.released", SYSTEM)
        assign_case(database, UUID(case_id))
        assert office.status(case_id) == status
