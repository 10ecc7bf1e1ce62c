"""A visit under one shipped profile, at a place where it holds: what the tables of clauses ask about."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.compliance.calendar import DayClass
from app.compliance.composition import ask
from app.compliance.profile_files import load_profiles
from app.compliance.ruling import Answer
from app.compliance.situation import Channel, Contact, Facts, PlaceKind, Situation, Team

PROFILES = load_profiles()
# Where each profile holds: time zone and calendar of holidays.
PLACES = {
    "house-low-pressure": ("Asia/Shanghai", "CN"),
    "CN-GBT45251-CBA2026": ("Asia/Shanghai", "CN"),
    "IN-RBI-2022": ("Asia/Kolkata", "IN"),
    "IN-RBI-2026-draft": ("Asia/Kolkata", "IN"),
    "US-REGF-1006": ("America/New_York", "US"),
    "UK-CONC7": ("Europe/London", "GB"),
    "IE-CCA1995-s46": ("Europe/Dublin", "IE"),
    "AU-RG96": ("Australia/Sydney", "AU"),
    "ID-POJK22-2023": ("Asia/Jakarta", "ID"),
    "PH-SEC18-BSP454": ("Asia/Manila", "PH"),
    "MY-BNM-FDCP": ("Asia/Kuala_Lumpur", "MY"),
    "KR-PDPA-2024": ("Asia/Seoul", "KR"),
    "RU-230FZ": ("Europe/Moscow", "RU"),
    "UA-CCA-art25": ("Europe/Kyiv", "UA"),
    "TH-DCA2015": ("Asia/Bangkok", "TH"),
    "VN-TT18-2019": ("Asia/Ho_Chi_Minh", "VN"),
    "TW-outsourced": ("Asia/Taipei", "TW"),
}
TUESDAY = "2026-11-24T10:00"


def local(profile: str, text: str) -> datetime:
    """A wall time at the place of the profile."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(PLACES[profile][0]))


def visit(
    profile: str,
    start: str = TUESDAY,
    minutes: int = 30,
    *,
    facts: Facts | None = None,
    place: PlaceKind = PlaceKind.HOME,
    team: Team | None = None,
    day_class: DayClass | None = None,
    claim: str | None = None,
) -> Situation:
    """A visit where the profile holds; `day_class` says what the local day is, whatever the calendar says."""
    time_zone, calendar = PLACES[profile]
    start_at = local(profile, start)
    overrides = ((date.fromisoformat(start[:10]), day_class),) if day_class else ()
    return Situation(
        time_zone, calendar, start_at, minutes * 60, place, team, facts or Facts(), day_overrides=overrides, claim=claim
    )


def answers(profile: str, situation: Situation) -> dict[str, Answer]:
    """What the profile says, rule by rule; a draft is switched on."""
    return {answer.rule: answer for answer in ask([PROFILES[profile].switched_on()], situation).answers}


def refused(profile: str, situation: Situation) -> set[str]:
    """The rules that say no."""
    return {rule for rule, answer in answers(profile, situation).items() if not answer.allowed}


def ago(
    profile: str,
    days: float,
    channel: Channel = Channel.VISIT,
    *,
    contacted: bool = False,
    planned: bool = False,
    claim: str | None = None,
) -> Contact:
    """A contact so many days before the visit of Tuesday."""
    return Contact(channel, local(profile, TUESDAY) - timedelta(days=days), contacted, planned, claim=claim)
