"""A consent that the borrower gives at the door, written down by who is there."""

from sqlalchemy.orm import Session

from app.contact.models import Consent
from app.contact.recording import GivenConsent, give_consent
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Fault, Invalid
from app.runtime.clock import now
from app.visits.events import CLOCK_LEEWAY
from app.visits.models import Visit
from app.visits.queries import events_of
from app.visits.terms import VisitEventKind
from app.visits.visited_cases import lock_cases


def record_consent(tx: Session, actor: Actor, visit: Visit, given: GivenConsent) -> Consent:
    """Write down what the borrower agreed to at the door; a phone that was offline may tell it after the visit.

    Raises Conflict when nobody has arrived yet, Invalid for a time before the arrival or in the future.
    """
    arrived = [event.at for event in events_of(tx, visit) if event.kind == VisitEventKind.ARRIVED.value]
    if not arrived:
        detail = f"nobody has arrived at this visit, it is {visit.state}"
        raise Conflict("VISIT_STATE", detail, action="Tell `arrived` first.")
    if not arrived[0] - CLOCK_LEEWAY <= given.given_at <= now() + CLOCK_LEEWAY:
        detail = f"a consent at the door is given between the arrival at {arrived[0].isoformat()} and now"
        raise Invalid("NOT_AT_THE_DOOR", detail, action="Correct the time.", faults=(Fault("/given_at", detail),))
    return give_consent(tx, actor, lock_cases(tx, visit)[0], given)
