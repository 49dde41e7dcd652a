"""A short evening of two dozen stations, replayed by worker processes and predicted beside it.

Breaks, refusals, blank spots and timeouts are frequent, and the background load is the same all
day: so what happens to an attempt does not depend on when exactly the server has answered the one
before, and both worlds can be compared one attempt after the other.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from locustfiles.bodies import Bodies
from locustfiles.settings import Ready, settle
from sim.attempts import Attempt, from_row
from sim.draws import Draws
from sim.ledger import OUTCOMES
from sim.population.world import World, draw_world
from sim.scenario.ingest_model import IngestModel
from study.replay.predict import predict
from tests.conftest import ROOT, SHIPPED

SPEED = 24.0
PATIENCE = 120.0
PROCESS = "tests.locustfiles.part_process"
MODEL = IngestModel(ingest="model", workers=64, service="5 ms", overhead="1 ms")

STATIONS = [
    (f"{district}-{n:03d}", district, f"{district} {n % 3}")
    for district in ("Hulu", "Hilir")
    for n in range(1, 13)
]
YAML = """\
extends: {shipped}
name: evening
region: {{tps: {tps}, kecamatan: null, kelurahan: null}}
station:
  photos: 2
  photo_size: {{uniform: [100 kB, 200 kB], per: photo}}
  ready: {{uniform: [2020-12-09 18:00 WIB, 2020-12-09 18:03 WIB], per: station}}
  no_app: 0%
client: {{policy: full-jitter, timeout: 45 s}}
batchings:
  pieces: {{like: chunks, chunk: 32 KiB}}
  tus-pieces: {{like: tus-chunks, chunk: 32 KiB}}
shapings:
  few: {{like: admission, places: 2}}
network:
  capacity: {{choice: {{20 kbit/s: 25%, 1 Mbit/s: 75%}}, per: cell}}
  busy_at_peak: 20%
  access_failure_at_peak: 25%
  break_rate_at_peak: 1/40 per s
  radio: [{{name: fair, cqi: 7, share: 100%, rtt: 100 ms, loss: 0.5%}}]
  shape: [{{since: "00:00", load: 100%}}]
server: {{outages: [], nation: null, fault: 0%, keeps_partial: true}}
people: {{kpps: {{walks_to_signal: 50%, walk: 30 s, patience: 3 h, press_again: 60 s}}}}
"""


class Played(NamedTuple):
    """One replay beside its prediction.

    Attributes
    ----------
    stations : of each worker.
    """

    ready: Ready
    world: World
    predicted: list[Attempt]
    measured: list[Attempt]
    outcomes: tuple[NDArray[np.void], NDArray[np.void]]
    stations: list[list[int]]

    def digests(self, run: str) -> dict[tuple[str, str], str]:
        """SHA-256 of every object, by station and by the key under which a replay stores it."""
        batching = self.ready.conduct.batching
        found = {}
        objects = [batching.objects(sizes) for sizes in self.world.stations.sizes]
        bodies = Bodies(self.ready.settings.seed, max(o.size for os in objects for o in os))
        for station, its in zip(self.ready.inputs.region.stations, objects, strict=True):
            for one in its:
                read = bodies.reader(station.code, one.key, one.size)
                digest = hashlib.sha256(read(0, one.size)).hexdigest()
                found[station.code, one.key + run] = digest
        return found


def write_evening(folder: Path, changes: str = "", *, shared_cells: bool = False) -> Path:
    """A scenario file; each station has a cell of its own, or each kelurahan one."""
    folder.mkdir()
    rows = ["code,kecamatan,kelurahan,cell,coverage"]
    for number, (code, district, kelurahan) in enumerate(STATIONS):
        coverage = "no" if number % 8 == 5 else "yes"
        rows.append(
            f"{code},{district},{kelurahan},{kelurahan if shared_cells else code},{coverage}"
        )
    (folder / "tps.csv").write_text("\n".join(rows) + "\n")
    base = folder / "base.yaml"
    base.write_text(YAML.format(shipped=SHIPPED, tps="tps.csv"))
    file = folder / "evening.yaml"
    file.write_text("extends: base.yaml\n" + changes)
    return file


def play(jobs: Mapping[str, dict[str, Any]], folder: Path) -> dict[str, Played]:
    """Replay several windows side by side, in one process of their own, and predict each."""
    folder.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "gevent.monkey", "--module", PROCESS, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said, _ = process.communicate(json.dumps(jobs), timeout=PATIENCE)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, said
    return {name: _played(name, job, folder) for name, job in jobs.items()}


def settled(job: dict[str, Any]) -> Ready:
    """A job: the keywords of ``settle`` as JSON holds them."""
    words: dict[str, Any] = {
        key: Path(value) if key in ("scenario", "devices") else value
        for key, value in job.items()
        if key != "workers"
    }
    return settle(**words)


def _played(name: str, job: dict[str, Any], folder: Path) -> Played:
    ready = settled(job)
    extent = ready.settings.extent
    side = predict(ready.inputs, ready.conduct, extent, MODEL)
    world = draw_world(
        ready.inputs.scenario, ready.inputs.region, Draws(extent.seed, extent.replication)
    )
    lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    measured = [from_row(json.loads(line)) for line in lines]
    outcomes = np.load(folder / f"{name}.npy", allow_pickle=False)
    assert outcomes.dtype == OUTCOMES
    report = json.loads((folder / f"{name}.json").read_text())
    assert not any(report["trouble"])
    return Played(
        ready, world, list(side.attempts), measured, (side.outcomes, outcomes), report["stations"]
    )
