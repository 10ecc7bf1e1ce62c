"""How often a process that serves looks for cycles of dead objects."""

import gc

YOUNG_OBJECTS = 50_000


def collect_seldom() -> None:
    """Look for dead cycles every fifty thousand new objects, and never again among those that stand from the start.

    A plan of 500 visits makes hundreds of thousands of rows and answers that live until the commit; looking through
    them every two thousand objects was a third of the time that its publication took.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])
