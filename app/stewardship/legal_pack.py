"""The legal pack of a case: everything on record that a court may ask for, with a manifest of hashes."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.assessment.models import Assessment
from app.compliance.phrase import Language
from app.compliance.profile_files import shipped_document
from app.contact.models import AccountUpdate, Block, Consent, Contact, Notice, NoVisitEntry, Preferences, QuietWindow
from app.contact.versions import Record
from app.intake.models import Case, CaseEvent
from app.kernel.actor import Actor
from app.planning.models import Plan
from app.redress.models import Complaint, HardshipReview, ReliefOffer
from app.reports.models import Acknowledgement, CaseReport, Decision, DecisionEnding
from app.reports.paper.pdf import pdf
from app.reports.paper.report_document import report_document
from app.reports.queries import successor_of
from app.runtime import audit
from app.runtime.audit import AuditRecord, AuditSeal
from app.runtime.clock import now
from app.runtime.rulings import ruling_json
from app.stewardship.claim_time import claim_time, timeline_json
from app.stewardship.kept_rows import all_as_kept, as_kept
from app.stewardship.pack import PackFile, json_file, packed
from app.visits.models import DoorRecord, Findings, PromiseEvent, PromiseToPay, Visit, VisitEvent
from app.visits.replay import replay_contact
from app.visits.terms import VisitEventKind
from app.workforce.models import ContactProfileVersion

_NOT_HELD = (
    "Not in this pack, because they are kept elsewhere: the loan contract and its assignments, the computation of"
    " interest, recordings, and proof of delivery of the lender's own letters and messages."
)


def legal_pack(tx: Session, actor: Actor, case: Case) -> bytes:
    """The zip of a case; that it was made is on the audit trail, which is sealed first."""
    audit.record(tx, actor, "case.legal_pack_made", f"case:{case.id}")
    audit.seal(tx)
    visits, reports = _visits_of(tx, case), _reports_of(tx, case)
    files = [*_claim(tx, case), *_contacts(tx, case), *_visits(tx, visits), *_profiles(tx, case, visits)]
    files += [*_reports(tx, case, reports), *_redress(tx, case), *_trail(tx, case, visits, reports)]
    about = {
        "case_id": str(case.id),
        "source": case.source,
        "source_reference": case.source_reference,
        "made_at": now().isoformat(),
        "made_by": actor.subject,
        "not_held": _NOT_HELD,
    }
    return packed(files, about)


def _claim(tx: Session, case: Case) -> Iterator[PackFile]:
    yield json_file("01-claim/case.json", "The case and the escalation as it came", as_kept(case))
    events = tx.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id))
    yield json_file("01-claim/history.json", "Every change of the case, who made it and when", all_as_kept(events))
    updates = tx.scalars(select(AccountUpdate).where(AccountUpdate.case_id == case.id).order_by(AccountUpdate.at))
    ledger = {"repayments": case.escalation["loan"].get("repayments"), "account_updates": all_as_kept(updates)}
    yield json_file("01-claim/ledger.json", "Repayments and what the lender told of the account", ledger)
    found = timeline_json(claim_time(tx, case))
    yield json_file(
        "01-claim/limitation.json", "Until when the claim can be brought, and what restarted the time", found
    )


def _contacts(tx: Session, case: Case) -> Iterator[PackFile]:
    ledger = tx.scalars(select(Contact).where(Contact.case_id == case.id).order_by(Contact.at, Contact.id))
    what = "Calls, messages and visits, with corrections; those of other teams were not ruled by us"
    yield json_file("02-contacts/ledger.json", what, all_as_kept(ledger))
    for model in (Consent, Notice, Block, QuietWindow, Preferences, NoVisitEntry):
        name = model.__tablename__
        rows = _of_borrower(tx, case, model)
        yield json_file(f"02-contacts/{name}.json", f"All versions of the borrower's {name.replace('_', ' ')}", rows)


def _of_borrower(tx: Session, case: Case, model: type[Record]) -> list[dict[str, Any]]:
    keyed: Any = model
    rows = select(model).where(keyed.borrower_key == case.borrower_key)
    return all_as_kept(tx.scalars(rows.order_by(model.record_id, model.revision)))


def _visits(tx: Session, visits: Sequence[Visit]) -> Iterator[PackFile]:
    for visit in visits:
        folder = f"03-visits/{visit.day.isoformat()}-{visit.id}"
        yield json_file(f"{folder}/visit.json", "The visit as it was planned and as it went", _visit(tx, visit))
        if _somebody_arrived(tx, visit):
            what = "Certificate: the contact rules asked again, with the facts known at the arrival"
            yield json_file(f"{folder}/certificate.json", what, _certificate(tx, visit))


def _visits_of(tx: Session, case: Case) -> Sequence[Visit]:
    concerned = or_(Visit.case_id == case.id, Visit.also_case_ids.contains([str(case.id)]))
    return tx.scalars(select(Visit).where(concerned).order_by(Visit.day, Visit.id)).all()


def _visit(tx: Session, visit: Visit) -> dict[str, Any]:
    parts: dict[str, Any] = {"visit": as_kept(visit)}
    for name, model in {"events": VisitEvent, "findings": Findings, "door_rulings": DoorRecord}.items():
        own: Any = model
        parts[name] = all_as_kept(tx.scalars(select(own).where(own.visit_id == visit.id).order_by(own.id)))
    # The plan itself tells of other borrowers: only when it was published belongs here.
    published_at = tx.scalars(select(Plan.published_at).where(Plan.id == visit.plan_id)).one()
    parts["plan_published_at"] = published_at.isoformat() if published_at is not None else None
    return parts


def _somebody_arrived(tx: Session, visit: Visit) -> bool:
    arrived = select(VisitEvent.id).where(VisitEvent.visit_id == visit.id)
    return tx.scalars(arrived.where(VisitEvent.kind == VisitEventKind.ARRIVED.value)).first() is not None


def _certificate(tx: Session, visit: Visit) -> dict[str, Any]:
    replay = replay_contact(tx, visit)
    return {
        "visit_id": str(visit.id),
        "presence_at": replay.at.isoformat(),
        "known_at": replay.known_at.isoformat(),
        **ruling_json(replay.ruling),
        "recorded": replay.recorded,
        "agrees": None if replay.recorded is None else not replay.differences,
        "emergency": replay.emergency,
    }


def _profiles(tx: Session, case: Case, visits: Sequence[Visit]) -> Iterator[PackFile]:
    """The rules in the versions that the visits were judged by."""
    ids = [visit.id for visit in visits]
    at_doors = tx.scalars(select(VisitEvent.ruling).where(VisitEvent.visit_id.in_(ids), VisitEvent.ruling.is_not(None)))
    rulings = [case.ruling, *(visit.ruling for visit in visits), *at_doors]
    answers = [answer for ruling in rulings if ruling is not None for answer in ruling["answers"]]
    cited = {(answer["profile"], answer["version"]) for answer in answers if answer["profile"] is not None}
    for profile_id, version in sorted(cited):
        path = f"04-rules/{profile_id}-{version}.json"
        yield json_file(path, "A contact profile, as cited", _document(tx, profile_id, version))


def _document(tx: Session, profile_id: str, version: str) -> Any:
    brought = select(ContactProfileVersion.document).where(
        ContactProfileVersion.profile_id == profile_id, ContactProfileVersion.version == version
    )
    return tx.scalars(brought).one_or_none() or shipped_document(profile_id)


def _reports(tx: Session, case: Case, reports: Sequence[CaseReport]) -> Iterator[PackFile]:
    for report in reports:
        name = f"05-reports/{report.made_at:%Y-%m-%d}-{report.id}-v{report.version}"
        yield json_file(f"{name}.json", "A report; its own sha256 is over its canonical JSON", report.body)
        successor = successor_of(tx, report)
        for language in Language:
            printed = pdf(report_document(report.body, language, successor))
            yield PackFile(f"{name}-{language}.pdf", printed, "The same report to be read")
    for table, kept in _follow_up(tx, case, reports).items():
        yield json_file(f"05-reports/{table}.json", f"All {table.replace('_', ' ')} of the case", kept)


def _follow_up(tx: Session, case: Case, reports: Sequence[CaseReport]) -> dict[str, list[dict[str, Any]]]:
    """What followed from the reports, each with its history."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for model in (Assessment, Decision, PromiseToPay):
        own: Any = model
        kept = tx.scalars(select(own).where(own.case_id == case.id).order_by(own.id))
        rows[model.__tablename__] = all_as_kept(kept)
    report_ids = [report.id for report in reports]
    of_case = (
        (Acknowledgement, Acknowledgement.report_id.in_(report_ids)),
        (DecisionEnding, DecisionEnding.decision_id.in_(select(Decision.id).where(Decision.case_id == case.id))),
        (PromiseEvent, PromiseEvent.promise_id.in_(select(PromiseToPay.id).where(PromiseToPay.case_id == case.id))),
    )
    for history, condition in of_case:
        past: Any = history
        rows[history.__tablename__] = all_as_kept(tx.scalars(select(past).where(condition).order_by(past.id)))
    return rows


def _reports_of(tx: Session, case: Case) -> Sequence[CaseReport]:
    concerned = or_(CaseReport.case_id == case.id, CaseReport.also_case_ids.contains([str(case.id)]))
    return tx.scalars(select(CaseReport).where(concerned).order_by(CaseReport.made_at, CaseReport.id)).all()


def _redress(tx: Session, case: Case) -> Iterator[PackFile]:
    for model in (Complaint, HardshipReview, ReliefOffer):
        name = model.__tablename__
        rows = _of_borrower(tx, case, model)
        yield json_file(f"06-redress/{name}.json", f"All versions of the borrower's {name.replace('_', ' ')}", rows)


def _trail(tx: Session, case: Case, visits: Sequence[Visit], reports: Sequence[CaseReport]) -> Iterator[PackFile]:
    """The audit lines of the case, its visits and reports, with their places in the chain."""
    subjects = [f"case:{case.id}"]
    subjects += [f"visit:{visit.id}" for visit in visits]
    subjects += [f"report:{report.id}" for report in reports]
    sealed = (
        select(AuditSeal.number, AuditSeal.sha256, AuditRecord)
        .join(AuditRecord, AuditRecord.id == AuditSeal.record_id)
        .where(AuditRecord.subject.in_(subjects), AuditSeal.number.is_not(None))
        .order_by(AuditSeal.number)
    )
    lines = [{"number": number, "sha256": sha256, **as_kept(line)} for number, sha256, line in tx.execute(sealed)]
    yield json_file("07-trail/audit.json", "Who did what, with places and hashes of the audit chain", lines)
    head = select(AuditSeal.number, AuditSeal.sha256).where(AuditSeal.number.is_not(None))
    number, sha256 = tx.execute(head.order_by(AuditSeal.number.desc()).limit(1)).one()
    chain = {"number": number, "sha256": sha256}
    yield json_file("07-trail/chain-head.json", "The head of the audit chain when the pack was made", chain)
