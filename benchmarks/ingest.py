"""Durable acknowledged uploads a second, and memory under slow ones: ours beside other servers.

Fast: 32 keep-alive clients send objects of 0.5 MB with names and contents of their own, as fast as
they are answered; the servers by turns, in rounds, each time a new process on an empty folder.
Slow: 1,700 clients at once, each at 30 KB/s for 17 s, as the stations of a city on their phones.

The servers do not guarantee the same: what has happened to an object when it is acknowledged stands
beside each figure, and only ours syncs, hashes and records. The client's work is done on the same
two cores; its share is told too.

Rule of this file: what is measured and how it is told; servers and clients are in ``peers/``.
Units: seconds, bytes; MB are resident memory of all processes of a server, at most.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.measure import Row
from benchmarks.peers.load import Rate, allow_connections, fast, slow
from benchmarks.peers.servers import (
    MissingError,
    Server,
    nginx,
    node_modules,
    ours,
    tus_node,
    tuspyserver,
)

STALL: Final = "slow-disk:5ms"
"""Of the slow disk: a sync of a consumer's disk without a battery takes about that long."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured.

    Parameters
    ----------
    size : bytes of an object of the fast uploads.
    clients, seconds, rounds : of the fast uploads.
    slow, rate, lasts : clients of the slow uploads, bytes a second of each, and seconds.
    """

    size: int = 500_000
    clients: int = 32
    seconds: float = 3.0
    rounds: int = 5
    slow: int = 1700
    rate: float = 30_000.0
    lasts: float = 17.0


NOTE: Final = (
    "Rates are medians of rounds in which the servers take turns, with the least and the most; a "
    "ratio is the median of the rounds' ratios. What has happened to an object when it is "
    "acknowledged stands behind the server's name."
)
FULL: Final = Extent()
SMALLEST: Final = Extent(clients=2, seconds=1.0, rounds=1, slow=20, lasts=1.0)


@dataclass(frozen=True, slots=True)
class Found:
    """One server's round: wrk's figures and the server's CPU seconds for an upload."""

    rate: Rate
    cpu: float


def rows(extent: Extent = FULL) -> Iterator[Row]:
    """The table's lines."""
    with tempfile.TemporaryDirectory() as folder:
        peers, missing = _peers(Path(folder))
        plain, tus = ours("plain"), ours("tus")
        stalled = ours(
            "plain", "--allow-faults", "--fault", STALL, name="ours, plain, 5 ms more a sync"
        )
        servers = [plain, tus, stalled, *peers]
        measured = in_rounds(servers, extent)
        yield from (Row(why, "not measured", "", None) for why in missing)
        yield from (_rate_row(server, measured[server.name]) for server in servers)
        for peer in peers:
            mine, target = (plain, 0.7) if peer.way[0] != "tus" else (tus, 1.0)
            yield _ratio_row(measured, mine, peer, target)
        yield _ratio_row(measured, stalled, plain, 0.8)
        for server in (plain, tus, *peers):
            yield memory_row(server, extent, 150 if server in (plain, tus) else None)


def _peers(folder: Path) -> tuple[list[Server], list[str]]:
    """The other servers that can be had here, and why not the rest."""
    found: list[Server] = []
    missing = []
    for make in (nginx, lambda: tus_node(node_modules(folder)), tuspyserver):
        try:
            found.append(make())
        except MissingError as error:
            missing.append(str(error))
    return found, missing


def in_rounds(servers: Sequence[Server], extent: Extent) -> dict[str, list[Found]]:
    """All servers by turns, as many times as there are rounds."""
    found: dict[str, list[Found]] = {server.name: [] for server in servers}
    for _ in range(extent.rounds):
        for server in servers:
            with tempfile.TemporaryDirectory() as folder:
                found[server.name].append(_fast(server, Path(folder), extent))
            os.sync()  # what one server left to be written is not the next one's to wait for
    return found


def _fast(server: Server, folder: Path, extent: Extent) -> Found:
    with server.start(folder) as serving:
        before = serving.cpu()
        rate = fast(
            serving.port,
            server.way,
            folder,
            size=extent.size,
            clients=extent.clients,
            seconds=extent.seconds,
        )
        return Found(rate, (serving.cpu() - before) / max(rate.uploads, 1))


def _rate_row(server: Server, found: Sequence[Found]) -> Row:
    rates = [f.rate.per_second for f in found]
    p50, p99 = (1e3 * median(getattr(f.rate, q) for f in found) for q in ("p50", "p99"))
    cpu = 1e3 * median(f.cpu for f in found)
    client = 1e3 * median(f.rate.cpu / max(f.rate.uploads, 1) for f in found)
    failed = sum(f.rate.failed for f in found)
    figure = (
        f"{median(rates):,.0f}/s ({min(rates):,.0f}-{max(rates):,.0f}), p50 {p50:.0f} ms, p99 "
        f"{p99:.0f} ms, CPU {cpu:.2f} ms each (client {client:.2f}), {failed} failed"
    )
    return Row(f"{server.name}: {server.does}", figure, "-", None)


def _ratio_row(measured: dict[str, list[Found]], mine: Server, peer: Server, target: float) -> Row:
    """The median over the rounds of the ratio of the two rates."""
    pairs = zip(measured[mine.name], measured[peer.name], strict=True)
    ratio = median(a.rate.per_second / b.rate.per_second for a, b in pairs)
    met = ratio >= target
    return Row(f"{mine.name} against {peer.name}", f"{ratio:.2f}", f"at least {target:g}", met)


def memory_row(server: Server, extent: Extent, target: float | None) -> Row:
    """Resident memory under many slow uploads.

    Parameters
    ----------
    target : MB; None for a peer.
    """
    allow_connections(extent.slow)
    most = 0
    with tempfile.TemporaryDirectory() as folder, server.start(Path(folder)) as serving:
        idle, before = serving.memory(), serving.cpu()

        def look() -> None:
            nonlocal most
            most = max(most, serving.memory())

        came = slow(
            serving.port,
            server.way,
            clients=extent.slow,
            rate=extent.rate,
            seconds=extent.lasts,
            look=look,
        )
        cpu = serving.cpu() - before
    figure = (
        f"{most / 1e6:.0f} MB (idle {idle / 1e6:.0f}), {came.acknowledged:,} acknowledged, the "
        f"last {came.answered_within:.1f} s after the last byte; CPU {cpu:.1f} s; client late by "
        f"{1e3 * came.late:.0f} ms at most"
    )
    what = f"{extent.slow:,} slow uploads at once: {server.name}"
    if target is None:
        return Row(what, figure, "-", None)
    met = most / 1e6 < target and came.acknowledged == extent.slow
    return Row(what, figure, f"under {target:g} MB", met)
