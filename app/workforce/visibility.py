"""Which regions and people an actor may see: the one place that says so."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.workforce.models import Investigator, Region


def visible_regions(actor: Actor) -> Select[Region]:
    """The regions of the actor's token."""
    query = select(Region)
    return query.where(Region.code.in_(actor.regions)) if actor.regions else query


def visible_region(tx: Session, actor: Actor, code: str, *, lock: bool = False) -> Region:
    """One region; raises NotFound when there is none or it is not the actor's. `lock` keeps others from changing it."""
    query = visible_regions(actor).where(Region.code == code)
    region = tx.scalars(query.with_for_update() if lock else query).one_or_none()
    if region is None:
        raise NotFound("NO_SUCH_REGION", f"there is no region {code} for this token", action="Check the code.")
    return region


def visible_investigators(actor: Actor) -> Select[Investigator]:
    """The people of the actor's regions."""
    query = select(Investigator)
    return query.where(Investigator.region.in_(actor.regions)) if actor.regions else query


def visible_investigator(tx: Session, actor: Actor, person_id: UUID, *, lock: bool = False) -> Investigator:
    """One investigator; raises NotFound when there is none or it is not of the actor's regions."""
    query = visible_investigators(actor).where(Investigator.id == person_id)
    person = tx.scalars(query.with_for_update(of=Investigator) if lock else query).one_or_none()
    if person is None:
        detail = f"there is no investigator {person_id} for this token"
        raise NotFound("NO_SUCH_INVESTIGATOR", detail, action="Check the id.")
    return person
