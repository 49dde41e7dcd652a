"""A worker's side of a replay: it gets a share, makes it ready, waits for the common beginning,
runs it, and reports every attempt.

Messages (Locust's own, between master and workers; in one process they are calls)::

    replay_share   master > worker   settings, index, of
    replay_ready   worker > master   stations, or why not
    replay_ping, replay_pong         the clocks are compared
    replay_go      master > worker   when it begins, by the worker's own clock
    replay_rows    worker > master   attempts, every half second
    replay_done    worker > master   outcomes and what the worker measured of itself
    replay_failed  worker > master   an error of ours that ended the worker's part
    replay_stop    master > worker   end at once

Rule of this file: messages to calls of :class:`~locustfiles.part.Part` and back.
"""

from __future__ import annotations

import time
from typing import Any, Final

import gevent
from locust.env import Environment

from locustfiles.health import Probe
from locustfiles.part import Part
from locustfiles.real import Done
from locustfiles.safety import Throttle
from locustfiles.settings import Ready, Settings, SettingsError, make_ready
from sim.scenario.inputs import Faults

_REPORT_EVERY: Final = 0.5  # seconds
TO_WORKERS: Final = ("replay_share", "replay_ping", "replay_go", "replay_stop")


class AttemptFailedError(Exception):
    """For Locust's statistics: why an attempt failed."""


class Crew:
    """One worker.

    Parameters
    ----------
    ready : settings that this process has checked itself; None: they come with the share.
    """

    def __init__(self, environment: Environment, ready: Ready | None = None) -> None:
        self.environment = environment
        self._ready = ready
        self._part: Part | None = None
        self._rows: list[list[Any]] = []

    def hear(self, what: str, data: dict[str, Any]) -> None:
        """Carry a message out; an error of ours is told to the master before it is raised, so that
        nobody waits for this worker."""
        try:
            getattr(self, what)(data)
        except Exception as error:
            self._say("replay_failed", {"problem": f"{type(error).__name__}: {error}"})
            raise

    def replay_share(self, data: dict[str, Any]) -> None:
        """Make a share ready."""
        self.replay_stop({})
        self._part = None
        try:
            settings = Settings(**data["settings"])
            ready = self._ready
            if ready is None or ready.settings != settings:
                ready = make_ready(settings)
            part = Part(
                ready.inputs,
                ready.conduct,
                settings.extent,
                ready.dialer,
                ready.target,
                ready.station,
                self._done,
                Throttle(settings.max_rate / data["of"], settings.max_bandwidth / data["of"]),
                data["index"],
                data["of"],
            )
            part.prepare()
        except (SettingsError, *Faults) as error:
            self._say("replay_ready", {"problem": str(error)})
            return
        self._part = part
        self._say("replay_ready", {"stations": len(part.stations)})

    def replay_ping(self, data: dict[str, Any]) -> None:
        """Tell the time."""
        self._say("replay_pong", {**data, "mine": time.time()})

    def replay_go(self, data: dict[str, Any]) -> None:
        """Run the share from the agreed moment on."""
        part = self._part
        assert part is not None
        probe = Probe()
        reporter = gevent.spawn(self._report)
        probe.start()
        try:
            part.run(data["wall"])
        finally:
            measured = probe.stop()
            reporter.kill()
        self._send_rows()
        outcomes = part.outcomes()
        self._say(
            "replay_done",
            {
                "outcomes": outcomes.tobytes(),
                "measured": measured | {"peak": part.pump.peak},
                "trouble": part.trouble or ("stopped before its end" if part.loop.stopped else ""),
            },
        )

    def replay_stop(self, _data: dict[str, Any]) -> None:
        """End at once."""
        if self._part is not None:
            self._part.stop()

    def _done(self, done: Done) -> None:
        row = done.attempt
        self._rows.append(list(row))
        if not done.method:
            return  # it never got as far as the server
        failure = None if 200 <= row.status < 300 else AttemptFailedError(row.cause.name.lower())
        self.environment.events.request.fire(
            request_type=done.method,
            name=f"{row.kind} {row.key.rstrip('0123456789').rstrip('-')}",
            response_time=1e3 * done.seconds,
            response_length=row.sent,
            exception=failure,
            context={},
        )

    def _report(self) -> None:
        while True:
            gevent.sleep(_REPORT_EVERY)
            self._send_rows()

    def _send_rows(self) -> None:
        if self._rows:
            rows, self._rows = self._rows, []
            self._say("replay_rows", {"rows": rows})

    def _say(self, what: str, data: dict[str, Any]) -> None:
        runner = self.environment.runner
        assert runner is not None
        runner.send_message(what, data)
