"""A generated region-day: investigators, over-subscribed visits, windows, skills, lunch; the same for the same seed.

Run it as `python -m bench.region_day --investigators 12 --visits 150 --lunch -o day.json`.
"""

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.kernel.place import Place
from app.optimiser.problem import Break, Interval, Job, Member, Overtime, Problem, Role, Travel, Vehicle
from app.optimiser.problem_json import write_problem

HOUR = 3600
DAY = 24 * HOUR
CENTRE = Place(30.27, 120.15)
METRES_PER_DEGREE = 111_195.0
DETOUR = 1.35
METRES_PER_SECOND = 28 / 3.6
SKILLS = ("micro_business", "language:yue", "hardship")


@dataclass(frozen=True)
class RegionDay:
    """What to generate; `side_metres` is the width of the square region.

    With several `days` everybody works every day, and each visit is wanted at the same hours of any of them.
    """

    investigators: int
    visits: int
    seed: int = 0
    pairs: bool = False
    lunch: bool = False
    windows: bool = True
    two_person_visits: int = 0
    overtime: bool = False
    side_metres: float = 30_000.0
    days: int = 1


def region_day(day: RegionDay) -> Problem:
    """The problem of a region-day; with `pairs` two investigators share each vehicle and each visit wants both."""
    rng = np.random.default_rng(day.seed)
    crews = _vehicles(day, rng)
    spots = rng.uniform(-day.side_metres / 2, day.side_metres / 2, (len(crews) + day.visits, 2))
    jobs = tuple(_job(day, rng, number, len(crews) + number) for number in range(day.visits))
    vehicles = tuple(_on_day(crew, number) for number in range(day.days) for crew in crews)
    return Problem(
        origin="2026-11-23T00:00:00+08:00",
        travel=_travel(spots),
        vehicles=vehicles,
        jobs=jobs,
        places=tuple(_place(spot) for spot in spots),
    )


def _vehicles(day: RegionDay, rng: np.random.Generator) -> tuple[Vehicle, ...]:
    size = 2 if day.pairs else 1
    return tuple(_vehicle(day, rng, number, size) for number in range(day.investigators // size))


def _vehicle(day: RegionDay, rng: np.random.Generator, number: int, size: int) -> Vehicle:
    begin = int(rng.integers(16, 20)) * HOUR // 2
    lunch = Break((int(11.5 * HOUR), 13 * HOUR), 45 * 60)
    return Vehicle(
        id=f"crew-{number}",
        members=tuple(_member(rng, size * number + place) for place in range(size)),
        start=number,
        end=number,
        shift=(begin, begin + 9 * HOUR),
        breaks=(lunch,) if day.lunch else (),
        max_duty_seconds=9 * HOUR + (HOUR if day.overtime else 0),
        overtime=Overtime(HOUR, 40.0) if day.overtime else None,
    )


def _on_day(crew: Vehicle, day: int) -> Vehicle:
    """The first day's crew on another day."""
    if day == 0:
        return crew
    breaks = tuple(Break(_later(pause.window, day), pause.duration) for pause in crew.breaks)
    return replace(crew, id=f"{crew.id}/{day}", day=day, shift=_later(crew.shift, day), breaks=breaks)


def _later(interval: Interval, days: int) -> Interval:
    return interval[0] + days * DAY, interval[1] + days * DAY


def _member(rng: np.random.Generator, number: int) -> Member:
    own = [skill for skill in SKILLS if rng.random() < 0.5]
    return Member(f"inv-{number}", frozenset({"certified", *own}))


def _job(day: RegionDay, rng: np.random.Generator, number: int, location: int) -> Job:
    priority = int(rng.integers(1, 8))
    wanted = frozenset({"certified"}) | ({str(rng.choice(SKILLS))} if rng.random() < 0.15 else frozenset())
    service = int(rng.integers(4, 10)) * 300
    alone = Role(frozenset({"certified"}), service)
    two = day.pairs or number < day.two_person_visits
    return Job(
        id=f"case-{number}",
        location=location,
        approach_seconds=180,
        windows=_on_all_days(_windows(rng), day.days) if day.windows else None,
        roles=(Role(wanted, service), alone) if two else (Role(wanted, service),),
        prize=100.0 * priority,
    )


def _on_all_days(windows: tuple[Interval, ...], days: int) -> tuple[Interval, ...]:
    return tuple(_later(window, day) for day in range(days) for window in windows)


def _windows(rng: np.random.Generator) -> tuple[tuple[int, int], ...]:
    """All day, a part of it, or morning and evening."""
    kind = rng.random()
    if kind < 0.5:
        return ((8 * HOUR, 20 * HOUR),)
    if kind < 0.85:
        begin = int(rng.integers(16, 34)) * HOUR // 2
        return ((begin, begin + 2 * HOUR),)
    return ((8 * HOUR, 11 * HOUR), (17 * HOUR, 20 * HOUR))


def _travel(spots: NDArray[np.float64]) -> Travel:
    metres = np.hypot(*(spots[:, None, :] - spots[None, :, :]).transpose(2, 0, 1)) * DETOUR
    distances = np.rint(metres).astype(np.int32)
    return Travel(np.rint(metres / METRES_PER_SECOND).astype(np.int32), distances)


def _place(spot: NDArray[np.float64]) -> Place:
    north, east = float(spot[1]) / METRES_PER_DEGREE, float(spot[0]) / METRES_PER_DEGREE
    return Place(round(CENTRE.lat + north, 6), round(CENTRE.lon + east / np.cos(np.radians(CENTRE.lat)), 6))


def main(arguments: list[str] | None = None) -> int:
    """Write a generated problem as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--investigators", type=int, default=12)
    parser.add_argument("--visits", type=int, default=150)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pairs", action="store_true", help="two investigators share a vehicle, and each visit")
    parser.add_argument("--lunch", action="store_true")
    parser.add_argument("--overtime", action="store_true")
    parser.add_argument("--two-person-visits", type=int, default=0)
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path, help="default: standard output")
    chosen = parser.parse_args(arguments)
    output: Path | None = chosen.output
    day = RegionDay(**{name: value for name, value in vars(chosen).items() if name != "output"})
    data = write_problem(region_day(day))
    if output is None:
        sys.stdout.write(data.decode())
    else:
        output.write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
