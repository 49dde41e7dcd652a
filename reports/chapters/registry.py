"""Which file in a folder of results belongs to which kind, and who writes its chapter.

Rule of this file: one line a kind. A new kind: a file in this folder with ``chapter(summary,
language)``, and its line here. The first line that fits a folder counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reports.chapters import calibration, effects, gate, grid, plan, replay, run, sensitivity
from reports.chapters.chapter import Maker
from sim.scenario.errors import UserFaultError
from study.files import read_json


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
    Kind("grid", "grid.json", grid.chapter, ("Perbandingan", "Comparison"), key="worlds"),
    Kind(
        "calibration",
        "calibration.json",
        calibration.chapter,
        ("Kalibrasi", "Calibration"),
        key="held_out",
    ),
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


def open_result(folder: Path) -> Result:
    """Find out what a folder holds, and read it.

    Raises
    ------
    ReportError : if it holds no result that a chapter is known for.
    """
    if not folder.is_dir():
        raise ReportError(
            f"{folder}: there is no such folder; give the one that a command printed, as in out/..."
        )
    kind = next((k for k in KINDS if k.fits(folder)), None)
    if kind is None:
        names = ", ".join(dict.fromkeys(k.file for k in KINDS))
        raise ReportError(f"{folder}: holds no result to report on; looked for {names}")
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
