"""The door of policies: everybody may read by which constants figures are made, admins bring new ones."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from app.assessment import policy_keeping
from app.assessment.policies_schema import PolicyDocument, PolicyList, PolicyShown, show_policy, show_summary
from app.runtime.auth import AnyActor, Lawgiver, Once
from app.runtime.idempotency import Created
from app.runtime.problems import responses
from app.runtime.web import Transaction

router = APIRouter(prefix="/v1/affordability-policies", tags=["assessment"])


@router.get("", response_model=PolicyList, responses=responses())
def get_policies(actor: AnyActor, tx: Transaction) -> PolicyList:
    """All policies, the shipped ones first, then those that were brought."""
    return PolicyList(items=[show_summary(kept) for kept in policy_keeping.kept_policies(tx)], next_cursor=None)


@router.post(
    "",
    status_code=201,
    response_model=PolicyShown,
    responses=responses(409) | {200: {"model": PolicyShown, "description": "It came before, or a dry run"}},
)
def post_policy(
    actor: Lawgiver,
    body: PolicyDocument,
    tx: Transaction,
    once: Once,
    *,
    validate_only: Annotated[bool, Query(description="Only check the document; nothing is kept")] = False,
) -> Response:
    """Bring a policy: figures with their sources, for regions and from a day on.

    It holds for assessments from then on; those that were made keep their figures and name the policy they followed.
    """
    if validate_only:
        dated = policy_keeping.read_policy(body.root)
        kept = policy_keeping.KeptPolicy(dated, body.root, None, None)
        return JSONResponse(show_policy(kept).model_dump(mode="json"), 200)

    def bring() -> Created:
        kept, new = policy_keeping.bring_policy(tx, actor, body.root)
        return Created(show_policy(kept), 201 if new else 200)

    return once.once(bring)


@router.get("/{name}", response_model=PolicyShown, responses=responses(404))
def get_policy(
    actor: AnyActor,
    name: str,
    tx: Transaction,
    version: Annotated[str | None, Query(max_length=100, description="The one brought last when left out")] = None,
) -> PolicyShown:
    """One policy with its document: every figure with its source."""
    return show_policy(policy_keeping.version_of(tx, name, version))
