"""One command of the front door, carried out in this process, and what is wrong with how it ended.

It may take so many seconds and so much memory, and no more; it may end in a result, or in lines
that say place and reason. Everything else is a fault of ours.

Rule of this file: one case; which ones there are is said in :mod:`tests.robustness.subjects`.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import resource
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from tangguh.cli import main

SECONDS: Final = 20.0
"""For one case; the slowest that is right takes about a second on one of two shared cores."""
MEMORY: Final = 2_000_000_000
"""Bytes of address space that a case may add."""
LONGEST: Final = 700
"""Characters of a message's line; a terminal shows eight or nine lines of it."""
_PLACE: Final = re.compile(r"tangguh: \S|\S.*?:\d+(:\d+)?: \S")
_QUOTED: Final = re.compile(r":\d+:1: |^rejected: |^\* station |'[^']*' is no")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")
_NO_NUMBER: Final = re.compile(r"(?<![\w.'])[-+]?(?:nan|inf)(?![\w.'-])", re.IGNORECASE)


class HangError(BaseException):
    """A case took longer than it may. No ``except Exception`` may catch it."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended; ``escaped`` is the traceback of what nobody has caught."""

    code: int
    out: str
    err: str
    escaped: str = ""
    hung: bool = False


@contextlib.contextmanager
def bounded(seconds: float = SECONDS, memory: int = MEMORY) -> Iterator[None]:
    """Bound time and memory of a block; both bounds are lifted again."""

    def late(signum: int, frame: FrameType | None) -> None:
        raise HangError

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    before = signal.signal(signal.SIGALRM, late)
    most = pages * os.sysconf("SC_PAGE_SIZE") + memory
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def carry_out(words: Sequence[object], seconds: float = SECONDS) -> Ended:
    """A command of ``tangguh`` by its own entry."""
    out, err = io.StringIO(), io.StringIO()
    argv, sys.argv = sys.argv, ["tangguh", *map(str, words)]
    code, escaped, hung = 0, "", False
    try:
        with (
            bounded(seconds),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except HangError:
        hung, escaped = True, traceback.format_exc()
    except BaseException as error:  # whatever it is, it is what a user would see
        if isinstance(error, KeyboardInterrupt):
            raise
        escaped = "".join(traceback.format_exception(error))
    finally:
        sys.argv = argv
    return Ended(code, out.getvalue(), err.getvalue(), escaped, hung)


def fault(ended: Ended, named: Sequence[str], *, nonsense: bool = False) -> str:
    """What is wrong with an end, or nothing.

    Parameters
    ----------
    named : words of which a refusal must hold one: the file's name, or its folder's.
    nonsense : the file says what cannot be meant, so it must be refused.
    """
    if ended.hung:
        return "hang"
    if ended.escaped:
        return "traceback"
    if ended.code == 0:
        if nonsense:
            return "nonsense accepted"
        said = [line for line in ended.out.splitlines() if not _QUOTED.search(line)]
        if _NO_NUMBER.search("\n".join(said)):  # a line with a place quotes a file
            return "a result that is no number"
        return ""
    if ended.code not in (1, 2, 3):
        return f"exit code {ended.code}"
    if ended.code == 1:
        return "" if ended.out else "exit code 1 without a word"
    return _fault_of_lines(ended, named)


def _fault_of_lines(ended: Ended, named: Sequence[str]) -> str:
    lines = [line for line in ended.err.splitlines() if line.strip()]
    if not lines and ended.code == 3:
        return ""
    if not lines:
        return "refused without a word"
    if "Traceback" in ended.err:
        return "traceback"
    if _CONTROL.search("".join(lines)):
        return "control characters"
    if any(len(line) > LONGEST for line in lines):
        return "endless line"
    if lines[0].startswith("Usage: "):
        return ""
    if not _PLACE.match(lines[0]):
        return "line without place"
    if not any(name in ended.err for name in named):
        return "file not named"
    return ""
