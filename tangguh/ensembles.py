"""What ``run`` and ``compare`` have in common: a plan of nights, carried out in a run's folder.

Rule of this file: from the command line's values to kept nights; nothing is printed but progress.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.assembly import Night
from sim.scenario.errors import UserFaultError, unknown
from sim.scenario.inputs import Inputs, NationInputs
from study import store
from study.engine import answers
from study.ensemble import unfinished
from study.experiment import Plan, carry_out
from study.nights import Setting, Variant
from study.summary import summarise
from tangguh.progress import Bar


class UsageError(UserFaultError):
    """A command line that cannot be carried out; the message says why and what to do."""


class InterruptedRunError(Exception):
    """Ctrl-C; the message says what was kept and how to go on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished ensemble: its folder and its summary."""

    folder: Path
    summary: dict[str, Any]


def names(given: str | None, what: str, known: Sequence[str]) -> list[str]:
    """A comma-separated option as names that exist."""
    found = [name.strip() for name in (given or "").split(",") if name.strip()]
    for name in found:
        if name not in known:
            raise UsageError(unknown(what, name, list(known)))
    return list(dict.fromkeys(found))


def variants(
    inputs: Inputs | NationInputs, policy: str | None, batching: str | None, shaping: str | None
) -> list[Variant]:
    """All combinations of what the options name; what is not named is the scenario's own."""
    client, catalogue = inputs.scenario.client, inputs.catalogue
    policies = names(policy, "policy", list(catalogue.policies)) or [client.policy]
    batchings = names(batching, "batching", list(catalogue.batchings)) or [client.batching]
    shapings = names(shaping, "shaping", list(catalogue.shapings)) or [client.shaping]
    return [Variant(p, b, s) for p in policies for b in batchings for s in shapings]


def variant(
    inputs: Inputs | NationInputs, policy: str | None, batching: str | None, shaping: str | None
) -> Variant:
    """The scenario's own variant, or what the options replace of it."""
    found = variants(inputs, policy, batching, shaping)
    if len(found) > 1:
        raise UsageError("run takes one policy, batching and shaping; compare takes several")
    return found[0]


def choose_folder(inputs: Inputs | NationInputs, out: Path | None, resume: bool) -> Path:
    """The run's folder: as given, the scenario's latest to resume, or a new one."""
    if out is not None:
        return out
    base = Path("out") / inputs.scenario.name
    if resume:
        runs = sorted(p.parent for p in base.glob(f"*/{store.PROVENANCE}"))
        if not runs:
            raise UsageError(f"--resume: there is no run in {base}; start one without --resume")
        return runs[-1]
    return store.new_folder(base)


def perform(
    inputs: Inputs,
    plan: Plan,
    main: Variant,
    *,
    command: str,
    seed: int,
    jobs: int,
    folder: Path,
    resume: bool,
) -> Outcome:
    """Carry a plan out in a folder, and write its results there.

    Raises
    ------
    RunFolderError : if the folder cannot be used.
    """
    identity = {
        "command": command,
        "scenario": inputs.scenario.name,
        "digest": digest_of(inputs),
        "seed": seed,
        "main": list(main),
    }
    with store.locked(folder):
        engine = answers(inputs.scenario, inputs.catalogue, inputs.trace, plan.nights)
        parts = store.begin(folder, identity, sys.argv[1:], resume, engine=engine)
        setting = Setting(
            inputs.scenario, inputs.region, seed, inputs.trace, parts, inputs.catalogue
        )
        tasks = plan.tasks()
        already = len(tasks) - len(unfinished(setting, tasks))
        try:
            with Bar("nights", len(tasks), already) as bar:
                nights = carry_out(setting, plan, jobs, lambda _task: bar.advance())
        except KeyboardInterrupt:
            kept = len(tasks) - len(unfinished(setting, tasks))
            raise InterruptedRunError(
                f"interrupted; {kept} of {len(tasks)} nights are kept; the same command with "
                f"--resume --out {folder} goes on"
            ) from None
        summary = _finish(folder, inputs, main, nights, seed)
    return Outcome(folder, summary)


def _finish(
    folder: Path, inputs: Inputs, main: Variant, nights: dict[Variant, list[Night]], seed: int
) -> dict[str, Any]:
    summary = summarise(inputs.scenario, inputs.region, main, nights, seed)
    summary["digest"] = digest_of(inputs)
    store.finish(folder, inputs.region, nights, summary)
    return summary


def digest_of(inputs: Inputs | NationInputs) -> str:
    """SHA-256 over the scenario and the files that it names."""
    digest = hashlib.sha256(inputs.loaded.digest.encode())
    for file in inputs.files[len(inputs.loaded.files) :]:
        digest.update(file.read_bytes())
    return digest.hexdigest()
