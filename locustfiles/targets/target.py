"""Reading a target file: its templates, its secrets and the devices' CSV are checked at once.

Secrets do not stand in the file: a token or a password comes from the devices' CSV or from an
environment variable, ``${NAME}``. :meth:`Target.masked` and :func:`masked_station` have ``***`` in
their place, for everything that is printed.

Rule of this file: with the devices' CSV, the only one here that opens files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from locustfiles.targets.messages import Station
from locustfiles.targets.schema import TargetSpec
from locustfiles.targets.templates import parse
from sim.population.csv_files import read_rows, text
from sim.scenario.errors import Problem, ScenarioError, did_you_mean
from sim.scenario.loader import Loaded, check
from sim.scenario.source import Item, load

REFERENCE: Final = Path(__file__).with_name("reference.yaml")
"""How the reference server is spoken to: the target by default."""
HIDDEN: Final = "***"

STATION_NAMES: Final = ("tps", "kecamatan", "token", "run")
OBJECT_NAMES: Final = (
    "key", "size", "sha256_hex", "sha256_base64", "idempotency_key", "attempt",
)  # fmt: skip
_OF_OBJECTS: Final = ("plain", "tus", "ietf")
_TEMPLATES: Final = ("headers", "basic_auth", "login", "turns", *_OF_OBJECTS)
_CALLS: Final = ("login", "turns", *_OF_OBJECTS)
_NOT_TEMPLATES: Final = ("method", "body", "token", "expires_in", "lifetime")

_SECRET: Final = re.compile(
    r"authorization|cookie|passw|secret|token|api-?_?key|kata_?-?sandi|\bpin\b", re.IGNORECASE
)
"""Names of values that are secrets, as far as a name can tell; an assumption of ours."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server, ready to be spoken to.

    Parameters
    ----------
    spec : what the file says.
    file : where it was read from.
    secrets : values of the environment variables that it names.
    needs_token : must a device have a token of its own?
    hidden : do secrets have ``***`` in their place?
    """

    spec: TargetSpec
    file: Path
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    needs_token: bool = False
    hidden: bool = False

    def describe(self) -> str:
        """What the file holds, in a line."""
        ways = [name for name in _CALLS if getattr(self.spec, name) is not None]
        columns = ["tps", "kecamatan", *(["token"] if self.needs_token else []), *self.spec.fields]
        return f"a target with {', '.join(ways)}; devices need {', '.join(columns)}"

    def masked(self) -> Target:
        """The same with ``***`` for every secret of the environment."""
        return replace(self, secrets=dict.fromkeys(self.secrets, HIDDEN), hidden=True)


def masked_station(station: Station) -> Station:
    """The same with ``***`` for its token and for every further column of the CSV."""
    fields = dict.fromkeys(station.fields, HIDDEN)
    return replace(station, token=HIDDEN if station.token else "", fields=fields)


def is_target(tree: Item) -> bool:
    """Is this file a target rather than a scenario?"""
    return isinstance(tree.value, dict) and "target" in tree.value


def read_target(path: Path, environment: Mapping[str, str]) -> Target:
    """Read and check a target file.

    Raises
    ------
    ScenarioError : with every problem and its place.
    """
    return check_target(*load(path), environment)


def check_target(tree: Item, files: list[Path], environment: Mapping[str, str]) -> Target:
    """The same for a tree that has been read; ``environment`` holds its secrets."""
    if not is_target(tree):
        what = "is not a target: a file that describes a server begins with 'target: NAME'"
        raise ScenarioError([Problem(files[0], 1, 1, "", what)])
    unquoted = [*_unquoted(tree)]
    if unquoted:
        raise ScenarioError(unquoted)
    loaded = check(tree, files, TargetSpec)
    used: dict[str, str] = {}
    found = [*_strings(loaded)]
    problems = [
        loaded.problem(
            ("fields", i), f"'{name}' is a placeholder already; name the column otherwise"
        )
        for i, name in enumerate(loaded.value.fields)
        if name in (*STATION_NAMES, *OBJECT_NAMES)
    ]
    problems += [p for one in found for p in _faults(loaded, *one, environment, used)]
    if problems:
        raise ScenarioError(problems)
    logs_in = loaded.value.login is not None
    asking = [text for where, text, _ in found if not logs_in or where[0] == "login"]
    return Target(loaded.value, files[0], used, any(map(names_token, asking)))


def names_token(template: str) -> bool:
    """Does a template name the token?"""
    return any(p.is_name and p.text == "token" and not p.from_environment for p in parse(template))


def _unquoted(tree: Item) -> Iterator[Problem]:
    """``{tps}`` without quotes is a mapping to YAML."""
    if isinstance(tree.value, list):
        for item in tree.value:
            yield from _unquoted(item)
    if not isinstance(tree.value, dict):
        return
    for key, item in tree.value.items():
        inner = item.value
        if (
            isinstance(inner, dict)
            and len(inner) == 1
            and [v.value for v in inner.values()] == [None]
        ):
            name = "{" + str(next(iter(inner))) + "}"
            what = f'YAML reads {name} as a mapping; write it in quotes: "{name}"'
            yield Problem(item.file, item.line, item.column, str(key), what)
        yield from _unquoted(item)


Where = tuple[str | int, ...]


def _strings(loaded: Loaded[TargetSpec]) -> Iterator[tuple[Where, str, tuple[str, ...]]]:
    """Every template: its place, its text, and the names that may stand in it."""
    station = (*STATION_NAMES, *loaded.value.fields)
    for section in _TEMPLATES:
        names = (*station, *OBJECT_NAMES) if section in _OF_OBJECTS else station
        if section in loaded.tree.value:
            for where, template in _walk(loaded.tree.value[section], (section,)):
                yield where, template, names


def _walk(item: Item, where: Where) -> Iterator[tuple[Where, str]]:
    value: Any = item.value
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from _walk(one, (*where, i))
    elif isinstance(value, dict):
        for key, one in value.items():
            if not (len(where) == 1 and where[0] in _CALLS and key in _NOT_TEMPLATES):
                yield from _walk(one, (*where, key))


def _faults(
    loaded: Loaded[TargetSpec],
    where: Where,
    template: str,
    names: tuple[str, ...],
    environment: Mapping[str, str],
    used: dict[str, str],
) -> Iterator[Problem]:
    fault = partial(loaded.problem, where)
    try:
        parts = parse(template)
    except ValueError as reason:
        yield fault(str(reason))
        return
    for part in parts:
        if not part.is_name:
            continue
        if part.from_environment:
            if part.text not in environment:
                yield fault(f"the environment variable {part.text} is not set")
            used[part.text] = environment.get(part.text, "")
        elif part.text not in names:
            yield _unknown(loaded, where, part.text, names)
    if _SECRET.search(str(where[-1])) and template and not any(p.is_name for p in parts):
        what = "a secret does not belong into this file"
        yield fault(what, "write ${NAME} for an environment variable, or name a column of the CSV")


def _unknown(
    loaded: Loaded[TargetSpec], where: Where, name: str, names: tuple[str, ...]
) -> Problem:
    hint = did_you_mean(name, names) or f"expected one of {', '.join(names)}"
    if name in OBJECT_NAMES:
        hint = f"it is known in {', '.join(_OF_OBJECTS)} only"
    elif not did_you_mean(name, names):
        hint += "; a column of the devices' CSV must be named in 'fields'"
    return loaded.problem(where, f"unknown placeholder '{{{name}}}'", hint)


def read_devices(path: Path, target: Target) -> dict[str, Station]:
    """The stations of a devices' CSV by code: columns ``tps,kecamatan,token`` and the target's.

    Raises
    ------
    RejectedRowsError : listing every row that cannot be used; no value of a row is in it.
    """
    fields = target.spec.fields
    needed = ("token", *fields) if target.needs_token else fields

    def station(row: dict[str, str]) -> Station:
        for column, value in row.items():
            if any(ord(c) < 32 or ord(c) == 127 for c in value):
                raise ValueError(f"{column} holds a control character")
        token = text(row, "token") if target.needs_token else row.get("token", "")
        own = {name: text(row, name) for name in fields}
        return Station(text(row, "tps"), row["kecamatan"], token, own)

    rows = read_rows(path, ("tps", "kecamatan", *needed), station)
    return {row.code: row for row in rows}
