"""Which visits an actor may see: the one place that says so."""

from uuid import UUID

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

from app.intake.models import Case
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.visits.models import PromiseToPay, Visit

_SEES_ALL = ("plans:write", "plans:publish", "cases:manage", "reports:read", "decisions:write", "audit:read")
_SEES_FINDINGS = ("visits:own", "reports:read", "decisions:write")


def visible_visits(actor: Actor) -> Select[Visit]:
    """All visits of the actor's regions; for people of the field only their own."""
    if not any(actor.may(scope) for scope in _SEES_ALL):
        return own_visits(actor)
    query = select(Visit)
    return query.where(Visit.region.in_(actor.regions)) if actor.regions else query


def own_visits(actor: Actor) -> Select[Visit]:
    """The visits that the actor carries out; none for somebody who is no investigator."""
    if actor.investigator_id is None:
        return select(Visit).where(false())
    return select(Visit).where(Visit.investigator_ids.contains([str(actor.investigator_id)]))


def visible_visit(tx: Session, actor: Actor, visit_id: UUID) -> Visit:
    """One visit; raises NotFound when there is none or it is not the actor's."""
    return _found(tx, visible_visits(actor), visit_id)


def own_visit(tx: Session, actor: Actor, visit_id: UUID) -> Visit:
    """One visit that the actor carries out, locked against changes by others; raises NotFound otherwise."""
    return _found(tx, own_visits(actor).with_for_update(key_share=True), visit_id)


def sees_findings(actor: Actor) -> bool:
    """Whether the household's answers are for this actor; a dispatcher sees the place, not the finances."""
    return any(actor.may(scope) for scope in _SEES_FINDINGS)


def visible_promises(actor: Actor) -> Select[PromiseToPay]:
    """All promises on cases of the actor's regions."""
    query = select(PromiseToPay)
    if not actor.regions:
        return query
    return query.join(Case, Case.id == PromiseToPay.case_id).where(Case.region.in_(actor.regions))


def visible_promise(tx: Session, actor: Actor, promise_id: UUID) -> PromiseToPay:
    """One promise; raises NotFound when there is none or it is not the actor's."""
    row = tx.scalars(visible_promises(actor).where(PromiseToPay.id == promise_id)).one_or_none()
    if row is None:
        raise NotFound("NO_SUCH_PROMISE", f"there is no promise {promise_id} for this token", action="Check the id.")
    return row


def _found(tx: Session, query: Select[Visit], visit_id: UUID) -> Visit:
    visit = tx.scalars(query.where(Visit.id == visit_id)).one_or_none()
    if visit is None:
        raise NotFound("NO_SUCH_VISIT", f"there is no visit {visit_id} for this token", action="Check the id.")
    return visit
