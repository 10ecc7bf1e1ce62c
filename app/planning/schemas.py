"""Bodies of planning."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.planning.models import Plan, PlanRoute, PlanStop
from app.planning.service import PlanOptions
from app.planning.terms import PlanState
from app.roads.schemas import PlaceAnswer
from app.runtime.bodies import Answer, Body, Code, Day, etag_of, in_zone
from app.workforce.zones import zone_of


class Engine(StrEnum):
    """How to search."""

    DEFAULT = "default"
    ORTOOLS = "ortools"


class PlanOptionsIn(Body):
    """How long to search, from which seed, with which engine."""

    time_limit_seconds: Annotated[float, Field(ge=0.1, le=3600, allow_inf_nan=False)] = 10.0
    iterations: Annotated[int, Field(ge=1, le=10_000_000)] | None = Field(
        None, description="Instead of a time limit, for plans that can be made again byte for byte"
    )
    seed: Annotated[int, Field(ge=0, le=2_147_483_647)] = 1
    engine: Engine = Engine.DEFAULT

    def options(self) -> PlanOptions:
        """The value inside."""
        return PlanOptions(self.time_limit_seconds, self.iterations, self.seed, self.engine.value)


class PlanIn(Body):
    """A region and 1 to 5 days to plan."""

    region: Code = Field(examples=["330106"])
    first_on: Day
    days: Annotated[int, Field(ge=1, le=5)] = 1
    options: PlanOptionsIn = Field(default_factory=PlanOptionsIn)


class ProgressBody(Answer):
    """How far the search is."""

    seconds: float
    best_cost: float | None
    served: int | None


class FiguresBody(Answer):
    """What the plan comes to."""

    jobs: int = Field(description="Visits that were wanted")
    served: int
    unassigned: int
    lost_prize: float = Field(description="Worth of the visits that found no place")
    travel_seconds: int
    travel_metres: int
    waiting_seconds: int
    overtime_seconds: int
    crews: int
    travel_source: str = Field(description="What the travel times rest on", examples=["great_circle"])
    check: Literal["passed"] = Field(description="The independent check; a plan that fails it is never stored")


class StopBody(Answer):
    """A scheduled visit."""

    visit_id: UUID
    case_id: UUID
    also_case_ids: list[UUID] = Field(description="Other loans of the borrower that this visit is for")
    sequence: int
    arrival_at: datetime
    start_at: datetime
    end_at: datetime
    travel_seconds: int
    waiting_seconds: int
    place: PlaceAnswer


class BreakBody(Answer):
    """A break as it is planned."""

    start_at: datetime
    end_at: datetime


class RouteBody(Answer):
    """The day of one crew."""

    investigator_ids: list[UUID]
    day: Day
    leave_at: datetime
    return_at: datetime
    travel_seconds: int
    travel_metres: int
    waiting_seconds: int
    breaks: list[BreakBody]
    stops: list[StopBody]


class ObstacleBody(Answer):
    """Why one investigator cannot take an unassigned case."""

    investigator_id: UUID
    reason: str
    detail: str


class UnassignedBody(Answer):
    """A case that found no place."""

    case_id: UUID
    reason: str = Field(examples=["CAPACITY"])
    detail: str
    per_investigator: list[ObstacleBody]
    repair: dict[str, Any] | None = Field(description="One change that makes it fit, tried and checked")


class LeftOutBody(Answer):
    """A stop that was not published."""

    visit_id: UUID
    case_id: UUID
    reason: str
    detail: str


class FailureBody(Answer):
    """Why a plan failed."""

    reason: str
    detail: str


class PlanHead(Answer):
    """A plan without its routes."""

    id: UUID
    region: str
    first_on: Day
    days: int
    state: PlanState
    options: dict[str, Any]
    progress: ProgressBody
    figures: FiguresBody | None
    failure: FailureBody | None
    requested_by: str
    requested_at: datetime
    published_at: datetime | None
    superseded_by: UUID | None
    etag: str


class PlanBody(PlanHead):
    """A plan."""

    routes: list[RouteBody]
    unassigned: list[UnassignedBody]
    left_out: list[LeftOutBody]


class PlanPage(Answer):
    """A page of plans, without their routes."""

    items: list[PlanHead]
    next_cursor: str | None


class RouteList(Answer):
    """The routes of a plan."""

    items: list[RouteBody]
    next_cursor: str | None


def show_head(plan: Plan, zone: str) -> PlanHead:
    """A plan without its routes."""
    return PlanHead.model_validate(_head(plan, zone))


def _head(plan: Plan, zone: str) -> dict[str, Any]:
    return {
        "id": plan.id,
        "region": plan.region,
        "first_on": plan.first_on,
        "days": plan.days,
        "state": plan.state,
        "options": plan.options,
        "progress": plan.progress,
        "figures": plan.figures,
        "failure": plan.failure,
        "requested_by": plan.requested_by,
        "requested_at": in_zone(plan.made_at, zone),
        "published_at": in_zone(plan.published_at, zone) if plan.published_at else None,
        "superseded_by": plan.superseded_by,
        "etag": etag_of(plan.id, plan.revision),
    }


def show_plan(tx: Session, plan: Plan) -> PlanBody:
    """A plan with its routes."""
    zone = zone_of(tx, plan.region)
    body = _head(plan, zone) | {"unassigned": plan.unassigned, "left_out": plan.left_out}
    return PlanBody.model_validate(body | {"routes": show_routes(tx, plan, zone)})


def show_routes(tx: Session, plan: Plan, zone: str) -> list[RouteBody]:
    """The routes of a plan with their stops, by day and crew."""
    query = select(PlanRoute).where(PlanRoute.plan_id == plan.id).order_by(PlanRoute.day, PlanRoute.vehicle)
    return [_route(route, zone) for route in tx.scalars(query.options(selectinload(PlanRoute.stops)))]


def _route(route: PlanRoute, zone: str) -> RouteBody:
    return RouteBody(
        investigator_ids=route.investigator_ids,
        day=route.day,
        leave_at=in_zone(route.leave_at, zone),
        return_at=in_zone(route.return_at, zone),
        travel_seconds=route.travel_seconds,
        travel_metres=route.travel_metres,
        waiting_seconds=route.waiting_seconds,
        breaks=[
            BreakBody(
                start_at=in_zone(datetime.fromisoformat(taken["start_at"]), zone),
                end_at=in_zone(datetime.fromisoformat(taken["end_at"]), zone),
            )
            for taken in route.breaks
        ],
        stops=[_stop(stop, zone) for stop in route.stops],
    )


def _stop(stop: PlanStop, zone: str) -> StopBody:
    return StopBody(
        visit_id=stop.visit_id,
        case_id=stop.case_id,
        also_case_ids=stop.also_case_ids,
        sequence=stop.sequence,
        arrival_at=in_zone(stop.arrival_at, zone),
        start_at=in_zone(stop.start_at, zone),
        end_at=in_zone(stop.end_at, zone),
        travel_seconds=stop.travel_seconds,
        waiting_seconds=stop.waiting_seconds,
        place=PlaceAnswer.of(stop.place),
    )


def show_geojson(routes: list[RouteBody], office: tuple[float, float]) -> dict[str, Any]:
    """The routes as a FeatureCollection (RFC 7946, longitude first): a line for each route, a point for each stop."""
    features = []
    for number, route in enumerate(routes, start=1):
        points = [[stop.place.lon, stop.place.lat] for stop in route.stops]
        line = [list(office), *points, list(office)]
        people = [str(person) for person in route.investigator_ids]
        properties = {"route": number, "day": str(route.day), "investigator_ids": people}
        features.append(_feature("LineString", line, properties))
        features += [
            _feature(
                "Point",
                [stop.place.lon, stop.place.lat],
                {"route": number, "visit_id": str(stop.visit_id), "sequence": stop.sequence},
            )
            for stop in route.stops
        ]
    return {"type": "FeatureCollection", "features": features}


def _feature(kind: str, coordinates: Any, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}
