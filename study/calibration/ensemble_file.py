"""``ensemble.json``: the calibrated ensemble, as other commands take it.

::

    {"format": "tangguh-ensemble/1", "calibration": "bandarlampung-2020", "seed": 1,
     "reading": "unsent",
     "worlds": [{"name": "server", "scenario": "../../../scenarios/worlds/server.yaml",
                 "digest": "...", "weight": 0.31,
                 "members": [{"replication": 1000411, "places": {"187101": 2000017, ...},
                              "icc": 0.05, "weight": 0.031}, ...]}, ...]}

A member is a whole night: ``simulate(scenario, region, seed, replication, places=places)`` makes it
again, with any policy. Weights of members add up to 1 within their world, weights of worlds add up
to 1; a world that is ruled out has weight 0 and no members. ``scenario`` is relative to the file;
``digest`` is that of the checked scenario, so that a member is never run in a changed world.

Rule of this file: from and to JSON.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sim.scenario.errors import UserFaultError
from sim.scenario.inputs import Inputs, load_inputs
from study.files import read_json, write_json
from study.patchwork import Patchwork

FORMAT: Final = "tangguh-ensemble/1"
FILE: Final = "ensemble.json"


class EnsembleFileError(UserFaultError):
    """An ensemble that cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class MemberNight:
    """One member: a whole night.

    Attributes
    ----------
    night : which night it is.
    icc : intra-class correlation of the counts around it.
    weight : within its world.
    """

    night: Patchwork
    icc: float
    weight: float


@dataclass(frozen=True, slots=True)
class CalibratedWorld:
    """One world; ``file`` is its scenario."""

    name: str
    file: Path
    digest: str
    weight: float
    members: tuple[MemberNight, ...]

    def inputs(self) -> Inputs:
        """Its scenario, ready to run.

        Raises
        ------
        EnsembleFileError : if the scenario is not the one that was calibrated.
        ScenarioError, RejectedRowsError : if it cannot be read any more.
        """
        found = load_inputs(self.file)
        if found.loaded.digest != self.digest:
            raise EnsembleFileError(
                f"{self.file}: has changed since the ensemble was made; calibrate again"
            )
        return found


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A calibrated ensemble."""

    calibration: str
    seed: int
    reading: str
    worlds: tuple[CalibratedWorld, ...]


def write_ensemble(folder: Path, ensemble: Calibrated) -> Path:
    """Write the file; returns its path."""
    path = folder / FILE
    worlds = [
        {
            "name": w.name,
            "scenario": os.path.relpath(w.file, folder),
            "digest": w.digest,
            "weight": w.weight,
            "members": [
                {
                    "replication": m.night.replication,
                    "places": dict(m.night.places),
                    "icc": m.icc,
                    "weight": m.weight,
                }
                for m in w.members
            ],
        }
        for w in ensemble.worlds
    ]
    content = {
        "format": FORMAT,
        "calibration": ensemble.calibration,
        "seed": ensemble.seed,
        "reading": ensemble.reading,
        "worlds": worlds,
    }
    write_json(path, content)
    return path


def read_ensemble(path: Path) -> Calibrated:
    """Read the file, or the one in a folder.

    Raises
    ------
    EnsembleFileError : if it is not there or is not an ensemble.
    """
    file = path / FILE if path.is_dir() else path
    try:
        found = read_json(file)
    except OSError as error:
        raise EnsembleFileError(
            f"{file}: cannot be read: {error.strerror}; `tangguh calibrate` writes one"
        ) from error
    except ValueError as error:
        raise EnsembleFileError(f"{file}: is not JSON: {error}") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise EnsembleFileError(f"{file}: is not an ensemble of the format {FORMAT}")
    try:
        worlds = tuple(_world(w, file.parent) for w in found["worlds"])
        if not any(w.weight > 0 and w.members for w in worlds):
            raise ValueError("no world has weight and members")
        return Calibrated(
            str(found["calibration"]), int(found["seed"]), str(found["reading"]), worlds
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EnsembleFileError(f"{file}: is damaged ({error!r}); calibrate again") from error


def _world(entry: dict[str, Any], folder: Path) -> CalibratedWorld:
    members: Sequence[dict[str, Any]] = entry["members"]
    return CalibratedWorld(
        name=str(entry["name"]),
        file=folder / str(entry["scenario"]),
        digest=str(entry["digest"]),
        weight=float(entry["weight"]),
        members=tuple(
            MemberNight(
                Patchwork(int(m["replication"]), {str(c): int(r) for c, r in m["places"].items()}),
                float(m["icc"]),
                float(m["weight"]),
            )
            for m in members
        ),
    )
