"""A case that has come to its assessment, with the rows that the rooms before have left behind."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.models import Assessment
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.money import Money
from app.planning.models import Plan
from app.reports.case_report import AskedRuling, CaseFacts, Figures, ReportFacts, VisitFacts, Visitor
from app.reports.terms import Asking
from app.runtime.database import new_id
from app.visits.models import Findings, Visit, VisitEvent
from app.workforce.models import Investigator, Region
from tests.factories import escalation

DAY = date(2026, 11, 23)
ARRIVED_AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # 09:30 in Hangzhou


def ruling(*, allowed: bool = True) -> dict[str, Any]:
    answer = {
        "rule": "hours",
        "profile": "CN-GBT45251-CBA2026",
        "version": "1",
        "allowed": allowed,
        "reason": "09:30 to 10:10 lies in the hours of presence",
        "source": "GB/T 45251-2025, 5.3",
        "until": None,
        "condition": None,
    }
    return {"allowed": allowed, "answers": [answer]}


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


STATEMENT: dict[str, Any] = {
    "currency": "CNY",
    "household": {"adults": 2, "children": 1, "dependants": 0},
    "lines": [
        {"kind": "income", "category": "wages", "amount": "6500.00", "frequency": "monthly", "verification": 3},
        {"kind": "fixed", "category": "rent", "amount": "2000.00", "frequency": "monthly", "verification": 1},
    ],
}

AFFORDABILITY: dict[str, Any] = {
    "policy": "CN-house 1",
    "income_monthly": cny("6500.00"),
    "essential_monthly": cny("4052.30"),
    "surplus_monthly": cny("2203.00"),
    "debt_service_ratio": "0.2462",
    "affordable_instalment": cny("2200.00"),
    "resilience": {"surplus_monthly": cny("1033.00")},
    "quality": {"income": {"3": "1.0000"}, "spending": {"1": "1.0000"}, "declined_lines": []},
    "flags": ["BELOW_FLOOR"],
    "derivation": [
        {
            "name": "planning_income",
            "rule": "sum over income lines of monthly x confidence",
            "policy": "CN-house 1",
            "value": "6500",
            "inputs": {"line[0].amount": "6500"},
            "lines": [0],
        }
    ],
}

OPTIONS: list[dict[str, Any]] = [
    {
        "name": "instalment",
        "components": [{"kind": "instalment", "amount": cny("1500.00"), "frequency": "monthly", "count": 12}],
        "schedule": [{"due_on": "2026-12-23", "amount": cny("1500.00")}],
        "total": cny("18000.00"),
        "ends_on": "2027-11-23",
        "ratio_after": "0.2308",
    }
]

FINDINGS: dict[str, Any] = {
    "outcome": "MET_PLAN_DRAFTED",
    "met": "borrower",
    "overdue_reasons": [{"code": "INCOME_DROP", "primary": True, "since_on": "2026-07-01", "note": "工厂减产"}],
    "statement": STATEMENT,
    "promise": {"amount": cny("500"), "due_on": "2026-12-10", "channel": "bank_transfer"},
    "arrangement": {
        "components": [{"kind": "instalment", "amount": cny("1500.5"), "frequency": "monthly", "count": 12}]
    },
    "education": ["repayment-rights-zh"],
    "complaint": None,
    "vulnerability": [],
    "safety": None,
    "note": "谈话平静",
}


_CASE = CaseFacts(
    case_id=UUID(int=1),
    source="case-system",
    source_reference="ESC-1",
    region="330106",
    time_zone="Asia/Shanghai",
    product="consumer_credit",
    outstanding=Money("CNY", 17_500_00),
    overdue=Money("CNY", 2_700_50),
    days_past_due=76,
    escalated_loan=escalation()["loan"],
)
_VISIT = VisitFacts(
    visit_id=UUID(int=2),
    day=DAY,
    state="finished",
    outcome="MET_PLAN_DRAFTED",
    happened={"arrived": ARRIVED_AT},
    emergency=None,
    signals=(),
    investigators=(Visitor(UUID(int=3), "I-01", "李静"),),
)
# The same case for the pure part, without rows.
FACTS = ReportFacts(
    report_id=UUID(int=4),
    version=1,
    made_at=datetime(2026, 11, 23, 4, 0, tzinfo=UTC),
    case=_CASE,
    also_cases=(),
    visit=_VISIT,
    findings=FINDINGS,
    figures=Figures(UUID(int=5), STATEMENT, AFFORDABILITY, tuple(OPTIONS)),
    rulings=(AskedRuling(Asking.INTAKE, None, ruling()), AskedRuling(Asking.DOOR, ARRIVED_AT, ruling(allowed=False))),
)


def west_lake(tx: Session, code: str = "330106") -> Region:
    region = Region(
        code=code,
        name="西湖区",
        polygon=None,
        time_zone="Asia/Shanghai",
        holidays="CN",
        profiles=["CN-GBT45251-CBA2026"],
        office_address="杭州市西湖区文三路1号",
        office_lat=30.2741,
        office_lon=120.1351,
        neighbours=[],
    )
    tx.add(region)
    tx.flush()
    return region


def investigator(tx: Session, code: str, region: Region) -> Investigator:
    person = Investigator(
        code=code,
        name="李静",
        region=region.code,
        also_regions=[],
        home_address="杭州市西湖区古墩路2号",
        home_lat=30.29,
        home_lon=120.11,
        skills=[],
        languages=["zh"],
        caseload_max=40,
        max_visits_per_day=8,
        conflicts=[],
    )
    tx.add(person)
    tx.flush()
    return person


def assessed_case(tx: Session, region: Region, **changes: Any) -> Case:
    """A case whose visit has been assessed; every column may be replaced."""
    case_id = new_id()
    told = escalation(source_reference=f"ESC-{case_id}")
    columns: dict[str, Any] = {
        "id": case_id,
        "source": told["source"],
        "source_reference": told["source_reference"],
        "body_sha256": "0" * 64,
        "escalation": told,
        "status": CaseStatus.ASSESSED.value,
        "held": None,
        "ruling": ruling(),
        "eligible": [],
        "flags": [],
        "region": region.code,
        "region_mismatch": False,
        "borrower_key": f"case:{case_id}",
        "borrower_name": "王小明",
        "language": "zh",
        "lender": None,
        "product": "consumer_credit",
        "currency": "CNY",
        "outstanding_minor": 17_500_00,
        "overdue_minor": 2_700_50,
        "days_past_due": 76,
        "priority": 7,
        "due_on": None,
        "required_skills": [],
        "staff_needed": 2,
        "place_kind": "home",
        "address": "杭州市西湖区文二路8号3幢2单元501室",
        "lat": 30.2841,
        "lon": 120.1251,
        "received_at": datetime(2026, 11, 20, 4, 0, tzinfo=UTC),
    }
    case = Case(**(columns | changes))
    tx.add(case)
    tx.flush()
    return case


def assessed_visit(
    tx: Session,
    case: Case,
    *,
    crew: tuple[Investigator, ...] = (),
    also: tuple[Case, ...] = (),
    findings: dict[str, Any] | None = FINDINGS,
    outcome: str | None = "MET_PLAN_DRAFTED",
) -> Visit:
    """A finished visit to the case, with its events, its findings and its assessment."""
    visit = Visit(
        id=new_id(),
        case_id=case.id,
        also_case_ids=[str(other.id) for other in also],
        plan_id=_plan(tx, case).id,
        region=case.region,
        day=DAY,
        sequence=1,
        investigator_ids=[str(person.id) for person in crew],
        state="finished",
        arrival_at=ARRIVED_AT,
        start_at=ARRIVED_AT,
        end_at=ARRIVED_AT + timedelta(minutes=40),
        travel_seconds=600,
        waiting_seconds=0,
        lat=30.2841,
        lon=120.1251,
        ruling=ruling(),
        outcome=outcome,
    )
    tx.add(visit)
    tx.flush()
    for minutes, kind in enumerate(("departed", "arrived", "started", "finished")):
        _event(tx, visit, kind, ARRIVED_AT + timedelta(minutes=minutes))
    _assess(tx, visit, findings)
    tx.flush()
    return visit


def _plan(tx: Session, case: Case) -> Plan:
    plan = Plan(
        region=case.region,
        first_on=DAY,
        days=1,
        options={},
        state="published",
        progress={},
        figures=None,
        problem=None,
        solution=None,
        unassigned=[],
        left_out=[],
        failure=None,
        requested_by="dispatcher",
        published_at=datetime(2026, 11, 22, 8, 0, tzinfo=UTC),
        superseded_by=None,
    )
    tx.add(plan)
    tx.flush()
    return plan


def _event(tx: Session, visit: Visit, kind: str, at: datetime) -> None:
    tx.add(
        VisitEvent(
            visit_id=visit.id,
            client_event_id=new_id(),
            kind=kind,
            at=at,
            received_at=at,
            actor="investigator:1",
            position=None,
            note=None,
            ruling=ruling() if kind == "arrived" else None,
            emergency=None,
        )
    )


def _assess(tx: Session, visit: Visit, findings: dict[str, Any] | None) -> None:
    statement, last = (findings or {}).get("statement"), None
    if findings is not None:
        tx.add(Findings(visit_id=visit.id, number=1, body={"outcome": "NO_ANSWER"}, actor="investigator:1"))
        last = Findings(visit_id=visit.id, number=2, body=findings, actor="investigator:1")
        tx.add(last)
        tx.flush()
    tx.add(
        Assessment(
            visit_id=visit.id,
            case_id=visit.case_id,
            findings_id=last.id if last is not None else None,
            policy="CN-house 1",
            statement=statement,
            affordability=AFFORDABILITY if statement else None,
            options=OPTIONS if statement else [],
        )
    )


def assess_anew(tx: Session, visit: Visit, number: int = 2) -> None:
    """The same findings assessed once more, as after a correction."""
    before = tx.scalars(
        select(Assessment).where(Assessment.visit_id == visit.id, Assessment.number == number - 1)
    ).one()
    same = ("visit_id", "case_id", "findings_id", "policy", "statement", "affordability", "options")
    tx.add(Assessment(number=number, **{name: getattr(before, name) for name in same}))
    tx.flush()
