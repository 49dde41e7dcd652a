"""Which file in a folder of results belongs to which kind, and who writes its chapter.

Rule of this file: one line a kind. A new kind: a file in this folder with ``chapter(summary,
language)``, and its line here. Of two kinds with the same file the first that fits counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reports.chapters import (
    arrivals,
    calibration,
    card,
    effects,
    evidence,
    gate,
    grid,
    nation,
    plan,
    replay,
    run,
    sensitivity,
    truths,
    validation,
)
from reports.chapters.chapter import Maker
from sim.scenario.errors import UserFaultError
from study.files import read_json
from study.store import command_of


class ReportError(UserFaultError):
    """There is nothing to report on, or it is not readable."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of result: what it is called, the file with its summary, who writes its chapter,
    what readers call it (Indonesian, English), another file that must be there, and a key that
    every such summary has."""

    name: str
    file: str
    chapter: Maker
    words: tuple[str, str]
    beside: str = ""
    key: str = ""

    def fits(self, folder: Path) -> bool:
        """Whether the folder holds its file."""
        return (folder / self.file).is_file() and (
            not self.beside or (folder / self.beside).is_file()
        )


KINDS: Final = (
    Kind(
        "effects",
        "effects.json",
        effects.chapter,
        ("Kebijakan di semua dunia", "Policies over all worlds"),
        key="worlds",
    ),
    Kind(
        "sensitivity",
        "sensitivity.json",
        sensitivity.chapter,
        ("Kepekaan", "Sensitivity"),
        key="screening",
    ),
    Kind("gate", "gate.json", gate.chapter, ("Gerbang", "Gate"), key="verdict"),
    Kind("plan", "plan.json", plan.chapter, ("Rencana", "Plan"), key="levers"),
    Kind(
        "nation",
        "nation.json",
        nation.chapter,
        ("Seluruh Indonesia", "The nation"),
        key="provinces",
    ),
    Kind("grid", "grid.json", grid.chapter, ("Perbandingan", "Comparison"), key="worlds"),
    Kind(
        "calibration",
        "calibration.json",
        calibration.chapter,
        ("Kalibrasi", "Calibration"),
        key="held_out",
    ),
    Kind("evidence", "evidence.json", evidence.chapter, ("Bukti", "Evidence"), key="movements"),
    Kind("arrivals", "arrivals.json", arrivals.chapter, ("Kedatangan", "Arrivals"), key="ways"),
    Kind(
        "validation",
        "validation.json",
        validation.chapter,
        ("Daerah lain", "Other places"),
        key="points",
    ),
    Kind("card", "model-card.json", card.chapter, ("Kartu model", "Model card"), key="card"),
    Kind("truths", "truths.json", truths.chapter, ("Beban lebih", "Overload"), key="truths"),
    Kind(
        "replay",
        "summary.json",
        replay.chapter,
        ("Pengulangan", "Replay"),
        beside="replay.json",
        key="lines",
    ),
    Kind("run", "summary.json", run.chapter, ("Prediksi", "Prediction"), key="outcomes"),
)


def kind_of(name: str) -> Kind:
    """A kind by its name."""
    return next(kind for kind in KINDS if kind.name == name)


@dataclass(frozen=True, slots=True)
class Result:
    """A folder's summary, and its kind."""

    folder: Path
    kind: Kind
    summary: dict[str, Any]

    @property
    def file(self) -> Path:
        """Where the summary was read from."""
        return self.folder / self.kind.file

    @property
    def tables(self) -> list[Path]:
        """The tables behind it, as Parquet: a row for each station of each night, or an attempt;
        of a nation one table a night."""
        return sorted([*self.folder.glob("*.parquet"), *self.folder.glob("outcomes/*.parquet")])

    @property
    def command(self) -> str:
        """The command that has made it, by its own provenance; empty if that does not say it."""
        return command_of(self.folder)


def open_results(folder: Path) -> list[Result]:
    """Find out what a folder holds, and read it: a calibration's may hold its model card, too.

    Raises
    ------
    ReportError : if it holds no result that a chapter is known for.
    """
    if not folder.is_dir():
        raise ReportError(
            f"{folder}: there is no such folder; give the one that a command printed, as in out/..."
        )
    kinds = {kind.file: kind for kind in reversed(KINDS) if kind.fits(folder)}
    if not kinds:
        names = ", ".join(dict.fromkeys(k.file for k in KINDS))
        raise ReportError(f"{folder}: holds no result to report on; looked for {names}")
    return [_open(folder, kind) for kind in reversed(kinds.values())]


def _open(folder: Path, kind: Kind) -> Result:
    file = folder / kind.file
    try:
        summary = read_json(file)
    except (OSError, ValueError) as error:
        raise ReportError(f"{file}: is not JSON ({error}); run its command again") from error
    if not isinstance(summary, dict) or (kind.key and kind.key not in summary):
        raise ReportError(
            f"{file}: is no summary of a {kind.name} (no {kind.key!r}); run its command again"
        )
    return Result(folder, kind, summary)
