"""Two who share their time, live near each other, and know different things."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.errors import Invalid
from app.optimiser.crews import CrewRules, Crews, Shift, form_crews
from tests.optimiser.days import HOUR

FULL_DAY, LATE = (8 * HOUR, 17 * HOUR), (12 * HOUR, 17 * HOUR)


def shift(worker: str, east: float = 0.0, *skills: str, window: tuple[int, int] = FULL_DAY) -> Shift:
    """A shift of somebody who lives so many hundredths of a degree east of the office."""
    return Shift(worker, frozenset(skills), (30.0, 120.0 + east / 100), window)


def pairs(formed: Crews) -> set[frozenset[str]]:
    return {frozenset(crew) for crew in formed.crews}


def as_pairs(text: str) -> set[frozenset[str]]:
    return {frozenset(pair.split("+")) for pair in text.split()}


FORMED: list[tuple[str, list[Shift], str, str]] = [
    ("neighbours", [shift("a"), shift("b", 30), shift("c", 1), shift("d", 31)], "a+c b+d", ""),
    ("odd one out", [shift("a"), shift("b", 1), shift("c", 50)], "a+b", "c"),
    (
        "time before nearness",
        [shift("a"), shift("b", 1, window=LATE), shift("c", 40), shift("d", 41, window=LATE)],
        "a+c b+d",
        "",
    ),
    (
        "skills spread",
        [shift("a", 0, "law"), shift("b", 0, "law"), shift("c", 1, "debt"), shift("d", 1, "debt")],
        "a+c b+d",
        "",
    ),
    ("no common time", [shift("a", window=(0, HOUR)), shift("b", window=(HOUR, 2 * HOUR))], "", "a b"),
    ("nobody", [], "", ""),
    ("alone", [shift("a")], "", "a"),
]


@pytest.mark.parametrize(("shifts", "crews", "left"), [row[1:] for row in FORMED], ids=[row[0] for row in FORMED])
def test_crews_are_formed(shifts: list[Shift], crews: str, left: str) -> None:
    formed = form_crews(shifts, CrewRules())
    assert pairs(formed) == as_pairs(crews)
    assert set(formed.left_over) == set(left.split())


def test_wishes_about_pairs_are_kept() -> None:
    near = [shift("a"), shift("b", 1), shift("c", 40), shift("d", 41)]
    together = CrewRules(together=frozenset({frozenset({"a", "d"})}))
    assert pairs(form_crews(near, together)) == as_pairs("a+d b+c")
    apart = CrewRules(apart=frozenset({frozenset({"a", "b"}), frozenset({"a", "c"})}))
    assert pairs(form_crews(near, apart)) == as_pairs("a+d b+c")


def test_who_must_go_with_somebody_absent_stays_behind() -> None:
    rules = CrewRules(together=frozenset({frozenset({"a", "absent"})}))
    formed = form_crews([shift("a"), shift("b")], rules)
    assert (formed.crews, formed.left_over) == ((), ("a", "b"))


def test_crews_of_one_are_everybody() -> None:
    formed = form_crews([shift("b"), shift("a")], CrewRules(size=1))
    assert (formed.crews, formed.left_over) == ((("a",), ("b",)), ())


@pytest.mark.parametrize(
    ("reason", "rules"),
    [
        ("CREW_SIZE", {"size": 3}),
        ("PAIRS_CONTRADICT", {"together": frozenset({frozenset({"a", "b"}), frozenset({"a", "c"})})}),
        ("PAIRS_CONTRADICT", {"together": frozenset({frozenset({"a"})})}),
        (
            "PAIRS_CONTRADICT",
            {"together": frozenset({frozenset({"a", "b"})}), "apart": frozenset({frozenset({"a", "b"})})},
        ),
    ],
)
def test_contradictory_rules_are_refused(reason: str, rules: Any) -> None:
    with pytest.raises(Invalid, match=reason):
        form_crews([shift("a"), shift("b")], CrewRules(**rules))


def test_a_worker_with_two_shifts_is_refused() -> None:
    with pytest.raises(Invalid, match="WORKER_TWICE_A_DAY"):
        form_crews([shift("a"), shift("a")], CrewRules())


SHIFTS = st.lists(
    st.builds(
        shift,
        st.integers(0, 99).map(str),
        st.floats(0, 50),
        window=st.tuples(st.integers(0, 5), st.integers(6, 9)).map(lambda pair: (pair[0] * HOUR, pair[1] * HOUR)),
    ),
    max_size=7,
    unique_by=lambda one: one.worker,
)


def shared(shifts: list[Shift], crews: set[frozenset[str]]) -> int:
    windows = {one.worker: one.window for one in shifts}
    return sum(
        min(windows[worker][1] for worker in crew) - max(windows[worker][0] for worker in crew) for crew in crews
    )


def matchings(workers: frozenset[str]) -> list[set[frozenset[str]]]:
    """Every way to pair up some of the workers."""
    if len(workers) < 2:
        return [set()]
    first = min(workers)
    found = matchings(workers - {first})
    for other in workers - {first}:
        found += [{frozenset({first, other})} | rest for rest in matchings(workers - {first, other})]
    return found


@settings(derandomize=True, deadline=None, max_examples=40)
@given(SHIFTS)
def test_no_pairing_shares_more_time(shifts: list[Shift]) -> None:
    formed = form_crews(shifts, CrewRules())
    everybody = [worker for crew in formed.crews for worker in crew] + list(formed.left_over)
    assert sorted(everybody) == sorted(one.worker for one in shifts)
    best = max(shared(shifts, crews) for crews in matchings(frozenset(everybody)))
    assert shared(shifts, pairs(formed)) == best
    assert form_crews(shifts[::-1], CrewRules()) == formed
    assert all(len(crew) == 2 for crew in formed.crews)
    assert all(one.isdisjoint(other) for one, other in combinations(pairs(formed), 2))
