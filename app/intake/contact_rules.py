"""What the contact rules say now about the blocks of a borrower: the one way to decide whether he is blocked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.compliance.composition import ask
from app.compliance.profile import Profile
from app.compliance.situation import Facts, Situation
from app.intake import progress
from app.intake.models import Case
from app.intake.terms import HoldReason
from app.kernel.actor import Actor
from app.runtime.clock import now
from app.runtime.database import Json
from app.runtime.rulings import answer_json
from app.workforce.contact_profiles import profiles_of
from app.workforce.models import Region
from app.workforce.zones import WITHOUT_REGION

VISIT_SECONDS = 1800


def block_answers(region: Region | None, facts: Facts) -> list[Json]:
    """The answers to the blocks and consents among the facts, for a visit just now.

    The house's own profile is asked in every region: what it names, such as a death, is told nowhere in vain.
    """
    zone, holidays = (region.time_zone, region.holidays) if region else (WITHOUT_REGION, None)
    known = Facts(blocks=facts.blocks, consents=facts.consents)
    ruling = ask(_asked(region), Situation(zone, holidays, now(), VISIT_SECONDS, facts=known))
    return [answer_json(answer) for answer in ruling.answers if answer.rule == "block"]


def _asked(region: Region | None) -> list[Profile]:
    profiles = {profile.id: profile for profile in (*profiles_of(region), *profiles_of(None))}
    return list(profiles.values())


def denials(answers: Sequence[Json]) -> list[Json]:
    """The answers that say no."""
    return [answer for answer in answers if not answer["allowed"]]


def hold_blocked(tx: Session, case: Case, actor: Actor, refusals: Sequence[Json]) -> None:
    """Let the case wait until the last of the blocks is over; without an end while one of them has none."""
    reasons = "; ".join(answer["reason"] for answer in refusals)
    ends = [answer["until"] for answer in refusals]
    until = None if None in ends else max(ends, key=datetime.fromisoformat)
    progress.hold(tx, case, HoldReason.BLOCKED, actor, detail=reasons, until=until)
