"""A replay must not outlive the command that started it: a server would be loaded by nobody.

Whoever starts Locust holds the writing end of a pipe and gives it the reading end. When the starter
is gone, however it went (``kill -9`` too), the kernel closes the pipe, and every process of the
replay dies at once. A thread of the system waits for that, not a greenlet: a worker that is busy
simulating hears it as well. Locust started by hand has no such pipe, and is ended by hand.

Rule of this file: processes; it knows nothing of replays.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LIFELINE: Final = "TANGGUH_LIFELINE"
"""The environment's name for the number of the reading end."""


@contextmanager
def lifeline() -> Iterator[tuple[int, dict[str, str]]]:
    """A pipe whose other end this process holds within the block.

    Yields
    ------
    The descriptor to pass on, and what to add to the child's environment.
    """
    theirs, ours = os.pipe()
    try:
        yield theirs, {LIFELINE: str(theirs)}
    finally:
        os.close(theirs)
        os.close(ours)


def hold_on() -> None:
    """Die when the other end of the lifeline is let go, if there is one."""
    named = os.environ.get(LIFELINE)
    if named is not None:
        from gevent.monkey import get_original  # where nobody is led, gevent is not needed

        get_original("_thread", "start_new_thread")(_wait, (int(named),))


def _wait(end: int) -> None:
    from gevent.monkey import get_original

    read = get_original("os", "read")
    while read(end, 1):
        pass
    os.kill(os.getpid(), signal.SIGKILL)
