"""Structured logs: one JSON object a line, on stderr.

A reader that does not keep up costs lines, not uploads: where stderr cannot take a line at once it
is counted and left out. And strangers may not fill the disk with our lines: of each event at most
so many are written in a second, the others are counted too. Only ``request`` is written every
time, because whoever asked for ``--log-requests`` asked for that.

Rule of this file: no token and no header field is ever passed here.
"""

from __future__ import annotations

import json
import logging
import os
import select
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, Final

_PIPE: Final = 4096  # bytes that a pipe takes whole or not at all (POSIX: PIPE_BUF, Linux: 4096)
MOST: Final = 20
"""Lines of an event in a second: enough to see what happens, and at the usual 170 bytes a line no
more than 12 MB an hour. An assumption of ours."""
_EVERY: Final = "request"


class _Lines:
    """stderr, never waited for."""

    left_out = 0

    def __init__(self) -> None:
        self._second = 0
        self._said: Counter[str] = Counter()

    def write(self, event: str, fields: dict[str, Any]) -> None:
        if not self._may(event):
            self.left_out += 1
            return
        line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event}
        if self.left_out:
            line["left_out"] = str(self.left_out)
        text = json.dumps({**line, **fields}, default=str).encode()[: _PIPE - 1] + b"\n"
        fd = sys.stderr.fileno()
        if select.select([], [fd], [], 0)[1]:
            os.write(fd, text)
            self.left_out = 0
        else:
            self.left_out += 1

    def _may(self, event: str) -> bool:
        """Are there few enough of this event in this second?"""
        if event == _EVERY:
            return True
        second = int(monotonic())
        if second != self._second:
            self._second = second
            self._said.clear()
        self._said[event] += 1
        return self._said[event] <= MOST


_LINES: Final = _Lines()


def log(event: str, **fields: Any) -> None:
    """Write a line: when, what, and the fields."""
    _LINES.write(event, fields)


class JsonHandler(logging.Handler):
    """What libraries log (uvicorn, asyncio), in the same form."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        fields: dict[str, Any] = {"level": record.levelname, "message": record.getMessage()}
        if record.exc_info and record.exc_info[1] is not None:
            fields["error"] = repr(record.exc_info[1])
            fields["place"] = _place(record.exc_info[1])
        log(record.name, **fields)


def _place(error: BaseException) -> str:
    """Where an exception came from: file and line of its innermost frame."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


def to_stderr() -> None:
    """Send the logs of libraries to stderr, warnings and worse."""
    root = logging.getLogger()
    root.handlers[:] = [JsonHandler()]
    root.setLevel(logging.WARNING)
