"""Which server may be spoken to, how hard, and when to stop.

A load test is a weapon in the wrong direction. So: the loopback needs no leave; any other host must
be written in the scenario *and* be repeated by flag; a name that looks like production needs a
second flag; and the peak rates of the planned replay are told, and held against caps, before the
first byte is sent.

Rule of this file: pure but for one look at the name service, whose address is handed back so that
nothing asks again. The limits are assumptions of ours, each with its reason. Units: seconds of real
time, bytes.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import floor, log10
from typing import Final
from urllib.parse import urlsplit

from locustfiles.forecast import Forecast
from sim.scenario.errors import UserFaultError
from sim.scenario.quantities import BYTES_KIND, RATE_KIND

MAX_RATE: Final = 500.0
"""Requests per second. Our assumption: above what one laptop should send by mistake, and more than
the 1,700 stations of Bandar Lampung ask for in real time."""
MAX_BANDWIDTH: Final = 200e6
"""Bytes per second. Our assumption: more than a gigabit link carries, so it bounds the loopback."""
MAX_VOLUME: Final = 20e9
"""Bytes in all. Our assumption: the evening of 1,700 stations, 3 photographs of 1.6 MB each, is
about 9 GB; what is more than twice that is a slip."""
TOLERANCE: Final = 0.2
"""How far above a cap a second may be before the run is stopped. Our assumption: a burst of the
model's own size is no danger, and the run is invalid then in any case."""

_PRODUCTION: Final = frozenset({"prod", "production", "produksi", "live", "www"})
_TRIAL: Final = frozenset({
    "staging", "stage", "stg", "test", "testing", "tests", "dev", "devel", "uat", "qa", "sandbox",
    "demo", "lab", "preprod", "trial", "loadtest", "uji", "ujicoba", "latihan", "simulasi",
})  # fmt: skip
_RESERVED: Final = frozenset({"test", "example", "invalid", "localhost", "local", "internal"})
"""Last parts of names that nobody can register (RFC 2606, RFC 6762; .internal by ICANN in 2024);
others, such as .dev, say nothing about what a host is for."""
_WORD: Final = re.compile(r"[a-z]+")

Resolve = Callable[[str, int], Sequence[str]]


class RefusedError(UserFaultError):
    """The replay may not begin; one line with the reason and the remedy."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to connect to.

    Attributes
    ----------
    scheme : ``http`` or ``https``.
    host, port : as the URL says them: for the ``Host`` header and the certificate.
    address : what the name resolved to, once; connections go there and nowhere else.
    """

    scheme: str
    host: str
    port: int
    address: str

    @property
    def authority(self) -> str:
        """As in a ``Host`` header (RFC 9110 section 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_host(
    url: str,
    allowed: Sequence[str] = (),
    confirmed: Sequence[str] = (),
    production_confirmed: bool = False,
    *,
    resolve: Resolve = _resolve,
) -> Endpoint:
    """May this server be spoken to?

    Parameters
    ----------
    url : ``http://HOST:PORT`` or ``https://HOST``.
    allowed : hosts of the scenario (``replay: {hosts: [...]}``).
    confirmed : hosts of ``--confirm-host``.
    production_confirmed : was ``--yes-production`` given?
    resolve : the addresses of a name.

    Raises
    ------
    RefusedError : if not, or if the URL is none.
    """
    scheme, host, port = _parts(url)
    try:
        addresses = list(resolve(host, port))
    except (OSError, UnicodeError) as error:
        raise RefusedError(
            f"{host}: the name has no address ({error}); is it spelt right?"
        ) from None
    if not addresses:
        raise RefusedError(f"{host}: the name has no address; is it spelt right?")
    # IPv4 first: servers on the loopback often listen there only
    endpoint = Endpoint(scheme, host, port, min(addresses, key=lambda a: ":" in a))
    if all(_is_loopback(address) for address in addresses):
        return endpoint
    _check_leave(host, allowed, confirmed)
    why = looks_like_production(host)
    if why and not production_confirmed:
        raise RefusedError(
            f"{host} looks like production ({why}); if its owners agree to this load test, add "
            "--yes-production"
        )
    return endpoint


def _parts(url: str) -> tuple[str, str, int]:
    """Scheme, host in lower case without its last dot, and port."""
    expected = "expected http://HOST:PORT or https://HOST:PORT"
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:  # its words may repeat a part of a password
        raise RefusedError(f"'{_shown(url)}' is no address of a server; {expected}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise RefusedError(f"'{_shown(url)}' is no address of a server; {expected}")
    if parts.username is not None or parts.password is not None:
        raise RefusedError(
            f"the address of {host} names a user; passwords go into the target file, as ${{NAME}}"
        )
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise RefusedError(
            f"'{_shown(url)}' has a path; {expected}, and write paths in the target file (--target)"
        )
    default = 443 if parts.scheme == "https" else 80
    return parts.scheme, host.lower().rstrip("."), default if port is None else port


def _shown(url: str) -> str:
    """A URL as it may be printed: whatever stands before an @ may be a password."""
    before, at, host = url.rpartition("@")
    return f"***@{host}" if at else before + host


def _is_loopback(address: str) -> bool:
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_loopback


def _check_leave(host: str, allowed: Sequence[str], confirmed: Sequence[str]) -> None:
    if host not in map(_host_name, allowed):
        raise RefusedError(
            f"{host} is not this machine, and the scenario does not name it; if you may load it, "
            f"add it to the scenario (replay: {{hosts: [{host}]}}) and give --confirm-host {host}"
        )
    if host not in map(_host_name, confirmed):
        raise RefusedError(f"{host} is not this machine; confirm it with --confirm-host {host}")


def _host_name(said: str) -> str:
    return said.strip().lower().rstrip(".").removeprefix("[").removesuffix("]")


def looks_like_production(host: str) -> str:
    """Why a name looks like production, or the empty string.

    A government's name always does. Other names do by one of their words, unless another word says
    that it is for trials. A guess of ours: it may ask once too often.
    """
    host = _host_name(host)
    if host == "go.id" or host.endswith(".go.id"):
        return "a host of the government, .go.id"
    *names, last = host.split(".")
    if last in _RESERVED or _TRIAL & {w for name in names or [last] for w in _WORD.findall(name)}:
        return ""
    words = _WORD.findall(host)
    found = [w for w in words if w in _PRODUCTION or w.startswith("sirekap")]
    return f"'{found[0]}' in its name" if found else ""


@dataclass(frozen=True, slots=True)
class Caps:
    """What a replay may send at most.

    Parameters
    ----------
    rate : requests per second.
    bandwidth : bytes per second.
    volume : bytes in all.
    """

    rate: float = MAX_RATE
    bandwidth: float = MAX_BANDWIDTH
    volume: float = MAX_VOLUME

    def __post_init__(self) -> None:
        if min(self.rate, self.bandwidth, self.volume) <= 0:
            raise RefusedError("a cap of 0 lets nothing through; give one that is more than 0")

    def check(self, forecast: Forecast) -> None:
        """Hold a forecast against the caps.

        Raises
        ------
        RefusedError : for the first cap that it exceeds, with what would fit.
        """
        rate, bandwidth, volume = forecast.peak_rate, forecast.peak_bandwidth, forecast.volume
        _hold(forecast, rate, self.rate, lambda v: f"{v:,.0f} requests/s", "--max-rate")
        _hold(forecast, bandwidth, self.bandwidth, RATE_KIND.show, "--max-bandwidth")
        _hold(forecast, volume, self.volume, BYTES_KIND.show, "--max-volume", in_all=True)


def _hold(
    forecast: Forecast,
    planned: float,
    cap: float,
    show: Callable[[float], str],
    flag: str,
    *,
    in_all: bool = False,
) -> None:
    if planned <= cap:
        return
    fits = cap / planned
    remedy = f"--sample {_below(forecast.sample * fits)}"
    if not in_all:  # the same bytes in more time
        remedy = f"--speed {_below(forecast.speed * fits)} or {remedy}"
    raise RefusedError(
        f"the replay would send {show(planned)} {'in all' if in_all else 'at its peak'}, more than "
        f"the cap of {show(cap)}; {remedy} should fit, or raise the cap by {flag}"
    )


def _below(value: float) -> str:
    """Two digits, rounded down, so that what is proposed does fit."""
    step = 10.0 ** (floor(log10(value)) - 1)
    return f"{floor(value / step) * step:.6g}"


@dataclass(slots=True)
class Throttle:
    """Watches what is really sent; it stops nothing itself, it says when to stop.

    Seconds are looked at in steps of a tenth: the tenth that is running and the nine before it, so
    never more than a second is counted as one.

    Parameters
    ----------
    max_rate, max_bandwidth : the caps of this process: of its share, if there are more.
    """

    max_rate: float = MAX_RATE
    max_bandwidth: float = MAX_BANDWIDTH
    _steps: deque[tuple[int, int, int]] = field(default_factory=deque)  # tenth, requests, bytes
    _requests: int = 0
    _bytes: int = 0

    def sent(self, now: float, requests: int = 0, nbytes: int = 0) -> str | None:
        """Tell what was sent just now; the reason to stop if a second was too full, else None."""
        tenth = int(now * 10.0)
        while self._steps and self._steps[0][0] <= tenth - 10:
            _, old_requests, old_bytes = self._steps.popleft()
            self._requests -= old_requests
            self._bytes -= old_bytes
        if self._steps and self._steps[-1][0] >= tenth:
            last, had_requests, had_bytes = self._steps.pop()
            self._steps.append((last, had_requests + requests, had_bytes + nbytes))
        else:
            self._steps.append((tenth, requests, nbytes))
        self._requests += requests
        self._bytes += nbytes
        if self._requests > self.max_rate * (1.0 + TOLERANCE):
            return _too_much(f"{self._requests:,}", "requests", f"{self.max_rate:,.0f}")
        if self._bytes > self.max_bandwidth * (1.0 + TOLERANCE):
            cap = BYTES_KIND.show(self.max_bandwidth)
            return _too_much(BYTES_KIND.show(self._bytes), "sent", cap)
        return None


def _too_much(found: str, what: str, cap: str) -> str:
    return (
        f"{found} {what} within a second, over the cap of {cap} by more than {TOLERANCE:.0%}: "
        "stopped, the run is not valid"
    )
