"""Use cases of policies: the constants of assessments come in as dated documents, and are looked up for a household."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.dated_policy import DatedPolicy, PolicyBook
from app.assessment.dated_policy_json import dated_policy_from_dict
from app.assessment.faults import InvalidFigures
from app.assessment.models import AffordabilityPolicy
from app.assessment.policy_files import shipped_documents, shipped_policies
from app.contact.versions import lock
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Invalid, NotFound
from app.runtime import audit
from app.runtime.database import Json


@dataclass(frozen=True)
class KeptPolicy:
    """A policy with its document, and who brought it when; both None for one of the package."""

    dated: DatedPolicy
    document: Json
    brought_at: datetime | None
    brought_by: str | None


def policy_book(tx: Session) -> PolicyBook:
    """All policies that are known now."""
    return PolicyBook(kept.dated for kept in kept_policies(tx))


def kept_policies(tx: Session) -> list[KeptPolicy]:
    """Those of the package, then those that were brought, oldest first."""
    shipped = zip(shipped_policies(), shipped_documents(), strict=True)
    rows = tx.scalars(select(AffordabilityPolicy).order_by(AffordabilityPolicy.made_at, AffordabilityPolicy.id))
    return [
        *(KeptPolicy(dated, document, None, None) for dated, document in shipped),
        *(KeptPolicy(dated_policy_from_dict(row.document), row.document, row.made_at, row.actor) for row in rows),
    ]


def read_policy(document: object) -> DatedPolicy:
    """The policy in a document; raises Invalid with a pointer to each fault."""
    try:
        return dated_policy_from_dict(document)
    except InvalidFigures as error:
        detail = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in error.faults[:10])
        action = "Correct the named places; GET /v1/affordability-policies/{name} shows a whole document."
        raise Invalid("POLICY_INVALID", detail, action=action, faults=error.faults) from None


def bring_policy(tx: Session, actor: Actor, document: Json) -> tuple[KeptPolicy, bool]:
    """Keep a policy beside those that are there; also says whether it is new.

    Assessments that were made before keep their figures. Raises Invalid for a document that is none, Conflict for
    another document under a version that is there already.
    """
    dated = read_policy(document)
    name, version = dated.policy.name, dated.policy.version
    lock(tx, f"affordability_policy:{name}")
    for kept in kept_policies(tx):
        if (kept.dated.policy.name, kept.dated.policy.version) == (name, version):
            if kept.document == document:
                return kept, False
            detail = f"{name} has a version {version} with other figures"
            raise Conflict("POLICY_VERSION_EXISTS", detail, action="Give the next version number.")
    row = AffordabilityPolicy(name=name, version=version, document=document, actor=actor.subject)
    tx.add(row)
    tx.flush()
    told = {"version": version, "effective_from": dated.effective_from.isoformat(), "regions": list(dated.regions)}
    audit.record(tx, actor, "affordability_policy.brought", f"affordability_policy:{name}", told)
    return KeptPolicy(dated, document, row.made_at, row.actor), True


def version_of(tx: Session, name: str, version: str | None) -> KeptPolicy:
    """A version of a policy, the one brought last when none is named; raises NotFound when there is none."""
    found = [kept for kept in kept_policies(tx) if kept.dated.policy.name == name]
    found = [kept for kept in found if version is None or kept.dated.policy.version == version]
    if not found:
        detail = f"there is no policy {name!r}" + ("" if version is None else f" in a version {version!r}")
        raise NotFound("NO_SUCH_POLICY", detail, action="See GET /v1/affordability-policies.")
    return found[-1]
