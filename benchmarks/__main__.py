"""``python -m benchmarks``: run all, print the table and write it to docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from benchmarks import cell, night, policies, processes

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Made by `python3 dev.py bench`. Each figure is a ratio against a peer in the same run; CPU seconds,
medians of interleaved runs, where not said otherwise. {machine}

| what | measured | target | met |
|---|---|---|---|
"""


def main() -> None:
    """Measure, print, write."""
    machine = (
        f"Machine: {os.cpu_count()} cores, {platform.machine()}, "
        f"Python {platform.python_version()}, SimPy {version('simpy')}, Ciw {version('ciw')}."
    )
    lines = []
    for module in (night, cell, processes, policies):
        for row in module.rows():
            met = {True: "yes", False: "**no**", None: ""}[row.met]
            lines.append(f"| {row.what} | {row.figure} | {row.target} | {met} |")
            print(lines[-1], flush=True)
    PAGE.write_text(HEAD.format(machine=machine) + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
