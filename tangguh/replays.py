"""What ``tangguh replay`` does: predict, say what will be sent, drive Locust, compare, report.

Rule of this file: the order of things; each is done by a room of its own.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

import typer

from locustfiles.bodies import Bodies
from locustfiles.forecast import forecast
from locustfiles.lifeline import lifeline
from locustfiles.options import to_options
from locustfiles.safety import MAX_BANDWIDTH, MAX_RATE, MAX_VOLUME, Caps
from locustfiles.settings import Ready, Settings, SettingsError, make_ready
from locustfiles.targets.dry_run import dry_run
from locustfiles.targets.messages import Payload
from sim.attempts import ATTEMPTS, EXIT_UNWRITTEN
from sim.draws import Draws
from sim.population.region import Region
from sim.population.world import draw_world
from sim.scenario.ingest_model import IngestModel, read_ingest_model
from sim.scenario.inputs import load_inputs
from sim.scenario.quantities import parse_bytes, parse_rate
from study.replay.compare import NothingToCompareError, compare
from study.replay.folder import (
    REPORT,
    ReplayFolderError,
    read_report,
    read_side,
    write_comparison,
    write_prediction,
)
from study.replay.predict import predict
from study.replay.setting import Setting, Side
from study.store import locked, new_folder
from tangguh.dashboard import Dashboard
from tangguh.dashboard_replay import ReplayBoard

ROOT: Final = Path(__file__).resolve().parents[1]
MODEL: Final = ROOT / "scenarios" / "ingest" / "reference.yaml"
LOCUSTFILE: Final = ROOT / "locustfiles" / "replay.py"
_ENDS_WITHIN: Final = 0.5  # seconds that Locust has to end after Ctrl-C
_PACKAGES: Final = ("tangguh", "locust", "gevent", "simpy", "numpy")
INVALID: Final = 3


def caps(rate: float | None, bandwidth: str | None, volume: str | None) -> Caps:
    """The caps as they were typed."""
    try:
        return Caps(
            MAX_RATE if rate is None else rate,
            MAX_BANDWIDTH if bandwidth is None else parse_rate(bandwidth),
            MAX_VOLUME if volume is None else parse_bytes(volume),
        )
    except ValueError as error:
        raise SettingsError(f"--max-bandwidth, --max-volume: {error}") from None


def rehearse(ready: Ready) -> list[str]:
    """The requests of one station, for people."""
    inputs, settings = ready.inputs, ready.settings
    draws = Draws(settings.seed, settings.replication)
    world = draw_world(inputs.scenario, inputs.region, draws)
    station = ready.station(0)
    objects = ready.conduct.batching.objects(world.stations.sizes[0])
    sizes = {o.key: o.size for o in objects}
    bodies = Bodies(settings.seed, max(sizes.values()))

    def payload(key: str) -> Payload:
        return bodies.payload(station.code, key, sizes[key])

    turn = bool(ready.conduct.shaping.places)
    return dry_run(ready.target, station, objects, payload, turn=turn)


def region_of(folder: Path) -> Region:
    """The stations of a replay that was made, from wherever it is looked at.

    The report names the scenario as it was typed where the replay was started: mostly a folder
    above the replay's own.

    Raises
    ------
    ReplayFolderError : if there is no replay, or its scenario is not found.
    """
    named = read_report(folder)["settings"]["scenario"]
    for place in (*folder.resolve().parents, Path()):
        if (place / named).is_file():
            return load_inputs(place / named).region
    raise ReplayFolderError(
        f"{folder}: its scenario {named} is neither here nor in a folder above the replay; start "
        "this command where the replay was started"
    )


def perform(
    ready: Ready,
    model_file: Path | None,
    limits: Caps,
    processes: int,
    out: Path | None,
    must_agree: bool,
    dashboard: bool = True,
    web: bool = False,
) -> int:
    """Carry a replay out; returns the exit code."""
    settings, scenario = ready.settings, ready.inputs.scenario
    model = read_ingest_model(model_file or MODEL).value
    if out is not None and out.exists():
        with locked(out):
            _check_unused(out)
    predicted = predict(ready.inputs, ready.conduct, settings.extent, model)
    if not any(row.joined == row.joined or row.status for row in predicted.attempts):
        raise SettingsError(
            "--window: no station would send anything in it; choose one in which forms are ready "
            f"(`tangguh run {settings.scenario}` draws the night) or another --replication"
        )
    expected = forecast(predicted.attempts, settings.speed, settings.share)
    end = ready.dialer.endpoint
    for line in expected.describe(str(end)):
        typer.echo(line)
    limits.check(expected)
    _answers(end.address, end.port)
    folder = out or new_folder(Path("out") / scenario.name, "replay-")
    with locked(folder):
        _check_unused(folder)  # another one may have come and gone
        write_prediction(folder, predicted)
        board = _board(ready, folder, predicted)
        trouble = _drive(ready, folder, processes, board, dashboard, web)
        if trouble and not (folder / REPORT).exists():
            raise SettingsError("; ".join(trouble))
        return _conclude(ready, folder, model, predicted, trouble, must_agree)


def _check_unused(folder: Path) -> None:
    """What was measured is never written over, be it a whole replay or the first part of one."""
    if (folder / REPORT).exists():
        raise SettingsError(f"{folder}: holds a replay already; give another --out folder")
    if (folder / ATTEMPTS).exists():
        raise SettingsError(
            f"{folder}: holds the attempts of a replay that was cut off; give another --out folder"
        )


def review(run: Path, model_file: Path | None, must_agree: bool) -> int:
    """Set a replay that was made, by us or by Locust alone, beside a prediction; the exit code."""
    ready = make_ready(Settings(**read_report(run)["settings"]))
    model = read_ingest_model(model_file or MODEL).value
    predicted = predict(ready.inputs, ready.conduct, ready.settings.extent, model)
    write_prediction(run, predicted)
    return _conclude(ready, run, model, predicted, [], must_agree)


def _conclude(
    ready: Ready,
    folder: Path,
    model: IngestModel,
    predicted: Side,
    trouble: list[str],
    must_agree: bool,
) -> int:
    """Compare, write, print."""
    from reports.result_page import write_result_page
    from tangguh.replay_tables import print_replay

    settings, scenario = ready.settings, ready.inputs.scenario
    report = read_report(folder)
    measured = read_side(folder, "measured", ready.inputs.region)
    wrong = report["wrong"] or trouble
    setting = Setting(
        scenario=scenario.name,
        title={"id": scenario.title.id, "en": scenario.title.en},
        start=scenario.start.isoformat(),
        begins=settings.begins,
        ends=settings.ends,
        speed=settings.speed,
        sample=settings.share,
        seed=settings.seed,
        replication=settings.replication,
        host=str(ready.dialer.endpoint),
        model=model.ingest,
        limits=scenario.replay.agreement,
        validity=report["validity"],
        wrong=wrong,
        provenance={
            "command": "tangguh " + " ".join(sys.argv[1:]),
            "digest": settings.digest,
            "versions": {name: version(name) for name in _PACKAGES},
            "workers": report["workers"],
            "memory": report["memory"],
        },
    )
    try:
        summary = compare(predicted, measured, setting)
    except NothingToCompareError as error:
        if wrong:
            return _invalid(wrong)
        raise SettingsError(f"{folder}: {error}") from None
    write_comparison(folder, predicted, measured, summary)
    page = write_result_page("replay", folder, summary)
    print_replay(summary, page)
    if wrong:
        return _invalid(wrong)
    return 1 if must_agree and not summary["agrees"] else 0


def _invalid(wrong: Sequence[str]) -> int:
    """Say why a run is not valid; the exit code."""
    for line in wrong:
        typer.echo(f"not valid: {line}", err=True)
    return INVALID


def _answers(address: str, port: int) -> None:
    """Is anybody there? A replay to nobody is a mistake, not a result."""
    try:
        socket.create_connection((address, port), timeout=5).close()
    except OSError as error:
        raise SettingsError(
            f"nobody answers at {address}:{port} ({error.strerror or error}); start the server "
            "first (`tangguh serve`), or give another --host"
        ) from None


def _board(ready: Ready, folder: Path, predicted: Side) -> ReplayBoard:
    """What is shown while it runs."""
    settings, rows = ready.settings, predicted.outcomes
    within = (rows["sent_s"] > settings.begins) & (rows["sent_s"] <= settings.ends)
    return ReplayBoard(
        folder / ATTEMPTS,
        predicted.attempts,
        rows["station"][within].tolist(),
        begins=settings.begins,
        ends=settings.ends,
        speed=settings.speed,
        limits=ready.inputs.scenario.replay.validity,
    )


def _drive(
    ready: Ready, folder: Path, processes: int, board: ReplayBoard, dashboard: bool, web: bool
) -> list[str]:
    """Run Locust on the locustfile until it ends; returns what went wrong with it, if anything.

    Raises
    ------
    KeyboardInterrupt : on Ctrl-C, when Locust and its workers have ended.
    """
    words = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--only-summary"]
    if web:
        port = _free_port()
        words += [
            "--autostart",
            "--autoquit",
            "0",
            "--web-host",
            "127.0.0.1",
            "--web-port",
            str(port),
        ]
        typer.echo(f"watch it at http://127.0.0.1:{port}/replay", err=True)
    else:
        words.append("--headless")
    words += ["-u", str(processes), "-r", str(processes), "--out", str(folder)]
    if processes > 1:
        port = _free_port()  # Locust's own default is one for all replays of a machine
        words += ["--processes", str(processes), "--master-bind-host", "127.0.0.1"]
        words += ["--master-bind-port", str(port), "--master-port", str(port)]
    words += to_options(ready)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path[1:]])}
    with (folder / "locust.log").open("w", encoding="utf-8") as log, lifeline() as (end, named):
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment | named,
            pass_fds=[end], start_new_session=True,
        )  # fmt: skip
        try:
            with Dashboard(board, dashboard) as shown, _ctrl_c() as pressed:
                while process.poll() is None:
                    time.sleep(0.1)
                    if pressed:
                        raise KeyboardInterrupt
                    board.follow()
                    shown.refresh()
        finally:
            _end(process)
    if process.returncode == EXIT_UNWRITTEN:
        return [
            f"{folder}: the replay was ended, because its results could not be written (is the "
            f"disk full?); what was measured until then is in {ATTEMPTS}"
        ]
    if process.returncode not in (0, INVALID):
        tail = (folder / "locust.log").read_text(encoding="utf-8").strip().splitlines()[-1:]
        return [f"Locust ended with {process.returncode}: {' '.join(tail)} ({folder}/locust.log)"]
    return []


@contextmanager
def _ctrl_c() -> Iterator[list[int]]:
    """Ctrl-C as a note instead of an exception, which a finalizer or a callback would swallow."""
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end(process: subprocess.Popen[bytes]) -> None:
    """Make sure that Locust and all its workers are gone."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
