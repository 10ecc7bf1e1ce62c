"""Where a webhook may point: never into our own network (PURE).

Deliveries are sent by us to an address that somebody else names, from inside (server-side request forgery). The URL is
checked when it is named; the addresses that its host stands for are checked at every try, and the connection goes to
an address that was checked, so that a name which changes its meaning in between gains nothing.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST_URL = 2000
PORTS = frozenset({443, 8443})
_DEFAULT_PORTS = {"https": 443, "http": 80}

# One strict form instead of a lenient parser: two parsers may disagree about where a host ends, one cannot.
_URL = re.compile(
    r"(?P<scheme>[a-z]+)://"
    r"(?P<userinfo>[^/?#]*@)?"
    r"(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?)"
)
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
# Names that are never public (RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`).
_PRIVATE_NAMES = ("localhost", "local", "internal", "home.arpa", "lan", "intranet", "corp", "home", "private", "test")

# The special-purpose registries of IANA (RFC 6890), and public-looking addresses of clouds' metadata services.
_REFUSED = [
    ipaddress.ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
        *("192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
        # Inside the global unicast space: protocol assignments and Teredo, documentation, 6to4, segment routing.
        *("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),
    )
]
# Everything of IPv6 outside of it is refused: loopback, link-local, unique local, multicast, mapped, NAT64.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


class TargetRefused(Exception):
    """A webhook must not point there; the message says why."""


@dataclass(frozen=True)
class Target:
    """A checked URL in its parts; `host` is a name, or an address without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def address(self) -> Address | None:
        """The host as an address, None for a name."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None

    @property
    def authority(self) -> str:
        """Host and port as the `Host` header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def url_at(self, address: Address) -> str:
        """The URL with the host replaced by an address."""
        host = f"[{address}]" if address.version == 6 else str(address)
        return f"{self.scheme}://{host}:{self.port}{self.path or '/'}"


def read_target(url: str, *, trials: bool = False) -> Target:
    """Read and check a URL; raises TargetRefused.

    With `trials` http, every port and this machine itself (loopback) are allowed too.
    """
    match = _URL.fullmatch(url)
    if match is None or len(url) > LONGEST_URL:
        raise TargetRefused("it must be a plain URL such as https://example.com/hooks, in ASCII, without a fragment")
    if match["userinfo"] is not None:
        raise TargetRefused("it must not hold a user or a password; the signature proves who is calling")
    _check_scheme(match["scheme"], trials)
    port = int(match["port"] or _DEFAULT_PORTS[match["scheme"]])
    _check_port(port, trials)
    target = Target(match["scheme"], match["host"].strip("[]").lower().removesuffix("."), port, match["path"])
    if target.address is not None:
        check_address(target.address, trials=trials)
    else:
        _check_name(target.host, trials)
    return target


def _check_scheme(scheme: str, trials: bool) -> None:
    if scheme not in (("https", "http") if trials else ("https",)):
        raise TargetRefused("it must begin with https://")


def _check_port(port: int, trials: bool) -> None:
    if not (1 <= port <= 65535 if trials else port in PORTS):
        raise TargetRefused(f"the port must be one of {', '.join(map(str, sorted(PORTS)))}")


def _check_name(host: str, trials: bool) -> None:
    labels = host.split(".")
    if trials and host == "localhost":
        return
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise TargetRefused(f"{host!r} is not a host name")
    # `127.1`, `0x7f.1` and `2130706433` are addresses to a resolver.
    if labels[-1].isdigit() or re.fullmatch(r"0x[0-9a-f]*", labels[-1]):
        raise TargetRefused(f"{host!r} must be a name, or an address in its full form")
    if len(labels) == 1 or any(host == name or host.endswith(f".{name}") for name in _PRIVATE_NAMES):
        raise TargetRefused(f"{host!r} is a name of a private network")


def check_address(address: Address, *, trials: bool = False) -> None:
    """Raise TargetRefused for an address that is not a public one of a single machine."""
    if trials and address in (ipaddress.ip_network("127.0.0.0/8") if address.version == 4 else _LOOPBACK_6):
        return
    outside = address.version == 6 and address not in _GLOBAL_UNICAST
    special = any(address.version == network.version and address in network for network in _REFUSED)
    if outside or special or not address.is_global or address.is_multicast:
        raise TargetRefused(f"{address} is not a public address")


_LOOPBACK_6 = ipaddress.IPv6Network("::1/128")


def checked_addresses(answers: Sequence[str], *, trials: bool = False) -> tuple[Address, ...]:
    """The addresses that a host stands for; raises TargetRefused when there is none, or one of them is refused."""
    try:
        addresses = tuple(dict.fromkeys(ipaddress.ip_address(answer) for answer in answers))
    except ValueError:
        raise TargetRefused("the host stands for an address of an unknown form") from None
    if not addresses:
        raise TargetRefused("the host stands for no address")
    for address in addresses:
        check_address(address, trials=trials)
    return addresses
