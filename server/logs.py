"""Structured logs: one JSON object a line, on stderr.

Rule of this file: no token and no header field is ever passed here. A reader that does not keep up
costs lines, not uploads: where stderr cannot take a line at once it is counted and left out.
"""

from __future__ import annotations

import json
import logging
import os
import select
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

_PIPE: Final = 4096  # bytes that a pipe takes whole or not at all (POSIX: PIPE_BUF, Linux: 4096)


class _Lines:
    """stderr, never waited for."""

    left_out = 0

    def write(self, event: str, fields: dict[str, Any]) -> None:
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
