"""The door of planning: dispatchers ask for plans, watch them, publish them."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import anyio
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.planning import publication, service
from app.planning.models import Plan
from app.planning.schemas import (
    PlanBody,
    PlanHead,
    PlanIn,
    PlanPage,
    RouteList,
    show_geojson,
    show_head,
    show_plan,
    show_routes,
)
from app.planning.terms import PlanState
from app.runtime.auth import Dispatcher, Once, Planner, Publisher
from app.runtime.bodies import refuse
from app.runtime.database import Database, locking
from app.runtime.idempotency import Created
from app.runtime.problems import responses
from app.runtime.web import IfMatch, Paging, Transaction, database_of, etag, must_match, page_of, prefers
from app.workforce.models import Region
from app.workforce.zones import zone_of, zones_of_regions

router = APIRouter(prefix="/v1", tags=["dispatcher"])

GEOJSON = "application/geo+json"
WATCH_SECONDS = 0.5


def visible_plans(actor: Actor) -> Select[Plan]:
    """The plans of the actor's regions."""
    query = select(Plan)
    return query.where(Plan.region.in_(actor.regions)) if actor.regions else query


def existing_plan(plan_id: UUID, actor: Dispatcher, tx: Transaction) -> Plan:
    """The plan of the path; 404 before anything else is looked at."""
    return _find(tx, actor, plan_id)


def _find(tx: Session, actor: Actor, plan_id: UUID, *, lock: bool = False) -> Plan:
    query = visible_plans(actor).where(Plan.id == plan_id)
    plan = tx.scalars(locking(query) if lock else query).one_or_none()
    if plan is None:
        raise NotFound("NO_SUCH_PLAN", f"there is no plan {plan_id} for this token", action="Check the id.")
    return plan


CurrentPlan = Annotated[Plan, Depends(existing_plan, scope="function")]


@router.post("/plans", status_code=202, response_model=PlanBody, responses=responses())
def post_plan(actor: Planner, body: PlanIn, tx: Transaction, once: Once) -> Response:
    """Ask for a plan; poll the `Location` until it is `ready`. A worker makes it."""

    def request() -> Created:
        region = tx.scalars(select(Region).where(Region.code == body.region)).one_or_none()
        if region is None or not actor.sees_region(region.code):
            raise refuse("/region", f"there is no region {body.region}", action="See GET /v1/regions.")
        plan = service.request_plan(tx, actor, region, body.first_on, body.days, body.options.options())
        return Created(show_plan(tx, plan), 202, {"Location": f"/v1/plans/{plan.id}", "ETag": etag(plan)})

    return once.once(request)


@router.get("/plans", response_model=PlanPage, responses=responses())
def get_plans(
    actor: Dispatcher,
    tx: Transaction,
    page: Paging,
    region: Annotated[str | None, Query(max_length=64)] = None,
    state: Annotated[PlanState | None, Query()] = None,
) -> dict[str, Any]:
    """Plans without their routes, oldest first."""
    query = visible_plans(actor).order_by(Plan.id).limit(page.limit + 1)
    query = query.where(Plan.region == region) if region is not None else query
    query = query.where(Plan.state == state) if state is not None else query
    query = query.where(Plan.id > page.after_id) if page.after is not None else query
    rows = tx.scalars(query).all()
    zones = zones_of_regions(tx)
    return page_of(rows, page, lambda plan: str(plan.id), lambda plan: show_head(plan, zones[plan.region]))


@router.get("/plans/{plan_id}", response_model=PlanBody, responses=responses(404))
def get_plan(plan: CurrentPlan, tx: Transaction, response: Response) -> PlanBody:
    """One plan: state, progress, figures, routes with stops, unassigned cases with reasons."""
    response.headers["ETag"] = etag(plan)
    return show_plan(tx, plan)


@router.get(
    "/plans/{plan_id}/routes",
    response_model=RouteList,
    responses=responses(404) | {200: {"content": {GEOJSON: {}}, "description": "The routes"}},
)
def get_routes(
    plan: CurrentPlan, tx: Transaction, accept: Annotated[str | None, Header(max_length=1000)] = None
) -> Response:
    """The routes; as GeoJSON with `Accept: application/geo+json`."""
    routes = show_routes(tx, plan, zone_of(tx, plan.region))
    if prefers(accept, "application/json", GEOJSON) == GEOJSON:
        region = tx.scalars(select(Region).where(Region.code == plan.region)).one()
        return JSONResponse(show_geojson(routes, (region.office_lon, region.office_lat)), media_type=GEOJSON)
    return JSONResponse(RouteList(items=routes, next_cursor=None).model_dump(mode="json"))


@router.get(
    "/plans/{plan_id}/events",
    response_class=StreamingResponse,
    responses=responses(404) | {200: {"content": {"text/event-stream": {}}, "description": "`progress` events"}},
)
async def get_events(plan_id: UUID, actor: Dispatcher, request: Request) -> StreamingResponse:
    """Server-sent events: the plan's state and progress, until it is made."""
    database = database_of(request)
    await run_in_threadpool(_head_of, database, actor, plan_id)
    return StreamingResponse(_watch(database, actor, plan_id), media_type="text/event-stream")


async def _watch(database: Database, actor: Actor, plan_id: UUID) -> AsyncIterator[str]:
    shown = None
    while True:
        head = await run_in_threadpool(_head_of, database, actor, plan_id)
        if head != shown:
            yield f"event: progress\nid: {head.etag}\ndata: {json.dumps(head.model_dump(mode='json'))}\n\n"
            shown = head
        if head.state not in service.OPEN:
            return
        await anyio.sleep(WATCH_SECONDS)


def _head_of(database: Database, actor: Actor, plan_id: UUID) -> PlanHead:
    with database.transaction() as tx:
        plan = _find(tx, actor, plan_id)
        return show_head(plan, zone_of(tx, plan.region))


@router.post("/plans/{plan_id}:publish", response_model=PlanBody, responses=responses(404, 409, 412))
def post_publication(
    actor: Publisher, plan: CurrentPlan, tx: Transaction, once: Once, if_match: IfMatch = None
) -> Response:
    """Make a ready plan the plan of its days; the contact rules are asked again, and older plans are superseded."""

    def publish() -> Created:
        locked = _find(tx, actor, plan.id, lock=True)
        must_match(locked, if_match, required=False)
        published = publication.publish_plan(tx, actor, locked)
        return Created(show_plan(tx, published), 200, {"ETag": etag(published)})

    return once.once(publish)


@router.post("/plans/{plan_id}:cancel", response_model=PlanBody, responses=responses(404, 409, 412))
def post_cancellation(
    actor: Planner, plan: CurrentPlan, tx: Transaction, response: Response, if_match: IfMatch = None
) -> PlanBody:
    """Stop early: what is being solved becomes ready with the best found so far, what waits is cancelled."""
    locked = _find(tx, actor, plan.id, lock=True)
    must_match(locked, if_match, required=False)
    service.cancel_plan(tx, actor, locked)
    tx.flush()
    response.headers["ETag"] = etag(locked)
    return show_plan(tx, locked)
