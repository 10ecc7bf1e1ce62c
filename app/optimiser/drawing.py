"""A plan as a picture: the routes on their places, and the day as a timeline, in plain SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians
from xml.sax.saxutils import escape

from app.kernel.place import Place
from app.optimiser.plan import Plan, Route
from app.optimiser.problem import Problem

MAP_WIDTH, MAP_HEIGHT, MARGIN = 640, 640, 30
ROW_HEIGHT, LABEL_WIDTH, LINE_WIDTH = 26, 150, 900
HOUR = 3600
# Colours that people with colour-blindness can tell apart (Okabe and Ito), then lighter ones.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8B6FC0", "#7A7A7A")


@dataclass(frozen=True)
class Frame:
    """Where a place lies on the map: an equirectangular projection that keeps the ratio of the sides."""

    west: float
    north: float
    pixels_per_degree: float
    squeeze: float

    @classmethod
    def around(cls, places: Sequence[Place]) -> "Frame":
        """The frame that holds all places."""
        lats, lons = [place.lat for place in places], [place.lon for place in places]
        squeeze = cos(radians((min(lats) + max(lats)) / 2))
        height, width = max(lats) - min(lats), (max(lons) - min(lons)) * squeeze
        side = max(height, width, 1e-6)
        return cls(min(lons), max(lats), (MAP_WIDTH - 2 * MARGIN) / side, squeeze)

    def point(self, place: Place) -> tuple[float, float]:
        """Pixels from the left and from the top."""
        x = MARGIN + (place.lon - self.west) * self.squeeze * self.pixels_per_degree
        return round(x, 1), round(MARGIN + (self.north - place.lat) * self.pixels_per_degree, 1)


def draw(problem: Problem, plan: Plan) -> str:
    """The picture of a plan; without places in the problem only the timeline is drawn."""
    routes = [(route, COLOURS[number % len(COLOURS)]) for number, route in enumerate(plan.routes)]
    parts = [*_map(problem, plan, routes), *_timeline(problem, routes)] if routes else []
    left = MAP_WIDTH if problem.places else 0
    width = left + LABEL_WIDTH + LINE_WIDTH + 2 * MARGIN
    height = max(MAP_HEIGHT, 3 * MARGIN + ROW_HEIGHT * len(routes))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' font-family="sans-serif" font-size="11">'
    )
    title = f"{len(plan.served)} of {len(problem.jobs)} visits, {len(routes)} crews"
    return "\n".join(
        [head, f'<rect width="{width}" height="{height}" fill="white"/>', _text(MARGIN, 18, title), *parts, "</svg>\n"]
    )


def _map(problem: Problem, plan: Plan, routes: Sequence[tuple[Route, str]]) -> Iterator[str]:
    if not problem.places:
        return
    frame, served = Frame.around(problem.places), plan.served
    for job in problem.jobs:
        if job.id not in served:
            x, y = frame.point(problem.places[job.location])
            yield f'<circle cx="{x}" cy="{y}" r="3" fill="none" stroke="#999"><title>{escape(job.id)}</title></circle>'
    for route, colour in routes:
        yield from _way(problem, frame, route, colour)


def _way(problem: Problem, frame: Frame, route: Route, colour: str) -> Iterator[str]:
    assert problem.places is not None
    vehicle = problem.vehicles[problem.vehicle_index[route.vehicle]]
    jobs = [problem.jobs[problem.job_index[stop.job]] for stop in route.stops]
    last = [] if vehicle.end is None else [vehicle.end]
    points = [frame.point(problem.places[at]) for at in (vehicle.start, *(job.location for job in jobs), *last)]
    line = " ".join(f"{x},{y}" for x, y in points)
    yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5" stroke-opacity="0.8"/>'
    x, y = points[0]
    yield f'<rect x="{x - 5}" y="{y - 5}" width="10" height="10" fill="#222"/>'
    for number, (job, (x, y)) in enumerate(zip(jobs, points[1:], strict=False), start=1):
        yield f'<circle cx="{x}" cy="{y}" r="7" fill="{colour}"><title>{escape(job.id)}</title></circle>'
        yield _text(x, y + 3.5, str(number), colour="white", anchor="middle", size=9)


def _timeline(problem: Problem, routes: Sequence[tuple[Route, str]]) -> Iterator[str]:
    left = (MAP_WIDTH if problem.places else 0) + LABEL_WIDTH
    first = min(route.leave for route, _ in routes) // HOUR * HOUR
    last = -(-max(route.back for route, _ in routes) // HOUR) * HOUR
    scale = LINE_WIDTH / max(HOUR, last - first)

    def at(seconds: int) -> float:
        return round(left + (seconds - first) * scale, 1)

    bottom = 2 * MARGIN + ROW_HEIGHT * len(routes)
    step = HOUR * max(1, (last - first) // (12 * HOUR))
    for hour in range(first, last + 1, step):
        yield f'<line x1="{at(hour)}" y1="{MARGIN}" x2="{at(hour)}" y2="{bottom}" stroke="#ddd"/>'
        yield _text(at(hour), bottom + 12, _clock(problem, hour), anchor="middle")
    for row, (route, colour) in enumerate(routes):
        top = MARGIN + 10 + row * ROW_HEIGHT
        yield _text(left - 8, top + 13, route.vehicle, anchor="end")
        yield _duty(at(route.leave), at(route.back), top + 9, colour)
        for number, stop in enumerate(route.stops, start=1):
            x, width = at(stop.start), max(2.0, at(stop.end) - at(stop.start))
            yield _bar(x, top, width, 18, colour, f"{stop.job} {_clock(problem, stop.start)}")
            yield _text(x + width / 2, top + 13, str(number), colour="white", anchor="middle", size=10)
        for pause in route.breaks:
            yield _bar(at(pause.start), top + 5, at(pause.end) - at(pause.start), 8, "#bbb", "break")


def _duty(begins: float, ends: float, y: float, colour: str) -> str:
    """From leaving to returning, as a thin line behind the visits."""
    return f'<line x1="{begins}" y1="{y}" x2="{ends}" y2="{y}" stroke="{colour}" stroke-opacity="0.5"/>'


def _bar(x: float, y: float, width: float, height: float, colour: str, title: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{round(width, 1)}" height="{height}" rx="2" fill="{colour}">'
        f"<title>{escape(title)}</title></rect>"
    )


def _text(x: float, y: float, words: str, *, colour: str = "#222", anchor: str = "start", size: int = 11) -> str:
    return f'<text x="{x}" y="{y}" fill="{colour}" text-anchor="{anchor}" font-size="{size}">{escape(words)}</text>'


def _clock(problem: Problem, seconds: int) -> str:
    return f"{datetime.fromisoformat(problem.origin) + timedelta(seconds=seconds):%H:%M}"
