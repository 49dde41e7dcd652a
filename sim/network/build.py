"""From a scenario and a night's world to cells, radio classes and congestion.

Rule of this file: translation; no physics of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from sim.network.cell import Cell
from sim.network.hazards import Congestion
from sim.network.profile import Product, Profile, Shifted, Steps
from sim.network.radio import peak_rates
from sim.network.transport import pftk, setup_time
from sim.population.world import Cells, World
from sim.scenario.model import Network, Scenario
from sim.scenario.portable import Portable

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Radio:
    """The radio classes of a scenario, with their rates relative to the cell's capacity."""

    cqi: tuple[int, ...]
    shares: tuple[float, ...]
    rtt: tuple[float, ...]
    caps: tuple[float, ...]  # bytes/s that TCP can reach under the class's loss (PFTK)
    relative_peaks: tuple[float, ...]
    tls: str

    def setup(self, klass: int, capacity: float) -> float:
        """Seconds of handshakes and slow start in a cell of this capacity, bytes/s."""
        peak = capacity * self.relative_peaks[klass]
        return setup_time(self.rtt[klass], peak * self.rtt[klass], peak, self.tls)

    def best(self) -> int:
        """The class with the highest rate."""
        return max(range(len(self.cqi)), key=self.cqi.__getitem__)

    def office_setup(self) -> float:
        """The same for an office's line, with the round trip of the best radio class."""
        return setup_time(min(self.rtt), 0.0, 0.0, self.tls)

    def fastest(self, capacity: NDArray[np.float64]) -> float:
        """The fastest that any flow can move, bytes/s."""
        peak = float(capacity.max()) * max(self.relative_peaks)
        return min(peak, max(self.caps))


def build_radio(network: Network) -> Radio:
    """The scenario's radio classes."""
    cqi = tuple(c.cqi for c in network.radio)
    shares = tuple(c.share for c in network.radio)
    return Radio(
        cqi=cqi,
        shares=shares,
        rtt=tuple(c.rtt for c in network.radio),
        caps=tuple(pftk(c.rtt, c.loss) for c in network.radio),
        relative_peaks=tuple(peak_rates(1.0, cqi, shares)),
        tls=network.tls,
    )


def build_cells(
    scenario: Scenario,
    cells: Cells,
    radio: Radio,
    trace: Profile | None,
    ahead: NDArray[np.float64] | None = None,
) -> list[Cell]:
    """The night's cells: capacity split into classes, airtime left by the citizens.

    Parameters
    ----------
    ahead : seconds that each kecamatan's clock is ahead of the scenario's; None: no clock is.
    """
    built = []
    clocks = np.zeros(len(cells.capacity)) if ahead is None else ahead[cells.kecamatan]
    days = {clock: _daily(scenario, clock) for clock in set(clocks.tolist())}
    rows = zip(cells.capacity, cells.busy_at_peak, cells.phase, clocks.tolist(), strict=True)
    for capacity, busy, phase, clock in rows:
        starts, loads = days[clock]
        left: Profile = Steps(starts, tuple(1.0 - busy * load for load in loads))
        if trace is not None:
            left = Product((left, Shifted(trace, phase * _DAY)))
        peaks = [float(capacity) * r for r in radio.relative_peaks]
        built.append(Cell(peaks, left, radio.caps))
    return built


def office_cell(rate: float, extra: float = 0.0, there: tuple[float, float] = (0.0, 0.0)) -> Cell:
    """The line of a kecamatan's office, shared by its operators; bytes/s.

    Parameters
    ----------
    extra : what portable links add to it while they are ``there`` (from, to), seconds.
    """
    if not extra:
        return Cell([float(rate)])
    alone = float(rate) / (rate + extra)
    return Cell([float(rate + extra)], Steps((-inf, *there), (alone, 1.0, alone)))


def build_office_cells(scenario: Scenario, world: World) -> list[Cell]:
    """The offices' lines, with what portable links add where they are brought to the office."""
    rates = world.kecamatan["people.ppk.link"]
    portable = scenario.network.portable
    if portable is None or portable.serves != "office":
        return [office_cell(rate) for rate in rates]
    extra = np.bincount(world.portable.kecamatan, world.portable.rate, minlength=len(rates))
    return [
        office_cell(rate, float(more), (portable.comes - ahead, portable.goes - ahead))
        for rate, more, ahead in zip(rates, extra, world.ahead, strict=True)
    ]


def build_portable_cells(scenario: Scenario, world: World) -> list[Cell]:
    """The portable links, each shared by those at it."""
    portable = scenario.network.portable
    if portable is None:
        return []
    cap = pftk(portable.rtt, portable.loss)
    return [Cell([float(rate)], caps=[cap]) for rate in world.portable.rate]


def fastest_portable(scenario: Scenario, world: World) -> float:
    """The fastest that a crew's upload can move over a portable link, bytes/s; 0 without any."""
    portable, at = scenario.network.portable, world.portable.at
    if portable is None:
        return 0.0
    fastest = float(world.portable.rate[at[at >= 0]].max(initial=0.0))
    return min(fastest, pftk(portable.rtt, portable.loss))


def portable_setup(portable: Portable, rate: float, tls: str) -> float:
    """Seconds of handshakes and slow start over it."""
    return setup_time(portable.rtt, rate * portable.rtt, rate, tls)


def build_congestion(scenario: Scenario, world: World) -> list[Congestion]:
    """What the background load does to attempts, per kecamatan."""
    shapes = {clock: Steps(*_daily(scenario, clock)) for clock in set(world.ahead.tolist())}
    return [
        Congestion(shapes[clock], float(refused), float(broken))
        for clock, refused, broken in zip(
            world.ahead.tolist(),
            world.kecamatan["network.access_failure_at_peak"],
            world.kecamatan["network.break_rate_at_peak"],
            strict=True,
        )
    ]


def _daily(scenario: Scenario, ahead: float = 0.0) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The background's course in scenario time, day after day to the snapshot: starts and loads;
    where clocks are ``ahead`` seconds of the scenario's."""
    offset = scenario.clock_offset() + ahead
    times = [s.since.hour * 3600.0 + s.since.minute * 60.0 - offset for s in scenario.network.shape]
    days = range(-1, ceil((scenario.horizon + offset) / _DAY) + 1)
    starts = tuple(day * _DAY + t for day in days for t in times)
    return starts, tuple(s.load for s in scenario.network.shape) * len(days)
