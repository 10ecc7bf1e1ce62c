"""What was known when: a record is told on the second, changed on the fourth, and asked about at instants around."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.compliance.situation import Facts
from app.contact.facts import facts_of
from app.contact.models import Block, Consent, Contact, Notice, NoVisitEntry, QuietWindow
from app.intake.models import Case
from app.runtime.database import new_id
from tests.factories import add_case, add_region

BEFORE, TOLD, BETWEEN, CHANGED, AFTER = (datetime(2026, 11, day, 9, tzinfo=UTC) for day in (1, 2, 3, 4, 5))
RECEIVED = datetime(2026, 10, 1, tzinfo=UTC)
ON, OVER_ON = date(2026, 11, 2), date(2026, 11, 4)


@dataclass(frozen=True)
class Story:
    """A record as it was told and how it was changed, and what of the facts shows it."""

    model: Any
    told: dict[str, Any]
    changed: dict[str, Any]
    shown: Callable[[Facts], object]
    before: object
    between: object
    after: object


def only(values: tuple[Any, ...], name: str) -> Any:
    """The attribute of the only one, or nothing."""
    return getattr(values[0], name) if values else ()


STORIES = {
    "a consent that was revoked": Story(
        Consent,
        {"kind": "out_of_hours", "given_at": TOLD, "how": "written"},
        {"revoked_at": CHANGED},
        lambda facts: only(facts.consents, "revoked_at"),
        (),
        None,
        CHANGED,
    ),
    "an appointment that was agreed for later": Story(
        Consent,
        {"kind": "prior_agreement", "given_at": TOLD, "from_at": CHANGED, "until_at": AFTER, "how": "recorded_call"},
        {"until_at": None},
        lambda facts: [(consent.from_at, consent.until_at) for consent in facts.consents],
        [],
        [(CHANGED, AFTER)],
        [(CHANGED, None)],
    ),
    "a notice that was acknowledged": Story(
        Notice,
        {"at": TOLD, "channel": "letter"},
        {"acknowledged_at": CHANGED},
        lambda facts: only(facts.notices, "acknowledged_at"),
        (),
        None,
        CHANGED,
    ),
    "a block that was closed": Story(
        Block,
        {"kind": "insolvency", "from_on": ON},
        {"until_on": OVER_ON},
        lambda facts: only(facts.blocks, "until_on"),
        (),
        None,
        OVER_ON,
    ),
    "a block that was renewed": Story(
        Block,
        {"kind": "disaster_area", "from_on": ON},
        {"renewals": 1},
        lambda facts: only(facts.blocks, "renewals"),
        (),
        0,
        1,
    ),
    "a quiet window that was ended": Story(
        QuietWindow,
        {"weekday": 2, "opens_minute": 540, "closes_minute": 1020, "channels": [], "place_kinds": [], "from_on": ON},
        {"until_on": OVER_ON},
        lambda facts: [(window.weekday.value, window.opens_minute) for window in facts.quiet_windows],
        [],
        [("wed", 540)],
        [],
    ),
    "an entry of the no-visit list that was lifted": Story(
        NoVisitEntry,
        {"reason": "asked for it", "from_on": ON},
        {"until_on": OVER_ON, "lifted": True},
        lambda facts: [(block.kind.value, block.until_on) for block in facts.blocks],
        [],
        [("no_visit_list", None)],
        [("no_visit_list", OVER_ON)],
    ),
}


@pytest.fixture
def case(tx: Session) -> Case:
    row = add_case(tx, add_region(tx), contacts=[])
    row.received_at = RECEIVED
    return row


def tell(tx: Session, case: Case, story: Story) -> None:
    """Both versions, as they would have been written on their days."""
    record = {"record_id": new_id(), "case_id": case.id, "borrower_key": case.borrower_key}
    tx.add(story.model(**record, **story.told, made_at=TOLD, superseded_at=CHANGED))
    tx.flush()
    tx.add(story.model(**record, **story.told | story.changed, made_at=CHANGED, revision=2))
    tx.flush()


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_the_facts_of_an_instant_are_those_that_were_known_then(tx: Session, case: Case, story: Story) -> None:
    tell(tx, case, story)
    asked = {BEFORE: story.before, TOLD: story.between, BETWEEN: story.between, CHANGED: story.after, None: story.after}
    found = {at: story.shown(facts_of(tx, [case], known_at=at)[case.id]) for at in asked}
    assert found == asked


def test_a_corrected_contact_counts_until_we_knew_better(tx: Session, case: Case) -> None:
    def enter(made_at: datetime, channel: str, **fields: Any) -> Contact:
        own = {"case_id": case.id, "borrower_key": case.borrower_key, "client_id": new_id()}
        row = Contact(**own, at=TOLD, made_at=made_at, channel=channel, outcome="no_answer", contacted=False, **fields)
        tx.add(row)
        tx.flush()
        return row

    wrong = enter(TOLD, "visit")
    right = enter(BETWEEN, "call", corrects=wrong.client_id)
    enter(AFTER, "call", corrects=right.client_id, retracted=True)
    asked = {BEFORE: [], TOLD: ["visit"], BETWEEN: ["call"], CHANGED: ["call"], AFTER: []}
    found = {at: facts_of(tx, [case], known_at=at)[case.id].contacts for at in asked}
    assert {at: [contact.channel.value for contact in contacts] for at, contacts in found.items()} == asked


def test_what_an_escalation_told_is_known_from_its_coming(tx: Session) -> None:
    case = add_case(tx, add_region(tx), flags=["insolvency"])
    case.received_at = BETWEEN
    told = {at: facts_of(tx, [case], known_at=at)[case.id] for at in (TOLD, BETWEEN)}
    assert {at: (len(facts.contacts), len(facts.blocks)) for at, facts in told.items()} == {
        TOLD: (0, 0),
        BETWEEN: (2, 1),
    }


def test_a_flag_stands_again_when_asked_for_a_time_before_the_record_that_ended_it(tx: Session) -> None:
    case = add_case(tx, add_region(tx), flags=["dispute_open"])
    case.received_at = RECEIVED
    own = {"case_id": case.id, "borrower_key": case.borrower_key, "kind": "dispute_open"}
    tx.add(Block(**own, from_on=ON, until_on=ON, made_at=TOLD))
    tx.flush()
    ends = {at: [b.until_on for b in facts_of(tx, [case], known_at=at)[case.id].blocks] for at in (BEFORE, TOLD)}
    assert ends == {BEFORE: [None], TOLD: [ON]}


def test_a_change_of_an_older_record_does_not_end_a_flag_that_came_after_it(tx: Session) -> None:
    """The record was first made before the flag was told: they are two disputes."""
    case = add_case(tx, add_region(tx), flags=["dispute_open"])
    case.received_at = BETWEEN
    record = {"record_id": new_id(), "case_id": case.id, "borrower_key": case.borrower_key, "kind": "dispute_open"}
    tx.add(Block(**record, from_on=ON, made_at=TOLD, superseded_at=CHANGED))
    tx.add(Block(**record, from_on=ON, until_on=OVER_ON, made_at=CHANGED, revision=2))
    tx.flush()
    assert [block.until_on for block in facts_of(tx, [case])[case.id].blocks] == [OVER_ON, None]


def test_an_address_on_the_list_concerns_every_case_there_and_no_other(tx: Session) -> None:
    region, elsewhere = add_region(tx), add_region(tx, code="330105", polygon=None)
    address = "文二路 8 号"

    def at(number: int, **changes: Any) -> Case:
        case = add_case(
            tx, region, source_reference=f"ESC-{number}", borrower={"name": "王", "reference": f"B-{number}"}
        )
        for name, value in changes.items():
            setattr(case, name, value)
        return case

    cases = [at(1, address="文二路8号"), at(2, address="文二路9号"), at(3, address=address, region=elsewhere.code)]
    tx.add(
        NoVisitEntry(
            case_id=None,
            borrower_key=None,
            region=region.code,
            address=address,
            address_key="文二路8号",
            reason="a threat",
            from_on=ON,
        )
    )
    tx.flush()
    facts = facts_of(tx, cases)
    assert [len(facts[case.id].blocks) for case in cases] == [1, 0, 0]


def test_a_consent_of_which_nothing_is_left_at_the_edge_of_the_calendar_is_none(tx: Session, case: Case) -> None:
    edge = datetime(2199, 12, 31, 12, tzinfo=UTC)
    own = {"case_id": case.id, "borrower_key": case.borrower_key, "kind": "workplace", "how": "app"}
    tx.add(Consent(**own, given_at=TOLD, from_at=edge, until_at=edge.replace(hour=13)))
    tx.flush()
    assert facts_of(tx, [case])[case.id].consents == ()
