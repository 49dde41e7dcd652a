"""One server process from its first line to its last.

Rule of this file: putting together, starting and stopping; every part has a file of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
import ssl
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import uvicorn

from server.answers import RecordsDownError
from server.app import App
from server.bounds import Bounds
from server.committer import Committer
from server.core import Core
from server.devices import Devices, RegistryError, read_devices
from server.disk import Disk
from server.handshakes import Handshakes
from server.identity import ServeError, check_pair, claim
from server.listening import bounded, listen, loop_factory
from server.logs import log, to_stderr
from server.looked_at import looked_at
from server.metrics import Metrics
from server.progress.live import Live
from server.progress.routes import routes
from server.protocol import Intake, look_at
from server.records.choose import choose
from server.seams import Faults, Gate
from server.store import Store
from server.sweep import sweep
from server.turns import Turns

_SWITCH: Final = 0.001
"""Seconds after which a thread that syncs gets the interpreter's lock from the event loop; Python's
own 5 ms would be longer than the sync."""
_FORCED: Final = 1  # seconds that uvicorn itself waits, after our own grace is over


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server is started with.

    Parameters
    ----------
    database : a URL of PostgreSQL; ``None`` for SQLite in the data folder.
    devices : the registry's CSV; ``None``: everybody may come in, from this machine only.
    largest : bytes of one object.
    per_station, per_station_bytes : what one station may hold, where there is a registry.
    expires : seconds after which an upload that does not go on is forgotten.
    places : stations of a kecamatan that have their turn at a time.
    photos : of a complete station, for the progress page; ``None``: not known.
    grace : seconds that a stopping server waits for requests that are on their way.
    """

    data: Path
    bind: str
    port: int
    database: str | None
    devices: Path | None
    tls_cert: Path | None
    tls_key: Path | None
    largest: int
    per_station: int
    per_station_bytes: int
    expires: float
    places: int
    photos: int | None
    grace: float
    each_request: bool
    bounds: Bounds


class _Server(uvicorn.Server):
    """uvicorn's server with a grace during which it says that it stops, and a look every second."""

    def __init__(
        self,
        config: uvicorn.Config,
        core: Core,
        app: App,
        bounds: Bounds,
        grace: float,
        ready: Callable[[str], None],
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._core = core
        self._app = app
        self._bounds = bounds
        self._grace = grace
        self._stop_at = 0.0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        assert sockets is not None
        if self.config.ssl is not None:
            self._accept_over_tls(sockets[0], self.config.ssl)
        else:
            await super().startup(sockets)
        host, port = sockets[0].getsockname()[:2]
        scheme = "https" if self.config.is_ssl else "http"
        host = f"[{host}]" if ":" in host else host
        self._ready(f"{scheme}://{host}:{port}")

    def _accept_over_tls(self, listener: socket.socket, context: ssl.SSLContext) -> None:
        """In place of uvicorn's own, which neither counts handshakes nor ends them in time."""
        bounds = self._bounds
        listener.setblocking(False)
        listener.listen(self.config.backlog)

        def protocol() -> Any:
            made: Any = self.config.http_protocol_class
            return made(config=self.config, server_state=self.server_state, app_state={})

        connections = self.server_state.connections
        most, late = bounds.connections, bounds.head_seconds
        shaking = Handshakes(listener, context, protocol, connections, most, late)
        self.servers = [shaking]  # type: ignore[list-item]  # it has what uvicorn calls
        self.started = True

    async def on_tick(self, counter: int) -> bool:
        stop = await super().on_tick(counter)
        now = time.monotonic()
        if counter % 10 == 0:
            look_at(self.server_state.connections, now)
        if stop and not self._core.stopping:
            self._core.stopping = True
            self._stop_at = now + self._grace
            log("stopping", in_flight=self._app.in_flight, grace=self._grace)
        over = stop and (self._app.in_flight == 0 or now >= self._stop_at or self.force_exit)
        if over:
            for connection in list(self.server_state.connections):
                connection.cut()  # type: ignore[union-attr]  # ours, of uvicorn's two kinds
        return over

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A signal stops the server and the process then ends by itself, with 0."""
        before = {s: signal.signal(s, self.handle_exit) for s in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def run(
    settings: Settings,
    ready: Callable[[str], None],
    gate: Gate,
    faults: Faults,
) -> None:
    """Serve until a signal comes.

    Parameters
    ----------
    ready : called with the URL once it is listened on.

    Raises
    ------
    ServeError : it cannot start.
    """
    listener = listen(settings.bind, settings.port)
    try:
        devices = _devices(settings, listener.getsockname()[0])
        _check_certificate(settings)
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_serve(settings, devices, listener, ready, gate, faults))
    finally:
        listener.close()


async def _serve(
    settings: Settings,
    devices: Devices | None,
    listener: socket.socket,
    ready: Callable[[str], None],
    gate: Gate,
    faults: Faults,
) -> None:
    async with _core(settings, devices, gate, faults) as core:
        known = devices is not None
        live = Live(core.store.progress, time.time, registered=known, expected=settings.photos)
        app = App(core, looked_at(core, routes(live)), settings.each_request)
        bounds = bounded(settings.bounds)
        protocol = type("Protocol", (Intake,), {"bounds": bounds})
        config = uvicorn.Config(
            app,
            http=protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=4096,
            timeout_graceful_shutdown=_FORCED,
            ssl_certfile=settings.tls_cert,
            ssl_keyfile=settings.tls_key,
        )
        config.load()
        to_stderr()
        sys.setswitchinterval(_SWITCH)
        gc.collect()
        gc.set_threshold(20_000, 20, 50)  # a request makes little that only the collector frees
        gc.freeze()  # what lives as long as the server need not be looked at again
        await _Server(config, core, app, bounds, settings.grace, ready).serve([listener])
        log("stopped", in_flight=app.in_flight)


@contextlib.asynccontextmanager
async def _core(
    settings: Settings, devices: Devices | None, gate: Gate, faults: Faults
) -> AsyncIterator[Core]:
    """Open the store, put it in order, and close it at the end."""
    metrics = Metrics()
    began = time.monotonic()

    def stall() -> float:
        return faults.disk(time.monotonic() - began)

    async with contextlib.AsyncExitStack() as closing:
        claimed = claim(settings.data)
        closing.callback(claimed.release)
        records, label = choose(settings.database, settings.data)
        committer = Committer(records, stall, metrics.committed)
        closing.push_async_callback(committer.stop)
        try:
            contents = await committer.open(claimed.identity, claimed.fresh)
        except RecordsDownError as error:
            raise ServeError(f"--database {label}: {error}") from None
        check_pair(claimed, contents, label)
        disk = Disk(settings.data, stall, metrics.sync_seconds.observe)
        closing.callback(disk.close)
        kecamatan = devices.kecamatan if devices is not None else lambda tps: ""
        totals = devices.totals() if devices is not None else {}
        store = Store(disk, committer, kecamatan, totals, settings.expires, settings.photos)
        found = await sweep(store, contents)
        log("store", **{name: getattr(found, name) for name in found.__slots__})
        metrics.lost.set(len(found.lost))
        expiring = asyncio.create_task(_expire(store), name="expire")
        closing.callback(expiring.cancel)
        turns = Turns(settings.places)
        most = settings.largest, settings.per_station, settings.per_station_bytes
        yield Core(store, devices, gate, faults, turns, metrics, *most, began)


async def _expire(store: Store) -> None:
    """Forget uploads that do not go on."""
    while True:
        await asyncio.sleep(min(60.0, store.expires / 4))
        for upload in list(store.overdue(time.time())):
            store.remove(upload)
            store.committer.close(upload.id)
            log("expired", upload=upload.id, tps=upload.row.tps, key=upload.row.key)


def _check_certificate(settings: Settings) -> None:
    """Before the store is opened; what the server uses is loaded again by uvicorn."""
    if settings.tls_cert is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(settings.tls_cert, settings.tls_key, password=_no_password)
        except OSError as error:  # of ssl too
            raise ServeError(f"--tls-cert, --tls-key: {error.strerror or error}") from None


def _no_password() -> str:
    raise ServeError("--tls-key: has a password, which nobody would be there to type; take it off")


def _devices(settings: Settings, address: str) -> Devices | None:
    if settings.devices is None:
        if not ip_address(address).is_loopback:
            raise ServeError(
                f"--bind {settings.bind} needs --devices FILE: without a registry everybody may "
                "upload, so only the loopback is listened on"
            )
        return None
    try:
        return read_devices(settings.devices)
    except RegistryError as error:
        raise ServeError(str(error)) from None
