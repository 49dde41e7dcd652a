"""Jobs for a process of its own: a list in, what became of each out, as JSON.

Rule of this file: it starts the process; what a job is, the module that carries it out says.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conftest import ROOT


def performed(
    module: str, folder: Path, jobs: list[dict[str, Any]], *, within: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Have a module of this folder carry jobs out; ``within`` are words before its command."""
    file = folder / "jobs.json"
    file.write_text(json.dumps(jobs))
    done = subprocess.run(
        [*within, sys.executable, "-m", f"tests.robustness.{module}", str(file)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
