"""Rows of redress: what is owed to a borrower. They belong to the borrower; every change is a new version."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.contact.versions import Record, of_records

_PRESENT = "superseded_at IS NULL"


def _told_once(table: str) -> Index:
    """What was told elsewhere becomes one record, however often somebody looks."""
    return Index(f"uq_{table}_told_once", "told_by", unique=True, postgresql_where=text(_PRESENT))


class Complaint(Record):
    """Somebody complains, and is owed an answer by a day.

    `told_by` names what told it where that was not the API: `account_update:ID` or `visit:ID`; `told_at` is when we
    came to know. The due days are those of the policy that is named, extended ones included. `about_subject` and
    `about_investigator_id` are the person complained about, where one is named.
    """

    __tablename__ = "complaints"
    __table_args__ = (
        CheckConstraint("(state = 'resolved') = (resolved_at IS NOT NULL)", name="resolved_whole"),
        CheckConstraint("(state = 'resolved') = (outcome IS NOT NULL)", name="outcome_when_resolved"),
        CheckConstraint("extended_at IS NULL OR extension_asked_by <> extended_by", name="extended_by_another"),
        Index(None, "borrower_key"),
        Index("ix_complaints_due", "resolve_due_on", postgresql_where=text(f"{_PRESENT} AND state <> 'resolved'")),
        _told_once("complaints"),
        *of_records("complaints"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    borrower_key: Mapped[str]
    told_by: Mapped[str | None]
    told_at: Mapped[datetime]
    opened_by: Mapped[str]
    complainant: Mapped[str]
    channel: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    received_at: Mapped[datetime]
    visit_id: Mapped[UUID | None]
    about_subject: Mapped[str | None]
    about_investigator_id: Mapped[UUID | None]
    policy: Mapped[str]
    source: Mapped[str]
    complexity: Mapped[str]
    acknowledge_due_on: Mapped[date]
    resolve_due_on: Mapped[date]
    state: Mapped[str]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]
    papers_wanted: Mapped[list[Any]] = mapped_column(default=list)
    extension_reason: Mapped[str | None]
    extension_asked_by: Mapped[str | None]
    extended_at: Mapped[datetime | None]
    extended_by: Mapped[str | None]
    outcome: Mapped[str | None]
    answer: Mapped[str | None]
    redress: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]


class HardshipReview(Record):
    """Somebody may be in hardship, and no legal step is taken until a person has looked into it.

    `visits_blocked` says whether nobody is sent to the door after a confirmed one; `look_again_on` when its measures
    are to be looked at again.
    """

    __tablename__ = "hardship_reviews"
    __table_args__ = (
        CheckConstraint("(state = 'concluded') = (concluded_at IS NOT NULL)", name="concluded_whole"),
        CheckConstraint("(state = 'concluded') = (outcome IS NOT NULL)", name="outcome_when_concluded"),
        Index(None, "borrower_key"),
        Index("ix_hardship_reviews_due", "due_on", postgresql_where=text(f"{_PRESENT} AND state = 'open'")),
        _told_once("hardship_reviews"),
        *of_records("hardship_reviews"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    borrower_key: Mapped[str]
    told_by: Mapped[str | None]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    grounds: Mapped[list[Any]]
    text: Mapped[str]
    urgent: Mapped[bool]
    policy: Mapped[str]
    source: Mapped[str]
    due_on: Mapped[date]
    state: Mapped[str]
    outcome: Mapped[str | None]
    measures: Mapped[list[Any]] = mapped_column(default=list)
    adjustments: Mapped[list[Any]] = mapped_column(default=list)
    look_again_on: Mapped[date | None]
    visits_blocked: Mapped[bool | None]
    note: Mapped[str | None]
    concluded_at: Mapped[datetime | None]
    concluded_by: Mapped[str | None]


class ReliefOffer(Record):
    """Relief that was, or is to be, offered for a loan.

    Without `offered_at` and `channel` nobody has put it to the borrower yet. `valid_until_on` is the last day on which
    he can accept it. `decision_id`, `report_id` and `option` say what it comes from, where that is a decision.
    """

    __tablename__ = "relief_offers"
    __table_args__ = (
        CheckConstraint("(offered_at IS NULL) = (channel IS NULL)", name="put_whole"),
        CheckConstraint("(response IS NULL) = (responded_at IS NULL)", name="answered_whole"),
        CheckConstraint("response IS NULL OR offered_at IS NOT NULL", name="answered_when_put"),
        CheckConstraint("(ending IS NULL) = (ended_at IS NULL)", name="ended_whole"),
        CheckConstraint("ending IS NULL OR response = 'accepted'", name="ended_when_accepted"),
        Index(None, "case_id"),
        Index(None, "borrower_key"),
        _told_once("relief_offers"),
        *of_records("relief_offers"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    borrower_key: Mapped[str]
    told_by: Mapped[str | None]
    kind: Mapped[str | None]
    terms: Mapped[str]
    offered_at: Mapped[datetime | None]
    channel: Mapped[str | None]
    offered_by: Mapped[str]
    valid_until_on: Mapped[date | None]
    response: Mapped[str | None]
    responded_at: Mapped[datetime | None]
    note: Mapped[str | None]
    decision_id: Mapped[UUID | None]
    report_id: Mapped[UUID | None]
    option: Mapped[str | None]
    ending: Mapped[str | None]
    ended_at: Mapped[datetime | None]
