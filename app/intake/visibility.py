"""Which cases an actor may see: the one place that says so."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.intake.models import Case
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.runtime.database import locking

# Who plans visits sees places, not finances.
HIDDEN_AMOUNTS = "Null for who plans visits: the amounts are for the case system and the risk department"
_SEES_AMOUNTS = ("cases:read", "escalations:write", "reports:read", "decisions:write")


def sees_amounts(actor: Actor) -> bool:
    """Whether the actor may see what is owed."""
    return any(actor.may(scope) for scope in _SEES_AMOUNTS)


def visible_cases(actor: Actor) -> Select[Case]:
    """All cases of the actor's regions."""
    query = select(Case)
    return query.where(Case.region.in_(actor.regions)) if actor.regions else query


def visible_case(tx: Session, actor: Actor, case_id: UUID, *, lock: bool = False) -> Case:
    """One case; raises NotFound when there is none or it is not the actor's. `lock` keeps others from changing it."""
    query = visible_cases(actor).where(Case.id == case_id)
    case = tx.scalars(locking(query) if lock else query).one_or_none()
    if case is None:
        raise NotFound("NO_SUCH_CASE", f"there is no case {case_id} for this token", action="Check the id.")
    return case
