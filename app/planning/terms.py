"""The words of planning."""

from enum import StrEnum

PLAN_REQUESTED = "plan.requested"
PLAN_READY = "plan.ready"
PLAN_FAILED = "plan.failed"
PLAN_CANCELLED = "plan.cancelled"
PLAN_PUBLISHED = "plan.published"
CASE_PLANNED = "case.planned"
CASE_PUBLISHED = "case.published"
CASE_UNPLANNED = "case.unplanned"
NOTICE_DUE = "case.notice_due"


class PlanState(StrEnum):
    """Where a plan stands."""

    QUEUED = "queued"
    BUILDING = "building"
    SOLVING = "solving"
    READY = "ready"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    CANCELLED = "cancelled"
