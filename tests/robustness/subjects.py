"""Every file that a user gives or that is read back, each with the command that reads it.

Rule of this file: what there is to break; a new kind of file is a line in :data:`SUBJECTS`. Whole
files are made in :mod:`tests.robustness.templates`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.conftest import ROOT


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


def _shipped() -> list[Subject]:
    """Everything that is shipped as YAML, checked by ``validate``."""
    folder = ROOT / "scenarios"
    files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*.yaml"))
    targets = sorted((ROOT / "locustfiles" / "targets").rglob("*.yaml"))
    found = [
        Subject(f"shipped {file}", "shipped", file, "yaml", ("validate", file), strict=True)
        for file in files
    ]
    return found + [
        Subject(f"shipped {t.name}", "targets", t.name, "yaml", ("validate", t.name), strict=True)
        for t in targets
    ]


RUN: Final = ("run", "whole.yaml", "-n", "1", "-j", "1", "--no-compare", "--out", "out")
_RESUME: Final = (
    "run", "whole.yaml", "-n", "2", "-j", "1", "--no-compare", "--out", "run", "--resume",
)  # fmt: skip
NATION: Final = ("run", "nation.yaml", "-n", "1", "-j", "1", "--out", "n")
_VALIDATE: Final = ("validate", "whole.yaml")
REPLAY: Final = ("replay-report", "replay")
SUBJECTS: Final = (
    Subject("scenario", "plain", "whole.yaml", "yaml", RUN, strict=True),
    Subject("kecamatan", "plain", "kecamatan.csv", "csv", _VALIDATE),
    Subject("kelurahan", "plain", "kelurahan.csv", "csv", _VALIDATE),
    Subject("stations", "plain", "tps.csv", "csv", ("validate", "listed.yaml")),
    Subject("stations to init", "plain", "tps.csv", "csv",
            ("init", "tps.csv", "--date", "2029-02-14", "--out", "made")),
    Subject("trace", "plain", "radio.trace", "text", ("validate", "traced.yaml")),
    Subject("model of a server", "plain", "ingest.yaml", "yaml", ("validate", "ingest.yaml"),
            strict=True),
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
            ("compare", "grid.yaml", "-j", "1", "--cache", "cache"), strict=True, quick=False),
    Subject("gate", "studied", "gate.yaml", "yaml",
            ("gate", "gate.yaml", "-j", "1", "--cache", "stock"), strict=True),
    Subject("baseline", "studied", "baseline.json", "json",
            ("gate", "gate.yaml", "-j", "1", "--cache", "stock")),
    Subject("plan", "planned", "plan.yaml", "yaml",
            ("plan", "plan.yaml", "-j", "1", "--cache", "stock"), strict=True, quick=False),
    Subject("truth", "planned", "truth.yaml", "yaml", ("truths", "truth.yaml"), strict=True,
            quick=False),
    Subject("evidence", "studied", "e.yaml", "yaml",
            ("evidence", "e.yaml", "whole.yaml", "listed.yaml", "--only", "text-app", "-n", "2",
             "-j", "1", "--stock", "stock")),
    Subject("nation", "nation", "nation.yaml", "yaml", ("validate", "nation.yaml")),
    Subject("regencies", "nation", "regencies.csv", "csv", ("validate", "nation.yaml")),
    Subject("part of a nation", "nation", "n/parts/*.json", "json",
            (*NATION, "--resume"), quick=False),
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
    *(Subject(f"summary of {what}", folder, f"{file}.json", "json",
              ("report", file.split("/")[0], "--format", "html"))
      for what, folder, file in (
          ("a plan", "planned", "p/plan"), ("truths", "planned", "t/truths"),
          ("arrivals", "studied", "arrived/arrivals"), ("evidence", "studied", "weighed/evidence"),
          ("other places", "studied", "scored/validation"), ("a nation", "nation", "n/nation"),
          ("a model card", "calibrated", "c/model-card"),
      )),
    Subject("ensemble", "ensemble", "calibration/ensemble.json", "json",
            ("compare", "small.yaml", "--ensemble", "calibration", "--batching", "per-photo,chunks",
             "-j", "1", "--cache", "cache"), quick=False),
    Subject("summary of effects", "ensemble", "effects/effects.json", "json",
            ("report", "effects", "--format", "html")),
    Subject("summary of a sensitivity", "ensemble", "sensitivity/sensitivity.json", "json",
            ("report", "sensitivity", "--format", "html")),
    Subject("calibration", "calibrated", "calibration.yaml", "yaml",
            ("validate", "calibration.yaml"), strict=True),
    Subject("summary of a calibration", "calibrated", "c/calibration.json", "json",
            ("report", "c", "--format", "html")),
    Subject("calibration for the card", "calibrated", "c/calibration.json", "json",
            ("model-card", "c", "--no-tests", "--out", "card"), quick=False),
    Subject("ensemble for the card", "calibrated", "c/ensemble.json", "json",
            ("model-card", "c", "--no-tests", "--out", "card")),
    Subject("oracles", "calibrated", "oracles.xml", "text",
            ("model-card", "c", "--junit", "oracles.xml", "--out", "card")),
    Subject("replay", "replayed", "replay/replay.json", "json", REPLAY),
    Subject("log of a replay", "replayed", "replay/attempts.jsonl", "json", REPLAY),
    Subject("outcomes of a replay", "replayed", "replay/outcomes.npy", "binary", REPLAY),
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


def the_file(folder: Path, pattern: str) -> Path:
    """The first file of a name with stars, or the one of that name."""
    if "*" not in pattern:
        return folder / pattern
    return sorted(folder.glob(pattern))[0]
