"""Whether a result is still what its command wrote, and whose fault it is if it cannot be used.

A command notes in ``provenance.json`` the SHA-256 of its result, and of the code that made it. A
result that bears both is not damaged: what fails on it is a fault of ours, and is not called
anything else.

Rule of this file: checksums and blame; what is in a result is known elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import sim
import study
from study.files import DAMAGE, DamagedFileError, read_json, write_json
from study.store import PROVENANCE

_KEY = "sealed"


@cache
def _code() -> str:
    """SHA-256 over the source of the model and of the studies."""
    digest = hashlib.sha256()
    for package in (sim, study):
        root = Path(package.__path__[0])
        for file in sorted(root.rglob("*.py")):
            digest.update(file.relative_to(root).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()


def seal(file: Path) -> None:
    """Note a result's checksum in the provenance beside it."""
    beside = file.parent / PROVENANCE
    known = read_json(beside) if beside.is_file() else {}
    sealed = known.get(_KEY)
    its = {file.name: {"sha256": _sha(file), "code": _code()}}
    known[_KEY] = {**sealed, **its} if isinstance(sealed, dict) else its
    write_json(beside, known)


def altered(file: Path) -> bool:
    """Whether a result that was sealed is no longer what was written."""
    found = _sealed(file)
    return found is not None and found["sha256"] != _sha(file)


def as_written(file: Path) -> bool:
    """Whether a result is what this very code has written."""
    return _sealed(file) == {"sha256": _sha(file), "code": _code()}


def _sealed(file: Path) -> dict[str, str] | None:
    try:
        found = read_json(file.parent / PROVENANCE)[_KEY][file.name]
        return {key: str(found[key]) for key in ("sha256", "code")}
    except (OSError, *DAMAGE):  # no provenance, or none that can be read: not sealed
        return None


def _sha(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@contextmanager
def blaming(files: Sequence[Path], remedy: str) -> Iterator[None]:
    """A block that uses what was read from ``files``, which may be damaged or of another version.

    Raises
    ------
    DamagedFileError : instead of what a block meets in a result that lacks something, if one of the
        files is not :func:`as_written`; with all of them as written the fault is ours, and passes.
    """
    try:
        yield
    except DAMAGE as error:
        suspects = [file for file in files if not as_written(file)]
        if not suspects:
            raise
        raise DamagedFileError(
            f"{', '.join(map(str, suspects))}: is damaged, or was written by another version "
            f"({error!r}); {remedy}"
        ) from error
