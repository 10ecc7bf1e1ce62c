"""The time zone of a region: its days and hours are those that count for its cases."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workforce.models import Region

WITHOUT_REGION = "UTC"
"""The zone of what lies in no region of ours."""


def zone_of(tx: Session, region_code: str | None) -> str:
    """The IANA zone of the region with the code."""
    zone = tx.scalars(select(Region.time_zone).where(Region.code == region_code)).one_or_none()
    return zone or WITHOUT_REGION


def zones_of_regions(tx: Session) -> Mapping[str, str]:
    """The IANA zone of each region, by its code."""
    return {code: zone for code, zone in tx.execute(select(Region.code, Region.time_zone))}
