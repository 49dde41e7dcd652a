"""What one machine replays: 1,700 uploads at once, paced as their cells grant, beside the server.

``replay``: ``tangguh replay`` drives the scenario pacing.yaml against the reference server on the
same machine, with one and with two processes; judged by the log of attempts, as every replay is.
``ticks``: the choice of :data:`locustfiles.live.TICK` and :data:`locustfiles.exchange.PIECE`, by
what they cost and by how far the course of an upload lies behind the model's.

Rule of this file: it starts processes and reads what they measured.
Units: seconds of real time (the replay's speed is 1), bytes; CPU in shares of one core.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from benchmarks.measure import Row
from benchmarks.peers.load import allow_connections
from benchmarks.peers.servers import ROOT, MissingError, Serving, ours
from locustfiles.clock import Clock
from locustfiles.exchange import PIECE
from locustfiles.health import LONG, pacing
from locustfiles.live import TICK
from sim.attempts import Attempt, from_row

SCENARIO: Final = ROOT / "benchmarks" / "pacing.yaml"
WINDOW: Final = "14:00:00-14:01:30"  # all have ended by then
WITHIN: Final = 0.03  # of the modelled duration
STATIONS: Final = 1700
NOTE: Final = (
    "Scenario benchmarks/pacing.yaml by `tangguh replay` against `tangguh serve` on the same "
    "machine. A transfer's modelled duration is what its cell granted; the real one ends with its "
    "last byte's way into the network. CPU in shares of one core."
)
TICKS_NOTE: Final = (
    "The same uploads in one process, for 20 seconds, with other ticks (between two looks at what "
    "the cells have granted) and pieces (granted before they are sent in one go). Behind: bytes "
    "that the cell has let pass and that are not sent yet, at each tick."
)


class Extent(NamedTuple):
    """How much is measured."""

    processes: tuple[int, ...] = (1, 2)
    window: str = WINDOW
    sample: float = 1.0
    ticks_window: str = "14:00:00-14:00:20"
    speed: float = 1.0
    choices: tuple[tuple[float, int], ...] = (
        (0.01, 16_384),
        (0.005, 16_384),
        (0.02, 16_384),
        (0.01, 4_096),
        (0.01, 65_536),
    )


FULL: Final = Extent()
SMALLEST: Final = Extent(
    (1,), "14:00:00-14:00:24", 0.01, "14:00:00-14:00:24", 4.0, ((TICK, PIECE),)
)


class Replayed(NamedTuple):
    """What a replay left behind, and what its server used."""

    attempts: list[Attempt]
    report: dict[str, Any]
    server_cpu: float
    server_memory: int


def rows(extent: Extent = FULL) -> Iterator[Row]:
    """The table of the replay."""
    allow_connections(STATIONS)
    for processes in extent.processes:
        yield from _replay_rows(replay(processes, extent), processes)


def ticks(extent: Extent = FULL) -> Iterator[Row]:
    """The table of ticks and pieces."""
    allow_connections(STATIONS)
    for tick, piece in extent.choices:
        found = paced(tick, piece, extent)
        ours_mark = " (ours)" if (tick, piece) == (TICK, PIECE) else ""
        figure = (
            f"{100 * found['cpu']:.1f}% of a core; behind {found['behind_p50'] / 1e3:.1f} KB "
            f"(50%), {found['behind_p99'] / 1e3:.1f} KB (99%), {found['behind_most'] / 1e3:.1f} KB "
            f"at most; 99% of {found['transfers']:,} durations within "
            f"{100 * found['paced_p99']:.2f}%; loop lag p99 {1e3 * found['loop_lag_p99']:.1f} ms"
        )
        yield Row(
            f"tick {1e3 * tick:g} ms, piece {piece / 1024:g} KiB{ours_mark}", figure, "-", None
        )


def replay(processes: int, extent: Extent) -> Replayed:
    """Replay the scenario once."""
    with tempfile.TemporaryDirectory() as name, ours("plain").start(Path(name)) as serving:
        out = Path(name) / "replay"
        command: Sequence[str | Path] = [
            sys.executable, "-m", "tangguh", "replay", SCENARIO, "--host", _url(serving),
            "--window", extent.window, "--sample", str(extent.sample), "--max-rate", "1000",
            "--speed", str(extent.speed), "--processes", str(processes), "--out", out,
        ]  # fmt: skip
        before, most = serving.cpu(), 0
        began = time.monotonic()
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            while process.poll() is None:
                most = max(most, serving.memory())
                time.sleep(0.1)
            said = process.stderr.read().decode() if process.stderr else ""
        if not (out / "replay.json").exists():
            raise RuntimeError(f"tangguh replay ended with {process.returncode}: {said}")
        report = json.loads((out / "replay.json").read_text(encoding="utf-8"))
        lines = (out / "attempts.jsonl").read_text(encoding="utf-8").splitlines()
        attempts = [from_row(json.loads(line)) for line in lines]
        lasted = time.monotonic() - began
        return Replayed(attempts, report, (serving.cpu() - before) / lasted, most)


def paced(tick: float, piece: int, extent: Extent) -> dict[str, Any]:
    """One process with this tick and piece; what :mod:`benchmarks.paced` says."""
    with tempfile.TemporaryDirectory() as name, ours("plain").start(Path(name)) as serving:
        command: Sequence[str | Path] = [
            sys.executable, "-m", "benchmarks.paced", SCENARIO, "--host", _url(serving),
            "--window", extent.ticks_window, "--sample", str(extent.sample),
            "--speed", str(extent.speed), "--tick", str(tick), "--piece", str(piece),
        ]  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def _replay_rows(found: Replayed, processes: int) -> Iterator[Row]:
    attempts, report = found.attempts, found.report
    settings = report["settings"]
    clock = Clock(settings["begins"], settings["speed"], 0.0)
    ratios = pacing(attempts, clock)
    if not len(ratios):
        raise MissingError(f"no transfer of {LONG:g} s or more ended in {WINDOW}")
    within = float(np.mean(np.abs(ratios - 1.0) <= WITHIN))
    what = f"{report['peak']:,} bodies at once, {processes} process{'es' if processes > 1 else ''}"
    quantiles = ", ".join(f"{q:.4f}" for q in np.quantile(ratios, (0.01, 0.5, 0.99)))
    yield Row(
        f"{what}: transfers over {LONG:g} s within {100 * WITHIN:.0f}% of the modelled duration",
        f"{100 * within:.2f}% of {len(ratios):,} (ratio at 1, 50, 99%: {quantiles})",
        "99%",
        within >= 0.99,
    )
    late = 1e3 * np.quantile([a.begin_late for a in attempts], (0.5, 0.99, 1.0))
    yield Row(
        f"{what}: scheduling lag",
        f"p50 {late[0]:.1f} ms, p99 {late[1]:.1f} ms, most {late[2]:.1f} ms; loop lag p99 "
        f"{report['validity']['loop_lag_p99_ms']['value']:.1f} ms",
        "p99 under 50 ms",
        bool(late[1] < 50.0),
    )
    served = 1e3 * np.quantile([a.served_in for a in attempts if a.status == 201], (0.5, 0.99))
    stored = sum(a.status == 201 for a in attempts)
    megabytes = sum(a.sent for a in attempts) / 1e6
    memory = " + ".join(f"{m / 1e6:.0f}" for m in report["memory"])
    yield Row(
        f"{what}: {megabytes:,.0f} MB, {stored:,} of {len(attempts):,} attempts stored",
        f"client {report['validity']['cpu_percent']['value']:.0f}% of a core (busiest process), "
        f"{memory} MB; server {100 * found.server_cpu:.0f}%, {found.server_memory / 1e6:.0f} MB; "
        f"answered {served[0]:.0f} ms (p99 {served[1]:.0f} ms) after the last byte; "
        + ("valid" if not report["wrong"] else "not valid: " + "; ".join(report["wrong"])),
        "valid",
        not report["wrong"],
    )


def _url(serving: Serving) -> str:
    return f"http://127.0.0.1:{serving.port}"
