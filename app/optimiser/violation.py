"""One broken rule of a plan."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """The rule (UPPER_SNAKE), where it is broken, and by how much: seconds, metres, a count or cost."""

    rule: str
    where: str
    by: float | None = None


def at_vehicle(vehicle: str) -> str:
    """A place on a route."""
    return f"vehicle {vehicle}"


def at_job(job: str) -> str:
    """A place at a job, whoever serves it."""
    return f"job {job}"


def at_stop(vehicle: str, index: int, job: str) -> str:
    """A place at a stop; stops are counted from 0, as in the plan."""
    return f"vehicle {vehicle}, stop {index}, job {job}"


def at_break(vehicle: str, index: int) -> str:
    """A place at a break; breaks are counted from 0."""
    return f"vehicle {vehicle}, break {index}"
