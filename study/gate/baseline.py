"""A baseline: what was good enough once, kept beside the gate in a small JSON.

The predicted part holds the share of each night, with what makes nights comparable: the seed and
the digest of the region. Where both are the same, nights are paired: the same stations met the same
luck, and only the app, the server and the scenario's values differ. The measured part holds the
answers of a replay (seconds), at most :data:`_MOST` of them, evenly picked from the sorted ones.

Rule of this file: from and to JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.errors import UserFaultError
from study.files import read_json, write_json

FORMAT: Final = "tangguh-baseline/1"
_MOST: Final = 5000
Array = NDArray[np.float64]


class BaselineError(UserFaultError):
    """A baseline that cannot be used; the message says why and what to do."""


def read(path: Path) -> dict[str, Any]:
    """Read a baseline.

    Raises
    ------
    BaselineError : if it is not there, or is none.
    """
    try:
        found = read_json(path)
    except FileNotFoundError:
        raise BaselineError(
            f"{path}: there is no baseline yet; `tangguh gate ... --update-baseline` writes it"
        ) from None
    except (OSError, ValueError) as error:
        raise BaselineError(f"{path}: cannot be read as a baseline: {error}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BaselineError(
            f"{path}: is not a baseline of the format {FORMAT}; remove it, or name another file in "
            "the gate"
        )
    return found


def values(found: Mapping[str, Any], part: str, path: Path) -> Array:
    """The values of a part (``predicted`` or ``measured``).

    Raises
    ------
    BaselineError : if it has none.
    """
    try:
        if not isinstance(found[part], Mapping):
            raise TypeError("it is no table of values")
        numbers = np.array(found[part]["values"], dtype=np.float64)
        if numbers.ndim != 1 or len(numbers) < 2 or not np.isfinite(numbers).all():
            raise ValueError("fewer than two values, or values that are not finite")
    except (KeyError, TypeError, ValueError) as error:
        raise BaselineError(
            f"{path}: has no {part} values ({error}); `--update-baseline` writes them"
        ) from None
    return numbers


def update(path: Path, part: str, content: Mapping[str, Any]) -> None:
    """Write a part; the other is kept."""
    before: dict[str, Any] = read(path) if path.exists() else {"format": FORMAT}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, before | {part: dict(content)})


def thinned(numbers: Array) -> list[float]:
    """Sorted, and at most :data:`_MOST`."""
    ordered = np.sort(numbers)
    if len(ordered) > _MOST:
        ordered = ordered[np.linspace(0, len(ordered) - 1, _MOST).round().astype(int)]
    return [round(float(v), 6) for v in ordered]
