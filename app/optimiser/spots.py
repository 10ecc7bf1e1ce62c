"""Locations renumbered so that near ones lie near each other in memory."""

import numpy as np

from app.optimiser.compiled.terrain import NO_WAY, Ints, Shorts
from app.optimiser.decompose import points
from app.optimiser.problem import Problem

CURVE_BITS = 16


def travel_between(durations: Shorts, spots: Ints) -> Shorts:
    """Travel seconds between spots, and one place more at which routes end that end anywhere."""
    places = len(durations)
    travel = np.zeros((places + 1, places + 1), np.int32)
    inner = travel[:places, :places]
    inner[np.ix_(spots, spots)] = durations
    inner[(inner < 0) | (inner > NO_WAY)] = NO_WAY
    return travel


def spots_of(problem: Problem) -> Ints:
    """A number for each location such that near locations mostly have near numbers: few cache lines serve a move.

    The order in which a curve of Z-shaped strokes visits them (Morton 1966).
    """
    where = points(problem)[:, :2]
    spots = np.zeros(len(where), np.int64)
    if len(where) == 0:
        return spots
    spread = np.maximum(np.ptp(where, axis=0), 1e-12)
    cells = ((where - where.min(axis=0)) / spread * (2**CURVE_BITS - 1)).astype(np.int64)
    code = np.zeros(len(where), np.int64)
    for bit in range(CURVE_BITS):
        for axis in range(cells.shape[1]):
            code |= ((cells[:, axis] >> bit) & 1) << (2 * bit + axis)
    spots[np.argsort(code, kind="stable")] = np.arange(len(where))
    return spots
