"""The door of signals: findings as features for the credit model, and cohort figures."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from app.reports import feed
from app.reports.feed_cursor import FeedNumber
from app.runtime.auth import RiskAnalyst
from app.runtime.bodies import Day, Instant, refuse
from app.runtime.clock import now
from app.runtime.problems import responses
from app.runtime.streaming import long_reads_of
from app.runtime.web import Transaction, encoded
from app.signals.cohort_queries import counted_visits
from app.signals.cohorts import cohorts
from app.signals.features import features
from app.signals.queries import signal_page
from app.signals.schemas import Cohorts, SignalDictionary, SignalPage, show_cohorts, show_dictionary
from app.signals.terms import Grouping

router = APIRouter(prefix="/v1", tags=["risk department"])

LONGEST_PERIOD = timedelta(days=366)
_AS_OF = "Show what was known at this instant; not later than now"


async def _long_read(actor: RiskAnalyst, request: Request) -> AsyncIterator[None]:
    """One of the process's long reads."""
    with long_reads_of(request).taken():
        yield


def _as_of(as_of: Annotated[Instant | None, Query(description=_AS_OF)] = None) -> datetime | None:
    """The instant whose knowledge is wanted; what will be known at a later one nobody can say yet."""
    if as_of is not None and as_of > now():
        raise refuse("?as_of", "lies in the future", action="Give an instant that has passed, or none.")
    return as_of.astimezone(UTC) if as_of is not None else None


def _groupings(
    by: Annotated[
        str,
        Query(
            max_length=100,
            description=f"One or several of {', '.join(Grouping)}, with commas between",
            examples=["segment,region"],
        ),
    ] = Grouping.SEGMENT.value,
) -> tuple[Grouping, ...]:
    """What to put visits together by, each once."""
    words = [word.strip() for word in by.split(",")]
    unknown = [word for word in words if word not in set(Grouping)]
    if unknown or len(set(words)) < len(words):
        detail = f"one or several of {', '.join(Grouping)}, each once"
        raise refuse("?by", detail, action="Name the groupings with commas between.")
    return tuple(Grouping(word) for word in words)


AsOf = Annotated[datetime | None, Depends(_as_of)]


@router.get("/risk-signals", response_model=SignalPage, responses=responses())
def get_risk_signals(
    actor: RiskAnalyst,
    tx: Transaction,
    after: FeedNumber,
    as_of: AsOf,
    limit: Annotated[int, Query(ge=1, le=200, description="Rows on a page")] = 50,
) -> dict[str, Any]:
    """The findings of reported visits as features, point-in-time right, in the order of the report feed.

    Without `as_of` each version of a report is a row that shows what was known when it was made and never changes: a
    correction is a new row with its own `known_at`. With `as_of` each visit is one row that shows what was known at
    that instant, what became of its promise and what was decided included.
    """
    feed.seal(tx)
    page = signal_page(tx, actor, after, limit, as_of)
    return {"items": [features(visit, as_of) for visit in page.visits], "next_cursor": encoded(str(page.last))}


@router.get("/risk-signals/dictionary", responses=responses())
def get_signal_dictionary(actor: RiskAnalyst) -> SignalDictionary:
    """What each feature means, in which unit, since when it is known, and what null means."""
    return show_dictionary()


@router.get("/risk-signals/cohorts", dependencies=[Depends(_long_read)], responses=responses())
def get_cohorts(
    actor: RiskAnalyst,
    tx: Transaction,
    from_on: Annotated[Day, Query(alias="from", description="First day of the visits")],
    to_on: Annotated[Day, Query(alias="to", description="Day before which the visits were; a year later at most")],
    by: Annotated[tuple[Grouping, ...], Depends(_groupings)],
    as_of: AsOf,
) -> Cohorts:
    """Figures of the visits of a period, put together by segment, region or primary overdue reason.

    No figure is given over fewer than five visits; cohorts that small are suppressed, and so are those that would give
    them away when taken from a total of the same period. Of each visit the newest version of its report counts.
    """
    if not timedelta(0) < to_on - from_on <= LONGEST_PERIOD:
        raise refuse("?to", "must lie after `from`, 366 days later at most", action="Ask for a shorter period.")
    known_at = as_of or now()
    counted = counted_visits(tx, actor, from_on, to_on, known_at)
    return show_cohorts(cohorts(counted, [list(Grouping).index(grouping) for grouping in by]), by, known_at)
