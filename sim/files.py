"""Before a file of a user is opened: is it one that ends?

A FIFO, a terminal or ``/dev/zero`` may never end, and a command that waits for it says nothing.

Rule of this file: it asks what a path is, and opens nothing.
"""

from __future__ import annotations

import errno
import stat
from pathlib import Path


def check_regular(path: Path) -> None:
    """Let a regular file pass (through links, too).

    Raises
    ------
    OSError : for anything else; ``strerror`` says what it is. A name that no file can have (with a
        NUL) is one that is not there.
    """
    try:
        mode = path.stat().st_mode
    except ValueError:
        raise FileNotFoundError(errno.ENOENT, "no file can have this name", str(path)) from None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder, not a file", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "is no regular file; copy it into one first", str(path))
