"""The rest of the nation as a fluid: 297,239 other stations press on the same server.

270 elections were held that day over one server, so what Bandar Lampung's 1,700 stations meet
there is made by others. Their uploads are not simulated one by one; they are a fluid (in the limit
of many small requests a queue's course follows its ordinary differential equation: Kurtz 1978;
retrial queues: Falin and Templeton 1997). Per second of time::

    arrivals   a(t) = new(t) + orbit / tau
    refused    by an outage (its severity), by full slots, by a full queue     -> orbit
    uploading  N: each at r = min(r_free, C / N), done at N r / b, timed out at N / T -> orbit
    queued     Q: dQ/dt = N r / b - c mu, between 0 and the queue's bound
    orbit      leaves to try again at 1/tau and for good at 1/patience

N moves within a minute and the rest within hours, so N is taken in its equilibrium at every step.

Rule of this file: a pure function from parameters to the course of the load. What the nation's
crews do does not depend on the policy that Bandar Lampung tries (a limit, in the model card).
Units: seconds, requests, bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import expm1, inf
from typing import Final

from sim.ingest.outages import Outage, severity_for_all

STEP: Final = 60.0  # seconds; outages, backlogs and the evening's curve change over many minutes


@dataclass(frozen=True, slots=True)
class Nation:
    """Who else uploads.

    Parameters
    ----------
    requests : uploads that the rest of the nation has to make in all.
    ready_by : share of them that is ready by a time (a distribution function).
    ready_end : when the last of them is ready.
    size : mean bytes of one upload.
    free_rate : mean rate of one upload when the pipe does not bind, bytes/s.
    timeout : seconds after which a client abandons an attempt.
    retry_every : mean time between a failure and the next attempt, tau.
    patience : mean time until a crew with failures stops for the night.
    """

    requests: float
    ready_by: Callable[[float], float]
    ready_end: float
    size: float
    free_rate: float
    timeout: float
    retry_every: float
    patience: float


@dataclass(frozen=True, slots=True)
class Course:
    """The load over time, one value per ``step``; after the last step there is none.

    Attributes
    ----------
    flows : uploads of the nation in progress.
    refused : probability that a connection is refused for want of slots.
    full : probability that a complete request finds the queue full.
    ahead : seconds that a request waits behind the nation's.
    step : seconds of one value.
    done, orbit, lost : requests stored, still trying, given up (cumulative, now, cumulative).
    """

    flows: Sequence[float] = ()
    refused: Sequence[float] = ()
    full: Sequence[float] = ()
    ahead: Sequence[float] = ()
    done: Sequence[float] = ()
    orbit: Sequence[float] = ()
    lost: Sequence[float] = ()
    step: float = STEP

    def at(self, series: Sequence[float], now: float) -> float:
        """The value of one of the series at ``now``; 0 after its end."""
        i = int(now / self.step)
        return series[i] if i < len(series) else 0.0


def course(
    nation: Nation,
    horizon: float,
    *,
    pipe: float = inf,
    slots: float = inf,
    workers: float = inf,
    service: float = 0.0,
    queue: float = inf,
    outages: Sequence[Outage] = (),
) -> Course:
    """Integrate the fluid until it has run dry, or to ``horizon`` seconds.

    Parameters
    ----------
    pipe : capacity of the ingress pipe, bytes/s.
    slots, workers, queue : of the server; ``service`` is the mean work of a request, seconds.
    """
    capacity = workers / service if service > 0 else inf  # requests/s
    flows, refused, full, ahead = [], [], [], []
    done, orbit, lost = [], [], []
    waiting = again = total_done = total_lost = 0.0
    tau, patience = nation.retry_every, nation.patience
    leaves = -expm1(-STEP * (1 / tau + 1 / patience))
    ready = nation.ready_by(0.0)
    t = 0.0
    while t < horizon and (t < nation.ready_end or again + waiting >= 1.0):
        ready_next = nation.ready_by(t + STEP)
        new = (ready_next - ready) * nation.requests / STEP
        ready = ready_next
        leaving = again * leaves / STEP
        back = leaving * patience / (patience + tau)
        gone = leaving - back
        arrivals = new + back
        rate = arrivals * (1.0 - severity_for_all(outages, t))
        n, good, refusal = _uploading(nation, rate, pipe, slots)
        room = max(queue - waiting, 0.0) / STEP + capacity
        taken = min(good, room)
        waiting_next = max(waiting + (taken - capacity) * STEP, 0.0) if capacity < inf else 0.0
        served = taken - (waiting_next - waiting) / STEP
        total_done += served * STEP
        total_lost += gone * STEP
        again = max(again + (arrivals - taken - back - gone) * STEP, 0.0)
        waiting = waiting_next
        flows.append(n)
        refused.append(refusal)
        full.append(1.0 - taken / good if good > 0 else 0.0)
        ahead.append(waiting / capacity if capacity < inf else 0.0)
        done.append(total_done)
        orbit.append(again)
        lost.append(total_lost)
        t += STEP
    return Course(flows, refused, full, ahead, done, orbit, lost)


def _uploading(
    nation: Nation, rate: float, pipe: float, slots: float
) -> tuple[float, float, float]:
    """Equilibrium of the uploads in progress when ``rate`` connections a second come in.

    Returns the number in progress, the completions a second and the share refused for want of
    slots.
    """
    per_flow = nation.free_rate / nation.size + 1.0 / nation.timeout
    n = rate / per_flow
    if (
        n * nation.free_rate > pipe
    ):  # the pipe binds: it delivers pipe/size a second, rest times out
        n = max((rate - pipe / nation.size) * nation.timeout, pipe / nation.free_rate)
    refusal = 0.0
    if n > slots:
        n = slots
        leaving = min(n * nation.free_rate, pipe) / nation.size + n / nation.timeout
        refusal = max(1.0 - leaving / rate, 0.0)
    return n, min(n * nation.free_rate, pipe) / nation.size, refusal
