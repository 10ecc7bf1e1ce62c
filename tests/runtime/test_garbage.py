"""A process that serves still clears dead cycles away, and leaves alone what stands from the start."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from app.runtime.garbage import YOUNG_OBJECTS, collect_seldom


class Knot:
    """An object that holds itself, so that counting references alone never frees it."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_stands_from_the_start_is_not_looked_through_again() -> None:
    collect_seldom()
    assert gc.get_freeze_count() > 0


def test_a_dead_cycle_is_cleared_away_after_many_new_objects() -> None:
    collect_seldom()
    knot = Knot()
    gone = weakref.ref(knot)
    del knot
    held = [[number] for number in range(2 * YOUNG_OBJECTS)]
    assert held
    assert gone() is None
