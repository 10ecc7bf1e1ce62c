"""What a process that delivers needs besides the database."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from app.webhooks.secret_box import SecretBox

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, as the system knows them; raises OSError when it knows none."""
    answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in answers]


@dataclass(frozen=True)
class Outbound:
    """How this installation delivers.

    `trials` lets webhooks point to this machine, by http too. `authorities` is a file with certificates to trust
    instead of the public ones.
    """

    secrets: SecretBox
    trials: bool = False
    resolve: Resolver = system_resolver
    authorities: str | None = None


class NotInstalled(Exception):
    """The process was started without what delivering needs."""


_installed: list[Outbound] = []


def install_outbound(chosen: Outbound) -> None:
    """Deliver like this from now on, in the whole process: once, at the start of a worker."""
    _installed[:] = [chosen]


def outbound() -> Outbound:
    """How this process delivers; raises NotInstalled."""
    if not _installed:
        raise NotInstalled("webhooks are delivered by a worker that was started with `python -m app worker`")
    return _installed[-1]
