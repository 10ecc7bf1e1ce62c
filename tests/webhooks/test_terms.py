"""The list of events says what the rooms above really tell."""

from app.assignment import terms as assignment
from app.intake import terms as intake
from app.kernel.actor import Actor
from app.planning import terms as planning
from app.redress import terms as redress
from app.reports import terms as reports
from app.runtime.auth import ROLES
from app.visits import terms as visits
from app.webhooks.terms import WebhookEvent, events_for

ROOMS = (intake, assignment, planning, visits, redress, reports)


def test_every_event_is_a_word_of_some_room() -> None:
    words = {value for room in ROOMS for name, value in vars(room).items() if name.isupper() and isinstance(value, str)}
    assert {event.value for event in WebhookEvent} <= words


def test_each_role_is_told_what_it_may_read() -> None:
    told = {role: set(events_for(Actor(role, scopes))) for role, scopes in ROLES.items()}
    assert told["admin"] == {event.value for event in WebhookEvent}
    assert {"case.held", "case.decided", "case.notice_due", "visit.missed"} <= told["case-system"]
    assert {"case.held", "case.decided", "report.compiled", "report.corrected"} <= told["risk"]
    assert "report.compiled" not in told["case-system"]
    assert "visit.finished" not in told["risk"]
    assert told["dispatcher"] == told["investigator"] == told["auditor"] == set()
