"""The application: the only file that knows every router."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles

from app import __version__, health
from app.assessment import api as assessment
from app.assessment import policies_api as affordability_policies
from app.compliance.calendar_files import install_calendars
from app.contact import api as contact
from app.contact import profiles_api as contact_profiles
from app.contact import records_api as contact_records
from app.contact import wishes_api as contact_wishes
from app.intake import api as intake
from app.planning import api as planning
from app.redress import complaints_api, offers_api, reviews_api
from app.reports import api as reports
from app.reports import decisions_api
from app.reports import export_api as exports
from app.reports import reading_api as report_reading
from app.runtime import problems
from app.runtime.auth import TokenKey
from app.runtime.database import Database
from app.runtime.request_body import RequestBody
from app.runtime.settings import Settings
from app.runtime.streaming import LongReads
from app.runtime.telemetry import Metrics, Telemetry
from app.signals import api as signals
from app.stewardship import api as stewardship
from app.stewardship import packs_api
from app.visits import api as visits
from app.visits import promises_api as promises
from app.webhooks import api as webhooks
from app.workforce import api as workforce

DESCRIPTION = """\
Field visits for overdue consumer loans: lawful, with little pressure, provable.

The **case system** posts escalations, **investigators** work through a phone, the **risk department** pulls reports;
**dispatchers** plan and **auditors** read.

Times carry an offset, money is a decimal string with its currency, errors are RFC 9457 problem documents, and a POST
that creates takes an `Idempotency-Key`. A request body may have at most 8 MB, a page at most 200 items.
"""

ROUTERS = (
    intake.router,
    contact.router,
    contact_profiles.router,
    contact_profiles.lenders,
    contact_records.router,
    contact_wishes.router,
    workforce.router,
    planning.router,
    visits.router,
    promises.router,
    assessment.router,
    affordability_policies.router,
    complaints_api.router,
    reviews_api.router,
    offers_api.router,
    exports.router,
    reports.router,
    decisions_api.router,
    report_reading.router,
    signals.router,
    webhooks.router,
    stewardship.router,
    packs_api.router,
)


def create_app(settings: Settings, database: Database, token_key: TokenKey) -> FastAPI:
    """Build the application; nothing is connected before the first request."""
    if settings.calendars is not None:
        install_calendars(settings.calendars)
    app = FastAPI(
        title="Doorstep",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        generate_unique_id_function=_operation_id,
        separate_input_output_schemas=True,
        lifespan=_closing(database),
    )
    app.state.settings, app.state.database, app.state.token_key = settings, database, token_key
    app.state.metrics = Metrics()
    app.state.long_reads = LongReads()
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(health.router)
    app.mount("/api-page", StaticFiles(packages=[("fastapi_swagger", "resources")]))
    app.add_api_route("/docs", _api_page, include_in_schema=False)
    app.add_api_route("/", _to_api_page, include_in_schema=False)
    app.openapi = _document(app)  # type: ignore[method-assign]
    app.add_middleware(RequestBody, limit_bytes=settings.body_limit_bytes)
    app.add_middleware(Telemetry, metrics=app.state.metrics)
    return app


def _to_api_page() -> RedirectResponse:
    return RedirectResponse("/docs")


def _api_page() -> HTMLResponse:
    """The interactive page, from files of a package: it works without the internet."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Doorstep API",
        swagger_js_url="/api-page/swagger-ui-bundle.js",
        swagger_css_url="/api-page/swagger-ui.css",
        swagger_favicon_url="/api-page/favicon-32x32.png",
        swagger_ui_parameters={"filter": True, "docExpansion": "none", "persistAuthorization": True},
    )


def _operation_id(route: APIRoute) -> str:
    """`room-function`, so that generated clients have names people can read."""
    module = route.endpoint.__module__.split(".")
    return f"{module[1]}-{route.name}"


def _document(app: FastAPI) -> Callable[[], dict[str, Any]]:
    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            schema = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas = document["components"]["schemas"]
            schemas.update(schema.pop("$defs"))
            schemas["Problem"] = schema
            app.openapi_schema = document
        return app.openapi_schema

    return openapi


def _closing(database: Database) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        database.dispose()

    return lifespan
