"""Line charts as plain SVG."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from math import ceil, floor, log10

Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 80, 170, 40, 50
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#444444")
TICKS = 5


class Axis:
    """Maps values to pixels, evenly or by their logarithm."""

    def __init__(self, values: Sequence[float], first: float, last: float, logarithmic: bool = False) -> None:
        low, high = min(values), max(values)
        self._log = logarithmic and low > 0
        if not self._log:
            margin = 0.05 * (high - low) or 0.5
            low, high = (max(0.0, low - margin) if low >= 0 else low - margin), high + margin
        self._low, self._high = self._scale(low), max(self._scale(high), self._scale(low) + 1e-9)
        self._first, self._last = first, last

    def _scale(self, value: float) -> float:
        return log10(value) if self._log else value

    def at(self, value: float) -> float:
        """Where the value lies, in pixels."""
        share = (self._scale(value) - self._low) / (self._high - self._low)
        return round(self._first + share * (self._last - self._first), 1)

    def ticks(self) -> list[float]:
        """Round values to write on the axis."""
        if self._log:
            powers = range(floor(self._low), ceil(self._high) + 1)
            return [t for p in powers for t in (10.0**p, 3 * 10.0**p) if self._low <= log10(t) <= self._high + 1e-9]
        raw = (self._high - self._low) / TICKS
        power = 10.0 ** floor(log10(raw))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)
        return [step * number for number in range(ceil(self._low / step), floor(self._high / step) + 1)]


def line_chart(
    title: str, across: str, upward: str, lines: Mapping[str, Points], *, logarithmic: bool = False, steps: bool = False
) -> str:
    """The chart of named lines; `logarithmic` is the axis across, `steps` holds each value until the next."""
    points = [point for line in lines.values() for point in line]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        ' font-family="sans-serif" font-size="12">'
    )
    parts = [head, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>', _text(LEFT, 24, title, size=15)]
    if points:
        xs = Axis([x for x, _ in points], LEFT, WIDTH - RIGHT, logarithmic)
        ys = Axis([y for _, y in points], HEIGHT - BOTTOM, TOP)
        parts += [*_grid(xs, ys), *_lines(xs, ys, lines, steps)]
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, across, anchor="middle"))
    parts.append(f'<g transform="rotate(-90 18 {HEIGHT / 2})">{_text(18, HEIGHT / 2, upward, anchor="middle")}</g>')
    return "\n".join([*parts, "</svg>\n"])


def _grid(xs: Axis, ys: Axis) -> list[str]:
    parts = []
    for value in xs.ticks():
        x = xs.at(value)
        parts.append(f'<line x1="{x}" y1="{TOP}" x2="{x}" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        parts.append(_text(x, HEIGHT - BOTTOM + 18, f"{value:g}", anchor="middle"))
    for value in ys.ticks():
        y = ys.at(value)
        parts.append(f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="#ddd"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{value:g}", anchor="end"))
    return parts


def _lines(xs: Axis, ys: Axis, lines: Mapping[str, Points], steps: bool) -> list[str]:
    parts = []
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        drawn = [(xs.at(x), ys.at(y)) for x, y in points]
        if steps:
            corners = [(after[0], before[1]) for before, after in pairwise(drawn)]
            drawn = [point for pair in zip(drawn, [*corners, drawn[-1]], strict=True) for point in pair]
        path = " ".join(f"{x},{y}" for x, y in drawn)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        if not steps or len(points) == 1:
            parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in drawn]
        y = TOP + 14 + 20 * number
        parts.append(f'<rect x="{WIDTH - RIGHT + 12}" y="{y - 9}" width="12" height="10" fill="{colour}"/>')
        parts.append(_text(WIDTH - RIGHT + 30, y, name))
    return parts


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12) -> str:
    return f'<text x="{x}" y="{y}" fill="#222" text-anchor="{anchor}" font-size="{size}">{escape(words)}</text>'
