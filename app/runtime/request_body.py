"""The body of a request before any door sees it: how large it is, and whether it is JSON."""

from email.message import Message as MailMessage

from pydantic_core import from_json
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.runtime.problems import UNREADABLE, answer, document

# JSON that no door takes for a body: each of them wants an object.
STAND_IN = b'"unreadable"'


class RequestBody:
    """ASGI layer: refuses a body over the limit with 413, and lets a stand-in pass for one that is not JSON.

    With the stand-in a door still looks at token, scope and existence first (401, 403, 404). Then it refuses the body,
    and the answer tells the fault that is noted here; reading the body at once would answer 422 to everybody.
    """

    def __init__(self, app: ASGIApp, limit_bytes: int) -> None:
        self.app, self.limit_bytes = app, limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        chunks, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            more = message.get("more_body", False)
            if size > self.limit_bytes:
                await self._refuse(scope, receive, send)
                return
        await self.app(scope, _replay(_readable(scope, b"".join(chunks)), receive), send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        detail = f"the body is larger than {self.limit_bytes} bytes"
        problem = document(Request(scope), 413, "BODY_TOO_LARGE", detail, action="Send it in smaller parts.")
        await answer(problem, {"Connection": "close"})(scope, receive, send)


def _readable(scope: Scope, body: bytes) -> bytes:
    """The body, or the stand-in for one that says it is JSON and is not; the scope keeps what is wrong."""
    if not body:
        return body
    if not says_json(Headers(scope=scope).get("content-type")):
        scope[UNREADABLE] = "the body must be JSON, sent with Content-Type: application/json"
        return body
    fault = json_fault(body)
    if fault is None:
        return body
    scope[UNREADABLE] = f"the body is not JSON: {fault}"
    return STAND_IN


def says_json(content_type: str | None) -> bool:
    """Whether the media type is JSON, such as `application/json` or `application/merge-patch+json`."""
    header = MailMessage()
    header["content-type"] = content_type or "application/octet-stream"
    subtype = header.get_content_subtype()
    return header.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json"))


def json_fault(body: bytes) -> str | None:
    """What keeps the bytes from being JSON as RFC 8259 has it, or None.

    Refused too: NaN and Infinity, other encodings than UTF-8 and its byte order mark, lone surrogates, nesting deeper
    than 200 and whole numbers of more than 4,300 digits.
    """
    try:
        from_json(body, allow_inf_nan=False, cache_strings="none")
    except ValueError as error:
        return str(error)
    return None


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
