"""Every file that a user gives or that is read back, each with the command that reads it.

A :class:`Template` holds whole files: small scenarios with the shipped priors, the samples of the
documentation, and results that the commands themselves have made. A case copies the
folder that it needs, breaks one file, and carries the command out.

Rule of this file: what there is to break; a new kind of file is a line in :data:`SUBJECTS`.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from locustfiles.settings import settle
from sim.attempts import Attempt
from sim.scenario.ingest_model import read_ingest_model
from sim.scenario.inputs import load_inputs
from study.files import write_json
from study.replay.folder import write_prediction
from study.replay.predict import predict
from tests.conftest import ROOT, SHIPPED
from tests.robustness.command import carry_out
from tests.study.calibration_tools import write_calibration
from tests.tangguh.test_effects import write_calibrated, write_worlds
from tests.tangguh.test_validate_progress import POINTS

KECAMATAN: Final = "code,name,tps,failed,blank_spots\n01,Hulu,4,1,1\n02,Hilir,3,0,0\n"
KELURAHAN: Final = "code,kecamatan,name,weight\n011,01,A,2\n012,01,B,1.5\n021,02,C,1\n"
STATIONS: Final = "code,kecamatan,kelurahan,cell,coverage\n" + "".join(
    f"{n:03d},{'01' if n < 5 else '02'},K{n % 3},C{n % 2},{'yes' if n % 4 else 'no'}\n"
    for n in range(1, 8)
)
SAMPLES: Final = ROOT / "docs" / "how-to" / "samples"
GRID: Final = """\
grid: small
title: {id: Kecil, en: Small}
scenario: whole.yaml
policies: [none, full-jitter]
batchings: [per-photo, chunks]
worlds: {as-it-was: {}, no-outages: {server: {outages: []}}}
stop: {indifference: 1%, confidence: 95%, first: 2, batch: 2, most: 2}
"""
_GATE: Final = """\
gate: small
title: {id: Kecil, en: Small}
error: 5%
predicted:
  scenario: whole.yaml
  policy: full-jitter
  nights: {first: 4, batch: 2, most: 4}
  thresholds:
    - {measure: failed, at_most: 90%, judge: mean}
    - {measure: arrived, by: 2020-12-12 20:00 WIB, at_least: 1%, in_nights: 60%}
  regression: {measure: failed, worse_by: 90%, baseline: baseline.json}
"""
_MEASURED: Final = """\
gate: measured
title: {id: Kecil, en: Small}
error: 5%
measured:
  thresholds:
    - {measure: answer, quantile: 50%, at_most: 200 s}
    - {measure: refused, at_most: 90%}
"""
_BINS: Final = "# counted\nbegins,arrivals\n2020-12-09 18:00,12\n2020-12-09 18:10,30\n"


@dataclass(frozen=True, slots=True)
class Subject:
    """A file that is broken.

    Attributes
    ----------
    folder : of the template; the command runs in a copy of it.
    file : in the folder. ``kind``: which mutations there are (:mod:`tests.robustness.mutations`).
    words : the command.
    strict : a number that is no number must be refused: the command reads all of them.
    quick : takes so little that it belongs to the suite.
    """

    name: str
    folder: str
    file: str
    kind: str
    words: tuple[str, ...]
    strict: bool = False
    quick: bool = True
    named: tuple[str, ...] = field(default=())


def _shipped() -> list[Subject]:
    """Everything that is shipped as YAML, checked by ``validate``."""
    folder = ROOT / "scenarios"
    files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*.yaml"))
    targets = sorted((ROOT / "locustfiles" / "targets").rglob("*.yaml"))
    found = [
        Subject(f"shipped {file}", "shipped", file, "yaml", ("validate", file)) for file in files
    ]
    return found + [
        Subject(f"shipped {t.name}", "targets", t.name, "yaml", ("validate", t.name))
        for t in targets
    ]


_RUN: Final = ("run", "whole.yaml", "-n", "1", "-j", "1", "--no-compare", "--out", "out")
_RESUME: Final = (
    "run", "whole.yaml", "-n", "2", "-j", "1", "--no-compare", "--out", "run", "--resume",
)  # fmt: skip
_VALIDATE: Final = ("validate", "whole.yaml")
_REPLAY: Final = ("replay-report", "replay")
SUBJECTS: Final = (
    Subject("scenario", "plain", "whole.yaml", "yaml", _RUN),
    Subject("kecamatan", "plain", "kecamatan.csv", "csv", _VALIDATE),
    Subject("kelurahan", "plain", "kelurahan.csv", "csv", _VALIDATE),
    Subject("stations", "plain", "tps.csv", "csv", ("validate", "listed.yaml")),
    Subject("stations to init", "plain", "tps.csv", "csv",
            ("init", "tps.csv", "--date", "2029-02-14", "--out", "made")),
    Subject("trace", "plain", "radio.trace", "text", ("validate", "traced.yaml")),
    Subject("model of a server", "plain", "ingest.yaml", "yaml", ("validate", "ingest.yaml")),
    Subject("devices", "plain", "devices.csv", "csv",
            ("replay", "listed.yaml", "--host", "http://127.0.0.1:9", "--devices", "devices.csv",
             "--dry-run")),
    Subject("attempt log", "plain", "attempts.csv", "csv", ("import", "attempts", "attempts.csv")),
    Subject("attempt log, JSON", "plain", "attempts.jsonl", "json",
            ("import", "attempts", "attempts.jsonl")),
    Subject("access log", "plain", "access.log", "text", ("import", "access-log", "access.log")),
    Subject("access log, JSON", "plain", "access.jsonl", "json",
            ("import", "access-log", "access.jsonl")),
    Subject("Ookla", "plain", "ookla.csv", "csv",
            ("import", "ookla", "ookla.csv", "--places", "centres.csv")),
    Subject("centres", "plain", "centres.csv", "csv",
            ("import", "ookla", "ookla.csv", "--places", "centres.csv")),
    Subject("OpenCelliD", "plain", "cells.csv", "csv",
            ("import", "opencellid", "cells.csv", "--stations", "stations.csv")),
    Subject("places of stations", "plain", "stations.csv", "csv",
            ("import", "opencellid", "cells.csv", "--stations", "stations.csv")),
    Subject("bins of arrivals", "studied", "bins.csv", "csv",
            ("arrivals", "whole.yaml", "bins.csv", "-n", "2", "-j", "1", "--stock", "stock")),
    Subject("points of progress", "studied", "points.csv", "csv",
            ("validate-progress", "points.csv", "--scenario", "whole.yaml", "-n", "2", "-j", "1",
             "--stock", "stock"), quick=False),
    Subject("grid", "studied", "grid.yaml", "yaml",
            ("compare", "grid.yaml", "-j", "1", "--cache", "cache"), quick=False),
    Subject("gate", "studied", "gate.yaml", "yaml",
            ("gate", "gate.yaml", "-j", "1", "--cache", "stock")),
    Subject("baseline", "studied", "baseline.json", "json",
            ("gate", "gate.yaml", "-j", "1", "--cache", "stock")),
    Subject("kept measures", "studied", "cache/*/*.json", "json",
            ("compare", "grid.yaml", "-j", "1", "--cache", "cache"), quick=False),
    Subject("kept night", "studied", "stock/*/*/*.npz", "binary",
            ("arrivals", "whole.yaml", "bins.csv", "-n", "2", "-j", "1", "--stock", "stock")),
    Subject("night of a run", "run", "run/parts/*/*.npz", "binary",
            _RESUME),
    Subject("provenance", "run", "run/provenance.json", "json",
            _RESUME),
    Subject("provenance of a report", "run", "run/provenance.json", "json",
            ("report", "run", "--format", "html")),
    Subject("summary of a run", "run", "run/summary.json", "json",
            ("report", "run", "--format", "html")),
    Subject("summary of a grid", "studied", "grid/grid.json", "json",
            ("report", "grid", "--format", "html")),
    Subject("summary of a gate", "studied", "gated/gate.json", "json",
            ("report", "gated", "--format", "html")),
    Subject("ensemble", "ensemble", "calibration/ensemble.json", "json",
            ("compare", "small.yaml", "--ensemble", "calibration", "--batching", "per-photo,chunks",
             "-j", "1", "--cache", "cache"), quick=False),
    Subject("summary of effects", "ensemble", "effects/effects.json", "json",
            ("report", "effects", "--format", "html")),
    Subject("summary of a sensitivity", "ensemble", "sensitivity/sensitivity.json", "json",
            ("report", "sensitivity", "--format", "html")),
    Subject("calibration", "calibrated", "calibration.yaml", "yaml",
            ("validate", "calibration.yaml")),
    Subject("summary of a calibration", "calibrated", "c/calibration.json", "json",
            ("report", "c", "--format", "html")),
    Subject("calibration for the card", "calibrated", "c/calibration.json", "json",
            ("model-card", "c", "--no-tests", "--out", "card"), quick=False),
    Subject("ensemble for the card", "calibrated", "c/ensemble.json", "json",
            ("model-card", "c", "--no-tests", "--out", "card")),
    Subject("oracles", "calibrated", "oracles.xml", "text",
            ("model-card", "c", "--junit", "oracles.xml", "--out", "card")),
    Subject("replay", "replayed", "replay/replay.json", "json", _REPLAY),
    Subject("log of a replay", "replayed", "replay/attempts.jsonl", "json", _REPLAY),
    Subject("outcomes of a replay", "replayed", "replay/outcomes.npy", "binary", _REPLAY),
    Subject("replay to refit", "replayed", "replay/replay.json", "json", ("refit", "replay")),
    Subject("log to refit", "replayed", "replay/attempts.jsonl", "json", ("refit", "replay")),
    Subject("replay to judge", "replayed", "replay/replay.json", "json",
            ("gate", "measured.yaml", "--replay", "replay")),
    Subject("log to judge", "replayed", "replay/attempts.jsonl", "json",
            ("gate", "measured.yaml", "--replay", "replay")),
    Subject("summary of a replay", "replayed", "replay/summary.json", "json",
            ("report", "replay", "--format", "html")),
    *_shipped(),
)  # fmt: skip


class Template:
    """Whole files, made once; :meth:`copy` gives a case its own."""

    def __init__(self, base: Path) -> None:
        self.base = base

    def folder(self, name: str) -> Path:
        """A template's folder, made when it is first asked for."""
        folder = self.base / name
        if not folder.exists():
            getattr(self, f"_make_{name}")(folder)
        return folder

    @contextlib.contextmanager
    def copy(self, name: str, to: Path) -> Iterator[Path]:
        """A copy in which the process stands; it is gone afterwards."""
        shutil.copytree(self.folder(name), to, symlinks=True)
        try:
            with contextlib.chdir(to):
                yield to
        finally:
            shutil.rmtree(to, ignore_errors=True)

    def _make_plain(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        for file in SAMPLES.iterdir():
            shutil.copy(file, folder / file.name)
        (folder / "kecamatan.csv").write_text(KECAMATAN)
        (folder / "kelurahan.csv").write_text(KELURAHAN)
        (folder / "tps.csv").write_text(STATIONS)
        text = SHIPPED.read_text(encoding="utf-8")
        for name in ("kecamatan", "kelurahan"):
            text = text.replace(f"data/bandarlampung-{name}.csv", f"{name}.csv")
        (folder / "whole.yaml").write_text(text)
        listed = "region: {tps: tps.csv, kecamatan: null, kelurahan: null}"
        (folder / "listed.yaml").write_text(f"extends: whole.yaml\nname: listed\n{listed}\n")
        (folder / "traced.yaml").write_text(
            "extends: whole.yaml\nname: traced\nnetwork: {trace: radio.trace}\n"
        )
        trace = (ROOT / "scenarios" / "traces" / "umts-crowded.trace").read_text().splitlines()
        (folder / "radio.trace").write_text("\n".join(trace[:300]) + "\n")
        shutil.copy(ROOT / "scenarios" / "ingest" / "reference.yaml", folder / "ingest.yaml")
        rows = [f"{n:03d},{'01' if n < 5 else '02'},token-of-station-{n:03d}" for n in range(1, 8)]
        (folder / "devices.csv").write_text("\n".join(["tps,kecamatan,token", *rows]) + "\n")

    def _make_studied(self, folder: Path) -> None:
        shutil.copytree(self.folder("plain"), folder)
        for name, text in (("grid.yaml", GRID), ("gate.yaml", _GATE), ("points.csv", POINTS),
                           ("bins.csv", _BINS)):  # fmt: skip
            (folder / name).write_text(text)
        for words in (
            (*self.words("bins of arrivals"), "--out", "arrived"),
            (*self.words("points of progress"), "--out", "scored"),
            (*self.words("grid"), "--out", "grid"),
            (*self.words("gate"), "--update-baseline"),
            (*self.words("gate"), "--out", "gated"),
        ):
            _well(folder, words)

    def _make_run(self, folder: Path) -> None:
        shutil.copytree(self.folder("plain"), folder)
        _well(folder, (*_RUN[:3], "2", *_RUN[4:-1], "run"))

    def _make_ensemble(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        write_worlds(folder)
        write_calibrated(folder)
        _well(folder, (*self.words("ensemble"), "--out", "effects"))
        _well(folder, ("sensitivity", "--ensemble", "calibration", "--batching", "per-photo,chunks",
                       "--trajectories", "2", "--pairs", "8", "--top", "2", "-j", "1", "--out",
                       "sensitivity", "--cache", "cache"))  # fmt: skip

    def _make_calibrated(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        write_calibration(folder)
        _well(folder, ("calibrate", "calibration.yaml", "-j", "1", "--out", "c", "--stock", "st"))
        shutil.rmtree(folder / "st")
        (folder / "oracles.xml").write_text(
            '<?xml version="1.0"?>\n<testsuites><testsuite name="pytest" tests="2">\n'
            '<testcase classname="tests.oracles.test_o1" name="test_a" time="1" />\n'
            '<testcase classname="tests.oracles.test_o2" name="test_b" time="1" />\n'
            "</testsuite></testsuites>\n"
        )

    def _make_replayed(self, folder: Path) -> None:
        """A replay as the locustfile leaves it; what it measured is a night of the model's."""
        shutil.copytree(self.folder("plain"), folder)
        (folder / "measured.yaml").write_text(_MEASURED)
        rows = [f"{n:03d},{'01' if n < 20 else '02'},K{n % 3},C{n % 9},yes" for n in range(1, 41)]
        (folder / "tps.csv").write_text("\n".join([STATIONS.split("\n")[0], *rows]) + "\n")
        with contextlib.chdir(folder):
            ready = settle(
                Path("listed.yaml"), "http://127.0.0.1:9", window="18:00-21:00", speed=10.0
            )
            model = read_ingest_model(Path("ingest.yaml")).value
            side = predict(ready.inputs, ready.conduct, ready.settings.extent, model)
            out = folder / "replay"
            write_prediction(out, side)
            finite = [_finite(row) for row in side.attempts]
            (out / "attempts.jsonl").write_text("".join(json.dumps(r) + "\n" for r in finite))
            np.save(out / "outcomes.npy", side.outcomes)
            write_json(
                out / "replay.json",
                {"settings": ready.settings.plain(), "wall": 1.7e9, "workers": 1, "memory": [1],
                 "peak": 1, "wrong": [],
                 "validity": {"lag": {"value": 0.0, "limit": 1.0, "ok": True}}},
            )  # fmt: skip
        _well(folder, _REPLAY)

    def _make_shipped(self, folder: Path) -> None:
        shutil.copytree(ROOT / "scenarios", folder, ignore=shutil.ignore_patterns("*.py"))

    def _make_targets(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        for file in (ROOT / "locustfiles" / "targets").rglob("*.yaml"):
            shutil.copy(file, folder / file.name)

    @staticmethod
    def words(name: str) -> tuple[str, ...]:
        """The command of a subject."""
        return next(s.words for s in SUBJECTS if s.name == name)


def _finite(row: Attempt) -> list[Any]:
    return [*row._replace(drain_late=0.0)]


def _well(folder: Path, words: tuple[str, ...]) -> None:
    """A command that must do what it is there for; a gate of four nights may be undecided."""
    with contextlib.chdir(folder):
        ended = carry_out(words, seconds=120.0)
    assert not ended.escaped, (words, ended.escaped)
    assert ended.code in (0, 3), (words, ended.err)


def the_file(folder: Path, pattern: str) -> Path:
    """The first file of a name with stars, or the one of that name."""
    if "*" not in pattern:
        return folder / pattern
    return sorted(folder.glob(pattern))[0]


def inputs_are_well(folder: Path) -> bool:
    """Do the small scenarios load at all?"""
    return bool(load_inputs(folder / "whole.yaml").region.stations)
