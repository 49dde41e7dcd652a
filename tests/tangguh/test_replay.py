"""``tangguh replay`` as a user meets it: what is refused and how, when a run is not valid, and that
it ends when it is told to.
"""

from __future__ import annotations

import csv
import json
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from sim.attempts import from_row
from sim.ledger import OUTCOMES
from sim.scenario.inputs import load_inputs
from sim.scenario.window import parse_window
from tangguh.cli import main
from tangguh.devices import devices as write_devices
from tests.locustfiles.evening import write_evening
from tests.server.running import Running, running
from tests.tangguh.replaying import replay, replaying

pytestmark = pytest.mark.realtime

LOW = """\
replay: {validity: {loop_lag: 0.0001 ms, schedule_lag: 0.0001 ms}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return write_evening(tmp_path / "evening")


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """The one line of a command that must exit 2."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["tangguh", "replay", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert said.count("\n") == 1, said
    return said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--window", "lunch"), "--window: 'lunch' is no window; expected something like"),
        (("--window", "09:00-10:00"), "does not lie between the scenario's start"),
        (("--window", "14:00-14:10"), "--window: no station would send anything in it"),
        (("--policy", "full-jiter"), "did you mean 'full-jitter'?"),
        (("--batching", "boxes"), "boxes"),
        (("--shaping", "fews"), "did you mean 'few'?"),
        (("--speed", "0"), "--speed: 0 is not more than 0"),
        (("--speed", "-3"), "--speed: -3 is not more than 0"),
        (("--sample", "1.5"), "--sample: 1.5 does not lie in (0, 1]"),
        (("--max-rate", "0.5"), "more than the cap of 0 requests/s"),
        (("--max-volume", "1 kB"), "--max-volume"),
        (("--max-volume", "much"), "--max-volume"),
        (("--model", "nowhere.yaml"), "nowhere.yaml"),
        (("--target", "nowhere.yaml"), "nowhere.yaml"),
        (("--devices", "nowhere.csv"), "nowhere.csv"),
        (("--ca", "nowhere.pem"), "--ca: nowhere.pem: "),
    ],
)
def test_a_wrong_option_is_one_line_with_reason_and_remedy(
    capsys: pytest.CaptureFixture[str],
    scenario: Path,
    options: tuple[str, str],
    said: str,
) -> None:
    url = "https://127.0.0.1:9" if "--ca" in options else "http://127.0.0.1:9"
    common = () if "--window" in options else ("--window", "18:00-18:02")
    out = scenario.parent / "out"
    assert said in refused(capsys, scenario, "--host", url, *common, *options, "--out", out)
    assert not out.exists()


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("http://192.0.2.7:80", "192.0.2.7 is not this machine, and the scenario does not name it"),
        ("ftp://127.0.0.1", "expected http://HOST:PORT or https://HOST:PORT"),
        ("127.0.0.1:8080", "expected http://HOST:PORT or https://HOST:PORT"),
        ("http://127.0.0.1:80/upload", "has a path"),
    ],
)
def test_a_server_that_may_not_be_spoken_to_is_refused_before_anything_is_predicted(
    capsys: pytest.CaptureFixture[str], scenario: Path, host: str, said: str
) -> None:
    assert said in refused(capsys, scenario, "--host", host, "--window", "18:00-18:02")


def test_a_scenario_that_is_not_there_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "nothing.yaml"
    assert str(file) in refused(capsys, file, "--host", "http://127.0.0.1:9")


def test_devices_of_which_some_stations_are_missing_are_refused_by_name(
    capsys: pytest.CaptureFixture[str], scenario: Path
) -> None:
    file = scenario.parent / "devices.csv"
    write_devices(scenario, file, 20)
    said = refused(
        capsys, scenario, "--host", "http://127.0.0.1:9", "--window", "18:00-18:02",
        "--devices", file,
    )  # fmt: skip
    with file.open(encoding="utf-8") as rows:
        known = {row["tps"] for row in csv.DictReader(rows)}
    assert "has no device for 4 stations, such as " in said
    assert said.split("such as ")[1].split(";")[0] not in known
    assert "`tangguh devices" in said


def test_a_server_that_is_down_is_said_before_the_folder_is_made(
    capsys: pytest.CaptureFixture[str], scenario: Path
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening
        host = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        out = scenario.parent / "out"
        said = refused(capsys, scenario, "--host", host, "--window", "18:00-18:02", "--out", out)
    assert f"nobody answers at {host.removeprefix('http://')}" in said
    assert "`tangguh serve`" in said
    assert not out.exists()


def test_a_folder_that_holds_a_replay_is_not_written_over(
    capsys: pytest.CaptureFixture[str], scenario: Path
) -> None:
    out = scenario.parent / "out"
    out.mkdir()
    (out / "replay.json").write_text("{}")
    said = refused(
        capsys, scenario, "--host", "http://127.0.0.1:9", "--window", "18:00-18:02", "--out", out
    )
    assert f"{out}: holds a replay already; give another --out folder" in said
    assert (out / "replay.json").read_text() == "{}"


def test_a_generator_beyond_its_limits_is_not_valid_and_is_told_what_to_do(
    tmp_path: Path, server: Running
) -> None:
    scenario = write_evening(tmp_path / "evening", LOW)
    out = tmp_path / "out"
    code, said, complained = replay(
        scenario, "--host", server.url, "--window", "18:00-18:01", "--speed", 60, out=out
    )
    assert code == 3, said + complained
    lines = [line for line in complained.splitlines() if line.startswith("not valid: ")]
    assert any("the event loop stood still" in line for line in lines)
    assert all("more workers (--processes)" in line for line in lines)
    report = json.loads((out / "replay.json").read_text())
    assert [f"not valid: {line}" for line in report["wrong"]] == lines
    assert not report["validity"]["loop_lag_p99_ms"]["ok"]
    assert (out / "report.html").exists()
    assert not json.loads((out / "summary.json").read_text())["valid"]


@pytest.mark.slow
def test_a_worker_that_is_killed_in_mid_replay_makes_the_run_invalid(
    tmp_path: Path, server: Running, scenario: Path
) -> None:
    out = tmp_path / "out"
    with replaying(
        scenario, "--host", server.url, "--window", "18:00-18:10", "--speed", 20,
        "--processes", 2, out=out,
    ) as run:  # fmt: skip
        run.until_it_sends(10)
        locust = run.family()[1]
        workers = locust.children()
        assert len(workers) == 2
        workers[0].kill()
        code, complained = run.ended()
        everybody = [locust, *workers]
    assert code == 3, complained
    assert "not valid: 1 of 2 workers were lost in mid-replay" in complained
    assert "start it again" in complained
    assert not any(one.is_running() for one in everybody)
    report = json.loads((out / "replay.json").read_text())
    assert not report["validity"]["stations_missing"]["ok"]
    assert 0 < report["validity"]["stations_missing"]["value"] < 24  # the other's are told
    summary = json.loads((out / "summary.json").read_text())
    assert not summary["valid"]
    assert summary["stations"] > 0


@pytest.mark.slow
def test_ctrl_c_ends_everything_at_once(tmp_path: Path, server: Running, scenario: Path) -> None:
    out = tmp_path / "out"
    with replaying(
        scenario, "--host", server.url, "--window", "18:00-18:30", "--speed", 10,
        "--processes", 2, out=out,
    ) as run:  # fmt: skip
        run.until_it_sends()
        everybody = run.family()
        assert len(everybody) == 4
        began = time.monotonic()
        run.process.send_signal(signal.SIGINT)
        code, complained = run.ended()
        took = time.monotonic() - began
        _, left = psutil.wait_procs(everybody, timeout=1.0)
    assert code == 130
    assert "Traceback" not in complained
    assert took < 3.0, f"it took {took:.1f} s"
    assert not left


@pytest.mark.slow
def test_a_replay_that_is_killed_sends_nothing_more_and_what_it_measured_is_kept(
    tmp_path: Path, server: Running, scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = (scenario, "--host", server.url, "--window", "18:00-18:30", "--speed", 10)
    with replaying(*words, "--processes", 2, out=out) as run:
        run.until_it_sends(5)
        second = refused(capsys, *words, "--out", out)
        assert f"{out}: another run is at work in this folder (process {run.process.pid} " in second
        everybody = run.family()
        assert len(everybody) == 4
        run.process.kill()
        _, left = psutil.wait_procs(everybody, timeout=3.0)
        for one in left:
            one.kill()
    assert not left
    log = (out / "attempts.jsonl").read_bytes()
    assert log.count(b"\n") >= 5
    assert refused(capsys, *words, "--out", out) == (
        f"tangguh: {out}: holds the attempts of a replay that was cut off; give another --out "
        "folder\n"
    )
    assert (out / "attempts.jsonl").read_bytes() == log


def test_what_disagrees_is_exit_1_only_if_it_must_agree(
    tmp_path: Path, server: Running, scenario: Path
) -> None:
    model = tmp_path / "slow.yaml"
    model.write_text("ingest: slow\nworkers: 1\nservice: 400 ms\nservice_law: deterministic\n")
    common = [scenario, "--host", server.url, "--window", "18:00-18:03", "--speed", 60]
    code, said, complained = replay(
        *common, "--model", model, "--must-agree", out=tmp_path / "strict"
    )
    assert code == 1, said + complained
    summary = json.loads((tmp_path / "strict" / "summary.json").read_text())
    assert summary["valid"]
    assert not summary["agrees"]
    assert (tmp_path / "strict" / "outcomes.npy").stat().st_size > 24 * OUTCOMES.itemsize


NATION = """\
server:
  nation:
    stations: {value: 300, standing: assumed, source: a test}
    free_rate: {value: 8 Mbit/s, standing: assumed, source: a test}
    retry_every: {value: 10 min, standing: assumed, source: a test}
    patience: {value: 1 h, standing: assumed, source: a test}
"""


def test_the_rest_of_the_nation_is_sent_beside_the_stations_as_predicted(
    tmp_path: Path, server: Running
) -> None:
    scenario = write_evening(tmp_path / "nation", NATION)
    common = [scenario, "--host", server.url, "--window", "18:00-18:05", "--speed", 60]
    code, said, complained = replay(*common, "--nation", out=tmp_path / "with")
    assert code in (0, 3), said + complained  # 3: a busy machine may be late
    inputs = load_inputs(scenario)
    first = len(inputs.region.stations)
    early = parse_window("18:00-18:02", inputs.scenario)[1]  # long over when the window ends

    def others(log: str) -> Counter[tuple[int, int]]:
        lines = (tmp_path / "with" / log).read_text().splitlines()
        rows = [from_row(json.loads(line)) for line in lines]
        return Counter(
            (r.station, r.length) for r in rows if r.station >= first and r.began < early
        )

    predicted = others("predicted.jsonl")
    assert len(predicted) > 20
    assert others("attempts.jsonl") == predicted
