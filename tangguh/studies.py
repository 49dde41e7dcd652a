"""What the studies of the evidence have in common: worlds from files, nights with a bar, a folder.

Rule of this file: from the command line's values to a result in a folder; nothing is printed but
progress.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.scenario.errors import ScenarioError
from sim.scenario.inputs import Inputs, load_inputs
from study.calibration.ensemble_file import read_ensemble
from study.evidence.declared import choose, read_evidence
from study.evidence.study import Worlds, study, to_simulate
from study.files import write_json
from study.store import PROVENANCE, locked, new_folder, provenance
from tangguh.ensembles import InterruptedRunError, UsageError
from tangguh.progress import Bar


def weigh_worlds(
    file: Path,
    worlds: Sequence[Path],
    *,
    ensemble: Path | None,
    only: str | None,
    without: str | None,
    replications: int,
    seed: int,
    jobs: int,
    out: Path | None,
    stock: Path,
) -> tuple[Path, dict[str, Any]]:
    """Weigh worlds by evidence; returns the folder and its summary.

    Raises
    ------
    ScenarioError : everything that is wrong with the files.
    UsageError : worlds that cannot be compared, names that do not exist.
    """
    evidence = read_evidence(file)
    on = choose(
        evidence,
        only=split_names(only),
        without=split_names(without),
        fitted_to_counts=ensemble is not None,
    )
    if not on:
        raise UsageError(f"{file}: no observation is switched on; name some with --only")
    if (ensemble is None) == (not worlds):
        raise UsageError("name either worlds (scenarios, or a folder of them) or --ensemble")
    if ensemble is None:
        inputs = open_worlds(worlds)
        known = Worlds(inputs, dict.fromkeys(inputs, 1.0 / len(inputs)))
    else:
        known, seed = calibrated_worlds(ensemble)
    todo = to_simulate(known, replications, seed, stock)
    with results(out, evidence.evidence, "evidence.json") as folder:
        with nights_bar(todo, stock) as bar:
            summary = study(
                known,
                evidence,
                on,
                replications,
                seed=seed,
                jobs=jobs,
                stock=stock,
                finished=bar.advance,
            )
        write_result(folder, "evidence", "evidence.json", evidence.evidence, seed, summary)
    return folder, summary


def calibrated_worlds(path: Path) -> tuple[Worlds, int]:
    """The worlds of a calibrated ensemble that have members, and its seed.

    Raises
    ------
    EnsembleFileError : if it cannot be used.
    """
    found = read_ensemble(path)
    alive = [w for w in found.worlds if w.members and w.weight > 0]
    if not alive:
        raise UsageError(f"{path}: no world of the ensemble has members")
    worlds = Worlds(
        inputs={w.name: w.inputs() for w in alive},
        prior={w.name: w.weight for w in alive},
        members={w.name: [(m.night, m.weight) for m in w.members] for w in alive},
    )
    return worlds, found.seed


def split_names(given: str | None) -> list[str]:
    """A comma-separated option."""
    return [name.strip() for name in (given or "").split(",") if name.strip()]


def open_worlds(paths: Sequence[Path]) -> dict[str, Inputs]:
    """Scenarios by name, from files and folders of files.

    Raises
    ------
    ScenarioError : problems of any of them, all listed.
    UsageError : no scenario, or two of the same name.
    """
    files: list[Path] = []
    for path in paths:
        files += sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files:
        raise UsageError(f"{', '.join(map(str, paths))}: there is no scenario (*.yaml)")
    found: dict[str, Inputs] = {}
    problems = []
    for file in files:
        try:
            inputs = load_inputs(file)
        except ScenarioError as error:
            problems += error.problems
            continue
        name = inputs.scenario.name
        if name in found:
            raise UsageError(f"{file}: another world is called '{name}'; give it a name of its own")
        found[name] = inputs
    if problems:
        raise ScenarioError(problems)
    return found


@contextmanager
def nights_bar(todo: int, stock: Path) -> Iterator[Bar]:
    """A bar over the nights to simulate; Ctrl-C says how to go on."""
    with Bar("nights", max(todo, 1)) as bar:
        try:
            yield bar
        except KeyboardInterrupt:
            raise InterruptedRunError(
                f"interrupted; the nights that were finished are kept in {stock}; the same "
                "command goes on"
            ) from None


@contextmanager
def results(out: Path | None, name: str, own: str, what: str = "") -> Iterator[Path]:
    """A folder for a command's results, held for it alone: ``out``, or a new one.

    Parameters
    ----------
    own : the command's own file; ``out`` may hold it, and nothing else.

    Raises
    ------
    UsageError, RunFolderError : if ``out`` holds something else, or another command holds it.
    """
    if out is not None:
        check_free(out, own)
    folder = dated_folder(out, name, what)
    with locked(folder):
        yield folder


def dated_folder(out: Path | None, name: str, what: str = "") -> Path:
    """The folder of a command's results, made."""
    if out is None:
        return new_folder(Path("out") / name, what)
    out.mkdir(parents=True, exist_ok=True)
    return out


def study_folder(out: Path | None, name: str, what: str) -> Path:
    """The folder of a study of a kind, made."""
    return dated_folder(out, name, f"{what}-")


def write_study(folder: Path, command: str, file: str, summary: Mapping[str, Any]) -> None:
    """A study's summary, by which its folder is known, and where it is from."""
    write_result(folder, command, file, summary["scenario"], summary["seed"], summary)


def write_result(
    folder: Path, command: str, file: str, of: str, seed: int, summary: Mapping[str, Any]
) -> None:
    """The same of anything: ``of`` names the scenario, or what was given instead."""
    identity = {"command": command, "scenario": of, "seed": seed}
    write_json(folder / file, summary)
    write_json(folder / PROVENANCE, provenance(identity, sys.argv[1:]))


def check_free(folder: Path, own: str) -> None:
    """Only a new or empty folder, or one that holds the command's own file; what is hidden (a lock,
    half a file of a command that was killed) does not count.

    Raises
    ------
    UsageError : if it holds something else.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--out {folder}: is a file; give a folder")
    held = folder.is_dir() and any(not p.name.startswith(".") for p in folder.iterdir())
    if held and not (folder / own).is_file():
        raise UsageError(f"--out {folder}: holds something else; give a new folder")
