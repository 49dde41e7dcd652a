"""Pictures of delay laws.

Rule of this file: drawing by matplotlib, without a screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from study.delays import Delay

_INK: Final = "#1f4e79"
_COLUMNS: Final = 5


def plot_law(name: str, law: Sequence[Delay], file: Path) -> None:
    """One policy's delay law into a file (.svg, .png, .pdf)."""
    figure = Figure(figsize=(5, 3), layout="constrained")
    _draw(figure.subplots(), name, law)
    _save(figure, file)


def plot_laws(laws: dict[str, list[Delay]], file: Path) -> None:
    """Many delay laws side by side."""
    rows = ceil(len(laws) / _COLUMNS)
    figure = Figure(figsize=(2.4 * _COLUMNS, 1.6 * rows), layout="constrained")
    axes = figure.subplots(rows, _COLUMNS, squeeze=False).ravel()
    for ax, (name, law) in zip(axes, laws.items(), strict=False):
        _draw(ax, name, law, small=True)
    for ax in axes[len(laws) :]:
        ax.axis("off")
    _save(figure, file)


def _draw(ax: Axes, name: str, law: Sequence[Delay], small: bool = False) -> None:
    retries = range(1, len(law) + 1)
    ax.fill_between(
        retries, [d.low for d in law], [d.high for d in law], color=_INK, alpha=0.25, lw=0
    )
    ax.plot(retries, [d.middle for d in law], color=_INK, marker="o", ms=2 if small else 4, lw=1)
    ax.set_title(name, fontsize=7 if small else 10)
    ax.tick_params(labelsize=6 if small else 8)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_ylim(0, 1.05 * max([d.high for d in law], default=0.0) or 1.0)
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.set_xlim(0.5, max(len(law), 3) + 0.5)
    if not small:
        ax.set_xlabel("retry")
        ax.set_ylabel("wait, seconds")


def _save(figure: Figure, file: Path) -> None:
    metadata: dict[str, Any] = {"Date": None} if file.suffix == ".svg" else {}
    with mpl.rc_context({"svg.hashsalt": "tangguh", "svg.fonttype": "none"}):
        figure.savefig(file, metadata=metadata)
