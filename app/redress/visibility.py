"""Which complaints, hardship reviews and offers an actor may see: those on the cases of its regions."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.contact.versions import known
from app.intake.models import Case
from app.intake.visibility import visible_case
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.redress.models import Complaint, HardshipReview, ReliefOffer
from app.visits.models import Visit
from app.visits.visibility import own_visits

Owed = TypeVar("Owed", Complaint, HardshipReview, ReliefOffer)
_SEES_CASES = ("escalations:write", "cases:manage", "decisions:write", "reports:read", "audit:read")


def visible(actor: Actor, model: type[Owed]) -> Select[Owed]:
    """The present versions of all records on cases of the actor's regions, joined with their cases."""
    query = select(model).join(Case, Case.id == model.case_id).where(known(model, None))
    return query.where(Case.region.in_(actor.regions)) if actor.regions else query


def visible_one(tx: Session, actor: Actor, model: type[Owed], record_id: UUID) -> Owed:
    """One record; raises NotFound when there is none or it is not the actor's."""
    row = tx.scalars(visible(actor, model).where(model.record_id == record_id)).one_or_none()
    if row is None:
        what = model.__tablename__.replace("_", " ")
        detail = f"there is none with the id {record_id} among the {what} for this token"
        raise NotFound("NO_SUCH_RECORD", detail, action="Check the id.")
    return row


def case_to_review(tx: Session, actor: Actor, case_id: UUID) -> Case:
    """A case for which the actor may ask for a hardship review; for people of the field one that they visit.

    Raises NotFound when there is none or it is not the actor's.
    """
    case = visible_case(tx, actor, case_id)
    if any(actor.may(scope) for scope in _SEES_CASES):
        return case
    mine = or_(Visit.case_id == case_id, Visit.also_case_ids.contains([str(case_id)]))
    if tx.scalars(own_visits(actor).where(mine).limit(1)).first() is None:
        raise NotFound("NO_SUCH_CASE", f"there is no case {case_id} for this token", action="Check the id.")
    return case
