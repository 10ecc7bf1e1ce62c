"""A plain httpx client for the application under test, over ASGI."""

import asyncio
from types import TracebackType
from typing import Any

import httpx
from fastapi import FastAPI


class Client:
    """Sends requests with one token; every call is synchronous, each answer an `httpx.Response`."""

    def __init__(self, application: FastAPI, token: str | None) -> None:
        self._application = application
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        return asyncio.run(self._send(method, path, arguments))

    async def _send(self, method: str, path: str, arguments: dict[str, Any]) -> httpx.Response:
        headers = {**self._headers, **arguments.pop("headers", {})}
        transport = httpx.ASGITransport(self._application, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://doorstep.test") as client:
            return await client.request(method, path, headers=headers, **arguments)

    def get(self, path: str, **arguments: Any) -> httpx.Response:
        return self.request("GET", path, **arguments)

    def post(self, path: str, json: Any = None, **arguments: Any) -> httpx.Response:
        return self.request("POST", path, json=json, **arguments)

    def put(self, path: str, json: Any = None, **arguments: Any) -> httpx.Response:
        return self.request("PUT", path, json=json, **arguments)

    def patch(self, path: str, json: Any = None, **arguments: Any) -> httpx.Response:
        return self.request("PATCH", path, json=json, **arguments)

    def close(self) -> None:
        """Nothing stays open between requests."""

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
