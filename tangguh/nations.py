"""What ``tangguh run`` does with a scenario of a whole nation.

Rule of this file: from the command line's values to kept nights; nothing is printed but progress.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from sim.scenario.inputs import NationInputs
from study import store
from study.engine import answers
from study.files import read_json, reading, write_json
from study.nation.night import SAMPLE, Plan, Told, carry_out, clear, prepare
from study.nation.summary import summarise
from study.nights import Variant
from tangguh.ensembles import InterruptedRunError, Outcome, digest_of
from tangguh.progress import Bar

NIGHTS: Final = 5
"""Nights where no number is asked for: one of 300,000 stations takes half a minute to two."""
FILE: Final = "nation.json"


def perform_nation(
    inputs: NationInputs,
    variant: Variant,
    *,
    replications: int,
    stations: int | None,
    sample: int = SAMPLE,
    seed: int,
    jobs: int,
    folder: Path,
    resume: bool,
) -> Outcome:
    """Simulate the nights of a nation in a folder, and write the results there.

    Parameters
    ----------
    stations : how many are simulated, as a sample of all; None: all.
    sample : stations that close the loop through the shared server.

    Raises
    ------
    RunFolderError : if the folder cannot be used.
    InterruptedRunError : at Ctrl-C.
    """
    whole = inputs.nation.stations
    identity: dict[str, Any] = {
        "command": "run",
        "scenario": inputs.scenario.name,
        "digest": digest_of(inputs),
        "seed": seed,
        "main": list(variant),
        "stations": min(stations or whole, whole),
        "sample": sample,
    }
    with store.locked(folder):
        engine = answers(inputs.scenario, inputs.catalogue, inputs.trace, [variant])
        parts = store.begin(folder, identity, sys.argv[1:], resume, engine=engine)
        parts.mkdir(exist_ok=True)
        plan = Plan(
            inputs.scenario,
            inputs.nation,
            seed,
            inputs.trace,
            parts,
            inputs.catalogue,
            variant,
            identity["stations"],
            sample,
        )
        finished = 0
        try:
            with _Progress(replications) as progress:
                missing = [r for r in range(replications) if not plan.result(r).is_file()]
                finished = replications - len(missing)
                if missing:
                    prepare(plan, missing, jobs, progress.tell)
                for replication in missing:
                    carry_out(plan, replication, jobs, progress.tell)
                    finished += 1
                for replication in range(replications):
                    clear(plan, replication)
        except KeyboardInterrupt:
            raise InterruptedRunError(
                f"interrupted; {finished} of {replications} nights are kept, and what is finished "
                f"of the next; the same command with --resume --out {folder} goes on"
            ) from None
        files = ", ".join(str(plan.result(r)) for r in range(replications))
        with reading(files, "remove the damaged one and go on with --resume"):
            summary = summarise(plan, [read_json(plan.result(r)) for r in range(replications)])
        summary["digest"] = identity["digest"]
        write_json(folder / FILE, summary)
    return Outcome(folder, summary)


class _Progress(ExitStack):
    """A bar for each part of each night."""

    def __init__(self, replications: int) -> None:
        super().__init__()
        self._replications = replications
        self._bar: Bar | None = None

    def tell(self, told: Told) -> None:
        """What is at work."""
        if told.done == 0:
            self.close()
            nights = "1 night" if self._replications == 1 else f"{self._replications} nights"
            if told.replication is not None:
                nights = f"night {told.replication + 1} of {self._replications}"
            self._bar = self.enter_context(Bar(f"{nights}: {told.what}", told.of))
        elif self._bar is not None:
            self._bar.advance()
