"""What the contact rules say about the flags of an escalation."""

from collections.abc import Sequence

from app.compliance.composition import ask
from app.compliance.situation import Facts, Situation
from app.intake.flags import blocks_of
from app.runtime.clock import now, today
from app.runtime.database import Json
from app.runtime.rulings import answer_json
from app.workforce.contact_profiles import profiles_of
from app.workforce.models import Region

VISIT_SECONDS = 1800


def blocking_answers(flags: Sequence[str], region: Region | None) -> list[Json]:
    """The answers of the region's profiles to the blocks that the flags name; the house's without a region."""
    zone = region.time_zone if region else "UTC"
    facts = Facts(blocks=blocks_of(flags, today(zone)))
    situation = Situation(zone, region.holidays if region else None, now(), VISIT_SECONDS, facts=facts)
    ruling = ask(profiles_of(region), situation)
    return [answer_json(answer) for answer in ruling.answers if answer.rule == "block"]
