"""The shape of arrivals at a server: counted bins beside simulated nights, and what makes it.

Only the shape is compared: of both, the share of all that arrived by the end of the bins that had
arrived by a time. Distances of the two curves F and G::

    Kolmogorov-Smirnov   max |F - G|
    Wasserstein          integral of |F - G| dt: by how many hours arrivals are moved, on average

What the shape shows is measured alike on both: how little came in during an outage, how much
faster it came in after its end (the flood: arrivals an hour in the first two hours, over those of
the three hours that follow), and how much arrived while operators were at work (the hump). Whether
these come out of the mechanism is asked by leaving it out: the same nights without outages, and
without operators.

Rule of this file: bins from a file, then pure functions. Seconds of scenario time; shares of 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.assembly import Night
from sim.files import check_regular
from sim.population.csv_files import Reject, RejectedRowsError
from sim.scenario.model import Scenario
from study.progress.score import quantiles
from study.stock import Stage

Array = NDArray[np.float64]
WIDTH: Final = 600.0
"""Seconds of a bin."""
_FLOOD: Final = (2 * 3600.0, 5 * 3600.0)
AS_DECLARED: Final = "as declared"


@dataclass(frozen=True, slots=True)
class Bins:
    """Counted arrivals; ``begins`` in scenario time, increasing."""

    begins: Array
    counts: Array

    @property
    def end(self) -> float:
        """When the last of them ends."""
        return float(self.begins[-1]) + WIDTH

    def by(self, times: Array) -> Array:
        """Share of all that had arrived by these times, evenly within a bin."""
        edges = np.concatenate([self.begins, self.begins + WIDTH])
        before = np.cumsum(self.counts) - self.counts
        reached = np.concatenate([before, before + self.counts])
        order = np.lexsort((reached, edges))
        return np.asarray(
            np.interp(times, edges[order], reached[order] / self.counts.sum(), left=0.0, right=1.0)
        )


def read_bins(path: Path, scenario: Scenario) -> Bins:
    """Bins of ten minutes: ``begins,arrivals`` in the scenario's zone; lines with # are remarks.

    Raises
    ------
    RejectedRowsError : listing every row that cannot be used.
    """
    rejects: list[Reject] = []
    found: dict[float, float] = {}
    try:
        check_regular(path)
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise RejectedRowsError([Reject(path, 1, f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise RejectedRowsError([Reject(path, 1, "is not UTF-8 text")]) from error
    rows = [(n, line.strip()) for n, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    if not rows or rows[0][1].replace(" ", "") != "begins,arrivals":
        raise RejectedRowsError([Reject(path, 1, "expected the header 'begins,arrivals'")])
    for number, line in rows[1:]:
        when, _, count = line.partition(",")
        try:
            at = datetime.fromisoformat(when.strip()).replace(tzinfo=scenario.start.tzinfo)
            seconds, arrived = scenario.seconds(at), float(int(count))
        except ValueError:
            reason = f"'{line}' is not a bin; expected 2024-02-14 18:40,85"
            rejects.append(Reject(path, number, reason))
            continue
        if arrived < 0 or seconds in found:
            reason = "counts are not negative" if arrived < 0 else f"{when} appears again"
            rejects.append(Reject(path, number, reason))
            continue
        found[seconds] = arrived
    if not rejects and not sum(found.values()):
        rejects.append(Reject(path, 1, "has no arrivals"))
    if rejects:
        raise RejectedRowsError(rejects)
    begins = np.array(sorted(found))
    return Bins(begins, np.array([found[float(b)] for b in begins]))


def binned(night: Night, end: float) -> Bins | None:
    """A simulated night in the same bins, to ``end``; None if nothing arrived."""
    sent = night.outcomes["sent_s"]
    arrived = sent[np.isfinite(sent) & (sent < end)]
    if not len(arrived):
        return None
    edges = np.arange(0.0, end + WIDTH, WIDTH)
    counts, _ = np.histogram(arrived, edges)
    return Bins(edges[:-1], counts.astype(np.float64))


def without(stage: Stage) -> dict[str, Stage]:
    """The scenario as it is, and with a mechanism left out at a time."""
    scenario = stage.scenario
    quiet = tuple(
        o if o.web_only else o.model_copy(update={"enabled": False})
        for o in scenario.server.outages
    )
    server = scenario.server.model_copy(update={"outages": quiet})
    ppk = scenario.people.ppk.model_copy(update={"hours": ()})
    people = scenario.people.model_copy(update={"ppk": ppk})
    return {
        AS_DECLARED: stage,
        "without outages": replace(stage, scenario=scenario.model_copy(update={"server": server})),
        "without operators": replace(
            stage, scenario=scenario.model_copy(update={"people": people})
        ),
    }


def features(scenario: Scenario, bins: Bins) -> dict[str, float]:
    """What the shape shows, by the scenario's own declared windows."""
    found: dict[str, float] = {}
    for outage in scenario.server.outages:
        if outage.web_only:
            continue
        begins, ends = scenario.seconds(outage.begins), scenario.seconds(outage.ends)
        found[f"in outage {outage.name}"] = _share(bins, begins, ends)
        first = _share(bins, ends, ends + _FLOOD[0]) / _FLOOD[0]
        after = _share(bins, ends + _FLOOD[0], ends + _FLOOD[1]) / (_FLOOD[1] - _FLOOD[0])
        found[f"flood after {outage.name}"] = first / after if after > 0 else float("inf")
    for hours in scenario.people.ppk.hours:
        label = f"operators' hours of {hours.begins:%d %B}"
        found[label] = _share(bins, scenario.seconds(hours.begins), scenario.seconds(hours.ends))
    return found


def _share(bins: Bins, begins: float, ends: float) -> float:
    low, high = bins.by(np.array([begins, ends]))
    return float(high - low)


def distances(a: Bins, b: Bins) -> tuple[float, float]:
    """Kolmogorov-Smirnov distance and Wasserstein distance in hours of two curves."""
    low = min(a.begins[0], b.begins[0])
    times = np.arange(low, max(a.end, b.end) + WIDTH, WIDTH)
    apart = np.abs(a.by(times) - b.by(times))
    return float(apart.max()), float(np.trapezoid(apart, times) / 3600.0)


def compare(
    scenario: Scenario, observed: Bins, found: Mapping[str, Sequence[Night]]
) -> dict[str, Any]:
    """Observed and simulated side by side; plain data.

    Parameters
    ----------
    found : nights by what was left out, from :func:`without`.
    """
    times = np.arange(0.0, observed.end + WIDTH, WIDTH)
    result: dict[str, Any] = {
        "arrived": int(observed.counts.sum()),
        "until": observed.end,
        "observed": {k: _finite(v) for k, v in features(scenario, observed).items()},
        "seconds": [float(t) for t in times],
        "observed_curve": _rounded(observed.by(times)),
        "ways": {},
    }
    for way, nights in found.items():
        curves = [b for b in (binned(n, observed.end) for n in nights) if b is not None]
        if not curves:
            result["ways"][way] = None
            continue
        rows = [features(scenario, b) for b in curves]
        apart = np.array([distances(observed, b) for b in curves])
        by = np.array([b.by(times) for b in curves])
        result["ways"][way] = {
            "nights": len(curves),
            "ks": _spread(apart[:, 0]),
            "wasserstein_hours": _spread(apart[:, 1]),
            "features": {name: _spread(np.array([r[name] for r in rows])) for name in rows[0]},
            "curve": {
                name: _rounded(np.percentile(by, level, axis=0))
                for name, level in (("low", 2.5), ("median", 50.0), ("high", 97.5))
            },
        }
    return result


def _spread(values: Array) -> dict[str, float | None]:
    """Median and 95% range over nights; None where nothing followed at all."""
    even = np.full(len(values), 1.0 / len(values))
    low, middle, high = quantiles(values, even, (0.025, 0.5, 0.975))
    named = {"low": low, "median": middle, "high": high}
    return {k: _finite(v) for k, v in named.items()}


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _rounded(values: Array) -> list[float]:
    return [round(float(v), 5) for v in values]
