"""Problems in a file, each with its place, what is wrong, what was expected and a remedy.

Rule of this file: data and its text; ``file:line:column:`` first, so that editors can jump there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final


class UserFaultError(Exception):
    """What a user can mend: a wrong option, a file that is not there. The message is one line with
    place, reason and remedy; the command line prints it and ends with exit code 2."""


_LISTED = 12  # names that an error message lists; more would hide what it says


_UNSEEN: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
_LONGEST: Final = 600
"""Characters of one line of a message; more would be a file's content, which nobody reads."""


def printable(message: str) -> str:
    """A message as a terminal may have it: what a file says is quoted in it, and must neither move
    the cursor nor change the direction of the text, nor fill the screen."""
    shown = _UNSEEN.sub(lambda found: repr(found[0])[1:-1], message)
    return "\n".join(
        line if len(line) <= _LONGEST else f"{line[: _LONGEST - 30]} ... {line[-20:]}"
        for line in shown.split("\n")
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. Lines and columns count from 1."""

    file: Path
    line: int
    column: int
    path: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {where}{self.what}{hint}"


class ScenarioError(Exception):
    """A scenario cannot be used; all its problems are listed, in order of their places."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems, key=lambda p: (str(p.file), p.line, p.column))
        super().__init__("\n".join(map(str, self.problems)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``did you mean 'x'?`` for the nearest known word, or the empty string."""
    near = get_close_matches(word, list(known), 1, 0.6)
    return f"did you mean '{near[0]}'?" if near else ""


def unknown(what: str, word: str, known: Sequence[str]) -> str:
    """``unknown policy 'x', expected one of a, b; did you mean 'a'?``; a long list is left out."""
    hint = did_you_mean(word, known)
    if len(known) > _LISTED:
        return f"unknown {what} '{word}'; {hint or '`tangguh policies` lists them'}"
    message = f"unknown {what} '{word}', expected one of {', '.join(known)}"
    return f"{message}; {hint}" if hint else message
