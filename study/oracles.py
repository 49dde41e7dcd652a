"""The last result of the oracle tests, from the JUnit file that pytest writes.

An oracle is a case whose answer is known from outside: closed forms, published simulations, laws
that any correct model obeys. Its id (PS1, Q3, ...) is in the test's name, or else in its file's.

Rule of this file: from a JUnit file to counts; nothing is run.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from sim.scenario.errors import UserFaultError

_ID = re.compile(r"test_((?:[a-z]{1,2}\d+_)+)")


class JUnitError(UserFaultError):
    """A JUnit file that cannot be used."""


@dataclass(frozen=True, slots=True)
class Oracle:
    """One test and how its cases ended.

    Attributes
    ----------
    ids : of the oracles that it checks; empty for a check of the tools.
    says : the test's name, as the sentence that it is.
    seconds : how long its cases took.
    """

    ids: tuple[str, ...]
    says: str
    passed: int
    failed: int
    skipped: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Verification:
    """All oracle tests of one run; ``when`` is ISO 8601."""

    when: str
    oracles: tuple[Oracle, ...]

    @property
    def failed(self) -> int:
        """Cases that failed."""
        return sum(o.failed for o in self.oracles)

    @property
    def passed(self) -> int:
        """Cases that passed."""
        return sum(o.passed for o in self.oracles)


def read_junit(path: Path) -> Verification:
    """The result of a run of the oracle tests.

    Raises
    ------
    JUnitError : if the file is not there, is not JUnit XML, or has no test.
    """
    try:
        root = ElementTree.parse(path).getroot()
    except OSError as error:
        raise JUnitError(f"{path}: cannot be read: {error.strerror}") from error
    except ElementTree.ParseError as error:
        raise JUnitError(f"{path}: is not JUnit XML: {error}") from error
    suites = list(root.iter("testsuite"))
    counts: dict[tuple[str, str], list[float]] = {}
    for case in root.iter("testcase"):
        module = case.get("classname", "").rpartition(".")[2]
        name = case.get("name", "").partition("[")[0]
        row = counts.setdefault((module, name), [0, 0, 0, 0.0])
        ended = {child.tag for child in case}
        row[1 if ended & {"failure", "error"} else 2 if "skipped" in ended else 0] += 1
        row[3] += float(case.get("time", "0"))
    if not counts:
        raise JUnitError(f"{path}: has no test; write it with pytest tests/oracles --junitxml")
    oracles = [
        Oracle(_ids(module, name), _sentence(name), int(p), int(f), int(s), t)
        for (module, name), (p, f, s, t) in counts.items()
    ]
    oracles.sort(key=lambda o: (not o.ids, o.ids, o.says))
    return Verification(suites[0].get("timestamp", "") if suites else "", tuple(oracles))


def _ids(module: str, name: str) -> tuple[str, ...]:
    for text in (name, f"{module}_"):
        found = _ID.match(text)
        if found:
            return tuple(part.upper() for part in found[1].rstrip("_").split("_"))
    return ()


def _sentence(name: str) -> str:
    found = _ID.match(name)
    rest = name[found.end() :] if found else name.removeprefix("test_")
    return rest.replace("_", " ")
