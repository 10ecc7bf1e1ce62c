"""How many rulings a second one core gives: the full answer with its reasons, and the look-up that planning needs.

`python -m bench.rulings`; every look-up is first compared with the full answer.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.compliance.composition import ask
from app.compliance.profile import Profile
from app.compliance.profile_files import load_profiles
from app.compliance.ruling_book import RulingBook
from app.compliance.situation import (
    Channel,
    Consent,
    ConsentKind,
    Contact,
    Facts,
    Notice,
    Situation,
    Team,
)

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_ON, DAYS = date(2026, 11, 23), 14
ASKED = ("CN-GBT45251-CBA2026", "house-low-pressure")


def borrower(number: int) -> Situation:
    """A visit to a borrower with a ledger of calls, messages and a visit, a notice and a consent."""
    begun = datetime(2026, 11, 1, 9, tzinfo=ZONE)
    contacts = tuple(
        Contact(
            list(Channel)[(number + each) % len(Channel)], begun + timedelta(hours=17 * each), contacted=not each % 5
        )
        for each in range(20)
    )
    facts = Facts(
        contacts=contacts,
        notices=(Notice(datetime(2026, 11, 20 + number % 5, 12, tzinfo=UTC), Channel.SMS),),
        consents=(Consent(ConsentKind.ENTER_HOME, datetime(2026, 11, 2, tzinfo=UTC)),),
        days_past_due=30 + number,
    )
    return Situation("Asia/Shanghai", "CN", starts(1)[0], 1800, team=Team(2), facts=facts)


def starts(count: int) -> list[datetime]:
    """Starts spread over the days, nights and weekends too."""
    begun = datetime(FIRST_ON.year, FIRST_ON.month, FIRST_ON.day, tzinfo=ZONE).astimezone(UTC)
    return [begun + timedelta(minutes=(number * 37) % (DAYS * 1440 - 60)) for number in range(count)]


def rate(act: Callable[[], int]) -> float:
    """How many things a second the act does; it says how many it did."""
    began = time.perf_counter()
    done = act()
    return done / (time.perf_counter() - began)


def full(profiles: Sequence[Profile], situations: Sequence[Situation]) -> int:
    """Every rule's answer for each of them."""
    for situation in situations:
        ask(profiles, situation)
    return len(situations)


def looked_up(profiles: tuple[Profile, ...], borrowers: Sequence[Situation], moments: Sequence[datetime]) -> int:
    """A book for each borrower, made anew, and all moments looked up in it."""
    for situation in borrowers:
        book = RulingBook(profiles, situation, FIRST_ON, DAYS)
        for start_at in moments:
            book.allows(start_at)
    return len(borrowers) * len(moments)


def main() -> int:
    """Measure and print; 1 when a look-up differs from the full answer."""
    profiles = tuple(load_profiles()[name] for name in ASKED)
    moments, borrowers = starts(500), [borrower(number) for number in range(100)]
    asked = [replace(situation, start_at=moments[number]) for number, situation in enumerate(borrowers * 5)]
    allowed = [situation for situation in asked if ask(profiles, situation).allowed]
    books = [RulingBook(profiles, situation, FIRST_ON, DAYS) for situation in asked]
    differing = sum(
        book.allows(situation.start_at) is not ask(profiles, situation).allowed
        for book, situation in zip(books, asked, strict=True)
    )
    full(profiles, asked)
    print(f"{len(asked)} visits under {' and '.join(ASKED)}, {len(allowed)} allowed, {differing} look-ups differ")
    measured = {
        "full answers": lambda: full(profiles, asked),
        "full answers to allowed visits": lambda: full(profiles, allowed),
        "books made, each asked 500 times": lambda: looked_up(profiles, borrowers, moments),
        "books made, each asked 50 times": lambda: looked_up(profiles, borrowers, moments[:50]),
    }
    for name, act in measured.items():
        print(f"{name:<34}{rate(act):>10,.0f} a second")
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
