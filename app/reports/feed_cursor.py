"""The cursor of everything that comes in the order of the feed."""

import base64
from typing import Annotated

from fastapi import Depends, Query

from app.reports.feed import END, START
from app.runtime.web import bad_cursor, encoded


def _number(
    after: Annotated[
        str | None,
        Query(max_length=100, description="`next_cursor` of the page before; without it the feed starts at its begin"),
    ] = None,
) -> int:
    """The number a cursor of the feed stands for."""
    if after is None:
        return START
    try:
        number = int(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except ValueError:
        raise bad_cursor() from None
    if not START <= number <= END or encoded(str(number)) != after:
        raise bad_cursor()
    return number


FeedNumber = Annotated[int, Depends(_number)]
