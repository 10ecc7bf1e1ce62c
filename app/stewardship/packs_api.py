"""The doors of what is handed to courts and regulators."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.intake.models import Case
from app.intake.visibility import visible_case
from app.kernel.actor import Actor
from app.kernel.errors import Fault, Invalid
from app.runtime.auth import RiskAnalyst, any_of
from app.runtime.bodies import Day
from app.runtime.problems import responses
from app.runtime.web import Transaction
from app.stewardship.legal_pack import legal_pack
from app.stewardship.regulator_report import MOST_DAYS, Period, regulator_report
from app.stewardship.regulator_schema import RegulatorReport

ZIP = "application/zip"
RiskOrAuditor = Annotated[Actor, Depends(any_of("reports:read", "decisions:write", "audit:read"))]
router = APIRouter(prefix="/v1")


def _existing_case(case_id: UUID, actor: RiskAnalyst, tx: Transaction) -> Case:
    return visible_case(tx, actor, case_id)


CurrentCase = Annotated[Case, Depends(_existing_case, scope="function")]


@router.get(
    "/cases/{case_id}/legal-pack",
    tags=["risk department"],
    response_class=Response,
    responses=responses(404)
    | {200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}, "description": "The pack"}},
)
def get_legal_pack(actor: RiskAnalyst, case: CurrentCase, tx: Transaction) -> Response:
    """Everything on record about a case as a zip.

    It holds a manifest with hashes, the claim and its limitation, contacts, visits with a certificate of compliance for
    each arrival, the rules they were judged by, reports, redress, decisions and the trail. Making one is on the trail.
    Nothing is masked in it: it is for the risk department alone.
    """
    name = f'attachment; filename="legal-pack-{case.id}.zip"'
    return Response(legal_pack(tx, actor, case), media_type=ZIP, headers={"Content-Disposition": name})


@router.get("/regulator-report", tags=["auditor"], response_model=RegulatorReport, responses=responses())
def get_regulator_report(
    actor: RiskOrAuditor,
    tx: Transaction,
    first_on: Annotated[Day, Query(alias="from", description="First day, in each region's own zone")],
    end_on: Annotated[Day, Query(alias="to", description="The day after the last one")],
) -> RegulatorReport:
    """What a regulator asks of a period.

    Visits and their outcomes, complaints and their clocks, relief granted, and every breach of a contact rule, or none.
    """
    if not 0 < (end_on - first_on).days <= MOST_DAYS:
        detail = f"a period has 1 to {MOST_DAYS} days"
        fault = Fault("?to", detail)
        raise Invalid("BAD_PERIOD", f"?to: {detail}", action="Ask for a later or an earlier `to`.", faults=(fault,))
    return RegulatorReport.model_validate(regulator_report(tx, actor, Period(first_on, end_on)))
