"""From a scenario to a compared replay and a better model: one kecamatan, a server as a process of
its own, Locust with two workers, devices with tokens, SQLite and a real PostgreSQL.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trustme
from typer.testing import CliRunner

from locustfiles.bodies import Bodies
from locustfiles.settings import Settings, make_ready
from sim.attempts import Attempt, from_row
from sim.draws import Draws
from sim.ledger import Cause, State
from sim.population.world import draw_world
from tangguh.cli import app, main
from tangguh.devices import devices as write_devices
from tests.conftest import ROOT, SHIPPED
from tests.leaks import leaks
from tests.server.postgres import cluster
from tests.server.running import Running, running
from tests.tangguh.replaying import ENVIRONMENT, replay

pytestmark = pytest.mark.realtime

pytestmark = pytest.mark.slow

STATIONS = 40
REFERENCE = ROOT / "locustfiles" / "targets" / "reference.yaml"
GATE = """gate: secure
title: {id: Rilis, en: Release}
measured:
  thresholds:
    - {measure: refused, at_most: 40%}
"""
WINDOW = ("--window", "18:00-18:04", "--speed", 20)
SLOW_DISK = ("--allow-faults", "--fault", "slow-disk:60ms")

# What is not stated here is as shipped. Generators of CI share two processors with other tests, so
# how late they may be is stated wider; what must agree is as narrow as so few stations allow.
KECAMATAN = f"code,name,tps,failed,blank_spots\n01,Panjang,{STATIONS},6,2\n"
SCENARIO = """\
extends: {shipped}
name: panjang
region: {{kecamatan: kecamatan.csv, kelurahan: null}}
station:
  photo_size: {{lognormal: {{median: 120 kB, p95: 250 kB}}, per: photo}}
  ready: {{uniform: [2020-12-09 18:00 WIB, 2020-12-09 18:02 WIB], per: station}}
client: {{policy: full-jitter}}
network:
  capacity: {{lognormal: {{median: 1 Mbit/s, p95: 3 Mbit/s}}, per: cell}}
  busy_at_peak: 30%
  access_failure_at_peak: 15%
  break_rate_at_peak: 1/15 per s
server: {{outages: [], nation: null}}
replay:
  validity: {{schedule_lag: 500 ms, loop_lag: 500 ms, pacing: 50%, clocks: 100 ms}}
  agreement:
    same_outcome: 90%
    attempts: 10%
    wasted: 10%
    concurrency: 30%
    sojourn_ks: 40%
    sojourn_median: 30%
    sojourn_p95: 60%
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario and its devices."""
    made = tmp_path_factory.mktemp("panjang")
    (made / "kecamatan.csv").write_text(KECAMATAN)
    (made / "panjang.yaml").write_text(SCENARIO.format(shipped=SHIPPED))
    write_devices(made / "panjang.yaml", made / "devices.csv", None)
    return made


def replayed(folder: Path, host: str, name: str, *options: object) -> dict[str, Any]:
    """Carry a replay out with two workers; its summary."""
    code, said, complained = replay(
        folder / "panjang.yaml", "--host", host, *WINDOW, "--processes", 2,
        "--devices", folder / "devices.csv", *options, out=folder / name,
    )  # fmt: skip
    assert code == 0, said + complained
    assert leaks(tokens(folder), folder / name, said, complained) == []
    summary: dict[str, Any] = json.loads((folder / name / "summary.json").read_text())
    assert summary["valid"]
    return summary


def tokens(folder: Path) -> list[str]:
    """The secrets of all devices."""
    with (folder / "devices.csv").open(newline="") as file:
        return [row["token"] for row in csv.DictReader(file)]


class Replayed:
    """What a replay has left, and what should be on its server."""

    def __init__(self, out: Path) -> None:
        settings = Settings(**json.loads((out / "replay.json").read_text())["settings"])
        ready = make_ready(settings)
        world = draw_world(
            ready.inputs.scenario, ready.inputs.region, Draws(settings.seed, settings.replication)
        )
        lines = (out / "attempts.jsonl").read_text(encoding="utf-8").splitlines()
        self.attempts: list[Attempt] = [from_row(json.loads(line)) for line in lines]
        self.outcomes = np.load(out / "outcomes.npy", allow_pickle=False)
        self.run = settings.run
        self.codes = [station.code for station in ready.inputs.region.stations]
        self.objects = [ready.conduct.batching.objects(sizes) for sizes in world.stations.sizes]
        self.bodies = Bodies(settings.seed, max(o.size for its in self.objects for o in its))

    def acknowledged(self) -> dict[tuple[str, str], tuple[int, str]]:
        """Size and SHA-256 of every object of which the client was told that it is stored."""
        sizes = {(i, obj.key): obj.size for i, its in enumerate(self.objects) for obj in its}
        found = {}
        for row in self.attempts:
            if row.kind == "send" and row.status in (200, 201):
                size = sizes[row.station, row.key]
                code = self.codes[row.station]
                digest = self.bodies.payload(code, row.key, size).sha256.hex()
                found[code, row.key + self.run] = (size, digest)
        return found


def check_store(replayed: Replayed, server: Running, rows: dict[tuple[str, str], str]) -> None:
    """Every acknowledged photograph is on the disk and in the records, whole, and once."""
    acknowledged = replayed.acknowledged()
    assert len(acknowledged) > 2 * STATIONS
    on_disk = {}
    for (code, key, named), content in server.stored().items():
        assert (code, key) not in on_disk
        assert hashlib.sha256(content).hexdigest() == named
        on_disk[code, key] = (len(content), named)
    for name, (size, digest) in acknowledged.items():
        assert on_disk[name] == (size, digest)
        assert rows[name] == digest
    sent = replayed.outcomes["station"][replayed.outcomes["state"] <= State.SENT_PPK]
    assert len(sent) > 0.7 * STATIONS
    for i in sent:
        for obj in replayed.objects[i]:
            assert (replayed.codes[i], obj.key + replayed.run) in acknowledged


@pytest.fixture(scope="module")
def slow_server(folder: Path) -> Iterator[Running]:
    (folder / "slow").mkdir()
    with running(folder / "slow", "--devices", str(folder / "devices.csv"), *SLOW_DISK) as server:
        yield server


@pytest.fixture(scope="module")
def first(folder: Path, slow_server: Running) -> dict[str, Any]:
    """A replay against a server that is ten times slower than it was assumed."""
    return replayed(folder, slow_server.url, "first", "--seed", 1)


def off(summary: dict[str, Any]) -> float:
    """How far the server's predicted median answer is from the measured one: log of their ratio."""
    response = summary["response"]
    return abs(log(response["measured"]["p50"] / response["predicted"]["p50"]))


def test_what_was_acknowledged_is_stored_with_the_right_bytes(
    folder: Path, slow_server: Running, first: dict[str, Any]
) -> None:
    made = Replayed(folder / "first")
    file = slow_server.data / "records.sqlite"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        rows = {
            (tps, key): digest.hex()
            for tps, key, digest in db.execute("SELECT tps, key, sha256 FROM tangguh_objects")
        }
    check_store(made, slow_server, rows)
    causes = {row.cause for row in made.attempts}
    assert causes >= {Cause.ACCESS, Cause.BREAK}, "nothing went wrong on the way"


def test_both_sides_met_the_same_events_although_the_server_was_not_as_predicted(
    first: dict[str, Any],
) -> None:
    assert not first["agrees"]
    assert first["same_outcome"] >= 0.9
    whole = sum(cell["count"] for cell in first["failures"]["matrix"])
    alike = sum(
        cell["count"]
        for cell in first["failures"]["matrix"]
        if cell["predicted"] == cell["measured"]
    )
    assert alike >= 0.9 * whole
    parts = {part["part"]: part["difference"] for part in first["causes"]["parts"]}
    assert parts["server"] > 1.0  # second of the evening an object: that is where the time went
    assert abs(parts["unexplained"]) < 0.1 * parts["server"]


def test_a_refitted_model_predicts_another_night_better(
    folder: Path, slow_server: Running, first: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    model = folder / "fitted.yaml"
    with pytest.MonkeyPatch.context() as patch:
        words = ["tangguh", "refit", str(folder / "first"), "--out", str(model)]
        patch.setattr("sys.argv", words)
        with pytest.raises(SystemExit) as ended:
            main()
    assert not ended.value.code
    assert f"written: {model}" in " ".join(capsys.readouterr().out.split())
    second = replayed(
        folder, slow_server.url, "second", "--seed", 2, "--model", model, "--must-agree"
    )
    assert second["agrees"]
    assert off(first) > log(3)
    assert off(second) < log(1.5)
    assert second["response"]["ks"] < first["response"]["ks"] - 0.2


def test_with_postgresql_and_tls_predicted_and_measured_agree_and_the_rows_are_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no secret of any of them stands in what was written or said."""
    own = folder / "postgres"
    own.mkdir()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(own / "ca.pem")
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_and_cert_chain_pem.write_to_path(own / "server.pem")
    options = {
        "--devices": folder / "devices.csv",
        "--tls-cert": own / "server.pem",
        "--tls-key": own / "server.pem",
    }
    words = [str(word) for pair in options.items() for word in pair]
    target = own / "target.yaml"
    key = (own / "server.pem").read_text().splitlines()[1]
    monkeypatch.setitem(ENVIRONMENT, "API_KEY", "hunter2")
    monkeypatch.setenv("API_KEY", "hunter2")
    token = "  Authorization: Bearer {token}"
    text = REFERENCE.read_text()
    assert token in text
    target.write_text(text.replace(token, '  X-Api-Key: "${API_KEY}"\n' + token))
    words += ["--log-requests"]
    with ExitStack() as stack:
        database = stack.enter_context(cluster())
        words += ["--database", database.url.replace("@", ":s3cret@")]
        server = stack.enter_context(running(own, *words))
        host = f"https://127.0.0.1:{server.port}"
        summary = replayed(
            folder, host, "secure", "--seed", 3, "--must-agree", "--ca", own / "ca.pem",
            "--target", target,
        )  # fmt: skip
        assert summary["agrees"]
        rows = {
            (tps, key): digest
            for tps, key, digest in database.rows(
                "SELECT tps, key, encode(sha256, 'hex') FROM tangguh_objects"
            )
        }
        check_store(Replayed(folder / "secure"), server, rows)
    gate = folder / "gate.yaml"
    gate.write_text(GATE)
    judging = ["gate", gate, "--replay", folder / "secure", "--out", folder / "gate"]
    judged = CliRunner().invoke(app, [str(word) for word in judging])
    assert judged.exit_code == 0, judged.output
    known = [*tokens(folder), "hunter2", "s3cret", key]
    for written in (folder / "secure", folder / "gate"):
        assert leaks(known, written, judged.output, server.log()) == []
    assert server.log().count('"event": "request"') > STATIONS
