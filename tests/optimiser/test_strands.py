"""Rounds of work for several searches: nothing is left out, nothing goes on after the end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count, pairwise
from threading import Event
from time import sleep

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser.budget import Budget, Effort
from app.optimiser.strands import FIRST_BATCH, MOST_A_BATCH, MOST_STRANDS, Phase, Round, Strands

RANDOM = settings(derandomize=True, deadline=None, max_examples=100)


@dataclass
class Recorded:
    """A search that only notes what it is given."""

    batches: list[tuple[int, float, float]] = field(default_factory=list)
    pause: float = 0.0

    def run(self, iterations: int, hot: float, cold: float) -> None:
        sleep(self.pause)
        self.batches.append((iterations, hot, cold))

    @property
    def moves(self) -> int:
        return sum(batch[0] for batch in self.batches)

    @property
    def temperatures(self) -> list[float]:
        return [heat for _, hot, cold in self.batches for heat in (hot, cold)]


def counted(iterations: int, threads: int = 1) -> Strands:
    return Strands(Effort(Budget(iterations=iterations)), threads)


def worked(strands: Strands, phase: Phase, searches: list[Recorded]) -> list[Round]:
    done = []
    for one in strands.rounds(phase):
        strands.work(phase, one, searches)
        done.append(one)
    return done


BORDERS = st.lists(st.floats(0.01, 0.99), max_size=3, unique=True).map(lambda cuts: [0.0, *sorted(cuts), 1.0])


@RANDOM
@given(st.integers(1, 300_000), BORDERS, st.integers(1, 3))
def test_counted_rounds_cover_every_phase_without_a_gap(iterations: int, borders: list[float], moves: int) -> None:
    strands, searches = counted(iterations), [Recorded(), Recorded()]
    spent = 0
    for begin, end in pairwise(borders):
        before = searches[0].moves
        rounds = worked(strands, Phase(begin, end, 8.0, 2.0, moves), searches)
        assert [one.end for one in rounds[:-1]] == [one.begin for one in rounds[1:]]
        if rounds:
            assert (rounds[0].begin, rounds[-1].end) == (0.0, 1.0)
        size = sum(one.iterations or 0 for one in rounds)
        assert size == round(end * iterations) - round(begin * iterations)
        assert abs(searches[0].moves - before - size * moves / 2) <= len(rounds)
        spent += size
    assert spent == iterations
    assert strands.effort.iterations_left == 0


@RANDOM
@given(st.integers(10, 200_000), st.floats(1.0, 1000.0), st.floats(0.001, 1.0))
def test_temperatures_fall_from_hot_to_cold(iterations: int, hot: float, cold: float) -> None:
    search = Recorded()
    worked(counted(iterations), Phase(0.0, 1.0, hot, cold), [search])
    heat = search.temperatures
    assert heat[0] == pytest.approx(hot)
    assert heat[-1] == pytest.approx(cold)
    assert all(later <= earlier * (1 + 1e-12) for earlier, later in pairwise(heat))
    assert all(one == pytest.approx(other) for one, other in zip(heat[1:-1:2], heat[2::2], strict=True))


def test_a_phase_that_began_late_still_ends_where_it_should() -> None:
    strands, search = counted(10_000), Recorded()
    strands.effort.spend(6000)
    rounds = worked(strands, Phase(0.5, 1.0, 8.0, 2.0), [search])
    assert rounds[0].begin == pytest.approx(0.2)
    assert rounds[-1].end == 1.0
    assert search.moves == 4000
    assert list(strands.rounds(Phase(0.5, 1.0, 8.0, 2.0))) == []


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_counted_strands_are_the_same_whatever_the_threads(threads: int) -> None:
    strands = counted(5000, threads)
    assert strands.count == MOST_STRANDS
    searches = [Recorded() for _ in range(strands.count)]
    worked(strands, Phase(0.0, 1.0, 8.0, 2.0), searches)
    alone = [Recorded() for _ in range(strands.count)]
    worked(counted(5000), Phase(0.0, 1.0, 8.0, 2.0), alone)
    assert searches == alone


@pytest.mark.parametrize(("threads", "strands"), [(0, 1), (1, 1), (2, 2), (64, MOST_STRANDS)])
def test_by_the_clock_there_are_as_many_strands_as_threads(threads: int, strands: int) -> None:
    assert Strands(Effort(Budget(seconds=1.0)), threads).count == strands


def test_by_the_clock_rounds_end_with_the_budget() -> None:
    strands, searches = Strands(Effort(Budget(seconds=0.6)), 2), [Recorded(pause=0.005), Recorded(pause=0.001)]
    rounds = worked(strands, Phase(0.0, 1.0, 8.0, 2.0), searches)
    assert strands.effort.seconds >= 0.6
    assert rounds[-1].end == 1.0
    assert [one.begin for one in rounds] == sorted(one.begin for one in rounds)
    for search in searches:
        assert search.moves > 0
        assert 1.999 < min(search.temperatures) <= max(search.temperatures) < 8.001
        assert search.temperatures[-1] == pytest.approx(2.0, rel=0.5)
    assert list(strands.rounds(Phase(0.0, 1.0, 8.0, 2.0))) == []


def test_batches_grow_until_they_are_worth_their_while() -> None:
    search = Recorded()
    strands = Strands(Effort(Budget(seconds=0.3)), 1)
    worked(strands, Phase(0.0, 1.0, 8.0, 2.0), [search])
    assert search.batches[0][0] == FIRST_BATCH
    assert max(batch for batch, _, _ in search.batches) == MOST_A_BATCH
    slow = Recorded(pause=0.06)
    worked(Strands(Effort(Budget(seconds=0.3)), 1), Phase(0.0, 1.0, 8.0, 2.0), [slow])
    assert min(batch for batch, _, _ in slow.batches) < FIRST_BATCH


class Failing:
    """A search that breaks in its second batch."""

    def __init__(self) -> None:
        self.batches = count(1)

    def run(self, iterations: int, hot: float, cold: float) -> None:
        if next(self.batches) == 2:
            raise ArithmeticError("no more")


@pytest.mark.parametrize("budget", [Budget(iterations=10**7), Budget(seconds=60.0)], ids=["counted", "by the clock"])
def test_an_error_comes_out_and_ends_the_other_search(budget: Budget) -> None:
    strands, other = Strands(Effort(budget), 2), Recorded(pause=0.001)
    phase = Phase(0.0, 1.0, 8.0, 2.0)
    one = next(strands.rounds(phase))
    with pytest.raises(ArithmeticError, match="no more"):
        strands.work(phase, Round(0.0, 1.0, one.seconds and 60.0, one.iterations and 10**7), [Failing(), other])
    done = len(other.batches)
    sleep(0.05)
    assert len(other.batches) == done
    assert done < 1000


def stopping(searches: list[Recorded], batches: int) -> Callable[[], bool]:
    """Somebody who wants an end once the first search has made so many batches."""
    return lambda: len(searches[0].batches) >= batches


@pytest.mark.parametrize("budget", [Budget(iterations=10**9), Budget(seconds=3600.0)], ids=["counted", "by the clock"])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_wish_to_stop_ends_all_searches_within_a_round(budget: Budget, threads: int) -> None:
    searches = [Recorded(pause=0.005), Recorded(pause=0.005)]
    strands = Strands(Effort(budget, should_stop=stopping(searches, 5)), threads)
    phase = Phase(0.0, 1.0, 8.0, 2.0)
    one = Round(0.0, 1.0, budget.seconds, budget.iterations)
    strands.work(phase, one, searches)
    assert strands.effort.cancelled
    assert sum(len(search.batches) for search in searches) < 200
    assert list(strands.rounds(phase)) == []


def test_an_error_of_whoever_is_asked_comes_out_and_ends_the_search() -> None:
    def broken() -> bool:
        raise InterruptedError("asked too much")

    search = Recorded(pause=0.005)
    strands = Strands(Effort(Budget(seconds=3600.0), should_stop=broken), 1)
    with pytest.raises(InterruptedError, match="asked too much"):
        strands.work(Phase(0.0, 1.0, 8.0, 2.0), Round(0.0, 1.0, 3600.0, None), [search])
    done = len(search.batches)
    sleep(0.03)
    assert len(search.batches) == done


def test_two_threads_work_at_the_same_time() -> None:
    """Each of the two waits for the other one."""
    here, there = Event(), Event()

    class Waiting:
        def __init__(self, mine: Event, other: Event) -> None:
            self.mine, self.other = mine, other
            self.met = False

        def run(self, iterations: int, hot: float, cold: float) -> None:
            self.mine.set()
            self.met = self.other.wait(10.0)

    pair = [Waiting(here, there), Waiting(there, here)]
    strands = counted(100, threads=2)
    for one in strands.rounds(Phase(0.0, 1.0, 8.0, 2.0)):
        strands.work(Phase(0.0, 1.0, 8.0, 2.0), one, pair)
    assert [one.met for one in pair] == [True, True]
