"""What the contact rules say now about the blocks of a borrower: the one way to decide whether he is blocked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.compliance.composition import ask
from app.compliance.local_days import local_day
from app.compliance.situation import Facts, Situation
from app.intake import progress
from app.intake.models import Case
from app.intake.terms import HoldReason
from app.kernel.actor import Actor
from app.runtime.clock import now
from app.runtime.database import Json
from app.runtime.rulings import answer_json
from app.workforce.contact_profiles import ProfileBook
from app.workforce.models import Region
from app.workforce.zones import WITHOUT_REGION

VISIT_SECONDS = 1800


def block_answers(book: ProfileBook, region: Region | None, lender: str | None, facts: Facts) -> list[Json]:
    """The answers to the blocks and consents among the facts, for a visit just now."""
    zone, holidays = (region.time_zone, region.holidays) if region else (WITHOUT_REGION, None)
    known = Facts(blocks=facts.blocks, consents=facts.consents)
    at = now()
    profiles = book.of(region, local_day(at, zone), lender)
    ruling = ask(profiles, Situation(zone, holidays, at, VISIT_SECONDS, facts=known))
    return [answer_json(answer) for answer in ruling.answers if answer.rule == "block"]


def denials(answers: Sequence[Json]) -> list[Json]:
    """The answers that say no."""
    return [answer for answer in answers if not answer["allowed"]]


def hold_blocked(tx: Session, case: Case, actor: Actor, refusals: Sequence[Json]) -> None:
    """Let the case wait until the last of the blocks is over; without an end while one of them has none."""
    reasons = "; ".join(answer["reason"] for answer in refusals)
    ends = [answer["until"] for answer in refusals]
    until = None if None in ends else max(ends, key=datetime.fromisoformat)
    progress.hold(tx, case, HoldReason.BLOCKED, actor, detail=reasons, until=until)
