"""Whole files of every kind, made once: small scenarios with the shipped priors, the samples of the
documentation, and results that the commands themselves have made.

A case copies the folder that it needs, breaks one file, and carries the command out.

Rule of this file: what is whole; what there is to break is in :mod:`tests.robustness.subjects`.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from locustfiles.settings import settle
from sim.attempts import Attempt
from sim.scenario.ingest_model import read_ingest_model
from study.files import write_json
from study.replay.folder import write_prediction
from study.replay.predict import predict
from tests.conftest import ROOT, SHIPPED
from tests.robustness.command import carry_out
from tests.robustness.subjects import NATION, REPLAY, RUN, SUBJECTS
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
LEVERS: Final = """\
levers:
  workers:
    standing: assumed
    source: "a test"
    choices:
      - {name: "1", cost: 1000000, set: {server: {workers: 1, service: 30 min, queue: 100000}}}
      - {name: "1000", cost: 9000000, set: {server: {workers: 1000, service: 1 s, queue: 100000}}}
  app:
    standing: assumed
    source: "a test"
    choices:
      - {name: none, cost: 0, set: {}}
      - {name: retries, cost: 500000, set: {client: {policy: full-jitter}}}
"""
"""Of a plan: one worker is too few, a thousand are enough."""
PLAN: Final = f"""\
plan: small
title: {{id: Kecil, en: Small}}
scenario: whole.yaml
objectives: [{{measure: failed, at_most: 90%, in_nights: 50%}}]
{LEVERS}effort: {{nights: 8, few: 4, trials: 6}}
"""
_NATION: Final = """\
extends: SHIPPED
name: tiny
snapshot: 2020-12-10 11:00 WIB
region: {regencies: regencies.csv}
"""
_REGENCIES: Final = """\
code,name,province,zone,tps,kecamatan,standing,source
01,Barat,Satu,WIB,10,2,counted,x
02,Timur,Dua,WIT,8,2,apportioned,x
"""
_BINS: Final = "# counted\nbegins,arrivals\n2020-12-09 18:00,12\n2020-12-09 18:10,30\n"


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
        _well(folder, RUN)  # the kernel is compiled here, and not within a case
        shutil.rmtree(folder / "out")

    def _make_studied(self, folder: Path) -> None:
        shutil.copytree(self.folder("plain"), folder)
        for name, text in (("grid.yaml", GRID), ("gate.yaml", _GATE), ("points.csv", POINTS),
                           ("bins.csv", _BINS)):  # fmt: skip
            (folder / name).write_text(text)
        shutil.copy(ROOT / "scenarios" / "evidence" / "bandarlampung-2020.yaml", folder / "e.yaml")
        for words in (
            (*self.words("bins of arrivals"), "--out", "arrived"),
            (*self.words("points of progress"), "--out", "scored"),
            (*self.words("evidence"), "--out", "weighed"),
            (*self.words("grid"), "--out", "grid"),
            (*self.words("gate"), "--update-baseline"),
            (*self.words("gate"), "--out", "gated"),
        ):
            _well(folder, words)

    def _make_planned(self, folder: Path) -> None:
        shutil.copytree(self.folder("plain"), folder)
        (folder / "plan.yaml").write_text(PLAN)
        truth = (ROOT / "scenarios" / "overload" / "cliff.yaml").read_text(encoding="utf-8")
        words, world = truth.split("service:")  # words are repeated, so they have no numbers
        (folder / "truth.yaml").write_text(re.sub(r"\d+", "N", words) + "service:" + world)
        _well(folder, (*self.words("plan"), "--out", "p"))
        _well(folder, (*self.words("truth"), "--out", "t"))

    def _make_nation(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        shipped = str(ROOT / "scenarios" / "nation-2020.yaml")
        (folder / "nation.yaml").write_text(_NATION.replace("SHIPPED", shipped))
        (folder / "regencies.csv").write_text(_REGENCIES)
        _well(folder, NATION)

    def _make_run(self, folder: Path) -> None:
        shutil.copytree(self.folder("plain"), folder)
        _well(folder, (*RUN[:3], "2", *RUN[4:-1], "run"))

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
        _well(folder, ("model-card", "c", "--no-tests", "--out", "c"))
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
        _well(folder, REPLAY)

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
