"""What ``calibrate`` does between its command line and its tables.

Rule of this file: from a file to a summary; nothing is printed but progress.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.scenario.inputs import check_inputs
from sim.scenario.source import Item
from study.calibration.declared import (
    Calibration,
    World,
    is_calibration,
    open_calibration,
    single,
)
from study.calibration.ensemble_file import Calibrated
from study.calibration.study import calibrate, nights_of
from tangguh.ensembles import InterruptedRunError
from tangguh.progress import Bar


def opened(tree: Item, files: list[Path]) -> tuple[Calibration, list[World]]:
    """A calibration and its worlds, from its own file or from one scenario.

    Raises
    ------
    ScenarioError, RejectedRowsError : everything that is wrong with them.
    """
    if is_calibration(tree):
        return open_calibration(tree, files)
    return single(check_inputs(tree, files), files[0])


def carry_out(
    calibration: Calibration, worlds: Sequence[World], *, seed: int, jobs: int, stock: Path
) -> tuple[dict[str, Any], Calibrated]:
    """Calibrate; the summary and the ensemble.

    Raises
    ------
    InterruptedRunError : Ctrl-C; what was simulated is kept.
    """
    with Bar("nights", nights_of(calibration)) as bar:
        try:
            return calibrate(
                calibration, worlds, seed=seed, jobs=jobs, stock=stock, finished=bar.advance
            )
        except KeyboardInterrupt:
            raise InterruptedRunError(
                f"interrupted; every finished night is kept in {stock}; the same command goes on"
            ) from None
