"""Which link each device of a night has: phones at their cell or at a portable link, a kelurahan's
hub, the operators at their office's line.

Rule of this file: from a drawn world to links; nobody is at work yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from simpy import Environment

from sim.ledger import Entry
from sim.link import Link
from sim.network.build import (
    Radio,
    build_cells,
    build_congestion,
    build_office_cells,
    build_portable_cells,
    build_radio,
    fastest_portable,
    portable_setup,
)
from sim.network.cell_clock import CellClock
from sim.network.hazards import CALM, Congestion
from sim.network.profile import Profile
from sim.network.radio import choose
from sim.people.kpps import Brought
from sim.population.region import Region
from sim.population.world import World
from sim.scenario.model import Scenario


def wire(
    env: Environment, scenario: Scenario, region: Region, world: World, trace: Profile | None
) -> Wiring:
    """The links of one night on SimPy's clock; ``trace`` as for :func:`sim.assembly.assemble`."""
    radio = build_radio(scenario.network)
    return Wiring(
        scenario,
        region,
        world,
        radio,
        [CellClock(env, c) for c in build_cells(scenario, world.cells, radio, trace, world.ahead)],
        [CellClock(env, c) for c in build_office_cells(scenario, world)],
        [CellClock(env, c) for c in build_portable_cells(scenario, world)],
        build_congestion(scenario, world),
        [Entry() for _ in region.stations],
    )


@dataclass(frozen=True, slots=True)
class Wiring:
    """What devices are at.

    Attributes
    ----------
    cells, offices, portables : the cells of phones, the offices' lines, the portable links.
    congestion : of each kecamatan.
    entries : each station's record.
    """

    scenario: Scenario
    region: Region
    world: World
    radio: Radio
    cells: list[CellClock]
    offices: list[CellClock]
    portables: list[CellClock]
    congestion: Sequence[Congestion]
    entries: list[Entry]

    @property
    def clocks(self) -> list[CellClock]:
        """All of them."""
        return self.cells + self.offices + self.portables

    @property
    def fastest(self) -> float:
        """The fastest that a crew's upload can move, bytes/s."""
        phones = self.radio.fastest(self.world.cells.capacity)
        return max(phones, fastest_portable(self.scenario, self.world), 1.0)

    def phone(self, i: int) -> Link:
        """The phone of a station's crew, at its cell."""
        world = self.world
        k = int(world.stations.kecamatan[i])
        klass = choose(float(world.stations.radio[i]), self.radio.shares)
        cell = int(world.stations.cell[i])
        access_delay = float(world.kecamatan["network.access_delay"][k])
        return Link(
            station=i,
            key=int(world.stations.keys[i]),
            cell=self.cells[cell],
            klass=klass,
            congestion=self.congestion[k],
            access_delay=access_delay,
            setup=access_delay + self.radio.setup(klass, world.cells.capacity[cell]),
            entry=self.entries[i],
            warm=self.radio.rtt[klass],
            group=k,
        )

    def hub(self, kelurahan: str, first: int) -> Link:
        """A kelurahan's device: in the cell of its first station, at the best radio class."""
        stations, link = self.world.stations, self.phone(first)
        district = self.region.kecamatan[int(stations.kecamatan[first])].code
        link.key = self.world.draws.within(district).key(f"hub/{kelurahan}")
        link.klass = self.radio.best()
        link.setup = link.access_delay + self.radio.setup(
            link.klass, self.world.cells.capacity[int(stations.cell[first])]
        )
        link.warm = self.radio.rtt[link.klass]
        return link

    def brought(self, i: int, link: Link) -> Brought | None:
        """A station's phone at the portable link that reaches it, if one does."""
        portable, at = self.scenario.network.portable, int(self.world.portable.at[i])
        if portable is None or at < 0:
            return None
        rate = float(self.world.portable.rate[at])
        ahead = float(self.world.ahead[link.group])
        return Brought(
            replace(
                link,
                cell=self.portables[at],
                klass=0,
                congestion=CALM,
                access_delay=0.0,
                setup=portable_setup(portable, rate, self.radio.tls),
                warm=portable.rtt,
                kept={},
            ),
            float(self.world.portable.bring[i]),
            portable.comes - ahead,
            portable.goes - ahead,
        )

    def operator(self, k: int, number: int, web: bool) -> Link:
        """A device of a kecamatan's operators, at the office's line."""
        district = self.region.kecamatan[k].code
        return Link(
            station=-1,
            key=self.world.draws.within(district).key(f"kecamatan/{district}/operator/{number}"),
            cell=self.offices[k],
            klass=0,
            congestion=CALM,
            access_delay=0.0,
            setup=self.radio.office_setup(),
            entry=Entry(),
            warm=min(self.radio.rtt),
            web=web,
            operator=True,
            group=k,
        )
