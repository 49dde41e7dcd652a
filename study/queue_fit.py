"""Workers, work and overhead of a server from its arrivals and answers, by maximum likelihood.

Requests are taken first come, first served, so with c workers a request starts as soon as fewer
than c of those before it are unfinished: at its arrival, or when the c-th latest of the earlier
departures is over (the recursion of Kiefer and Wolfowitz 1955, on observed departures). Hence for
every c and every overhead the log gives the work of each request; its law (exponential, or
lognormal with its own variation, with mean ``service + per_megabyte * size``) gives the likelihood.
Too few workers leave work that is negative or far too short; too many leave waiting inside it.

A real server is no such queue in every request (a pause, a cache): each density is mixed with
:data:`_ODD` of a broad one, so that a few odd requests do not decide.

Rule of this file: pure functions of arrays. Units: seconds of real time, megabytes.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from math import expm1, log, pi, sqrt
from typing import Final, Literal

import numpy as np

from study.server_log import Array, Mask, Served

Law = Literal["deterministic", "exponential", "lognormal"]

_ODD: Final = 0.02  # share of requests that follow no law (assumed)
_STEADY: Final = 0.05  # a coefficient of variation below this is measured noise (assumed)
_NOISE: Final = 0.01  # of a fast answer: clocks and scheduling know no time better (assumed)
_STEPS: Final = 7  # overheads tried in each pass
_HALVINGS: Final = 8  # of the distances at which an overhead is tested: to 1% of the fastest answer
_ZOOMS: Final = 2  # passes after the first, each around the best so far
_ROUNDS: Final = 3  # of weighted least squares; the weights settle in two
_SAME_SIZE: Final = 0.01  # bodies that vary less (coefficient of variation) do not tell a slope


@dataclass(frozen=True, slots=True)
class Fit:
    """One set of parameters and how well it explains the log.

    Attributes
    ----------
    service, per_megabyte, overhead : seconds.
    law, cv : of the work around its mean.
    waited : which requests waited for a worker.
    start : when each began to be worked on.
    likelihood : logarithm of each new request's density; comparable between fits of one log.
    regular : which new requests follow the law; the others are odd.
    """

    workers: int
    service: float
    per_megabyte: float
    overhead: float
    law: Law
    cv: float
    waited: Mask
    start: Array
    likelihood: Array
    regular: Mask

    @property
    def total(self) -> float:
        """Log-likelihood."""
        return float(self.likelihood.sum())


def starts(served: Served, workers: int, overhead: float, work: float) -> Array:
    """When each request begins to be worked on.

    Parameters
    ----------
    work : what is supposed of a request whose answer nobody saw, seconds.
    """
    latest: list[float] = []  # the latest departures, at most as many as workers: a heap
    begun = np.empty(len(served))
    known = served.answered - overhead
    for i, (arrived, left) in enumerate(zip(served.arrived.tolist(), known.tolist(), strict=True)):
        start = arrived
        if len(latest) == workers and latest[0] > arrived:
            start = latest[0]
        begun[i] = start
        gone = left if left == left else start + work  # NaN: not known
        if len(latest) < workers:
            heapq.heappush(latest, gone)
        else:
            heapq.heappushpop(latest, gone)
    return begun


def in_flight(served: Served) -> int:
    """Most requests at the server at once."""
    known = ~np.isnan(served.answered)
    moments = np.concatenate([served.arrived[known], served.answered[known]])
    steps = np.repeat([1, -1], known.sum())
    order = np.lexsort((steps, moments))
    return int(np.cumsum(steps[order]).max())


def mean_work(work: Array, size: Array) -> tuple[float, float]:
    """Service and work per megabyte by weighted least squares (work varies with its mean); neither
    is negative, and without different sizes all of it is service."""
    if not len(work):
        return 0.0, 0.0
    if size.std() <= _SAME_SIZE * max(size.mean(), 1e-12):
        return max(float(work.mean()), 0.0), 0.0
    weight = np.ones(len(work))
    service = slope = 0.0
    for _ in range(_ROUNDS):
        total = weight.sum()
        x, y = (weight * size).sum() / total, (weight * work).sum() / total
        spread = (weight * (size - x) ** 2).sum()
        slope = max(float((weight * (size - x) * (work - y)).sum() / spread), 0.0)
        service = float(y - slope * x)
        if service < 0.0:
            service = 0.0
            slope = max(float((weight * size * work).sum() / (weight * size**2).sum()), 0.0)
        mean = service + slope * size
        weight = 1.0 / np.maximum(mean, 1e-3 * max(float(mean.max()), 1e-9)) ** 2
    return service, slope


def densities(ratio: Array, mean: Array, noise: float) -> tuple[Law, float, Array, Mask]:
    """The law that fits work of ``ratio * mean`` best, its variation, each log-density, and which
    requests follow the law rather than nothing.

    The lognormal with mean 1 has one parameter, s = the variance of the logarithm, whose estimate
    of maximum likelihood is 2 (sqrt(1 + m) - 1) with m the mean square of the logarithms.

    Parameters
    ----------
    noise : seconds by which every answer is uncertain, whatever the law; without it work that is
        always the same could be told apart from its overhead by rounding errors.
    """
    positive = ratio > 0.0
    x = np.where(positive, ratio, 1.0)
    broad = _ODD / (pi * (1.0 + ratio**2))
    found: list[tuple[Law, float, Array, Mask]] = []

    def weigh(law: Law, cv: float, density: Array) -> Mask:
        own = (1 - _ODD) * np.where(positive, density, 0.0)
        found.append((law, cv, np.log(own + broad) - np.log(mean), own > broad))
        return found[-1][3]

    regular = weigh("exponential", 1.0, np.exp(-x))
    plain = found.pop()
    for _ in range(_ROUNDS):  # what is odd for the last law does not shape the next
        logs = np.log(x[regular & positive])
        square = float(np.mean(logs**2)) if len(logs) else 0.0
        s = 2.0 * (sqrt(1.0 + square) - 1.0)
        cv = sqrt(expm1(min(s, 50.0)))
        each = np.maximum(s, (noise / mean) ** 2)
        density = np.exp(-((np.log(x) + each / 2) ** 2) / (2 * each)) / (x * np.sqrt(2 * pi * each))
        regular = weigh("deterministic" if cv < _STEADY else "lognormal", cv, density)
    other = found[-1]
    # one parameter more must earn half the logarithm of the number of requests (Schwarz 1978)
    return other if other[2].sum() - 0.5 * log(len(ratio)) > plain[2].sum() else plain


def _fastest(served: Served) -> float:
    """What the fastest answers took, seconds: the most that the overhead can be."""
    new = served.new & ~np.isnan(served.answered)
    return max(float(np.quantile((served.answered - served.arrived)[new], 0.005)), 1e-6)


def given(served: Served, workers: int, overhead: float) -> Fit:
    """The best fit with so many workers and this overhead."""
    new = served.new & ~np.isnan(served.answered)
    typical = float(np.median((served.answered - served.arrived)[new]))
    begun = starts(served, workers, overhead, typical)
    return _fitted(served, workers, overhead, begun, np.flatnonzero(new))


def _fitted(served: Served, workers: int, overhead: float, begun: Array, rows: np.ndarray) -> Fit:
    work = served.answered[rows] - overhead - begun[rows]
    size = served.size[rows]
    noise = _NOISE * _fastest(served)
    regular = work <= np.quantile(work, 1 - _ODD)  # at first: the oddest would carry the mean
    for _ in range(2):
        service, slope = mean_work(work[regular], size[regular])
        mean = np.maximum(service + slope * size, 1e-9)
        law, cv, likelihood, regular = densities(work / mean, mean, noise)
    waited = begun > served.arrived
    return Fit(workers, service, slope, overhead, law, cv, waited, begun, likelihood, regular)


def coarse(served: Served, workers: int) -> Fit:
    """A good fit with so many workers: overheads between nothing and the fastest answers."""
    most = _fastest(served)
    guess = min(_overhead_of_those_at_once(served, workers), most)
    tried = (*np.linspace(0.0, most, _STEPS), guess)
    return max((given(served, workers, o) for o in tried), key=lambda f: f.total)


def zoomed(served: Served, fit: Fit) -> Fit:
    """The same, its overhead searched more and more finely."""
    most = _fastest(served)
    step = most / (_STEPS - 1)
    for _ in range(_ZOOMS):
        low, high = max(fit.overhead - step, 0.0), min(fit.overhead + step, most)
        nearer = (given(served, fit.workers, o) for o in np.linspace(low, high, _STEPS))
        fit = max((fit, *nearer), key=lambda f: f.total)
        step = (high - low) / (_STEPS - 1)
    return fit


def overhead_range(served: Served, fit: Fit) -> tuple[float, float]:
    """The overheads that the log does not rule out: a shift of exponential work is below its
    estimate by more than 3 / n means in 5% of logs, which costs 3 units of log-likelihood."""
    reach = _fastest(served)
    away = reach * 0.5 ** np.arange(_HALVINGS)
    found = []
    for side in (-1.0, 1.0):
        kept = [
            o
            for o in np.clip(fit.overhead + side * away, 0.0, reach).tolist()
            if given(served, fit.workers, o).total >= fit.total + log(0.05)
        ]
        found.append(max(kept, key=lambda o: abs(o - fit.overhead), default=fit.overhead))
    return found[0], found[1]


def _overhead_of_those_at_once(served: Served, workers: int) -> float:
    """A first guess: what the requests that were worked on at once took longer, beyond their work,
    than the time from one departure to the next took those that waited."""
    fit = given(served, workers, 0.0)
    rows = np.flatnonzero(served.new & ~np.isnan(served.answered))
    took = served.answered[rows] - fit.start[rows] - fit.per_megabyte * served.size[rows]
    waited = fit.waited[rows]
    if waited.all() or not waited.any():
        return 0.0
    return max(float(np.median(took[~waited]) - np.median(took[waited])), 0.0)


def resampled(
    served: Served, fit: Fit, rng: np.random.Generator
) -> tuple[float, float, float, float]:
    """Service, per megabyte, overhead and variation of one bootstrap sample.

    Blocks of consecutive requests are resampled, because neighbours share the server's state
    (moving blocks of about the cube root of n; Kuensch 1989). The workers stay as fitted.
    """
    rows = np.flatnonzero(served.new & ~np.isnan(served.answered))
    n = len(rows)
    length = max(round(n ** (1 / 3)), 1)
    firsts = rng.integers(0, n - length + 1, -(-n // length))
    picks = rows[(firsts[:, None] + np.arange(length)).ravel()[:n]]
    tried = np.unique(np.append(np.linspace(0.0, _fastest(served), _STEPS), fit.overhead))
    best = None
    for overhead in tried:
        # the start moves with the overhead where a request waited, and not where it did not
        begun = np.where(fit.waited, fit.start + fit.overhead - overhead, fit.start)
        begun = np.maximum(begun, served.arrived)
        again = _fitted(served, fit.workers, float(overhead), begun, picks)
        if best is None or again.total > best.total:
            best = again
    assert best is not None
    return best.service, best.per_megabyte, best.overhead, best.cv


def candidates(most: int) -> list[int]:
    """Numbers of workers to try first: all of the small ones, then about six a doubling."""
    found, c = [], 1
    while c < most:
        found.append(c)
        c = max(c + 1, round(c * 1.12))
    return [*found, most]


def best_workers(served: Served) -> list[Fit]:
    """The best fit of each number of workers tried, from 1 to the most requests at once; the last
    is a server that was never busy."""
    most = max(in_flight(served), 1)
    fits = {c: coarse(served, c) for c in candidates(most)}
    fine: set[int] = set()
    while True:
        best = max(fits.values(), key=lambda f: f.total).workers
        near = {c for c in (best - 1, best, best + 1, most) if 1 <= c <= most} - fine
        if not near:
            return [fits[c] for c in sorted(fits)]
        fits |= {c: zoomed(served, fits.get(c) or coarse(served, c)) for c in near}
        fine |= near
