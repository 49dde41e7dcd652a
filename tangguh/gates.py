"""What ``tangguh gate`` does: judge, keep a baseline, or see whether the gate can fail at all.

Rule of this file: from the command line's values to a summary; nothing is printed but progress.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sim.scenario.inputs import Inputs
from sim.scenario.loader import Loaded
from sim.scenario.source import load
from study.gate import baseline
from study.gate.declared import FIRST_KEY, Gate, is_gate, open_gate
from study.gate.judge import Line, overall
from study.gate.measured import judge_measured, samples
from study.gate.predicted import Candidate, judge_predicted, predicted_baseline
from study.nights import Variant
from tangguh.ensembles import UsageError
from tangguh.replays import region_of
from tangguh.studies import nights_bar

EXIT: Final = {"pass": 0, "fail": 1, "undecided": 3, "invalid": 3, "sound": 0, "blind": 1}


@dataclass(frozen=True, slots=True)
class Opened:
    """A gate that is ready to judge."""

    file: Path
    loaded: Loaded[Gate]
    inputs: Inputs | None
    variant: Variant | None
    replay: Path | None
    seed: int

    @property
    def gate(self) -> Gate:
        """The gate itself."""
        return self.loaded.value

    def baseline_file(self, part: str) -> Path | None:
        """Where a part's baseline is kept, beside the gate."""
        its = getattr(self.gate, part)
        if its is None or its.regression is None:
            return None
        return self.loaded.beside((part, "regression", "baseline"), its.regression.baseline)


def opened(file: Path, replay: Path | None, seed: int) -> Opened:
    """Check a gate and what is given with it.

    Raises
    ------
    ScenarioError, UsageError : what is wrong with them.
    """
    tree, files = load(file)
    if not is_gate(tree):
        raise UsageError(
            f"{file}: is no gate: it has no key '{FIRST_KEY}'; see docs/how-to/gate.md"
        )
    loaded, inputs, variant = open_gate(tree, files)
    gate = loaded.value
    part = gate.predicted
    predicts = part is not None and bool(part.thresholds or part.regression)
    if gate.measured is not None and replay is None and not predicts:
        raise UsageError(f"{file}: judges what was measured; give the replay's folder by --replay")
    if replay is not None and gate.measured is None:
        raise UsageError(
            f"{file}: has no 'measured' part to judge the replay by; leave --replay out"
        )
    return Opened(file, loaded, inputs, variant, replay, seed)


def judge(its: Opened, *, jobs: int, stock: Path, plant: bool = False) -> dict[str, Any]:
    """Judge everything that can be; the contents of ``gate.json``.

    Parameters
    ----------
    plant : the self-test: make what is judged worse first, so that each threshold has to fail. The
        verdict is ``sound`` if all do, else ``blind``.

    Raises
    ------
    BaselineError, ReplayFolderError : what cannot be read.
    InterruptedRunError : Ctrl-C; finished nights are kept.
    """
    lines: list[Line] = []
    nights, wrong = 0, list[str]()
    gate = its.gate
    if gate.measured is not None and its.replay is not None:
        values, wrong, seed = samples(its.replay, region_of(its.replay))
        file = its.baseline_file("measured")
        before = None if file is None else baseline.read(file)
        lines += judge_measured(gate.measured, values, gate.error, before, file, seed, plant=plant)
    if gate.predicted is not None:
        found, nights = _predicted(its, jobs, stock, plant)
        lines = found + lines
    verdict: str = overall(lines)
    if plant:
        verdict = "sound" if all(line.verdict == "fail" for line in lines) else "blind"
    return {
        "gate": gate.gate,
        "title": gate.title.model_dump(),
        "file": str(its.file),
        "error": gate.error,
        "seed": its.seed,
        "nights": nights,
        "scenario": None if its.inputs is None else its.inputs.scenario.name,
        "variant": None if its.variant is None else str(its.variant),
        "replay": None if its.replay is None else str(its.replay),
        "self_test": plant,
        "not_judged": ["measured"] if gate.measured is not None and its.replay is None else [],
        "wrong": wrong,
        "lines": [line.plain() for line in lines],
        # what an invalid replay seems to say counts for nothing
        "verdict": "invalid" if wrong else verdict,
    }


def _predicted(its: Opened, jobs: int, stock: Path, plant: bool) -> tuple[list[Line], int]:
    part = its.gate.predicted
    assert part is not None
    file = its.baseline_file("predicted")
    before = None if file is None else baseline.read(file)
    with _candidate(its, jobs, stock) as candidate:
        return judge_predicted(part, candidate, its.gate.error, before, file, plant=plant)


@contextmanager
def _candidate(its: Opened, jobs: int, stock: Path) -> Iterator[Candidate]:
    """What is gated, with a bar over its nights."""
    assert its.gate.predicted is not None
    assert its.inputs is not None
    assert its.variant is not None
    with nights_bar(its.gate.predicted.nights.most, stock) as bar:
        yield Candidate(its.inputs, its.variant, its.seed, jobs, stock, bar.advance)


def update_baselines(its: Opened, *, jobs: int, stock: Path) -> list[Path]:
    """Write the baselines that the gate names, from what is gated now.

    Raises
    ------
    UsageError : if it names none, or none can be written.
    """
    written = []
    gate = its.gate
    file = its.baseline_file("predicted")
    if gate.predicted is not None and file is not None:
        with _candidate(its, jobs, stock) as candidate:
            content = predicted_baseline(gate.predicted, candidate)
        baseline.update(file, "predicted", content)
        written.append(file)
    file = its.baseline_file("measured")
    if file is not None and its.replay is not None:
        values, wrong, _ = samples(its.replay, region_of(its.replay))
        if wrong:
            raise UsageError(f"{its.replay}: is not valid ({wrong[0]}); no baseline is made of it")
        content = {"replay": str(its.replay.name), "values": baseline.thinned(values["answer"])}
        baseline.update(file, "measured", content)
        written.append(file)
    if not written:
        raise UsageError(f"{its.file}: names no baseline that can be written now")
    return written
