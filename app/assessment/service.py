"""Use cases of assessment: findings become figures, and a preview shows figures without storing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.affordability import assess
from app.assessment.arrangement import options
from app.assessment.circumstances import Circumstances, flags_of
from app.assessment.dated_policy import Constants
from app.assessment.drafted import asks_for_token, draft_of, examine
from app.assessment.faults import InvalidFigures, refuse
from app.assessment.loan import LoanFigures
from app.assessment.models import Assessment
from app.assessment.option import Component
from app.assessment.policy_json import policy_from_dict
from app.assessment.policy_keeping import policy_book
from app.assessment.queries import assessments_of
from app.assessment.rendering import affordability_to_dict, drafted_to_dict, option_to_dict
from app.assessment.season import season_of
from app.assessment.statement import Statement
from app.assessment.statement_json import statement_from_dict, statement_to_dict
from app.assessment.terms import ASSESSMENT_RECORDED
from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.actor import SYSTEM
from app.kernel.errors import Fault, Invalid
from app.kernel.money import Money, total
from app.runtime import jobs
from app.runtime.clock import today
from app.runtime.database import Database, Json
from app.visits.models import Findings, Visit
from app.visits.revisit import is_settled
from app.visits.terms import Outcome, OverdueReason
from app.visits.visited_cases import lock_cases
from app.workforce.models import Region

NO_POLICY = "none"


@dataclass(frozen=True)
class Figures:
    """Affordability and options as they are stored and shown; None and empty where there is nothing to compute.

    `drafted` is what the figures say of the arrangement that was drafted at the door.
    """

    policy: str
    statement: Json | None
    affordability: Json | None
    options: tuple[Json, ...]
    drafted: Json | None = None


@dataclass(frozen=True)
class Told:
    """What was told beside the statement: circumstances, and the arrangement that was drafted."""

    circumstances: Circumstances
    draft: tuple[Component, ...]


NOTHING_TOLD = Told(Circumstances(), ())


# ---- the figures of a visit


def assess_visit(database: Database, visit_id: UUID) -> None:
    """Compute the figures of a finished visit, and let its cases go on to their report.

    The findings with which it was finished are assessed, then each correction of them, each once.
    """
    with database.transaction() as tx:
        visit = tx.scalars(select(Visit).where(Visit.id == visit_id).with_for_update(key_share=True)).one()
        known = {row.findings_id for row in assessments_of(tx, visit_id)}
        pending = [findings for findings in _told(tx, visit) if (findings.id if findings else None) not in known]
        if not pending:
            return
        cases = lock_cases(tx, visit)
        for number, findings in enumerate(pending, len(known) + 1):
            tx.add(_assessment(tx, visit, cases, findings, number))
        for case in cases:
            _move_on(tx, visit, case)
        jobs.defer(tx, ASSESSMENT_RECORDED, visit_id)


def _assessment(tx: Session, visit: Visit, cases: Sequence[Case], findings: Findings | None, number: int) -> Assessment:
    figures = _figures(tx, visit, cases, findings.body if findings else {})
    return Assessment(
        visit_id=visit.id,
        number=number,
        case_id=visit.case_id,
        findings_id=findings.id if findings else None,
        policy=figures.policy,
        statement=figures.statement,
        affordability=figures.affordability,
        options=list(figures.options),
        drafted=figures.drafted,
    )


def _told(tx: Session, visit: Visit) -> list[Findings | None]:
    """The findings of the visit, then what they were corrected to; None alone when there were none."""
    rows = tx.scalars(select(Findings).where(Findings.visit_id == visit.id).order_by(Findings.number)).all()
    at_the_door = [row for row in rows if row.correction is None][-1:]
    return [*at_the_door, *(row for row in rows if row.correction is not None)] or [None]


def _figures(tx: Session, visit: Visit, cases: Sequence[Case], found: Json) -> Figures:
    """The figures on the day of the visit by the policy of its region; none without a statement."""
    if found.get("statement") is None:
        return Figures(NO_POLICY, None, None, ())
    statement = replace(statement_from_dict(found["statement"]), taken_on=visit.day)
    constants = policy_book(tx).constants_for(visit.region, statement.household, statement.currency, visit.day)
    told = Told(told_in(found), draft_of(found.get("arrangement")))
    return compute(statement, loan_of(cases), constants, visit.day, told)


def told_in(found: Mapping[str, Any]) -> Circumstances:
    """The reasons of the delay and every free text of findings."""
    reasons = found["overdue_reasons"]
    texts = [found[key] for key in ("note", "complaint", "safety")] + list(found["vulnerability"])
    texts += [reason["note"] for reason in reasons]
    codes = frozenset(OverdueReason(reason["code"]) for reason in reasons)
    return Circumstances(codes, tuple(text for text in texts if text))


def loan_of(cases: Sequence[Case]) -> LoanFigures:
    """What the household owes us: one visit may be for several loans, and they share what is left over.

    Loans with different rates have no rate together: what they would be charged depends on which is paid first.
    """
    currency = cases[0].currency
    ours = [case for case in cases if case.currency == currency]
    instalments = [_instalment(case) for case in ours]
    known = [instalment for instalment in instalments if instalment is not None]
    fees = [fee for fee in map(_fees, ours) if fee is not None]
    rates = {_annual_rate(case) for case in ours if case.outstanding_minor > 0}
    return LoanFigures(
        outstanding=total((case.outstanding for case in ours), currency),
        overdue=total((case.overdue for case in ours), currency),
        instalment=total(known, currency) if len(known) == len(ours) else None,
        fees=total(fees, currency) if fees else None,
        annual_rate=rates.pop() if len(rates) == 1 else None,
    )


def _instalment(case: Case) -> Money | None:
    told = case.escalation["loan"]["instalment"]
    return Money.parse(told["amount"], told["currency"]) if told else None


def _fees(case: Case) -> Money | None:
    """The fees as they were escalated; payments go to them last, so they are never more than what is owed now."""
    told = case.escalation["loan"].get("fees")
    return min(Money.parse(told["amount"], told["currency"]), case.outstanding) if told else None


def _annual_rate(case: Case) -> Fraction | None:
    told = case.escalation["loan"].get("annual_rate")
    return Fraction(told) if told is not None else None


def _move_on(tx: Session, visit: Visit, case: Case) -> None:
    """A case that is visited again meanwhile stays where it is: its history tells of the figures."""
    detail = {"visit_id": str(visit.id)}
    settled = is_settled(Outcome(visit.outcome) if visit.outcome else None)
    if settled and case.state is CaseStatus.VISITING:
        progress.move(tx, case, CaseStatus.ASSESSED, ASSESSMENT_RECORDED, SYSTEM, detail)
    else:
        progress.note(tx, case, ASSESSMENT_RECORDED, SYSTEM, detail)


# ---- a preview


@dataclass(frozen=True)
class Preview:
    """What is to be computed, as bodies whose form was checked; `policy` names changes to the region's own.

    `arrangement` is a draft that is held against the figures.
    """

    statement: Mapping[str, Any]
    outstanding: Money
    overdue: Money
    instalment: Money | None
    region: str | None
    as_of_on: date | None
    policy: Mapping[str, Any] | None
    fees: Money | None = None
    annual_rate: Fraction | None = None
    arrangement: Mapping[str, Any] | None = None


def preview(tx: Session, wanted: Preview) -> Figures:
    """Compute without storing; raises Invalid with a pointer to each fault."""
    as_of_on = wanted.as_of_on or today(_zone(tx, wanted.region))
    try:
        statement = replace(_statement(wanted), taken_on=as_of_on)
        constants, told = _constants(tx, wanted, statement, as_of_on), Told(Circumstances(), _draft(wanted))
        return compute(statement, _loan(wanted), constants, as_of_on, told)
    except InvalidFigures as error:
        raise _invalid(error.faults) from None


def compute(statement: Statement, loan: LoanFigures, constants: Constants, as_of_on: date, told: Told) -> Figures:
    """All figures of a statement; raises InvalidFigures when not all is in one currency.

    Who drafts a token payment at the door asked for it.
    """
    policy = constants.policy
    affordability = assess(statement, loan, policy, as_of_on)
    signs = flags_of(told.circumstances, statement)
    affordability = replace(affordability, flags=tuple(dict.fromkeys((*affordability.flags, *signs))))
    season = season_of(statement, affordability, loan, policy)
    drafted = examine(told.draft, affordability)
    proposed = options(affordability, loan, policy, as_of_on, season=season, token_asked=asks_for_token(told.draft))
    return Figures(
        policy=policy.label,
        statement=statement_to_dict(statement),
        affordability=affordability_to_dict(affordability, constants.sources),
        options=tuple(option_to_dict(option) for option in proposed),
        drafted=drafted_to_dict(drafted) if drafted is not None else None,
    )


def _zone(tx: Session, region: str | None) -> str:
    if region is None:
        return "UTC"
    zone = tx.scalars(select(Region.time_zone).where(Region.code == region)).one_or_none()
    if zone is None:
        raise _invalid((Fault("/region", f"there is no region with the code {region}"),))
    return zone


def _statement(wanted: Preview) -> Statement:
    try:
        return statement_from_dict(wanted.statement)
    except InvalidFigures as error:
        raise InvalidFigures(error.below("/statement")) from None


def _loan(wanted: Preview) -> LoanFigures:
    try:
        return LoanFigures(wanted.outstanding, wanted.overdue, wanted.instalment, wanted.fees, wanted.annual_rate)
    except InvalidFigures as error:
        raise InvalidFigures(error.below("/loan")) from None


def _draft(wanted: Preview) -> tuple[Component, ...]:
    draft, currency = draft_of(wanted.arrangement), wanted.statement["currency"]
    refuse(
        Fault(f"/arrangement/components/{index}/amount", f"{part.amount.currency}, but the statement is in {currency}")
        for index, part in enumerate(draft)
        if part.amount is not None and part.amount.currency != currency
    )
    return draft


def _constants(tx: Session, wanted: Preview, statement: Statement, as_of_on: date) -> Constants:
    own = policy_book(tx).constants_for(wanted.region, statement.household, statement.currency, as_of_on)
    if wanted.policy is None:
        return own
    try:
        return own.changed(policy_from_dict(wanted.policy, own.policy), wanted.policy.keys())
    except InvalidFigures as error:
        raise InvalidFigures(error.below("/policy")) from None


def _invalid(faults: tuple[Fault, ...]) -> Invalid:
    detail = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults[:10])
    return Invalid("INVALID_FIGURES", detail, action="Correct the named places and send it again.", faults=faults)
