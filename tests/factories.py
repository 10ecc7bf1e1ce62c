"""Bodies and rows that tests start from; every field may be replaced."""

from typing import Any

from sqlalchemy.orm import Session

from app.intake.models import Case
from app.intake.schemas import EscalationBody, to_escalation
from app.intake.service import receive
from app.kernel.actor import SYSTEM
from app.workforce.geography import RegionCatalogue
from app.workforce.models import Region

WEST_LAKE: dict[str, Any] = {
    "code": "330106",
    "name": "西湖区",
    "polygon": {
        "type": "Polygon",
        "coordinates": [[[120.05, 30.20], [120.16, 30.20], [120.16, 30.33], [120.05, 30.33], [120.05, 30.20]]],
    },
    "time_zone": "Asia/Shanghai",
    "holidays": "CN",
    "profiles": ["CN-GBT45251-CBA2026", "house-low-pressure"],
    "office": {"address": "杭州市西湖区文三路1号", "place": {"lat": 30.2741, "lon": 120.1351}},
    "neighbours": [],
}


def escalation(**changes: Any) -> dict[str, Any]:
    """A complete escalation as the case system sends it."""
    body: dict[str, Any] = {
        "source": "case-system",
        "source_reference": "ESC-2026-000123",
        "borrower": {
            "reference": "B-4411",
            "name": "王小明",
            "language": "zh",
            "birth_year": 1998,
            "segment": "young_consumer",
            "household_size": 3,
        },
        "lender": "West Lake Consumer Finance",
        "loan": {
            "reference": "L-778",
            "product": "consumer_credit",
            "outstanding": {"amount": "18000.00", "currency": "CNY"},
            "overdue": {"amount": "3200.50", "currency": "CNY"},
            "instalment": {"amount": "1600.25", "currency": "CNY"},
            "annual_rate": "0.1800",
            "term_months": 12,
            "days_past_due": 74,
            "opened_on": "2025-11-02",
            "repayments": [],
        },
        "places": [
            {
                "kind": "home",
                "address": "杭州市西湖区文二路8号3幢2单元501室",
                "place": {"lat": 30.2841, "lon": 120.1251, "datum": "wgs84"},
                "quality": "rooftop",
            }
        ],
        "contacts": [
            {"channel": "call", "at": "2026-11-02T10:00:00+08:00", "outcome": "no_answer"},
            {"channel": "sms", "at": "2026-11-05T10:00:00+08:00", "outcome": "no_answer"},
        ],
        "priority": 7,
        "due_on": "2026-12-05",
        "required_skills": [],
        "staff_needed": 1,
        "flags": [],
    }
    return body | changes


def add_region(tx: Session, **changes: Any) -> Region:
    """A stored region."""
    body = WEST_LAKE | changes
    place = body["office"]["place"]
    region = Region(
        code=body["code"],
        name=body["name"],
        polygon=body["polygon"],
        time_zone=body["time_zone"],
        holidays=body["holidays"],
        profiles=body["profiles"],
        office_address=body["office"]["address"],
        office_lat=place["lat"],
        office_lon=place["lon"],
        neighbours=body["neighbours"],
    )
    tx.add(region)
    tx.flush()
    return region


def add_case(tx: Session, region: Region, **changes: Any) -> Case:
    """A stored case of the region, taken in as the case system would bring it."""
    escalated = to_escalation(EscalationBody.model_validate(escalation(**changes)))
    return receive(tx, SYSTEM, escalated, RegionCatalogue([region])).case
