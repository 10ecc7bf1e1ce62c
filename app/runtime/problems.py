"""Errors as RFC 9457 problem documents; the one place that knows their statuses."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.exc import DataError, OperationalError, TimeoutError
from starlette.exceptions import HTTPException

from app.kernel import errors
from app.runtime.telemetry import log, request_id

MEDIA_TYPE = "application/problem+json"

# Where a request keeps what is wrong with its body as a whole (see `app.runtime.request_body`).
UNREADABLE = "doorstep.unreadable"

STATUS: dict[type[errors.DoorstepError], int] = {
    errors.Unauthorized: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Stale: 412,
    errors.Invalid: 422,
    errors.Refused: 409,
    errors.PreconditionMissing: 428,
    errors.Unavailable: 503,
}

TITLES = {
    400: "The request cannot be read",
    401: "A token is needed",
    403: "Not allowed for this token",
    404: "Not found",
    405: "No such method here",
    406: "Not available in that form",
    409: "At odds with the present state",
    412: "Changed in the meantime",
    413: "Too large",
    415: "Unsupported media type",
    422: "The request says something that cannot be",
    428: "A precondition is missing",
    500: "Something went wrong on our side",
    503: "Not available at the moment",
}


class ProblemFault(BaseModel):
    """One fault of the input."""

    pointer: str = Field(
        description="JSON pointer into the body, or the name of a parameter", examples=["/loan/overdue"]
    )
    detail: str = Field(examples=["amount '12.345' must have at most 2 decimals"])


class Problem(BaseModel):
    """RFC 9457 problem document."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    type: str = Field(examples=["urn:doorstep:problem:ESCALATION_DIFFERS"])
    title: str
    status: int
    detail: str
    instance: str
    reason: str = Field(description="Stable code, UPPER_SNAKE", examples=["ESCALATION_DIFFERS"])
    errors: list[ProblemFault]
    correlation_id: str | None = Field(description="The X-Request-ID of the answer")
    action: str = Field(description="What the caller can do about it")


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route: the given problems, and those that every route may have."""
    every = {401, 403, 413, 422, 503, *statuses}
    return {
        status: {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}
        for status in sorted(every)
    }


_SCHEMA = {"$ref": "#/components/schemas/Problem"}


def document(
    request: Request, status: int, reason: str, detail: str, *, action: str = "", faults: tuple[errors.Fault, ...] = ()
) -> Problem:
    """The problem document of one error."""
    return Problem(
        type=f"urn:doorstep:problem:{reason}",
        title=TITLES.get(status, "Error"),
        status=status,
        detail=detail,
        instance=request.url.path,
        reason=reason,
        errors=[ProblemFault(pointer=fault.pointer, detail=fault.detail) for fault in faults],
        correlation_id=request_id(),
        action=action,
    )


def answer(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """The HTTP answer of a problem document."""
    return JSONResponse(problem.model_dump(), problem.status, headers, MEDIA_TYPE)


def of_business(request: Request, error: errors.DoorstepError) -> Problem:
    """The problem document of a business error."""
    return document(request, status_of(error), error.reason, error.detail, action=error.action, faults=error.faults)


def of_validation(request: Request, error: RequestValidationError | ValidationError) -> Problem:
    """The problem document of a malformed input, with a pointer to each fault."""
    faults = _faults(request, error)
    first = f"{faults[0].pointer}: {faults[0].detail}" if faults else "the request could not be read"
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return document(
        request, 422, "MALFORMED", first + more, action="Correct the named places and send it again.", faults=faults
    )


def _faults(request: Request, error: RequestValidationError | ValidationError) -> tuple[errors.Fault, ...]:
    """The faults of the input; a body that could not be read has a single one, whatever its door made of it."""
    lead = () if isinstance(error, RequestValidationError) else ("body",)
    found = [((*lead, *place_of(fault)), _clean(fault["msg"])) for fault in error.errors()]
    unreadable = request.scope.get(UNREADABLE)
    others = [fault for fault in found if fault[0][:1] != ("body",)]
    if unreadable is not None and len(others) < len(found):
        found = [(("body",), unreadable), *others]
    return tuple(errors.Fault(pointer(place), detail) for place, detail in found)


def install(app: FastAPI) -> None:
    """Give every kind of error its handler."""
    app.add_exception_handler(errors.DoorstepError, _business)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DataError, _unstorable)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(TimeoutError, _database_away)
    app.add_exception_handler(Exception, _unexpected)


def status_of(error: errors.DoorstepError) -> int:
    """The HTTP status of a business error: that of its nearest kind."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def _business(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.DoorstepError)
    headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "2"}}
    problem = of_business(request, error)
    return answer(problem, headers.get(problem.status))


def _malformed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return answer(of_validation(request, error))


def pointer(location: tuple[int | str, ...]) -> str:
    """A JSON pointer for a place in the body, `?name` for a query parameter, the bare name for others (RFC 6901)."""
    where, *rest = location or ("body",)
    path = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in rest)
    if where == "body":
        return path or "/"
    return f"?{path[1:]}" if where == "query" else f"{where}:{path[1:]}"


def place_of(fault: Mapping[str, Any]) -> tuple[int | str, ...]:
    """Where a fault that Pydantic found lies; for a rule over several fields the one that it names."""
    raised = fault.get("ctx", {}).get("error")
    named = raised.place if isinstance(raised, errors.FieldError) else ()
    return (*fault["loc"], *named)


def _clean(message: str) -> str:
    return message.removeprefix("Value error, ").encode("utf-8", "replace").decode()


_HTTP_REASONS = {400: "UNREADABLE", 404: "NO_SUCH_PATH", 405: "NO_SUCH_METHOD", 406: "NOT_ACCEPTABLE"}


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    reason = _HTTP_REASONS.get(error.status_code, "HTTP_ERROR")
    action = "See the OpenAPI document at /openapi.json for the paths and methods."
    problem = document(request, error.status_code, reason, str(error.detail), action=action)
    return answer(problem, dict(error.headers or {}))


def _unstorable(request: Request, error: Exception) -> JSONResponse:
    log.warning("unstorable value", error=str(error).splitlines()[0])
    detail = "a value cannot be stored, such as a NUL character or a number out of range"
    return answer(document(request, 422, "UNSTORABLE", detail, action="Remove it and send the request again."))


def _database_away(request: Request, error: Exception) -> JSONResponse:
    log.error("database unavailable", error=str(error).splitlines()[0])
    problem = document(
        request,
        503,
        "DATABASE_UNAVAILABLE",
        "the database did not answer in time; nothing was stored",
        action="Send the same request again, with the same Idempotency-Key.",
    )
    return answer(problem, {"Retry-After": "2"})


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected error", exc_info=error)
    action = "Send it again; if it stays, give us the correlation id."
    return answer(
        document(request, 500, "UNEXPECTED", "the request was not carried out; nothing was stored", action=action)
    )
