"""A user's own Python module: policies, batchings and shapings that YAML cannot express.

It is an ordinary file named in the scenario (``modules: [my_policies.py]``) that defines
``POLICIES``, ``BATCHINGS`` or ``SHAPINGS``, each a list. What it raises, when it is
read or later in a night, becomes one line with its place.

Rule of this file: importing by path, and blame.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType

from sim.scenario.errors import UserFaultError


class UserCodeError(UserFaultError):
    """A user's module raised, or holds what cannot be used; the message is one line."""


def module_name(path: Path) -> str:
    """The name under which a user's file is imported; the same in every process."""
    digest = hashlib.blake2b(str(path.resolve()).encode(), digest_size=6).hexdigest()
    return f"tangguh_user_{path.stem}_{digest}"


def load_module(path: Path) -> ModuleType:
    """Import a user's file, once a process.

    Raises
    ------
    UserCodeError : if it raises, with its place.
    """
    name = module_name(path)
    if name in sys.modules:
        return sys.modules[name]
    found = importlib.util.spec_from_file_location(name, path)
    if found is None or found.loader is None:
        raise UserCodeError(f"{path} is not a Python file; its name must end in .py")
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    try:
        found.loader.exec_module(module)
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
