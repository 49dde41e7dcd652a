"""A worker process of an ensemble on this machine: it ends with whoever started it.

A command that is killed (``kill -9``, out of memory) can end nobody. So each worker waits, beside
its night, for its parent's death, which the kernel tells by the end of a pipe, and dies at once:
the rest of a night may take minutes of a processor, for a result that nobody waits for.

Rule of this file: the process; what it performs is in :mod:`study.nights`.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Final

from study.nights import perform, unpack

ORPHANED: Final = 1
"""Exit code of a worker whose parent has gone; nobody is left to read it."""


def work(setting_file: Path, pipe: Connection) -> None:
    """Perform the tasks that come by the pipe until it is closed; answer each with None, or with
    the exception that it ended in. Ctrl-C is left to the parent; if nobody waits for an answer any
    more, the worker ends without a word.

    The setting comes by a file: handed over by the pipe that starts a process, it would block the
    parent for ever if the child were killed before it had read more than the pipe holds.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    setting = unpack(setting_file.read_bytes())
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        answer: Exception | None = None
        try:
            perform(setting, task)
        except Exception as error:  # told to the parent, which raises it
            answer = error
        try:
            pipe.send(answer)
        except OSError:
            return


def end_with_parent() -> None:
    """End this process as soon as the one that started it is gone."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "it was not started by multiprocessing"

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(ORPHANED)

    threading.Thread(target=watch, name="parent", daemon=True).start()
