"""The prediction of exactly the night that is replayed.

The same seed and replication, the same stations, the same window: until it begins the scenario's
own server answers, then the one under test, as it is modelled. The replay differs in one thing: its
server, and the way there, are real.

Rule of this file: it calls :func:`sim.night.simulate`; nothing is measured here.
"""

from __future__ import annotations

import numpy as np

from sim.draws import Draws
from sim.ingest.build import build_ingest
from sim.night import Window, simulate
from sim.others import draw_others
from sim.population.world import draw_world
from sim.scenario.conduct import Conduct
from sim.scenario.ingest_model import IngestModel
from sim.scenario.inputs import Inputs
from sim.share import Extent, chosen
from study.replay.setting import Side


def predict(inputs: Inputs, conduct: Conduct, extent: Extent, model: IngestModel) -> Side:
    """What the model expects of a replay.

    Parameters
    ----------
    model : the server under test, in real time; the replay's speed is taken into account.
    """
    scenario, region = inputs.scenario, inputs.region
    world = draw_world(scenario, region, Draws(extent.seed, extent.replication))
    units = chosen(scenario, region, world, conduct, extent)
    stations = frozenset(i for unit in units for i in unit)
    night = simulate(
        scenario,
        region,
        extent.seed,
        extent.replication,
        conduct=conduct,
        trace=inputs.trace,
        window=Window(
            extent.begins,
            extent.ends,
            lambda: build_ingest(model, extent.speed),
            stations=stations,
            others=draw_others(scenario, world, extent) if extent.nation else (),
        ),
    )
    rows = night.outcomes
    told = [a for a in night.attempts if a.at <= extent.ends]  # in real time nobody knows the rest
    return Side(told, rows[np.isin(rows["station"], sorted(stations))], region)
