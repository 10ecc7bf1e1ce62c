"""Situations drawn at random, with every fact that the rules look at, and any of the shipped profiles."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from app.compliance.calendar import Weekday
from app.compliance.profile_files import load_profiles
from app.compliance.situation import (
    Block,
    BlockKind,
    Channel,
    Consent,
    ConsentKind,
    Contact,
    Facts,
    Notice,
    PlaceKind,
    QuietWindow,
    Situation,
    Team,
)
from app.kernel.timewindow import TimeWindow

START = datetime(2026, 11, 20, tzinfo=UTC)
INSTANTS = st.integers(-40 * 24 * 60, 40 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
DAYS = st.integers(-40, 40).map(lambda days: date(2026, 11, 20) + timedelta(days=days))
CLAIMS = st.sampled_from([None, "L-1", "L-2"])
CONTACTS = st.builds(Contact, st.sampled_from(Channel), INSTANTS, st.booleans(), st.booleans(), claim=CLAIMS)
BLOCKS = st.builds(
    lambda kind, on, days, renewals: Block(kind, on, days and on + timedelta(days=days), renewals),
    st.sampled_from(BlockKind),
    DAYS,
    st.none() | st.integers(1, 30),
    st.integers(0, 2),
)
CONSENTS = st.builds(
    lambda kind, at, wait, hours: Consent(
        kind,
        at,
        hours and at + timedelta(hours=(wait or 0) + hours),
        from_at=wait and at + timedelta(hours=wait),
    ),
    st.sampled_from(ConsentKind),
    INSTANTS,
    st.none() | st.integers(1, 100),
    st.none() | st.integers(1, 500),
)
TIMES = st.builds(lambda at, minutes: TimeWindow(at, at + timedelta(minutes=minutes)), INSTANTS, st.integers(1, 3000))
QUIET = st.builds(
    lambda day, opens, minutes, places: QuietWindow(
        day, opens, min(1440, opens + minutes), frozenset(), frozenset(places)
    ),
    st.sampled_from(Weekday),
    st.integers(0, 1439),
    st.integers(1, 600),
    st.lists(st.sampled_from(PlaceKind), max_size=1),
)
FACTS = st.builds(
    Facts,
    contacts=st.lists(CONTACTS, max_size=6).map(tuple),
    blocks=st.lists(BLOCKS, max_size=2).map(tuple),
    consents=st.lists(CONSENTS, max_size=3).map(tuple),
    notices=st.lists(st.builds(Notice, INSTANTS, st.sampled_from(Channel)), max_size=2).map(tuple),
    days_past_due=st.none() | st.integers(0, 90),
    inconvenient=st.lists(TIMES, max_size=2).map(tuple),
    inconvenient_places=st.frozensets(st.sampled_from(PlaceKind), max_size=1),
    employer_forbids_visits=st.booleans(),
    quiet_windows=st.lists(QUIET, max_size=3).map(tuple),
)
TEAMS = st.builds(
    Team,
    st.integers(1, 3),
    st.lists(st.sampled_from([True, None, False]), max_size=2).map(tuple),
    badge=st.sampled_from([True, None, False]),
    recording=st.sampled_from([True, None, False]),
)
SITUATIONS = st.builds(
    Situation,
    time_zone=st.sampled_from(["Asia/Shanghai", "Europe/Dublin", "America/New_York", "Europe/Kyiv"]),
    holidays=st.sampled_from(["CN", "IE", "US", "RU", None]),
    start_at=INSTANTS,
    duration_seconds=st.sampled_from([60, 1800, 5400, 40000]),
    place_kind=st.sampled_from(PlaceKind),
    team=st.none() | TEAMS,
    facts=FACTS,
    notify_from_at=st.none() | INSTANTS,
    claim=CLAIMS,
)
# All 17, the drafts switched on.
ENFORCED = [profile.switched_on() for profile in load_profiles().values()]
CHOSEN = st.lists(st.sampled_from(ENFORCED), max_size=3, unique_by=lambda profile: profile.id)
