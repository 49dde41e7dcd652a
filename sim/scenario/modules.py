"""A user's own Python module: policies, batchings and shapings that YAML cannot express.

It is an ordinary file named in the scenario (``modules: [my_policies.py]``) that defines
``POLICIES``, ``BATCHINGS`` or ``SHAPINGS``, each a list. What it raises, when it is
read or later in a night, becomes one line with its place.

Rule of this file: importing by path, and blame.
"""

from __future__ import annotations

import hashlib
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Final

from sim.files import check_regular
from sim.scenario.errors import UserFaultError

_LOADED: Final[dict[Path, bytes]] = {}
"""The files that this process has imported, as they were then."""


class UserCodeError(UserFaultError):
    """A user's module raised, or holds what cannot be used; the message is one line."""


def module_name(path: Path, source: bytes) -> str:
    """The name under which a user's file is imported: the same in every process, and another one
    when the file has changed."""
    own = str(path.resolve()).encode() + b"\0" + source
    return f"tangguh_user_{path.stem}_{hashlib.blake2b(own, digest_size=6).hexdigest()}"


def source_of(path: Path) -> bytes:
    """A user's file as this process has imported it, for a process that may not have the file."""
    return _LOADED[path]


def load_module(path: Path, source: bytes | None = None) -> ModuleType:
    """Import a user's file, once a process.

    Parameters
    ----------
    source : what the file holds, from :func:`source_of` of another process; None: it is read.

    Raises
    ------
    UserCodeError : if it raises, with its place.
    """
    if path.suffix != ".py":
        raise UserCodeError(f"{path} is not a Python file; its name must end in .py")
    try:
        if source is None:
            check_regular(path)
            source = path.read_bytes()
    except OSError as error:
        raise UserCodeError(f"{path}: {error.strerror}") from error
    _LOADED[path] = source
    name = module_name(path, source)
    if name in sys.modules:
        return sys.modules[name]
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    try:
        exec(compile(source, str(path), "exec"), module.__dict__)
    except Exception as error:
        del sys.modules[name]
        raise UserCodeError(blame(error, [path]) or f"{path}: {told(error)}") from error
    return module


def told(error: BaseException) -> str:
    """An exception as one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def blame(error: BaseException, files: list[Path]) -> str | None:
    """``my_policies.py:12: in delay: ValueError: ...`` if one of the files raised it, else None."""
    if isinstance(error, SyntaxError) and error.filename is not None:
        return f"{error.filename}:{error.lineno}: {type(error).__name__}: {error.msg}"
    own = {str(f.resolve()): f for f in files}
    if error.__cause__ is not None and (found := blame(error.__cause__, files)) is not None:
        return found
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = own.get(str(Path(frame.filename).resolve()))
        if file is not None:
            return f"{file}:{frame.lineno}: in {frame.name}: {told(error)}"
    return None
