"""Is it up, is it ready, how is it doing."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.migrate import is_current
from app.runtime.jobs import worker_seen
from app.runtime.web import database_of

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def get_health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "Not ready; `missing` says why"}})
def get_readiness(request: Request) -> JSONResponse:
    """Database, migrations and worker are there, and in a demo the demo too."""
    missing = _missing(request)
    body: dict[str, Any] = {"status": "not ready" if missing else "ready", "missing": missing}
    return JSONResponse(body, 503 if missing else 200)


def _missing(request: Request) -> list[str]:
    database = database_of(request)
    try:
        with database.transaction() as tx:
            tx.execute(text("SELECT 1"))
            if not is_current(tx.connection()):
                return ["migrations"]
            worker = [] if worker_seen(tx) else ["worker"]
    except SQLAlchemyError:
        return ["database"]
    marker = getattr(request.app.state, "demo_marker", None)
    return [*worker, *(["demo"] if marker is not None and marker.exists() else [])]


@router.get("/metrics", response_class=Response)
def get_metrics(request: Request) -> Response:
    """Counters of this process, in the format of Prometheus."""
    return Response(generate_latest(request.app.state.metrics.registry), media_type=CONTENT_TYPE_LATEST)
