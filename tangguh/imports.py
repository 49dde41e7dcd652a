"""What the importers of ``tangguh import`` have in common: a folder, its files, what is printed.

Rule of this file: from an importer's result to files. A fragment is written for ``extends``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
import yaml

from sim.network.profile import Steps
from sim.population.csv_files import RejectedRowsError
from sim.scenario.errors import printable
from sim.scenario.inputs import load_inputs
from study.files import write_csv, write_json, write_text
from study.importers.attempts import Load
from study.importers.ookla import Place, read_places
from study.importers.records import Imported, Rejects
from tangguh.studies import dated_folder

_SHOWN = 10
_DAY = 86_400.0


def load_of(path: Path) -> Load:
    """The background load of a scenario, by the clock."""
    shape = load_inputs(path).scenario.network.shape
    starts = [s.since.hour * 3600.0 + s.since.minute * 60.0 for s in shape]
    course = Steps(tuple(starts), tuple(s.load for s in shape), period=_DAY)
    return lambda clock: course.segment(clock)[0]


def places_of(path: Path, name: str) -> list[Place]:
    """A list of places.

    Raises
    ------
    RejectedRowsError : if any of its rows cannot be used; a list is small and can be mended.
    """
    rejects = Rejects(path)
    found = read_places(path, rejects, name)
    if rejects.count or not found:
        rejects.add(1, "has no rows") if not rejects.count else None
        raise RejectedRowsError(rejects.kept)
    return found


def carry_out(
    kind: str, file: Path, importer: Callable[[Rejects], Imported], out: Path | None
) -> None:
    """Import, write and say what was made.

    Raises
    ------
    RejectedRowsError : if nothing is left of the file.
    """
    rejects = Rejects(file)
    found = importer(rejects)
    if not found.fragment:
        if not rejects.count:
            rejects.add(1, "has nothing that can be used")
        raise RejectedRowsError(rejects.kept)
    folder = dated_folder(out, f"import-{kind}")
    fragment = folder / f"{kind}.yaml"
    write_text(fragment, _yaml(kind, file, found))
    for name, (header, rows) in found.tables.items():
        write_csv(folder / name, [header, *rows])
    summary = {**found.summary, "rejected": rejects.count}
    write_json(folder / "summary.json", summary)
    if rejects.count:
        listed = [(r.row, r.reason) for r in rejects.kept]
        write_csv(folder / "rejects.csv", [("row", "reason"), *listed])
    _say(found, rejects, fragment)


def _yaml(kind: str, file: Path, found: Imported) -> str:
    head = [
        f"From {file.name}, by `tangguh import {kind}`. A scenario takes it over by",
        f"`extends: [its-base.yaml, {kind}.yaml]`; what stands here replaces the base's.",
        *found.notes,
    ]
    text: str = yaml.safe_dump(found.fragment, sort_keys=False, allow_unicode=True, width=100)
    return "".join(f"# {line}\n" for line in head) + text


def _say(found: Imported, rejects: Rejects, fragment: Path) -> None:
    for name, value in found.summary.items():
        typer.echo(f"{name.replace('_', ' ')}: {_figure(value)}")
    if rejects.count:
        typer.echo(f"rejected: {rejects.count} rows")
        for reject in rejects.kept[:_SHOWN]:
            typer.echo(printable(f"  {reject}"))
        if rejects.count > _SHOWN:
            typer.echo(f"  ... all of them in {fragment.parent / 'rejects.csv'}")
    typer.echo(f"Fragment: {fragment}")


def _figure(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {_figure(v)}" for k, v in value.items())
    return f"{value:.4g}" if isinstance(value, float) else str(value)
