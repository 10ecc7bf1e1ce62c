from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compliance.composition import ask
from app.compliance.local_days import local_day
from app.compliance.profile import Profile
from app.compliance.ruling_book import RulingBook
from app.compliance.situation import Situation, Team
from tests.compliance.drawn import CHOSEN, SITUATIONS
from tests.compliance.visits import PROFILES, visit

IE = "IE-CCA1995-s46"


@settings(derandomize=True, deadline=None, max_examples=300)
@given(CHOSEN, SITUATIONS, st.integers(0, 2 * 1440))
def test_a_book_says_what_the_full_answer_says(profiles: list[Profile], situation: Situation, later: int) -> None:
    book = RulingBook(tuple(profiles), situation, local_day(situation.start_at, situation.time_zone), 5)
    start_at = situation.start_at + timedelta(minutes=later)
    assert book.allows(start_at) is ask(profiles, replace(situation, start_at=start_at)).allowed


@pytest.mark.parametrize(
    ("start", "seconds", "allowed"),
    [
        ("2026-11-24T09:00+00:00", 1800, True),
        ("2026-11-24T08:59:59+00:00", 1800, False),
        ("2026-11-24T20:30+00:00", 1800, True),
        ("2026-11-24T20:30:01+00:00", 1800, False),
        ("2026-11-24T22:30+02:00", None, True),  # the same instant, told in another zone
        ("2026-11-24T20:30+00:00", 1801, False),
    ],
)
def test_the_duration_of_the_situation_counts_unless_another_is_told(
    start: str, seconds: int | None, allowed: bool
) -> None:
    book = RulingBook((PROFILES[IE],), visit(IE), date(2026, 11, 24), 2)
    assert book.allows(datetime.fromisoformat(start), seconds) is allowed


def test_a_refused_team_may_not_start_at_all() -> None:
    book = RulingBook(
        (PROFILES["CN-GBT45251-CBA2026"],), visit("CN-GBT45251-CBA2026", team=Team(1)), date(2026, 11, 24), 1
    )
    assert book.windows == ()
    assert not book.allows(datetime(2026, 11, 24, 4, tzinfo=UTC))


@pytest.mark.parametrize("start", ["2026-11-23T23:59:59+00:00", "2026-11-24T23:45+00:00"])
def test_a_book_does_not_answer_for_other_days(start: str) -> None:
    book = RulingBook((PROFILES[IE],), visit(IE), date(2026, 11, 24), 1)
    with pytest.raises(ValueError, match="is not on the 1 days from 2026-11-24"):
        book.allows(datetime.fromisoformat(start))
