"""A run's folder: ``provenance.json``, the nights in ``parts/``, then ``outcomes.parquet`` and
``summary.json``.

``provenance.json`` is written first and says what the run is (scenario's digest, seed, versions,
command); a run is resumed only with the same. The two results are a function of it alone: the same
seed gives the same bytes.

Rule of this file: files and their integrity; what is in them is made elsewhere.
"""

from __future__ import annotations

import errno
import fcntl
import os
import platform
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from sim.assembly import Night
from sim.ledger import Cause, State
from sim.population.region import Region
from sim.scenario.errors import UserFaultError
from study.engine import chosen
from study.files import DamagedFileError, clear_scratch, read_json, replacing, write_json
from study.nights import Variant

PROVENANCE: Final = "provenance.json"
LOCK: Final = ".lock"
_PACKAGES: Final = ("tangguh", "simpy", "numpy", "scipy", "numba", "pydantic", "duckdb")


class RunFolderError(UserFaultError):
    """The folder cannot be used for this run; the message says why and what to do."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder, which is made if it is not there, for this process alone.

    Raises
    ------
    RunFolderError : if another process holds it, which is named.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("a+", encoding="utf-8")
    except OSError as error:
        raise RunFolderError(f"{folder}: cannot be written: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise RunFolderError(
                f"{folder}: another run is at work in this folder ({lock.read().strip()}); wait "
                "for it, or give another --out folder"
            ) from None
        except OSError as error:
            raise RunFolderError(
                f"{folder}: cannot be locked: {error.strerror}; give a folder on a disk of this "
                "machine"
            ) from error
        since = datetime.now().astimezone().strftime("%H:%M:%S")
        lock.truncate(0)
        lock.write(f"process {os.getpid()} on {platform.node()} since {since}\n")
        lock.flush()
        clear_scratch(folder, alone=True)
        yield


def new_folder(base: Path, what: str = "") -> Path:
    """Make a folder of results named by the time; a number is added where the name is taken: by a
    command that began in the same second, or before the clock was set back."""
    name = what + datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    base.mkdir(parents=True, exist_ok=True)
    for more in count(1):
        folder = base / (name if more == 1 else f"{name}-{more}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise AssertionError("numbers do not end")


def begin(
    folder: Path, identity: Mapping[str, Any], command: Sequence[str], resume: bool, **more: Any
) -> Path:
    """Start or resume a run; returns the folder of its parts.

    Parameters
    ----------
    identity : what makes it this run: scenario digest, seed, ...
    more : what else its provenance says.

    Raises
    ------
    RunFolderError : if the folder holds another run, or one that would be overwritten.
    """
    file = folder / PROVENANCE
    if file.exists():
        _check_same(file, identity, resume)
    else:
        write_json(file, provenance(identity, command) | more)
    return folder / "parts"


def provenance(identity: Mapping[str, Any], command: Sequence[str]) -> dict[str, Any]:
    """What a result is from: its identity, the command, when, and what software."""
    return {
        "identity": dict(identity),
        "command": list(command),
        "begun": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "engine": {"asked": chosen().value},
        "versions": {name: version(name) for name in _PACKAGES},
    }


def command_of(folder: Path) -> str:
    """The command that has made a folder, by its own provenance; empty if that does not say it."""
    try:
        words = read_json(folder / PROVENANCE)["command"]
    except (OSError, ValueError, LookupError, TypeError):
        return ""
    if not words or not isinstance(words, list) or not all(isinstance(w, str) for w in words):
        return ""
    return shlex.join(["tangguh", *words])


def _check_same(file: Path, identity: Mapping[str, Any], resume: bool) -> None:
    try:
        found = read_json(file)["identity"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunFolderError(f"{file}: is damaged; give another --out folder") from error
    different = [key for key in identity if found.get(key) != identity[key]]
    if different:
        raise RunFolderError(
            f"{file}: the folder holds another run (its {', '.join(different)} differ); "
            "give another --out folder"
        )
    if not resume:
        raise RunFolderError(f"{file}: the folder holds this run already; go on with --resume")


def finish(
    folder: Path,
    region: Region,
    nights: Mapping[Variant, Sequence[Night]],
    summary: Mapping[str, Any],
) -> None:
    """Write the results beside the parts, which stay: a run can be resumed with more nights."""
    write_outcomes(folder / "outcomes.parquet", region, nights)
    write_json(folder / "summary.json", summary)


def write_outcomes(path: Path, region: Region, nights: Mapping[Variant, Sequence[Night]]) -> None:
    """One row per variant, replication and station, as Parquet (zstd)."""
    codes = np.array([s.code for s in region.stations], dtype=object)
    names = np.array([k.name for k in region.kecamatan], dtype=object)
    states = np.array([s.name.lower() for s in State], dtype=object)
    causes = np.array([c.name.lower() for c in Cause], dtype=object)
    columns: dict[str, list[Any]] = {}
    for variant, found in nights.items():
        for replication, night in enumerate(found):
            rows = night.outcomes
            constant = {
                "policy": variant.policy,
                "batching": variant.batching,
                "replication": replication,
            }
            for name, value in constant.items():
                dtype = object if isinstance(value, str) else np.int32
                columns.setdefault(name, []).append(np.full(len(rows), value, dtype=dtype))
            columns.setdefault("tps", []).append(codes[rows["station"]])
            columns.setdefault("kecamatan", []).append(names[rows["kecamatan"]])
            columns.setdefault("outcome", []).append(states[rows["state"]])
            columns.setdefault("cause", []).append(causes[rows["cause"]])
            for name in (
                "ready_s",
                "sent_s",
                "tally_s",
                "handed_over_s",
                "attempts",
                "bytes_acked",
                "bytes_wasted",
                "excel",
            ):
                columns.setdefault(name, []).append(rows[name])
    table = {name: np.concatenate(parts) for name, parts in columns.items()}
    write_parquet(path, table)


def parquet_as_csv(source: Path, target: Path) -> None:
    """A table of Parquet as CSV with a header, for spreadsheets.

    Raises
    ------
    DamagedFileError : if it is no table.
    """
    with replacing(target) as scratch, duckdb.connect(config={"threads": 1}) as connection:
        read, write = (str(path).replace("'", "''") for path in (source, scratch))
        try:
            connection.execute(f"COPY (FROM '{read}') TO '{write}' (FORMAT csv, HEADER)")
        except duckdb.InvalidInputException as error:
            raise DamagedFileError(f"{source}: is damaged; run its command again") from error


def write_parquet(path: Path, table: Mapping[str, NDArray[Any]]) -> None:
    """Write columns of the same length as Parquet (zstd); the same table gives the same bytes."""
    with replacing(path) as scratch, duckdb.connect(config={"threads": 1}) as connection:
        target = str(scratch).replace("'", "''")
        connection.register("columns", dict(table))
        try:
            connection.execute(f"COPY columns TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
        except duckdb.IOException as error:
            full = os.strerror(errno.ENOSPC) in str(error)
            number = errno.ENOSPC if full else errno.EIO
            raise OSError(number, os.strerror(number), str(path)) from error
