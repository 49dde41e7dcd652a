"""A night by the kernel: the same as SimPy's, to the last bit.

Rule of this file: no mechanism.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.assembly import OFFICES, Night
from sim.draws import Draws
from sim.ingest.nation import Course
from sim.ingest.sharing import Counter
from sim.kernel import records
from sim.kernel.records import ROOM, State
from sim.kernel.tables import build, odd
from sim.ledger import OUTCOMES, Cause
from sim.ledger import State as Where
from sim.population.region import Region
from sim.population.world import World, draw_world
from sim.scenario.conduct import Conduct
from sim.scenario.model import Scenario


def compiled_night(
    scenario: Scenario,
    region: Region,
    draws: Draws,
    conduct: Conduct,
    others: Course | None = None,
) -> Night | None:
    """One night to the scenario's snapshot; None where what was drawn is outside of the domain.

    Scenario and conduct are inside of it (:func:`sim.kernel.domain.covers`).
    """
    from sim.kernel.core import compiled  # it needs numba

    world = draw_world(scenario, region, draws)
    if odd(scenario, world) is not None:
        return None
    room, trouble = 1, ROOM
    while trouble == ROOM:
        state = build(scenario, region, world, conduct, others, room)
        trouble = compiled()(state.night)
        room *= 4
    return None if trouble else _result(state, world)


def _result(s: State, world: World) -> Night:
    """The state of everything at the snapshot, as :meth:`sim.assembly.Assembly.result` has it."""
    arrays, night = s.arrays, s.night[0]
    entries = arrays["entries"]
    rows = np.zeros(len(entries), OUTCOMES)
    sent = entries["by"] >= 0
    tried = np.where(entries["attempts"] > 0, int(Where.FAILED), int(Where.NOT_ATTEMPTED))
    rows["station"] = np.arange(len(rows))
    rows["kecamatan"] = world.stations.kecamatan
    rows["state"] = np.where(sent, entries["by"], tried)
    rows["cause"] = np.where(sent, int(Cause.NONE), entries["cause"])
    rows["ready_s"] = world.stations.ready
    rows["sent_s"] = entries["sent"]
    rows["tally_s"] = np.where(sent, np.fmin(entries["tally"], entries["sent"]), entries["tally"])
    rows["handed_over_s"] = entries["handed"]
    rows["attempts"] = entries["attempts"]
    rows["bytes_acked"] = np.rint(entries["acked"])
    rows["bytes_wasted"] = np.rint(entries["wasted"])
    rows["airtime_s"] = entries["airtime"]
    rows["excel"] = entries["excel"]
    theirs = arrays["offices"][:-1]
    offices = np.zeros(len(theirs), OFFICES)
    offices["kecamatan"] = np.arange(len(offices))
    offices["complete_s"] = theirs["complete"]
    offices["excel_s"] = theirs["excel"]
    offices["queue"] = theirs["length"]
    values = dict(world.night)
    for path, array in world.kecamatan.items():
        values.setdefault(path, float(array.mean()))
    counts = {
        "attempts": night["attempts"],
        "waits": night["waits"],
        "transfers": night["transfers"],
        "cells": len(world.cells.phase),
        "duplicates": night["duplicates"],
        "peak_flows_in_a_cell": night["peak_flows"],
        "peak_slots": night["peak_slots"],
        "peak_requests_per_minute": arrays["minutes"]["requests"].max(),
        "peak_bytes_per_10_minutes": round(_most(arrays["minutes"]["carried"], 10)),
        **world.portable.counts(rows["state"] == Where.SENT_KPPS),
    }
    its_counts = {name: int(n) for name, n in counts.items()}
    return Night(rows, offices, values, its_counts, counted=_counted(s))


def _counted(s: State) -> Counter | None:
    """What came to a server that others share."""
    counter, steps = s.counter, s.arrays["counter"]
    if counter is None:
        return None
    for name in records.COUNTER.names or ():
        setattr(counter, name, steps[name].tolist())
    asked = s.arrays["asked"][: int(s.night["asks"][0])]
    counter.wait_at += asked["at"].tolist()
    counter.wait += asked["wait"].tolist()
    return counter


def _most(carried: NDArray[np.float64], minutes: int) -> float:
    """Bytes in the busiest so many minutes on end (:meth:`sim.way.Counts.most_bytes`)."""
    padded = np.concatenate((carried, np.zeros(minutes)))
    total = np.zeros(len(carried))
    for i in range(minutes):
        total += padded[i : i + len(carried)]
    return float(total.max())
