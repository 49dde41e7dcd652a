"""From a replay's log to the model of its server: the next prediction uses what was measured.

What is estimated: workers, service, work per megabyte, its law, overhead
(:mod:`study.queue_fit`); queue, slots and deadline from who was refused. Each estimate carries a
95% interval, or the reason why this log cannot tell: a server that was never busy shows at least
how many workers it has, and one that never refused shows no limit.

The fitted model is then run on the measured arrivals (:class:`sim.ingest.workers.Workers`), and the
distance of its answers from the measured ones is reported: a server that is no queue with workers
shows there.

Rule of this file: estimates and their standing; the mathematics is next door. Units: seconds of the
server's own time.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import stats

from sim.attempts import Attempt
from sim.draws import Draws
from sim.ingest.build import build_ingest
from sim.scenario.errors import UserFaultError
from sim.scenario.ingest_model import MEGABYTE, IngestModel
from sim.scenario.quantities import SECONDS_KIND
from study.queue_fit import Fit, best_workers, given, in_flight, overhead_range, resampled
from study.server_log import Array, Mask, Served, ServerLog, server_log

FEWEST: Final = 50
"""Answered requests that a fit needs; fewer leave the law open."""

CLOSE: Final = 0.10
"""A distance (Kolmogorov, Smirnov) of modelled from measured answers above which the server is said
not to be a queue with workers, unless the model's own runs differ as much. A judgement of ours."""

_SAMPLES: Final = 120  # of the bootstrap
_REPEATS: Final = 6  # draws of the work when the model answers the measured arrivals
_SEED: Final = 1
_SLIPS: Final = 2  # requests whose moment the log may have wrong at a limit (assumed)
_TELLS: Final = 1.92
"""Log-likelihood that a value must lose to lie outside the 95% interval: half of chi squared's 95%
point with one degree of freedom (Wilks 1938)."""


class RefitError(UserFaultError):
    """The log cannot tell; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One parameter.

    Attributes
    ----------
    value : None where there is no limit.
    low, high : its 95% interval; None where there is none.
    known : can this log tell it?
    note : why not, or how it was found, for a comment in the file.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    known: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Refit:
    """What was found.

    Attributes
    ----------
    model : the server, ready for the next prediction.
    estimates : by the model's fields.
    diagnostics : requests used, odd ones, share that waited, most at once, the distance ``ks`` of
        the model's answers from the measured ones, ``ks_own`` of its own runs from each other, and
        whether it is ``close``.
    """

    model: IngestModel
    estimates: Mapping[str, Estimate]
    diagnostics: Mapping[str, Any]

    def notes(self) -> dict[str, str]:
        """A comment for each field of the model's file."""
        return {name: _comment(name, e) for name, e in self.estimates.items()}


def refit(
    attempts: Iterable[Attempt], speed: float, *, name: str = "fitted", source: str = ""
) -> Refit:
    """Estimate the server of a replay.

    Parameters
    ----------
    speed : seconds of scenario time in one second of real time, of that replay.
    name, source : of the new model; ``source`` says which run it is from.

    Raises
    ------
    RefitError : if fewer than :data:`FEWEST` requests were answered.
    """
    log = server_log(attempts, speed)
    served = log.served
    answered = int((served.new & ~np.isnan(served.answered)).sum())
    if answered < FEWEST:
        raise RefitError(
            f"{answered} uploads were stored, a fit needs {FEWEST}; replay a longer window, "
            "more stations or at a lower speed"
        )
    fits = best_workers(served)
    fit, workers = _workers(fits, in_flight(served))
    fit, untold = _told_apart(served, fit)
    estimates: dict[str, Estimate] = {"workers": workers}
    estimates |= _work(served, fit, untold)
    estimates["queue"], estimates["slots"] = _queue(log, fit), _slots(log)
    estimates["deadline"] = _deadline(log, fit)
    estimates["early_duplicates"] = _early(log)
    value = {n: e.value for n, e in estimates.items()}

    def seconds(field: str) -> str:
        return f"{value[field]!r} s"

    model = IngestModel.model_validate(
        {
            "ingest": name,
            "workers": fit.workers,
            "queue": value["queue"],
            "slots": value["slots"],
            "service": seconds("service"),
            "per_megabyte": seconds("per_megabyte"),
            "service_law": fit.law,
            "cv": fit.cv if fit.law == "lognormal" else None,
            "overhead": seconds("overhead"),
            "early_duplicates": bool(value["early_duplicates"]),
            "deadline": None if value["deadline"] is None else seconds("deadline"),
            "fitted_from": source,
        }
    )
    distance, own = _distance(served, model)
    return Refit(
        model,
        estimates,
        {
            "requests": answered,
            "refused": len(log.refused) + len(log.turned_away),
            "expired": len(log.expired),
            "without_answer": int(np.isnan(served.answered).sum()),
            "odd": float(1 - fit.regular.mean()),
            "waited": float(fit.waited.mean()),
            "most_at_once": in_flight(served),
            "likelihood": {f.workers: f.total for f in fits},
            "ks": distance,
            "ks_own": own,
            "close": distance <= max(CLOSE, own),
        },
    )


def _workers(fits: list[Fit], most: int) -> tuple[Fit, Estimate]:
    """The number of workers, unless the server was never busy: then the most requests at once."""
    best = max(fits, key=lambda f: f.total)
    inside = [f.workers for f in fits if f.total >= best.total - _TELLS]
    if fits[-1].total < best.total - _TELLS:
        return best, Estimate(best.workers, min(inside), max(inside))
    note = f"at least {min(inside)}: never busy with {most} at once; a heavier replay would tell"
    return fits[-1], Estimate(fits[-1].workers, min(inside), None, False, note)


def _told_apart(served: Served, fit: Fit) -> tuple[Fit, str]:
    """Without overhead, if the log cannot tell overhead and service apart."""
    without = given(served, fit.workers, 0.0)
    if without.total < fit.total - _TELLS:
        return fit, ""
    return without, "overhead and service are not told apart; their sum is known"


def _work(served: Served, fit: Fit, untold: str) -> dict[str, Estimate]:
    rng = np.random.default_rng(_SEED)
    samples = np.array([resampled(served, fit, rng) for _ in range(_SAMPLES)])
    low, high = np.quantile(samples, (0.025, 0.975), axis=0)
    values = (fit.service, fit.per_megabyte, fit.overhead, fit.cv)
    found = {}
    for i, name in enumerate(("service", "per_megabyte", "overhead", "cv")):
        found[name] = Estimate(float(values[i]), float(low[i]), float(high[i]))
    profile, e = overhead_range(served, fit), found["overhead"]
    found["overhead"] = Estimate(
        e.value, min(float(low[2]), profile[0]), max(float(high[2]), profile[1])
    )
    if untold:
        for name in ("service", "overhead"):
            e = found[name]
            found[name] = Estimate(e.value, e.low, e.high, False, untold)
    if fit.law != "lognormal":
        del found["cv"]
    if served.size.std() <= 1e-9:
        note = "all bodies had one size; the work of a megabyte is in the service"
        found["per_megabyte"] = Estimate(0.0, None, None, False, note)
    return found


def _threshold(let_in: Array, refused: Array, note: str) -> Estimate:
    """The limit that tells best who was let in (fewer than it before them) from who was not; its
    range is that of the limits which misjudge at most :data:`_SLIPS` more."""
    tried = np.unique(np.concatenate([let_in + 1, refused, [1.0]]))
    wrong = np.array([(let_in >= limit).sum() + (refused < limit).sum() for limit in tried])
    close = tried[wrong <= wrong.min() + _SLIPS]
    best = float(tried[int(np.argmin(wrong))])
    return Estimate(int(best), float(close.min()), float(close.max()), note=note)


def _queue(log: ServerLog, fit: Fit) -> Estimate:
    """From the requests that waited when somebody was refused, or was let in to wait."""
    served = log.served
    events = [(t, True, i) for i, t in enumerate(served.arrived)]
    events += [(t, False, -1) for t in log.refused]
    waiting: list[float] = []
    let_in, refused = [], []
    for now, accepted, i in sorted(events):
        while waiting and waiting[0] <= now:
            heapq.heappop(waiting)
        if not accepted:
            refused.append(len(waiting))
        elif fit.waited[i]:
            let_in.append(len(waiting))
            heapq.heappush(waiting, float(fit.start[i]))
    if not refused:
        most = max(let_in, default=-1) + 1
        note = f"no limit seen; at least {most}" if most else "no limit seen: nobody waited"
        return Estimate(None, most, None, False, note)
    note = f"from {len(refused)} refusals"
    return _threshold(np.array(let_in, dtype=float), np.array(refused, dtype=float), note)


def _slots(log: ServerLog) -> Estimate:
    """From the bodies on their way when a connection was refused, or was let in."""
    begun, over = np.sort(log.bodies[:, 0]), np.sort(log.bodies[:, 1])

    def inside(times: Array) -> Array:
        return np.asarray(
            np.searchsorted(begun, times, side="left") - np.searchsorted(over, times, side="right"),
            dtype=float,
        )

    let_in = inside(begun)
    if not len(log.turned_away):
        most = int(let_in.max(initial=0)) + 1
        return Estimate(None, most, None, False, f"no limit seen with {most} at once")
    note = f"from {len(log.turned_away)} refused connections"
    return _threshold(let_in, inside(log.turned_away), note)


def _deadline(log: ServerLog, fit: Fit) -> Estimate:
    if not len(log.expired):
        return Estimate(None, None, None, False, "no request was given up by the server")
    waits = log.expired - fit.overhead
    low, high = np.quantile(waits, (0.025, 0.975))
    note = f"from {len(waits)} requests that were given up"
    return Estimate(float(np.median(waits)), float(low), float(high), note=note)


def _early(log: ServerLog) -> Estimate:
    """1 if most uploads that were stored already were answered before their body, else 0."""
    if not log.early + log.late:
        return Estimate(0.0, known=False, note="nothing was sent that was stored already")
    note = f"{log.early} of {log.early + log.late} that were stored already"
    return Estimate(float(log.early > log.late), note=note)


def _distance(served: Served, model: IngestModel) -> tuple[float, float]:
    """How far the model's answers to the measured arrivals are from the measured ones, and the
    farthest that one of its own runs is from the others: near saturation they differ, too."""
    known: Mask = served.new & ~np.isnan(served.answered)
    measured = (served.answered - served.arrived)[known]
    unlimited = model.model_copy(update={"queue": None, "deadline": None})
    sizes = (served.size * MEGABYTE).astype(int).tolist()
    arrived = served.arrived.tolist()
    runs = []
    for repeat in range(_REPEATS):
        key = Draws(_SEED, repeat).key("refit")
        server = build_ingest(unlimited, 1.0).server
        answers = [
            server.submit(now, key, i, (i, "", 0), size=size).at - now
            for i, (now, size) in enumerate(zip(arrived, sizes, strict=True))
        ]
        runs.append(np.array(answers)[known])

    def apart(run: Array, others: list[Array]) -> float:
        return float(stats.ks_2samp(run, np.concatenate(others), method="asymp").statistic)

    own = max(apart(run, [r for r in runs if r is not run]) for run in runs)
    return apart(measured, runs), own


def _comment(name: str, estimate: Estimate) -> str:
    def show(value: float) -> str:
        if name in ("service", "per_megabyte", "overhead", "deadline"):
            return SECONDS_KIND.show(value)
        return f"{value:.4g}"

    said = [estimate.note] if estimate.note else []
    if estimate.known and estimate.low is not None and estimate.high is not None:
        said.insert(0, f"95%: {show(estimate.low)} to {show(estimate.high)}")
    return "; ".join(said)
