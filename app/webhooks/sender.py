"""Sends a delivery over the network: the only file that does."""

import asyncio
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import httpx

from app.webhooks.cloud_event import MEDIA_TYPE
from app.webhooks.outbound import Outbound
from app.webhooks.target import Address, Target, TargetRefused, checked_addresses, read_target

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
# For all of it, the host's name and several addresses included: a receiver that drips its answer holds no place longer.
TOTAL_SECONDS = 15.0
USER_AGENT = "Doorstep-Webhooks/1"


@dataclass(frozen=True)
class Reply:
    """What came of a try; `error` is null when it was answered with 2xx."""

    duration_milliseconds: int
    response_status: int | None
    error: str | None

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver took it."""
        return self.error is None


def send(outbound: Outbound, url: str, headers: Mapping[str, str], body: str) -> Reply:
    """Try once; never raises for what a receiver does. Redirects are answers like others, and no success."""
    began = time.perf_counter()
    status, error = asyncio.run(_within_time(outbound, url, headers, body.encode()))
    return Reply(round((time.perf_counter() - began) * 1000), status, error)


async def _within_time(
    outbound: Outbound, url: str, headers: Mapping[str, str], body: bytes
) -> tuple[int | None, str | None]:
    try:
        async with asyncio.timeout(TOTAL_SECONDS):
            status = await _post(outbound, url, headers, body)
    except TargetRefused as error:
        return None, f"the target is refused: {error}"
    except (TimeoutError, httpx.TimeoutException):
        return None, "no answer in time"
    except httpx.HTTPError as error:
        return None, f"no answer: {_cause(error)}"
    except OSError as error:
        return None, f"the host is not known: {error.strerror}"
    return status, None if 200 <= status < 300 else f"answered {status}"


async def _post(outbound: Outbound, url: str, headers: Mapping[str, str], body: bytes) -> int:
    """The status of the answer; its body is not read, as nothing in it is needed."""
    target = read_target(url, trials=outbound.trials)
    addresses = checked_addresses(await _addresses(outbound, target), trials=outbound.trials)
    async with httpx.AsyncClient(
        verify=_trust(outbound.authorities),
        trust_env=False,  # a proxy would connect to wherever the name leads by then
        follow_redirects=False,
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
    ) as client:
        for address in addresses[:-1]:
            try:
                return await _post_to(client, target, address, headers, body)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await _post_to(client, target, addresses[-1], headers, body)


async def _addresses(outbound: Outbound, target: Target) -> Sequence[str]:
    return [target.host] if target.address is not None else await outbound.resolve(target.host, target.port)


async def _post_to(
    client: httpx.AsyncClient, target: Target, address: Address, headers: Mapping[str, str], body: bytes
) -> int:
    """Connect to exactly this address; the certificate must still be that of the host."""
    sent = {"Host": target.authority, "Content-Type": MEDIA_TYPE, "User-Agent": USER_AGENT, **headers}
    named = {"sni_hostname": target.host} if target.address is None else {}
    request = client.build_request("POST", target.url_at(address), headers=sent, content=body, extensions=named)
    response = await client.send(request, stream=True)
    await response.aclose()
    return response.status_code


@cache
def _trust(authorities: str | None) -> ssl.SSLContext:
    """Whom to believe that a host is what it says; reading the public authorities takes a while."""
    return ssl.create_default_context(cafile=authorities) if authorities else httpx.create_ssl_context(trust_env=False)


def _cause(error: httpx.HTTPError) -> str:
    """The innermost reason in short, such as a refused connection or a certificate that does not fit."""
    inner: BaseException = error
    while (cause := inner.__cause__ or inner.__context__) is not None:
        inner = cause
    return (str(inner) or type(inner).__name__)[:200]
