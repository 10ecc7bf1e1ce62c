"""THE FLOOR PLAN: what happens after each event, and what happens regularly.

The only file that knows the order of the rooms.
"""

from app.assessment import service as assessment
from app.assessment import terms as assessed
from app.assignment import service as assignment
from app.contact import service as contacts
from app.contact import terms as contact
from app.intake import terms as intake
from app.planning import service as plans
from app.planning import terms as planning
from app.redress import service as redress
from app.reports import service as reports
from app.reports import terms as reported
from app.runtime.jobs import SOLVES, WEBHOOKS, Round, Step
from app.visits import promise_keeping as promises
from app.visits import service as visits
from app.visits import terms as visited
from app.webhooks import delivering
from app.webhooks import terms as webhooks
from app.workforce import terms as workforce

NEXT: dict[str, Step] = {
    intake.CASE_ACCEPTED: Step(assignment.assign_case),
    intake.CASE_WITHDRAWN: Step(visits.recall_case),
    contact.ACCOUNT_UPDATED: Step(visits.follow_account),
    contact.REDRESS_TOLD: Step(redress.take_redress),
    planning.PLAN_REQUESTED: Step(plans.make_plan, SOLVES),
    planning.PLAN_PUBLISHED: Step(visits.open_visits),
    visited.VISIT_UNMET: Step(assignment.assign_case),
    visited.VISIT_FINISHED: Step(assessment.assess_visit),
    visited.VISIT_CORRECTED: Step(assessment.assess_visit),
    assessed.ASSESSMENT_RECORDED: Step(reports.compile_report),
    reported.EVIDENCE_WANTED: Step(assignment.assign_case),
    workforce.WORKFORCE_CHANGED: Step(assignment.reassign_region),
    webhooks.DELIVERIES_QUEUED: Step(delivering.hand_out, WEBHOOKS),
    webhooks.DELIVERY_DUE: Step(delivering.deliver, WEBHOOKS),
}

REGULARLY: dict[str, Round] = {
    "contact.hold": Round("*/10 * * * *", contacts.hold_cases),
    "contact.release": Round("*/10 * * * *", contacts.release_cases),
    "visits.miss": Round("*/10 * * * *", visits.miss_visits),
    "visits.promises": Round("40 * * * *", promises.judge_promises),
    "assignment.refresh": Round("20 * * * *", assignment.refresh_assignments),
    "reports.orphans": Round("*/10 * * * *", reports.void_orphans),
    "webhooks.forgotten": Round("*/10 * * * *", delivering.deliver_forgotten),
}
