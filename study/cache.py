"""Results kept by content: the same night of the same thing is never simulated twice.

A cell's folder is named by a digest of all that its nights depend on: the scenario (but for its
title and what it is compared with), the files that it names, the seed, what the app does, and the
code of the model itself. Whatever changes is another folder; whatever does not is found again.

Rule of this file: names of folders.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import sim
import study.measures
from sim.scenario.conduct import Conduct
from sim.scenario.model import Scenario

_NOT_OF_THE_NIGHT = {"name", "title", "compare", "client", "policies", "batchings", "shapings"}


@cache
def code_digest() -> str:
    """SHA-256 over the source of the model and of the measures."""
    digest = hashlib.sha256()
    root = Path(sim.__path__[0])
    assert study.measures.__file__ is not None
    for file in [*sorted(root.rglob("*.py")), Path(study.measures.__file__)]:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def cell_digest(
    scenario: Scenario, files: Iterable[Path], seed: int, conduct: Conduct, modules: Iterable[Path]
) -> str:
    """The name of a cell's folder.

    Parameters
    ----------
    files : what the scenario names, beside itself: regions, traces.
    modules : the user's modules.
    """
    digest = hashlib.sha256(code_digest().encode())
    night = scenario.model_dump(mode="json", exclude=_NOT_OF_THE_NIGHT)
    night["timeout"] = scenario.client.model_dump(mode="json")["timeout"]
    for part in (repr(sorted(night.items())), repr(seed), repr(tuple(conduct))):
        digest.update(part.encode())
    for file in (*files, *modules):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:24]
