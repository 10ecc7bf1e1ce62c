"""The door of assessment."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.assessment import service
from app.assessment.schemas import PreviewAnswer, PreviewIn, show_figures
from app.kernel.actor import Actor
from app.runtime.auth import any_of
from app.runtime.problems import responses
from app.runtime.web import Transaction

router = APIRouter(prefix="/v1", tags=["assessment"])

Assessor = Annotated[
    Actor,
    Depends(any_of("visits:own", "reports:read", "decisions:write", "plans:write", "plans:publish", "cases:manage")),
]


@router.post("/assessments:preview", response_model=PreviewAnswer, responses=responses())
def post_preview(actor: Assessor, body: PreviewIn, tx: Transaction) -> PreviewAnswer:
    """What a household with this statement can afford, and the options that follow; nothing is stored."""
    return show_figures(service.preview(tx, body.wanted()))
