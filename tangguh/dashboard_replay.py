"""A replay that runs: measured so far beside what was predicted for this moment.

A request is counted when its client learns its outcome, because only then it is in the log. A
station is counted as sent when every object has been stored that was predicted to be stored in the
window; stations of which the prediction leaves some unsent are counted on neither side, so the
final count, which knows every object, may be a little higher.

Rule of this file: from two logs of attempts to figures and their picture. Units: seconds of
scenario time in the logs, seconds of real time in what is shown.
"""

from __future__ import annotations

import json
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table

from locustfiles.clock import Clock
from locustfiles.forecast import NEVER_SENT
from locustfiles.health import pacing
from sim.attempts import Attempt, from_row
from sim.ledger import Cause
from sim.scenario.replay import Validity

_OVER: Final = 5.0  # seconds of real time over which a rate is a mean
_CAUSES: Final = 4  # causes of failures that a picture has room for
_LAST: Final = max(Cause)


class Course:
    """What a log says up to any moment.

    Parameters
    ----------
    wanted : of each station, the objects that make it sent and where each ends.
    """

    def __init__(self, wanted: dict[int, dict[str, int]]) -> None:
        self._missing = {station: dict(keys) for station, keys in wanted.items()}
        self._sent: list[float] = []
        self._ends: list[float] = []
        self._failures: list[tuple[float, Cause]] = []

    def add(self, rows: Iterable[Attempt]) -> None:
        """More of the log."""
        for row in rows:
            if row.cause not in NEVER_SENT:
                self._ends.append(row.at)
            if row.cause is not Cause.NONE:
                self._failures.append((row.at, row.cause))
            elif row.kind == "send":
                self._stored(row)
        self._ends.sort()
        self._sent.sort()
        self._failures.sort()

    def _stored(self, row: Attempt) -> None:
        missing = self._missing.get(row.station)
        if missing and row.offset + row.length >= missing.get(row.key, float("inf")):
            del missing[row.key]
            if not missing:
                self._sent.append(row.at)

    def sent(self, now: float) -> int:
        """Stations sent by ``now``."""
        return bisect_right(self._sent, now)

    def requests(self, now: float, over: float) -> int:
        """Requests to the server that ended in the ``over`` seconds up to ``now``."""
        return bisect_right(self._ends, now) - bisect_right(self._ends, now - over)

    def failures(self, now: float) -> Counter[Cause]:
        """Failed requests by ``now``, by cause."""
        return Counter(
            cause for _, cause in self._failures[: bisect_right(self._failures, (now, _LAST))]
        )


def wanted(predicted: Sequence[Attempt], sent: Iterable[int]) -> dict[int, dict[str, int]]:
    """Of each station that is predicted to be sent, its objects in the window and their ends."""
    found: dict[int, dict[str, int]] = {station: {} for station in sent}
    for row in predicted:
        if row.station in found and row.kind == "send" and row.cause is Cause.NONE:
            keys = found[row.station]
            keys[row.key] = max(keys.get(row.key, 0), row.offset + row.length)
    return {station: keys for station, keys in found.items() if keys}


class ReplayBoard:
    """Follows the log of a replay.

    Parameters
    ----------
    log : ``attempts.jsonl``, which grows while the replay runs.
    predicted : the prediction's log, and ``sent``: the stations that it says are sent in the
        window.
    clock : its seconds of real time.
    """

    def __init__(
        self,
        log: Path,
        predicted: Sequence[Attempt],
        sent: Iterable[int],
        *,
        begins: float,
        ends: float,
        speed: float,
        limits: Validity,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        keys = wanted(predicted, sent)
        self.stations = len(keys)
        self.model, self.real = Course(keys), Course(keys)
        self.model.add(predicted)
        self._begins, self._ends, self._speed = begins, ends, speed
        self._limits, self._clock, self._log = limits, clock, log
        self._read = 0
        self._late: dict[str, list[float]] = {"began": [], "joined": [], "paced": []}
        self._began: float | None = None  # on ``clock``; the log tells it, a little late at first

    def follow(self) -> None:
        """Read what has been added to the log; a line that is not complete yet waits."""
        if not self._log.exists():
            return
        with self._log.open("rb") as file:
            file.seek(self._read)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        if not whole:
            return
        self._read += len(whole)
        rows = [from_row(json.loads(line)) for line in whole.splitlines()]
        self.real.add(rows)
        self._late["began"] += [row.begin_late for row in rows]
        self._late["joined"] += [row.join_late for row in rows if row.joined == row.joined]
        paced = pacing(rows, Clock(self._begins, self._speed, 0.0))
        self._late["paced"] += np.abs(paced - 1.0).tolist()
        began = self._clock() - (max(row.at for row in rows) - self._begins) / self._speed
        self._began = began if self._began is None else min(self._began, began)

    @property
    def now(self) -> float:
        """The night's time, at most the window's end."""
        if self._began is None:
            return self._begins
        return min(self._begins + (self._clock() - self._began) * self._speed, self._ends)

    @property
    def left(self) -> float:
        """Seconds of real time until the window ends."""
        return (self._ends - self.now) / self._speed

    def rates(self) -> tuple[float, float]:
        """Requests a second, predicted and measured."""
        now, over = self.now, _OVER * self._speed
        over = min(over, max(now - self._begins, self._speed))
        model, real = (c.requests(now, over) / over * self._speed for c in (self.model, self.real))
        return model, real

    def health(self) -> list[tuple[str, float, float]]:
        """Measures of the generator so far, 99% of the attempts, beside their limits; the event
        loop and the processor are measured by the workers and judged at the end."""
        late, limits = self._late, self._limits
        return [
            ("attempts late (ms)", 1e3 * _p99(late["began"]), 1e3 * limits.schedule_lag),
            ("bodies late (ms)", 1e3 * _p99(late["joined"]), 1e3 * limits.schedule_lag),
            ("pacing error (%)", 100 * _p99(late["paced"]), 100 * limits.pacing),
        ]

    def line(self) -> str:
        """One plain line."""
        if self._began is None:
            return "replay: the night until the window is being simulated"
        now, (model, real) = self.now, self.rates()
        failed = ", ".join(
            f"{_name(cause)} {count}" for cause, count in self.real.failures(now).most_common()
        )
        beyond = [name for name, value, limit in self.health() if value > limit]
        return (
            f"replay: {self.real.sent(now)} stations sent (predicted {self.model.sent(now)}), "
            f"{real:.1f} requests/s (predicted {model:.1f}), failures: {failed or 'none'}, "
            f"beyond its limit: {', '.join(beyond) or 'nothing'}, {self.left:.0f} s left"
        )

    def picture(self) -> RenderableType:
        """The same as tables, 60 columns or less."""
        if self._began is None:
            return self.line()
        now, (model, real) = self.now, self.rates()
        so_far = Table(box=None, pad_edge=False)
        so_far.add_column("now")
        for name in ("predicted", "measured"):
            so_far.add_column(name, justify="right", no_wrap=True)
        so_far.add_row(
            f"stations sent, of {self.stations}",
            str(self.model.sent(now)), f"[bold]{self.real.sent(now)}[/]",
        )  # fmt: skip
        so_far.add_row("requests/s", f"{model:.1f}", f"[bold]{real:.1f}[/]")
        expected, seen = self.model.failures(now), self.real.failures(now)
        for cause, _ in (expected | seen).most_common(_CAUSES):
            so_far.add_row(f"failed: {_name(cause)}", str(expected[cause]), str(seen[cause]))
        generator = Table(box=None, pad_edge=False)
        generator.add_column("generator, 99%")
        for name in ("measured", "limit"):
            generator.add_column(name, justify="right", no_wrap=True)
        generator.add_column("")
        for name, value, limit in self.health():
            mark = "[green]ok[/]" if value <= limit else "[red]beyond[/]"
            generator.add_row(name, f"{value:.1f}", f"{limit:.1f}", mark)
        bar = Table.grid(padding=(0, 1))
        done = ProgressBar(total=self._ends - self._begins, completed=now - self._begins, width=20)
        bar.add_row(done, f"{self.left:.0f} s left")
        return Group(bar, so_far, generator)


def _name(cause: Cause) -> str:
    return cause.name.lower().replace("_", " ")


def _p99(values: Sequence[float]) -> float:
    return float(np.quantile(values, 0.99)) if len(values) else 0.0
