"""What each part of the planner is worth: the planner again, with one part changed, or with crews given."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from math import inf
from types import ModuleType
from typing import NamedTuple

import numpy as np

from app.optimiser import ruin_engine, search, solve, survey, tandem_engine
from app.optimiser.budget import Budget, Effort
from app.optimiser.draft import Draft
from app.optimiser.routing_engine import RoutingEngine
from app.optimiser.search import Search
from app.optimiser.search_space import SearchSpace
from app.optimiser.strands import Strands
from app.optimiser.tandem import Tandem
from bench.pairings import Pairs

PINS_ALONE, WITHOUT_FAVOUR = "pins-alone", "without-favour"
# What only matters to pairs.
OF_PAIRS = (PINS_ALONE, WITHOUT_FAVOUR)
START_SHARE = 0.05
POLISH_FROM = 0.8

Found = tuple[Draft, str]


class Change(NamedTuple):
    """A name of a module that means something else for a while."""

    module: ModuleType
    name: str
    value: object


def changed(variant: str) -> AbstractContextManager[None]:
    """The planner of this process, changed for a while; raises KeyError for a variant that is not known."""
    return _for_a_while(VARIANTS[variant])


def held(pairs: Pairs) -> AbstractContextManager[None]:
    """The planner of this process, for a while with these crews in the place of those that it would form.

    Only the last look at the day, for 3 % of the time and at a low temperature, lets everybody meet anybody.
    """
    tandems = sorted(Tandem(min(pair), max(pair)) for pair in pairs)
    return _for_a_while(
        [
            Change(tandem_engine, "matchings", lambda space: [tandems]),
            Change(tandem_engine, "rematch", _as_they_are),
        ]
    )


def _as_they_are(space: SearchSpace, tandems: Sequence[Tandem], routes: Sequence[Sequence[int]]) -> list[Tandem]:
    del space, routes
    return list(tandems)


@contextmanager
def _for_a_while(changes: Sequence[Change]) -> Iterator[None]:
    usual = [Change(change.module, change.name, getattr(change.module, change.name)) for change in changes]
    _apply(changes)
    try:
        yield
    finally:
        _apply(usual)


def _apply(changes: Sequence[Change]) -> None:
    for change in changes:
        setattr(change.module, change.name, change.value)


_run_engine = solve.run_engine


def _started(draft: Draft, effort: Effort, seed: int, engine: str, threads: int | None) -> Found:
    """The first routes by OR-Tools' cheapest insertion and a moment of its local search, then the usual engine."""
    seconds = START_SHARE * (effort.budget.seconds or 0.0)
    RoutingEngine(draft, Effort(Budget(seconds)), np.random.default_rng(seed)).run()
    return _run_engine(draft, effort, seed, engine, threads)


def _polished(draft: Draft, effort: Effort, seed: int, engine: str, threads: int | None) -> Found:
    """The last fifth of the time for OR-Tools' local search on neighbourhoods of the routes found."""
    own = Search(draft, Strands(effort, threads or solve.cores()), seed, POLISH_FROM)
    used = own.run()
    RoutingEngine(own.draft, effort, np.random.default_rng(seed)).run()
    return own.draft, f"{used}, {engine}"


# Pairs by pinned starts alone: they are worth what they are, no doors are opened for them, starts do not slide, CP-SAT
# chooses no teams.
VARIANTS: Mapping[str, Sequence[Change]] = {
    PINS_ALONE: (
        Change(ruin_engine, "FAVOUR", 0.0),
        Change(survey, "DOORS", 0),
        Change(search, "TEAM_SHARES", ()),
    ),
    WITHOUT_FAVOUR: (Change(ruin_engine, "FAVOUR", 0.0),),
    "without-cp-sat": (Change(search, "LEAST_SECONDS", inf),),
    "ortools-start": (Change(solve, "run_engine", _started),),
    "ortools-polish": (Change(solve, "run_engine", _polished),),
}
