"""What an answer says: its JSON, its Retry-After, and the status that it means.

Rule of this file: pure functions of an answer and the target's rules; no clock: a date is read
against the answer's own ``Date``. Source: RFC 9110 section 10.2.3 (Retry-After), RFC 6901 (JSON
pointers). Units: seconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, Final

from locustfiles.targets.schema import ErrorRule, RetryAfter, TargetSpec, When

BROKEN: Final = 502
"""What the client sees of an answer that breaks the protocol, such as a 201 without a Location, or
a success other than those that the target expects. An assumption of ours: as of a bad gateway."""

_MISSING: Final = object()
_LONGEST: Final = 1e9  # 30 years: beyond it a number is no duration
_NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


@dataclass(frozen=True)
class Answer:
    """A response as it came."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        wanted = name.lower()
        return next((v.strip() for n, v in self.headers if n.lower() == wanted), None)

    def number(self, name: str) -> int | None:
        """A header that is a whole number, such as Upload-Offset; None if there is none."""
        value = self.header(name) or ""
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None

    def cookie(self, name: str) -> str | None:
        """A cookie that the answer sets (RFC 6265)."""
        for header, value in self.headers:
            key, _, rest = value.partition("=")
            if header.lower() == "set-cookie" and key.strip() == name:
                return rest.split(";", 1)[0].strip().strip('"')
        return None

    @cached_property
    def json(self) -> Any:
        """The body as JSON; a body that is none has no fields."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return _MISSING

    def at(self, pointer: str) -> Any:
        """The value at a JSON pointer, or None."""
        found = resolve(self.json, pointer)
        return None if found is _MISSING else found


def resolve(document: Any, pointer: str) -> Any:
    """What a JSON pointer points at (RFC 6901)."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict):
            document = document.get(key, _MISSING)
        elif isinstance(document, list) and key.isdigit() and int(key) < len(document):
            document = document[int(key)]
        else:
            return _MISSING
    return document


def meant(answer: Answer, spec: TargetSpec, success: Sequence[int] | None) -> int:
    """The status that an answer means.

    The target's error rules come first. Then one of ``success`` is a success whatever its class (a
    409 may mean: it is here already), and any other 2xx is none. Without ``success`` 2xx is.
    """
    for rule in spec.errors:
        if applies(rule, answer):
            return rule.then
    status = answer.status
    if success is None:
        return status
    if status in success:
        return status if 200 <= status < 300 else 200
    return BROKEN if 200 <= status < 300 else status


def applies(rule: ErrorRule, answer: Answer) -> bool:
    """Does a rule speak of this answer?"""
    when: When = rule.when
    return (
        (when.status is None or answer.status in when.status)
        and all(_same(resolve(answer.json, p), v) for p, v in when.json_.items())
        and all(v.lower() in (answer.header(n) or "").lower() for n, v in when.headers.items())
        and (when.text is None or when.text.encode() in answer.body)
    )


def _same(found: Any, said: Any) -> bool:
    """Equal as JSON: 1 is not true."""
    return found == said and isinstance(found, bool) == isinstance(said, bool)


def retry_after(answer: Answer, spec: RetryAfter) -> float | None:
    """Seconds that the server asks to wait; None if it says nothing that can be understood."""
    if spec.json_ is not None:
        said = answer.at(spec.json_)
        wait = seconds(said)
        if wait is not None:
            return wait / 1000.0 if spec.unit == "ms" else wait
    value = answer.header(spec.header)
    if value is None:
        return None
    wait = seconds(value)
    return wait if wait is not None else _until(value, answer.header("Date"))


def seconds(said: object) -> float | None:
    """A duration as servers write it, a number or its text; None for anything else."""
    if isinstance(said, bool):
        return None
    if isinstance(said, int | float):
        return float(said) if 0 <= said < _LONGEST else None
    return float(str(said)) if _NUMBER.fullmatch(str(said).strip()) else None


def _until(value: str, date: str | None) -> float | None:
    """Seconds from the answer's date to an HTTP date; a date in the past is 0."""
    if date is None:
        return None
    try:
        wait: timedelta = parsedate_to_datetime(value) - parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return None
    return max(0.0, wait.total_seconds())
