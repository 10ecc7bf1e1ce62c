"""The words of reports."""

from enum import StrEnum

REPORT_COMPILED = "report.compiled"
REPORT_CORRECTED = "report.corrected"
REPORT_ACKNOWLEDGED = "report.acknowledged"
CASE_REPORTED = "case.reported"
CASE_DECIDED = "case.decided"
CASE_DECISION_NOTED = "case.decision_noted"
CASE_DECISION_PROPOSED = "case.decision_proposed"
CASE_DECISION_REJECTED = "case.decision_rejected"
CASE_DECISION_WITHDRAWN = "case.decision_withdrawn"
CASE_DECISION_VOIDED = "case.decision_voided"
EVIDENCE_WANTED = "case.evidence_wanted"
REPORTS_EXPORT_BEGUN = "reports.export_begun"
REPORTS_EXPORTED = "reports.exported"


class Asking(StrEnum):
    """When the contact rules were asked."""

    INTAKE = "intake"
    PUBLISHING = "publishing"
    DOOR = "door"


class ExportFormat(StrEnum):
    """As what all reports of a time can be taken away."""

    CSV = "csv"
    NDJSON = "ndjson"
    PARQUET = "parquet"


class DecisionKind(StrEnum):
    """What the risk department may decide on a report."""

    APPROVE_PLAN = "approve_plan"
    APPROVE_WITH_CHANGE = "approve_with_change"
    MORE_EVIDENCE = "more_evidence"
    RELIEF_FIRST = "relief_first"
    PAUSE = "pause"
    SOFT_CONTACT = "soft_contact"
    MEDIATION = "mediation"
    SETTLEMENT = "settlement"
    PAYMENT_ORDER = "payment_order"
    LAWSUIT = "lawsuit"
    WRITE_OFF = "write_off"


class DecisionState(StrEnum):
    """Where a decision stands: a legal step is proposed until another person confirms it, the others are taken."""

    TAKEN = "taken"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"  # another decision was taken on the case meanwhile, or the report was corrected


class Gate(StrEnum):
    """What stands between a case and a legal step."""

    DISPUTE_OPEN = "dispute_open"
    COMPLAINT_OPEN = "complaint_open"
    HARDSHIP_REVIEW_OPEN = "hardship_review_open"
    NO_RELIEF_OFFER = "no_relief_offer"
    PLAN_RUNNING = "plan_running"
    MORATORIUM = "moratorium"
    UNDER_PROTECTION = "under_protection"
    BORROWER_DECEASED = "borrower_deceased"
    TIME_BARRED = "time_barred"


class Reader(StrEnum):
    """For whom a report is shown; `app.reports.masking` says what each sees."""

    RISK = "risk"
    AUDITOR = "auditor"
    DISPATCHER = "dispatcher"
