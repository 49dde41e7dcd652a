"""One process's part of a replay with another tick or piece: ``python -m benchmarks.paced --help``.

Beside what every replay measures of itself it watches the course of some uploads: at each tick,
before more is granted, how far the bytes that were handed to the network lie behind those that the
cell has let pass by then. That is the largest distance that a server could see.

Rule of this file: a process of its own, started by :mod:`benchmarks.pacing`; prints one line of
JSON. Units: bytes, seconds of real time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Final

import numpy as np

from locustfiles import exchange, live, part, pump
from locustfiles.clock import Clock
from locustfiles.exchange import Exchange
from locustfiles.health import Probe, pacing
from locustfiles.pump import Pump
from locustfiles.real import Done
from locustfiles.safety import Throttle
from locustfiles.settings import settle
from sim.network.cell_clock import CellClock, Transfer

_EVERY: Final = 10  # one upload in so many is watched, so that watching costs little
_LEAD: Final = 1.0  # seconds until it begins


class Watched(Pump):
    """A pump that notes how far behind its uploads are.

    Attributes
    ----------
    behind : bytes, one number a watched upload and tick.
    """

    def __init__(self) -> None:
        super().__init__()
        self.behind: list[int] = []
        self._seen = 0
        self._watched: dict[Transfer, tuple[CellClock, Exchange]] = {}

    def add(self, cell: CellClock, transfer: Transfer, exchange: Exchange) -> None:
        """A body begins."""
        super().add(cell, transfer, exchange)
        if self._seen % _EVERY == 0:
            self._watched[transfer] = (cell, exchange)
        self._seen += 1

    def remove(self, transfer: Transfer) -> None:
        """It has ended, or was cut."""
        super().remove(transfer)
        self._watched.pop(transfer, None)

    def tick(self, now: float) -> None:
        """Look, then grant."""
        for transfer, (clock, request) in self._watched.items():
            self.behind.append(int(clock.cell.delivered(now, transfer.flow)) - request.sent)
        super().tick(now)


def main() -> None:
    """Run the part and print what was measured."""
    parser = argparse.ArgumentParser(description="One process of a replay.")
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--host", required=True)
    parser.add_argument("--window", required=True)
    parser.add_argument("--sample", type=float, default=1.0)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--tick", type=float, default=live.TICK, help="seconds")
    parser.add_argument("--piece", type=int, default=exchange.PIECE, help="bytes")
    options = parser.parse_args()
    setattr(live, "TICK", options.tick)  # noqa: B010  # constants, for everybody but this benchmark
    for module in (exchange, pump):
        setattr(module, "PIECE", options.piece)  # noqa: B010
    setattr(part, "Pump", Watched)  # noqa: B010
    ready = settle(
        options.scenario,
        options.host,
        window=options.window,
        share=options.sample,
        speed=options.speed,
    )
    settings = ready.settings
    done: list[Done] = []
    whole = part.Part(
        ready.inputs,
        ready.conduct,
        settings.extent,
        ready.dialer,
        ready.target,
        ready.station,
        done.append,
        Throttle(float("inf"), float("inf")),
    )
    watched = whole.pump
    assert isinstance(watched, Watched)
    whole.prepare()
    probe = Probe()
    probe.start()
    whole.run(time.time() + _LEAD)
    measured = probe.stop()
    attempts = [d.attempt for d in done]
    paced = pacing(attempts, Clock(settings.begins, settings.speed, 0.0))
    found = {
        "peak": watched.peak,
        "transfers": len(paced),
        "paced_p99": float(np.quantile(np.abs(paced - 1.0), 0.99)) if len(paced) else None,
        "cpu": measured["cpu"],
        "memory": measured["memory"],
        "loop_lag_p99": float(np.quantile(measured["loop_lag"], 0.99)),
        "behind_p50": float(np.median(watched.behind)),
        "behind_p99": float(np.quantile(watched.behind, 0.99)),
        "behind_most": max(watched.behind),
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
