"""(b) Uploads a second through one cell: ours on SimPy, a naive O(n) link, and Ciw's PS node.

All three carry exponential sizes of mean 1 on a capacity of 1, in a closed loop: whoever is done
begins again, so that n uploads are always under way. Ciw has no closed loop; its node starts with n
customers arriving at once, and what is timed is the completion of those n and of as many more that
arrive at the rate at which the node serves, which keeps about n under way.
"""

from __future__ import annotations

from functools import partial
from math import inf
from statistics import median

import ciw
import numpy as np
import simpy

from benchmarks.measure import Row, paired, seconds
from sim.network.cell import Cell
from sim.network.cell_clock import CellClock

_FEW = 2000  # uploads, where Ciw is the peer
SIZES = np.random.default_rng(1).exponential(1.0, 400_000)


def ours(n: int, uploads: int) -> None:
    """Through the cell that predicts, on its SimPy clock."""
    env = simpy.Environment()
    clock = CellClock(env, Cell([1.0]))
    sizes = iter(SIZES.tolist())
    left = uploads

    def station() -> object:
        nonlocal left
        while left > 0:
            left -= 1
            yield clock.start(next(sizes), 0, inf)

    for _ in range(n):
        env.process(station())  # type: ignore[arg-type]  # a generator
    env.run()


def naive(n: int, uploads: int) -> None:
    """A link that recomputes every flow's remaining bytes at every event."""
    env = simpy.Environment()
    sizes = iter(SIZES.tolist())
    flows: dict[simpy.Event, float] = {}
    state = {"left": uploads, "then": 0.0}
    timers: list[simpy.Event] = []

    def move() -> None:
        dt = (env.now - state["then"]) / max(len(flows), 1)
        state["then"] = env.now
        for flow in flows:
            flows[flow] -= dt

    def arm() -> None:
        timers.clear()
        if flows:
            timer = env.timeout(max(min(flows.values()), 0.0) * len(flows))
            timer.callbacks.append(wake)
            timers.append(timer)

    def wake(timer: simpy.Event) -> None:
        if timer not in timers:
            return
        move()
        for flow in [f for f, left in flows.items() if left <= 1e-9]:
            del flows[flow]
            flow.succeed()
        arm()

    def station() -> object:
        while state["left"] > 0:
            state["left"] -= 1
            done = env.event()
            move()
            flows[done] = next(sizes)
            arm()
            yield done

    for _ in range(n):
        env.process(station())  # type: ignore[arg-type]  # a generator
    env.run()


def through_ciw(n: int, uploads: int) -> None:
    """Ciw 3's processor-sharing node."""
    gaps = [0.0] * n + [1.0] * (uploads - n) + [inf]
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential(gaps)],
        service_distributions=[ciw.dists.Exponential(rate=1.0)],
        number_of_servers=[inf],
    )
    simulation = ciw.Simulation(network, node_class=ciw.PSNode)
    simulation.simulate_until_max_customers(uploads, method="Finish")


def rows() -> list[Row]:
    """The table's lines."""
    found = []
    cost: dict[int, float] = {}
    for n, uploads, fewer in (
        (10, 20_000, 20_000),
        (100, 20_000, 10_000),
        (1000, 20_000, 3_000),
        (10_000, 40_000, 10_040),
    ):
        cost[n] = median(seconds(partial(ours, n, uploads)) for _ in range(5)) / uploads
        peer = seconds(partial(naive, n, fewer)) / fewer
        what = f"cell against naive O(n), {n:,} uploads at once"
        found.append(_against(what, cost[n], peer, 100 if n == 10_000 else None))
    growth = cost[10_000] / cost[100]
    what = "cost of an upload at 10,000 against at 100"
    found.append(Row(what, f"{growth:.2f}", "at most 1.5", growth <= 1.5))
    for n in (10, 100, 1000):
        own, peer, _ = paired(partial(ours, n, _FEW), partial(through_ciw, n, _FEW), 3)
        what = f"cell against Ciw's processor-sharing node, {n:,} at once"
        found.append(_against(what, own / _FEW, peer / _FEW, 10 if n == 1000 else None))
    return found


def _against(what: str, own: float, peer: float, target: float | None) -> Row:
    ratio = peer / own
    figure = f"{1 / own:,.0f}/s against {1 / peer:,.0f}/s = {ratio:.1f}x"
    met = None if target is None else ratio >= target
    return Row(what, figure, "-" if target is None else f"{target:g}x", met)
