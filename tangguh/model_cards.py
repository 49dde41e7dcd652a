"""What ``model-card`` collects: results of studies, the oracle tests, versions.

Rule of this file: finding and reading; what the card says is in :mod:`reports.model_card`.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

import sim
from reports.card_material import Material
from sim.scenario.assumptions import assumptions
from study.calibration.ensemble_file import FILE as ENSEMBLE
from study.calibration.ensemble_file import read_ensemble
from study.files import read_json
from study.oracles import JUnitError, Verification, read_junit
from study.seal import blaming
from study.store import command_of, provenance
from tangguh.effects import base_of
from tangguh.ensembles import UsageError

_CALIBRATION = "calibration.json"
_ROOT = Path(sim.__path__[0]).parent
_LONGEST = 900  # seconds for the oracle tests; they take about one minute on two cores


def collect(
    folder: Path | None,
    *,
    effects: Path | None,
    sensitivity: Path | None,
    evidence: Path | None,
    junit: Path | None,
    run_tests: bool,
) -> tuple[Material, Path, list[Path]]:
    """Everything that the card is made of, the calibration's folder, and the files that were read.

    Raises
    ------
    UsageError : if there is no calibration, or a folder that was named has not what it should.
    EnsembleFileError, ScenarioError : if the calibration's scenarios have changed or are gone.
    """
    folder = folder or _newest(Path("out"), _CALIBRATION)
    named = {
        "effects": (effects, "compare --ensemble"),
        "sensitivity": (sensitivity, "sensitivity"),
        "evidence": (evidence, "evidence"),
    }
    paths = {name: _study(its, folder, f"{name}.json") for name, (its, _) in named.items()}
    files = [folder / _CALIBRATION, folder / ENSEMBLE, *(p for p in paths.values() if p)]
    with blaming(files, "run its command again"):
        material = _collect(
            folder,
            {
                name: None
                if path is None
                else _read(path, f"`tangguh {named[name][1]}` writes one")
                for name, path in paths.items()
            },
            partial(_verify, junit, run_tests),
        )
    return material, folder, files


def _collect(
    folder: Path,
    studies: Mapping[str, dict[str, Any] | None],
    verify: Callable[[], tuple[Verification | None, str]],
) -> Material:
    calibration = _read(folder / _CALIBRATION, "`tangguh calibrate` writes one")
    ensemble = read_ensemble(folder)
    inputs = {w.name: w.inputs() for w in ensemble.worlds}
    verification, why = verify()  # takes a minute: after what can be refused at once
    now = provenance({}, [])
    first = next(iter(inputs.values()))
    where, scenario = str(folder), os.path.relpath(base_of(first)[0])
    gaps = {
        "effects": f"tangguh compare {scenario} --ensemble {where} --batching per-photo,chunks",
        "sensitivity": f"tangguh sensitivity --ensemble {where}",
        "evidence": f"tangguh evidence EVIDENCE.yaml --ensemble {where}",
    }
    commands = [_command(folder, calibration)]
    for name in ("effects", "sensitivity"):
        found = studies[name]
        commands.append(shlex.join(["tangguh", *found["command"]]) if found else gaps[name])
    commands.append(f"tangguh model-card {where}")
    stamp = (folder / _CALIBRATION).stat().st_mtime
    return Material(
        calibration=calibration,
        assumptions={name: assumptions(its.scenario) for name, its in inputs.items()},
        verification=verification,
        why=why,
        commands=commands,
        gaps=gaps,
        versions={"python": now["python"], **now["versions"]},
        platform=now["platform"],
        when=datetime.fromtimestamp(stamp).astimezone().strftime("%Y-%m-%d %H:%M %Z"),
        start=first.scenario.start,
        snapshot=first.scenario.snapshot,
        **studies,
    )


def facts(material: Material) -> dict[str, object]:
    """What fills the holes of the STRESS-DES checklist."""
    worlds = material.calibration["worlds"]
    members = sum(w["members"]["count"] for w in worlds if w.get("members"))
    return {
        "worlds": len(worlds),
        "names": ", ".join(w["name"] for w in worlds),
        "stations": material.calibration["observed"]["stations"],
        "priors": len({a.path for its in material.assumptions.values() for a in its}),
        "start": material.start.isoformat(sep=" ", timespec="minutes"),
        "snapshot": material.snapshot.isoformat(sep=" ", timespec="minutes"),
        "members": members,
        "versions": ", ".join(f"{n} {v}" for n, v in material.versions.items()),
        "seed": material.calibration["seed"],
        "platform": material.platform,
    }


def print_cards(material: Material, paths: Sequence[Path]) -> None:
    """What was written, and what is still missing."""
    console = Console(highlight=False)
    found = material.verification
    if found is None:
        console.print(f"Oracle tests: not run ({material.why}).")
    else:
        console.print(f"Oracle tests: {found.passed} passed, {found.failed} failed.")
    for name in ("effects", "sensitivity", "evidence"):
        if getattr(material, name) is None:
            console.print(f"Gap: no {name}; {material.gaps[name]}", soft_wrap=True)
    for path in paths:
        console.print(f"Written: {path}", soft_wrap=True)


def _newest(base: Path, file: str) -> Path:
    found = sorted(base.glob(f"*/*/{file}"), key=lambda p: p.stat().st_mtime)
    if not found:
        raise UsageError(
            f"there is no calibration in {base}; run `tangguh calibrate` first, or name its folder"
        )
    return found[-1].parent


def _study(named: Path | None, folder: Path, file: str) -> Path | None:
    """A study's file: in the folder that was named, or the newest beside the calibration."""
    if named is not None:
        return named / file
    beside = sorted(folder.parent.glob(f"*/{file}"), key=lambda p: p.stat().st_mtime)
    return beside[-1] if beside else None


def _read(file: Path, remedy: str) -> dict[str, Any]:
    try:
        found = read_json(file)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}; {remedy}") from error
    except ValueError as error:
        raise UsageError(f"{file}: is damaged: {error}") from error
    if not isinstance(found, dict):
        raise UsageError(f"{file}: is not the result of a study")
    return found


def _command(folder: Path, calibration: dict[str, Any]) -> str:
    """The command of the calibration, as its provenance says it."""
    name = calibration["calibration"]
    return (
        command_of(folder)
        or f"tangguh calibrate scenarios/calibration/{name}.yaml --seed {calibration['seed']}"
    )


def _verify(junit: Path | None, run_tests: bool) -> tuple[Verification | None, str]:
    """The oracle tests' result, or why there is none."""
    if junit is not None:
        return read_junit(junit), ""
    if not run_tests:
        return None, "--no-tests"
    tests = _ROOT / "tests" / "oracles"
    if not tests.is_dir():
        return None, "the tests are not part of an installed package; use a checkout"
    from tempfile import TemporaryDirectory

    Console(stderr=True).print("running the oracle tests ...", highlight=False)
    with TemporaryDirectory(prefix="tangguh-") as scratch:
        file = Path(scratch) / "oracles.xml"
        command = [sys.executable, "-m", "pytest", "tests/oracles", "-q", f"--junitxml={file}",
                   "-p", "no:cacheprovider"]  # fmt: skip
        try:
            subprocess.run(command, cwd=_ROOT, capture_output=True, timeout=_LONGEST, check=False)
        except subprocess.TimeoutExpired:
            return None, f"they took more than {_LONGEST} s"
        try:
            return read_junit(file), ""
        except JUnitError:
            return None, "pytest could not run them; is the development environment installed?"
