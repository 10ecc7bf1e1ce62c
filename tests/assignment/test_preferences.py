"""A borrower who wants to be met in another language gets other people."""

from collections.abc import Callable

import pytest

from tests.assignment.office import Office
from tests.client import Client
from tests.factories import WEST_LAKE


@pytest.fixture
def office(dispatcher: Client, case_system: Client, carry_on: Callable[[], int]) -> Office:
    return Office(dispatcher, case_system, carry_on)


def test_the_language_of_the_borrower_counts_before_that_of_the_escalation(office: Office) -> None:
    office.region(WEST_LAKE)
    chen, lin = office.person("HZ-01", languages=["zh"]), office.person("HZ-02", languages=["yue"])
    case_id = office.escalate()
    assert office.eligible(case_id) == [chen]
    office.prefer(case_id, language="yue")
    assert office.eligible(case_id) == [lin]
    assert office.reasons(case_id)[chen] == ["LANGUAGE_MISSING"]
    office.prefer(case_id, language=None)
    assert office.eligible(case_id) == [chen]


def test_preferences_about_other_things_leave_the_assignment_alone(office: Office) -> None:
    office.region(WEST_LAKE)
    office.person("HZ-01")
    case_id = office.escalate()
    before = office.events(case_id)
    office.prefer(case_id, note="after work, please")
    assert office.events(case_id) == [*before, "case.preferences_changed"]
