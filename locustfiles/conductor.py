"""The leading side of a replay: it shares the stations out, agrees on the beginning, collects every
attempt, and says whether the run is valid.

Locust keeps its exit code 0 when a worker is killed in mid-run, and its figures show no sign of it.
Here a worker that is lost ends the run, which is then not valid.

Results, in the folder of the replay: ``attempts.jsonl`` (grows while it runs), ``outcomes.npy``,
``replay.json`` (settings, measures, verdict).

Rule of this file: messages and files; what is measured is computed elsewhere.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, Final

import gevent
import numpy as np
from gevent.queue import Queue
from locust.env import Environment
from locust.runners import STATE_MISSING, MasterRunner

from locustfiles.clock import Clock
from locustfiles.health import judge
from locustfiles.settings import Ready, new_run
from sim.attempts import ATTEMPTS, EXIT_UNWRITTEN, from_row
from sim.draws import Draws
from sim.ledger import OUTCOMES
from sim.population.world import draw_world
from sim.share import chosen

TO_MASTER: Final = (
    "replay_ready", "replay_pong", "replay_rows", "replay_done", "replay_failed",
)  # fmt: skip
LEAD: Final = 1.0  # seconds from "go" to the beginning
_PINGS: Final = 5
_READY_WITHIN: Final = 300.0  # seconds; the night until the window is simulated first
_STOPS_WITHIN: Final = 3.0  # seconds that workers have to report after they were stopped
_WAKES_WITHIN: Final = 1.0  # seconds until a message that may have been lost is sent again
_GRACE: Final = 15.0  # seconds that workers have to report after the end
EXIT_INVALID: Final = 3
UNWRITTEN: Final = "unwritten"  # the conductor's message to itself


class LostWorkerError(Exception):
    """A worker has gone, or does not answer."""


class Conductor:
    """Leads one replay at a time.

    Parameters
    ----------
    out : folder of the results.
    ended : called at the end with the exit code.
    renews : is a replay that is started once more (from Locust's page) to send objects of its own?
    """

    def __init__(
        self,
        environment: Environment,
        ready: Ready,
        out: Path,
        ended: Callable[[int], None],
        renews: bool = True,
    ) -> None:
        self.environment = environment
        self.ready = ready
        self.out = out
        self.ended = ended
        self._renews = renews
        self._first = out
        self._led = 0
        self._inbox: Queue[tuple[str, str, dict[str, Any]]] = Queue()
        self.rows: list[list[Any]] = []  # of the log, as they came; a new list for each replay
        self.begins = 0.0  # when the window begins, on the monotonic clock; 0 until that is agreed
        self._trouble: list[str] = []
        self._log: Any = None

    def receive(self, what: str, worker: str, data: dict[str, Any]) -> None:
        """A message from a worker."""
        if what != "replay_rows":
            self._inbox.put((what, worker, data))
            return
        self.rows += data["rows"]
        if self._log is None:
            return
        try:
            self._log.writelines(json.dumps(row) + "\n" for row in data["rows"])
            self._log.flush()
        except OSError as error:  # what is measured from now on would be lost
            self._inbox.put((UNWRITTEN, worker, {"problem": f"{ATTEMPTS}: {error.strerror}"}))

    def lead(self) -> None:
        """Run the replay; results are written and ``ended`` is called whatever happens."""
        try:
            code = self._lead()
        except OSError as error:
            self.stop()
            sys.stderr.write(f"{self.out}: the results cannot be written: {error.strerror}\n")
            code = EXIT_UNWRITTEN
        finally:
            self._log = None
        self.ended(code)

    def _lead(self) -> int:
        self.rows, self._trouble, self.begins = [], [], 0.0
        self._led += 1
        if self._led > 1:
            self._begin_anew()
        settings = self.ready.settings
        workers = self._workers()
        self.out.mkdir(parents=True, exist_ok=True)
        done: dict[str, dict[str, Any]] = {}
        clocks = wall = 0.0
        with (self.out / ATTEMPTS).open("x", encoding="utf-8") as self._log:
            try:
                for worker in workers:
                    self._wake(worker)
                for index, worker in enumerate(workers):
                    share = {"settings": settings.plain(), "index": index, "of": len(workers)}
                    self._send("replay_share", share, worker)
                for data in self._gather("replay_ready", workers, _READY_WITHIN).values():
                    if "problem" in data:
                        raise LostWorkerError(data["problem"])
                offsets = {worker: self._offset(worker) for worker in workers}
                clocks = max(uncertain for _, uncertain in offsets.values())
                wall, self.begins = time.time() + LEAD, time.monotonic() + LEAD
                for worker, (offset, _) in offsets.items():
                    self._send("replay_go", {"wall": wall + offset}, worker)
                lasts = (settings.ends - settings.begins) / settings.speed
                self._gather("replay_done", workers, LEAD + lasts + _GRACE, done)
            except LostWorkerError as error:
                self._trouble.append(str(error))
                left = [worker for worker in self._workers() if worker in workers]
                self._call_off(left, done, begun=wall > 0.0)
        self._trouble += sorted({d["trouble"] for d in done.values() if d["trouble"]})
        return self._conclude(done, clocks, wall, len(workers))

    def _begin_anew(self) -> None:
        """A folder of its own for each replay, and names that the server does not know yet."""
        numbers = count(2)
        while (self.out / ATTEMPTS).exists():
            self.out = self._first.with_name(f"{self._first.name}-{next(numbers)}")
        if self._renews:
            self.ready = replace(self.ready, settings=replace(self.ready.settings, run=new_run()))

    def stop(self) -> None:
        """End at once."""
        for worker in self._workers():
            self._send("replay_stop", {}, worker)

    def _call_off(
        self, workers: list[str], done: dict[str, dict[str, Any]], *, begun: bool
    ) -> None:
        """End the replay of those who are left; what they have done is kept."""
        for worker in workers:
            self._send("replay_stop", {}, worker)
        if not begun:
            return
        try:
            self._gather("replay_done", workers, _STOPS_WITHIN, done)
        except LostWorkerError as error:
            self._trouble.append(str(error))

    def _conclude(
        self, done: dict[str, dict[str, Any]], clocks: float, wall: float, workers: int
    ) -> int:
        settings = self.ready.settings
        attempts = [from_row(row) for row in self.rows]
        tables = [np.frombuffer(d["outcomes"], OUTCOMES) for d in done.values()]
        outcomes = np.concatenate(tables) if tables else np.zeros(0, OUTCOMES)
        measured = [d["measured"] for d in done.values()]
        validity, wrong = judge(
            self.ready.inputs.scenario.replay.validity,
            attempts,
            Clock(settings.begins, settings.speed, 0.0),
            measured,
            clocks=clocks,
            stations=len(outcomes),
            expected=len(self._expected()),
            trouble=self._trouble,
        )
        table = io.BytesIO()
        np.save(table, np.sort(outcomes, order="station"))
        _write(self.out / "outcomes.npy", table.getvalue())
        report = {
            "settings": settings.plain(),
            "wall": wall,
            "workers": workers,
            "memory": [m["memory"] for m in measured],
            "peak": sum(m["peak"] for m in measured),
            "validity": validity,
            "wrong": wrong,
        }
        _write(self.out / "replay.json", json.dumps(report, indent=1).encode() + b"\n")
        return EXIT_INVALID if wrong else 0

    def _expected(self) -> set[int]:
        """The stations that should be replayed."""
        ready, extent = self.ready, self.ready.settings.extent
        scenario, region = ready.inputs.scenario, ready.inputs.region
        world = draw_world(scenario, region, Draws(extent.seed, extent.replication))
        return {i for unit in chosen(scenario, region, world, ready.conduct, extent) for i in unit}

    def _workers(self) -> list[str]:
        runner = self.environment.runner
        if not isinstance(runner, MasterRunner):
            return ["local"]
        return sorted(c.id for c in runner.clients.all if c.state != STATE_MISSING)

    def _send(self, what: str, data: dict[str, Any], worker: str) -> None:
        runner = self.environment.runner
        assert runner is not None
        runner.send_message(what, data, client_id=worker)

    def _wake(self, worker: str) -> None:
        """Wait until a worker hears: Locust counts it as ready before it knows our messages, and
        what is sent to it until then is lost."""
        deadline = time.monotonic() + _READY_WITHIN
        while True:
            self._send("replay_ping", {"n": 0, "sent": time.time()}, worker)
            try:
                self._gather("replay_pong", [worker], _WAKES_WITHIN)
            except LostWorkerError:
                if worker not in self._workers() or time.monotonic() > deadline:
                    raise
            else:
                return

    def _offset(self, worker: str) -> tuple[float, float]:
        """By how much a worker's clock is ahead, and how uncertain that is: half the round trip of
        the quickest of several messages (as NTP does: RFC 5905, section 8)."""
        found = []
        for n in range(_PINGS):
            self._send("replay_ping", {"n": n, "sent": time.time()}, worker)
            data = self._gather("replay_pong", [worker], 10.0)[worker]
            now = time.time()
            found.append(((now - data["sent"]) / 2, data["mine"] - (data["sent"] + now) / 2))
        uncertain, offset = min(found)
        return offset, uncertain

    def _gather(
        self,
        what: str,
        workers: list[str],
        within: float,
        found: dict[str, dict[str, Any]] | None = None,
    ) -> dict[str, dict[str, Any]]:
        """One message of a kind from each worker.

        Parameters
        ----------
        found : messages that have come already; the others are added.

        Raises
        ------
        LostWorkerError : if one has gone, or does not answer in time.
        """
        found = {} if found is None else found
        deadline = time.monotonic() + within
        while missing := set(workers) - set(found):
            gone = missing - set(self._workers())
            if gone:
                raise LostWorkerError(
                    f"{len(gone)} of {len(workers)} workers were lost in mid-replay, and their "
                    "stations with them: start it again"
                )
            if time.monotonic() > deadline:
                raise LostWorkerError(
                    f"{len(missing)} of {len(workers)} workers did not answer in time"
                )
            try:
                kind, worker, data = self._inbox.get(timeout=0.25)
            except gevent.queue.Empty:
                continue
            if kind == UNWRITTEN:
                raise LostWorkerError(data["problem"])
            if kind == "replay_failed":
                raise LostWorkerError(
                    f"a worker failed: {data['problem']} (its traceback is in the log of Locust)"
                )
            if kind == what and worker in workers:
                found[worker] = data
        return found


def _write(file: Path, content: bytes) -> None:
    """Write a file, whole or not at all."""
    scratch = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        scratch.write_bytes(content)
        scratch.replace(file)
    finally:
        scratch.unlink(missing_ok=True)
