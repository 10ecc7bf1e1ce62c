"""Loads the compiled search, or compiles it where that has not been done yet: about a minute, once on a machine.

The result is kept beside the source, or in the user's cache where that is read-only (NUMBA_CACHE_DIR chooses another
place); it is made anew for another version of the source, of numba, or another kind of processor.
"""

from functools import lru_cache

from app.kernel.place import Place
from app.optimiser.budget import Budget, Effort
from app.optimiser.decoder_engine import DecoderSearch
from app.optimiser.draft import Draft
from app.optimiser.problem import Job, Link, Member, Problem, Role, Travel, Vehicle
from app.optimiser.ruin_engine import RuinEngine
from app.optimiser.search_space import SearchSpace
from app.optimiser.strands import Phase, Strands
from app.optimiser.survey import Survey


@lru_cache(maxsize=1)
def warm() -> None:
    """Run both compiled engines on a day of two workers, so that the next call finds them ready."""
    space = SearchSpace(_little_day())
    draft = Draft(space)
    strands = Strands(Effort(Budget(iterations=2)), threads=1)
    engine = RuinEngine(Survey(space, draft), draft, strands, seed=1)
    engine.build()
    for _ in engine.anneal(Phase(0.0, 1.0, 1.0, 0.5)):
        pass
    DecoderSearch(space, seed=1).run(10, 1.0, 0.5)


def _little_day() -> Problem:
    """Something of everything that the compiled engines treat apart."""
    role = Role(frozenset(), 600)
    return Problem(
        origin="2026-01-05T08:00:00+00:00",
        travel=Travel.from_rows([[0, 60, 90], [60, 0, 30], [90, 30, 0]]),
        vehicles=tuple(Vehicle(name, (Member(name),), 0, 0, (0, 28800)) for name in ("one", "other")),
        jobs=(
            Job("pair", 1, roles=(role, role), prize=100.0),
            Job("first", 2, roles=(role,), prize=100.0),
            Job("second", 2, roles=(role,), prize=100.0),
        ),
        links=(Link(("first", 0), ("second", 0), (600, 7200), "any"),),
        places=tuple(Place(0.0, place / 100) for place in range(3)),
    )
