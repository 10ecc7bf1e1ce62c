"""What was tried before anybody asks for a visit: calls and messages, at lawful hours, and mostly in vain."""

from datetime import date, datetime, time, timedelta
from random import Random

from app.demo.people import CHINA
from app.demo.regions import Body

_FIRST_MINUTE, _LAST_MINUTE = 9 * 60, 20 * 60 + 30  # within the legal 08:00 to 22:00


def unreachable(today: date, random: Random) -> list[Body]:
    """Calls and messages of the last five to six weeks that nobody answered, on both channels in the last 30 days."""
    recent = random.sample(range(1, 27), random.randint(4, 6))
    days_ago = sorted([*recent, random.randint(31, 40)], reverse=True)
    return [_contact(today, ago, ("call", "sms")[turn % 2], "no_answer", random) for turn, ago in enumerate(days_ago)]


def reached(today: date, random: Random) -> list[Body]:
    """A few vain attempts, then a call that was answered, some with a promise that was not kept."""
    days_ago = sorted(random.sample(range(4, 29), random.randint(3, 5)), reverse=True)
    vain = [_contact(today, ago, random.choice(("call", "sms")), "no_answer", random) for ago in days_ago[:-1]]
    return [*vain, _contact(today, days_ago[-1], "call", random.choice(("reached", "promised")), random)]


def with_earlier_visit(contacts: list[Body], today: date, random: Random) -> list[Body]:
    """The same contacts after a visit that found nobody, so long ago that no limit counts it any more."""
    return [_contact(today, random.randint(65, 95), "visit", "no_answer", random), *contacts]


def _contact(today: date, days_ago: int, channel: str, outcome: str, random: Random) -> Body:
    minute = random.randint(_FIRST_MINUTE, _LAST_MINUTE)
    if channel == "visit":
        minute = random.randint(_FIRST_MINUTE, 17 * 60)
    at = datetime.combine(today - timedelta(days=days_ago), time(minute // 60, minute % 60), CHINA)
    return {"channel": channel, "at": at.isoformat(), "outcome": outcome}
