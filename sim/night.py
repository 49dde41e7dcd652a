"""One night in virtual time: what becomes of each TPS.

``simulate(scenario, region, seed, replication)`` is a pure function: the same arguments give the
same result on any machine and in any order (draws are keyed). Another policy or batching scheme
may be tried in the same night; everything that is not its doing stays the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from sim.assembly import Night, Shared, assemble
from sim.attempts import Attempt
from sim.draws import Draws
from sim.engine import Engine, EngineError
from sim.ingest.build import Ingest
from sim.ingest.nation import Course
from sim.kernel.domain import covers
from sim.kernel.night import compiled_night
from sim.network.profile import Profile
from sim.others import Other, start_others
from sim.population.region import Region
from sim.scenario.conduct import Conduct, own_conduct
from sim.scenario.model import Scenario
from sim.uplink import Uplinks
from sim.way import Only, Way


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the night in which another server answers: the prediction of a replay.

    Attributes
    ----------
    begins, ends : seconds of scenario time; the night ends with the window.
    server : makes the server that is under test, as it is modelled.
    keeps_partial : does it keep what came of an upload that resumes?
    stations : indices of those who go on in the window; None: all.
    others : the rest of the nation as a stream of uploads.
    """

    begins: float
    ends: float
    server: Callable[[], Ingest]
    keeps_partial: bool = True
    stations: Collection[int] | None = None
    others: Sequence[Other] = ()


def simulate(
    scenario: Scenario,
    region: Region,
    seed: int,
    replication: int,
    *,
    places: Mapping[str, int] = MappingProxyType({}),
    quantities: Mapping[str, Draws] = MappingProxyType({}),
    conduct: Conduct | None = None,
    trace: Profile | None = None,
    window: Window | None = None,
    others: Course | None = None,
    weight: float | None = None,
    engine: Engine = Engine.SIMPY,
) -> Night:
    """Run one night to the scenario's snapshot.

    Parameters
    ----------
    places : the replication of each kecamatan, by its code, whose draws are not this night's own.
    quantities : the draws of uncertain quantities, by their path, that are not this night's own.
    conduct : what the app does; None: what the scenario says.
    trace : capacity over time relative to its mean, shared by the cells.
    window : run to the end of this window, and log the attempts that begin in it.
    others : the load of all who share the server and are not simulated here, in place of what the
        scenario says of the rest of the nation.
    weight : stations of a nation that each one of this sample stands for: the server is that much
        smaller, and there is no rest of the nation beside the sample. 1 for all of it.
    engine : who computes it. The result is the same to the last bit.

    With ``others`` or a ``weight`` the night has what was ``counted`` at the server.

    Raises
    ------
    EngineError : if the kernel is asked for, and the night is not one of its.
    """
    if conduct is None:
        conduct = own_conduct(scenario)
    draws = Draws(seed, replication, places, quantities)
    if engine is not Engine.SIMPY:
        reason = "a sample, or a window of a night"
        if window is None and weight is None:
            reason = covers(scenario, conduct, trace) or ""
        compiled = None if reason else compiled_night(scenario, region, draws, conduct, others)
        if compiled is not None:
            return compiled
        if engine is Engine.KERNEL:
            what = reason or "what was drawn tonight"
            raise EngineError(f"the kernel does not do {what}; SimPy does: --engine auto")
    if window is None:
        night = assemble(
            scenario, region, draws, conduct, trace=trace, others=others, weight=weight
        )
        night.env.run(until=scenario.horizon)
        return replace(night.result(), counted=night.uplinks.server.counter)
    log: list[Attempt] = []

    def under_test(shared: Shared) -> Way:
        way: Way = Uplinks(
            shared.env,
            window.server(),
            shared.cells,
            keeps_partial=window.keeps_partial,
            until=window.ends,
            admission=shared.admission,
            counts=shared.counts,
            log=log,
        )
        first = len(region.stations)
        start_others(shared.env, way, shared.world, list(enumerate(window.others, first)))
        return way if window.stations is None else Only(shared.env, window.stations, way)

    night = assemble(
        scenario, region, draws, conduct, trace=trace, until=window.begins, then=under_test
    )
    night.env.run(until=window.ends)
    return replace(night.result(), attempts=log)
