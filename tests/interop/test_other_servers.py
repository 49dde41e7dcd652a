"""`tangguh replay` uploads to servers that are not ours, over links that break, through Locust.

Each is a process of its own. What was acknowledged is compared, byte by byte, with what the server
has on its disk.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.peers.servers import MissingError, Server, Serving, nginx, tuspyserver
from locustfiles.bodies import Bodies
from sim.attempts import Attempt, from_row
from sim.ledger import Cause
from sim.population.region import Region
from sim.scenario.inputs import load_inputs
from tests.conftest import ROOT, write_small

pytestmark = [pytest.mark.slow, pytest.mark.realtime]

EXAMPLES = ROOT / "locustfiles" / "targets" / "examples"
SEED = 7
LARGEST = 500_000
ENDS_WITHIN = 90.0  # seconds until a replay that hangs fails its test

EVENING = """
station:
  photos: 2
  photo_size: {uniform: [0.2 MB, 0.5 MB], per: photo}
  ready: {uniform: [2020-12-09 14:00 WIB, 2020-12-09 14:01 WIB], per: station}
  no_app: 0%
network:
  capacity: 2 Mbit/s
  busy_at_peak: 0%
  access_failure_at_peak: 0%
  break_rate_at_peak: 1/8 per s
  radio: [{name: all, cqi: 7, share: 100%, rtt: 50 ms, loss: 0%}]
server: {outages: []}
"""


def replay(
    folder: Path, serving: Serving, target: str, *options: str
) -> tuple[Region, list[Attempt]]:
    """Five minutes in five seconds; the log of what became of each attempt."""
    scenario = write_small(folder, EVENING)
    region = load_inputs(scenario).region
    devices = folder / "devices.csv"
    rows = [f"{s.code},{region.kecamatan[s.kecamatan].name},rahasia" for s in region.stations]
    devices.write_text("\n".join(["tps,kecamatan,password", *rows]) + "\n")
    command = [
        sys.executable, "-m", "tangguh", "replay", str(scenario), "--window", "14:00-14:05",
        "--host", f"http://127.0.0.1:{serving.port}", "--target", str(EXAMPLES / target),
        "--devices", str(devices), "--speed", "60", "--seed", str(SEED),
        "--policy", "full-jitter", "--out", str(folder / "replay"), *options,
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=ENDS_WITHIN, check=False,
        env={**os.environ, "COLUMNS": "80"},
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 3), done.stderr  # 3: this machine is too busy to tell times
    lines = (folder / "replay" / "attempts.jsonl").read_text().splitlines()
    return region, [from_row(json.loads(line)) for line in lines]


def acknowledged(attempts: list[Attempt]) -> dict[tuple[int, str], int]:
    """Bytes of each object whose last byte was acknowledged, by station and key."""
    return {
        (a.station, a.key): a.offset + a.length
        for a in attempts
        if a.kind == "send" and 200 <= a.status < 300
    }


def contents(region: Region, station: int, key: str, size: int) -> str:
    """SHA-256 of what the object holds, from its pieces."""
    read = Bodies(SEED, LARGEST).reader(region.stations[station].code, key, size)
    return hashlib.sha256(b"".join(read(at, at + 1000) for at in range(0, size, 1000))).hexdigest()


def available(make: Callable[[], Server]) -> Server:
    """The server; without it the test is skipped, with the reason."""
    try:
        return make()
    except MissingError as error:
        pytest.skip(str(error))


def test_tuspyserver_holds_every_acknowledged_photograph_and_uploads_are_resumed(
    tmp_path: Path,
) -> None:
    (tmp_path / "server").mkdir()
    with available(tuspyserver).start(tmp_path / "server") as serving:
        region, attempts = replay(tmp_path, serving, "tus-server.yaml", "--batching", "tus")
    sizes = acknowledged(attempts)
    files = tmp_path / "server" / "files"
    stored: dict[str, str] = {}
    for info in files.glob("*.info"):
        said = json.loads(info.read_text())["metadata"]
        data = info.with_suffix("").read_bytes()
        stored[said["filename"]] = hashlib.sha256(data).hexdigest()
        if len(data) == json.loads(info.read_text())["size"]:
            assert said["sha256"] == stored[said["filename"]]
    run = json.loads((tmp_path / "replay" / "replay.json").read_text())["settings"]["run"]
    expected = {
        f"{region.stations[station].code}-{key}{run}.jpg": contents(region, station, key, size)
        for (station, key), size in sizes.items()
    }
    assert len(expected) >= 40, "28 stations with coverage have two photographs each"
    assert {name: stored.get(name) for name in expected} == expected
    assert any(a.cause is Cause.BREAK for a in attempts)
    assert any(a.kind == "send" and a.offset > 0 and a.status == 204 for a in attempts)


def test_nginx_holds_every_acknowledged_photograph_and_no_half_one(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    with available(nginx).start(tmp_path / "server") as serving:
        region, attempts = replay(tmp_path, serving, "nginx-dav.yaml", "--batching", "per-photo")
    sizes = acknowledged(attempts)
    run = json.loads((tmp_path / "replay" / "replay.json").read_text())["settings"]["run"]
    expected = {
        f"{region.stations[station].code}/{key}{run}": contents(region, station, key, size)
        for (station, key), size in sizes.items()
    }
    root = tmp_path / "server" / "stored"
    stored = {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file()
    }
    assert len(expected) >= 40, "28 stations with coverage have two photographs each"
    assert stored == expected
    assert any(a.cause is Cause.BREAK for a in attempts)
