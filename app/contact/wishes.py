"""Use cases of what a borrower wishes: quiet windows, preferences, and the no-visit list.

What changes a record is given its present version, which the caller keeps from others (`versions.to_change`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.quiet_windows import excesses
from app.contact.address_key import address_key
from app.contact.blocking import lock_loans, tell_loans
from app.contact.facts import is_over, quiet_window
from app.contact.models import NoVisitEntry, Preferences, QuietWindow
from app.contact.no_visit_list import lock_concerned
from app.contact.terms import (
    NO_VISIT_ENTERED,
    NO_VISIT_LIFTED,
    PREFERENCES_CHANGED,
    QUIET_WINDOW_ENDED,
    QUIET_WINDOW_OPENED,
)
from app.contact.versions import known, lock, supersede
from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CASE_ACCEPTED
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Fault, Invalid, Refused
from app.runtime import audit, jobs
from app.runtime.clock import today
from app.runtime.database import Json
from app.workforce.contact_profiles import profile_book
from app.workforce.models import Region
from app.workforce.zones import WITHOUT_REGION, zone_of

# ---- quiet windows


@dataclass(frozen=True)
class ToldQuiet:
    """A time of the week to be kept quiet; weekday 0 is Monday, minutes are those of the local day."""

    weekday: int
    opens_minute: int
    closes_minute: int
    channels: list[str]
    place_kinds: list[str]
    from_on: date
    until_on: date | None
    note: str | None


def open_quiet_window(tx: Session, actor: Actor, case: Case, told: ToldQuiet) -> QuietWindow:
    """Keep a time of the week quiet; raises Refused for more than the profiles of the case's region grant."""
    lock_loans(tx, case)
    kept = [row for row in _quiet_windows(tx, case) if not is_over(row, told.from_on)]
    row = QuietWindow(case_id=case.id, borrower_key=case.borrower_key, actor=actor.subject, **vars(told))
    region = tx.scalars(select(Region).where(Region.code == case.region)).one_or_none()
    profiles = profile_book(tx).of(region, told.from_on, case.lender)
    found = excesses(profiles, [quiet_window(other) for other in kept], quiet_window(row))
    if found:
        raise Refused(
            "QUIET_WINDOW_CAP",
            "; ".join(f"{excess.reason} ({excess.profile}, {excess.source})" for excess in found),
            action="End another quiet window first, or keep less time, or fewer channels or places, quiet.",
            faults=tuple(Fault("/", excess.reason) for excess in found),
        )
    tx.add(row)
    tx.flush()
    progress.note(tx, case, QUIET_WINDOW_OPENED, actor, _named(row))
    return row


def _quiet_windows(tx: Session, case: Case) -> list[QuietWindow]:
    query = select(QuietWindow).where(QuietWindow.borrower_key == case.borrower_key, known(QuietWindow, None))
    return list(tx.scalars(query.order_by(QuietWindow.id)))


def end_quiet_window(tx: Session, actor: Actor, case: Case, row: QuietWindow, on: date | None) -> QuietWindow:
    """End a quiet window on a day, today when none is told; one that ends no later stays as it is."""
    until_on = max(on or today(zone_of(tx, case.region)), row.from_on)
    if is_over(row, until_on):
        return row
    row = supersede(tx, actor, row, until_on=until_on)
    progress.note(tx, case, QUIET_WINDOW_ENDED, actor, _named(row))
    return row


# ---- preferences


@dataclass(frozen=True)
class ToldPreferences:
    """How a borrower likes to be met; what is None was not told."""

    language: str | None
    same_gender: bool | None
    place_kind: str | None
    windows: list[dict[str, Any]]
    note: str | None


def preferences_of(tx: Session, case: Case) -> Preferences | None:
    """The present preferences of the borrower."""
    query = select(Preferences).where(Preferences.borrower_key == case.borrower_key, known(Preferences, None))
    return tx.scalars(query).one_or_none()


def says_the_same(row: Preferences, told: ToldPreferences) -> bool:
    """Whether nothing would change."""
    return all(getattr(row, name) == value for name, value in vars(told).items())


def put_preferences(tx: Session, actor: Actor, case: Case, told: ToldPreferences) -> Preferences:
    """Write the preferences of a borrower whose loans are locked, in place of those that are there.

    Another language is another need: his loans are assigned again.
    """
    row = preferences_of(tx, case)
    language = row.language if row is not None else None
    if row is None:
        row = Preferences(case_id=case.id, borrower_key=case.borrower_key, actor=actor.subject, **vars(told))
        tx.add(row)
        tx.flush()
    else:
        row = supersede(tx, actor, row, **vars(told))
    progress.note(tx, case, PREFERENCES_CHANGED, actor, _named(row))
    if language != row.language:
        _assign_again(tx, case)
    return row


def _assign_again(tx: Session, case: Case) -> None:
    """The borrower's loans look for people who speak the language; those that nobody waits for are left alone."""
    loans = select(Case.id).where(Case.borrower_key == case.borrower_key).order_by(Case.id)
    for loan_id in tx.scalars(loans):
        jobs.defer(tx, CASE_ACCEPTED, loan_id)


# ---- the no-visit list


@dataclass(frozen=True)
class ToldEntry:
    """Whom nobody visits: the borrower of the case, or else the address in the region."""

    case: Case | None
    region: str | None
    address: str | None
    reason: str
    from_on: date | None
    until_on: date | None
    note: str | None


def enter_no_visit(tx: Session, actor: Actor, told: ToldEntry) -> NoVisitEntry:
    """Put a borrower or an address on the no-visit list: every case that it concerns is held, its visit recalled.

    Raises Invalid for an address without letters or in a region that the actor does not see, Conflict when it is on the
    list already.
    """
    row = _entry(tx, actor, told)
    lock(tx, f"no_visit:{row.borrower_key or row.region}:{row.address_key}")
    _check_new(tx, row)
    tx.add(row)
    tx.flush()
    _tell_concerned(tx, actor, row, NO_VISIT_ENTERED, may_hold=True)
    return row


def _entry(tx: Session, actor: Actor, told: ToldEntry) -> NoVisitEntry:
    region = told.case.region if told.case is not None else told.region
    if told.case is None:
        _check_region(tx, actor, region)
    key = address_key(told.address) if told.address is not None else None
    if key == "":
        raise _invalid("ADDRESS_EMPTY", "/address", "the address has neither letters nor digits")
    from_on = told.from_on or today(zone_of(tx, region) if region else WITHOUT_REGION)
    if told.until_on is not None and told.until_on < from_on:
        raise _invalid("ENTRY_ENDS_EARLY", "/until_on", f"the entry begins on {from_on}, later than that")
    return NoVisitEntry(
        case_id=told.case.id if told.case is not None else None,
        borrower_key=told.case.borrower_key if told.case is not None else None,
        region=region,
        address=told.address,
        address_key=key,
        reason=told.reason,
        from_on=from_on,
        until_on=told.until_on,
        note=told.note,
        actor=actor.subject,
    )


def _check_region(tx: Session, actor: Actor, code: str | None) -> None:
    is_known = tx.scalars(select(Region.id).where(Region.code == code)).one_or_none() is not None
    if not is_known or not actor.sees_region(code):
        raise _invalid("UNKNOWN_REGION", "/region", f"there is no region {code!r} for this token")


def _check_new(tx: Session, row: NoVisitEntry) -> None:
    same = NoVisitEntry.borrower_key == row.borrower_key
    if row.borrower_key is None:
        same = (NoVisitEntry.region == row.region) & (NoVisitEntry.address_key == row.address_key)
    query = select(NoVisitEntry.record_id).where(known(NoVisitEntry, None), ~NoVisitEntry.lifted, same)
    running = tx.scalars(query.where(NoVisitEntry.until_on.is_(None) | (NoVisitEntry.until_on > row.from_on))).first()
    if running is not None:
        detail = f"it is on the list already, as entry {running}"
        raise Conflict("ALREADY_LISTED", detail, action="Lift that entry first if this one is to take its place.")


def lift_no_visit(tx: Session, actor: Actor, row: NoVisitEntry, on: date | None, note: str | None) -> NoVisitEntry:
    """Take an entry off the no-visit list from a day on, today when none is told; a lifted one stays as it is."""
    if row.lifted:
        return row
    until_on = max(on or today(zone_of(tx, row.region)), row.from_on)
    row = supersede(tx, actor, row, until_on=until_on, lifted=True, note=note or row.note)
    _tell_concerned(tx, actor, row, NO_VISIT_LIFTED, may_hold=False)
    return row


def _tell_concerned(tx: Session, actor: Actor, row: NoVisitEntry, event: str, *, may_hold: bool) -> None:
    audit.record(tx, actor, event, f"no_visit_entry:{row.record_id}", _named(row))
    cases = lock_concerned(tx, row)
    told = next((case for case in cases if case.id == row.case_id), None)
    tell_loans(tx, actor, told, cases, event, _named(row), may_hold=may_hold)


def _named(row: QuietWindow | Preferences | NoVisitEntry) -> Json:
    return {"record_id": str(row.record_id), "version": row.revision}


def _invalid(reason: str, pointer: str, detail: str) -> Invalid:
    return Invalid(reason, detail, action="Correct the named place.", faults=(Fault(pointer, detail),))
