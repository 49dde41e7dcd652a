"""YAML as text with places: every value knows its file, line and column, through ``extends`` too.

PyYAML composes the nodes; scalars are resolved here by the core schema of YAML 1.2, because
PyYAML's own YAML 1.1 reads ``no`` as false, ``12:30:00`` as 45000 and ``1e-3`` as a string.

Rule of this file: text to located data; it knows nothing of scenarios but ``extends`` and that a
mapping that names a law is one value (:data:`WHOLE`), not to be merged with another law.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from sim.files import check_regular
from sim.scenario.errors import Problem, ScenarioError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_BYTES: Final = 10_000_000
_MAX_ITEMS: Final = 200_000  # values after aliases are expanded: a bound on alias bombs
_MAX_DEPTH: Final = 50

WHOLE: Final = frozenset(
    {"value", "uniform", "loguniform", "lognormal", "beta", "triangular", "choice"}
)
_INT: Final = re.compile(r"[-+]?[0-9]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Final = {
    "null": None,
    "Null": None,
    "NULL": None,
    "~": None,
    "": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


@dataclass(slots=True)
class Item:
    """A value with its place. ``keys`` holds the places of a mapping's keys."""

    value: Any  # scalar, dict[key, Item] or list[Item]
    file: Path
    line: int
    column: int
    keys: dict[Any, tuple[Path, int, int]] = field(default_factory=dict)

    def plain(self) -> Any:
        """Without places."""
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return self.value

    def find(self, loc: tuple[Any, ...], *, key: bool) -> tuple[Path, int, int, Item]:
        """The place of the value at ``loc`` (of its key, if ``key``); parts of ``loc`` that have
        no node, such as pydantic's names of union members, are passed over."""
        item, place = self, (self.file, self.line, self.column)
        for part in loc:
            if isinstance(item.value, dict):
                match = part if part in item.value else _number_key(part, item.value)
                if match is None:
                    continue
                place = item.keys[match]
                item = item.value[match]
            elif isinstance(item.value, list) and isinstance(part, int):
                if part >= len(item.value):
                    continue
                item = item.value[part]
                place = (item.file, item.line, item.column)
        if not key:
            place = (item.file, item.line, item.column)
        return *place, item


def _number_key(part: Any, mapping: Mapping[Any, Item]) -> Any:
    """Pydantic writes a key 3 as '3'."""
    return next((k for k in mapping if str(k) == str(part)), None)


def load(path: Path) -> tuple[Item, list[Path]]:
    """Read a file and all that it extends.

    Returns
    -------
    The merged tree (without ``extends``) and the files read, this one first.

    Raises
    ------
    ScenarioError : if a file cannot be read or is not a YAML mapping.
    """
    files: list[Path] = []
    return _load(path, files, ()), files


def _load(path: Path, files: list[Path], above: tuple[Path, ...]) -> Item:
    tree = _parse(path)
    files.append(path)
    extends = tree.value.pop("extends", None)
    if extends is None:
        return tree
    place = extends
    parents = extends.value if isinstance(extends.value, list) else [extends]
    merged: Item | None = None
    for parent in parents:
        if not isinstance(parent.value, str):
            raise _error(path, place.line, place.column, "extends: must name a file, or a list")
        target = path.parent / parent.value
        chain = (*above, path)
        if not _is_file(target):
            what = f"extends: there is no file {target}"
            raise _error(path, parent.line, parent.column, what)
        if target.resolve() in [p.resolve() for p in chain]:
            circle = " -> ".join(p.name for p in (*chain, target))
            raise _error(path, parent.line, parent.column, f"extends itself: {circle}")
        loaded = _load(target, files, chain)
        merged = loaded if merged is None else merge(merged, loaded)
    return tree if merged is None else merge(merged, tree)


def _is_file(path: Path) -> bool:
    """Like ``Path.is_file``, for names that no file can have, too."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long, or with a NUL
        return False


def merge(base: Item, over: Item) -> Item:
    """``over`` laid over ``base``: mappings key by key, everything else as a whole."""
    mappings = isinstance(base.value, dict) and isinstance(over.value, dict)
    if not mappings or WHOLE & (set(base.value) | set(over.value)):
        return over
    value, keys = dict(base.value), dict(base.keys)
    for key, item in over.value.items():
        value[key] = merge(value[key], item) if key in value else item
        keys[key] = over.keys[key]
    return Item(value, over.file, over.line, over.column, keys)


def _error(path: Path, line: int, column: int, what: str, hint: str = "") -> ScenarioError:
    return ScenarioError([Problem(path, line, column, "", what, hint)])


def _parse(path: Path) -> Item:
    try:
        check_regular(path)
        if path.stat().st_size > _MAX_BYTES:
            raise _error(path, 1, 1, f"is larger than {_MAX_BYTES // 1_000_000} MB")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise _error(path, 1, 1, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _error(path, line, 1, "is not UTF-8 text") from error
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _error(path, line, column, f"is not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise _error(path, 1, 1, f"is not YAML: {str(error).splitlines()[0]}") from error
    except RecursionError as error:
        raise _error(path, 1, 1, "is nested too deeply") from error
    if root is None:
        raise _error(path, 1, 1, "is empty; expected a scenario", "tangguh init makes one")
    builder = _Builder(path)
    tree = builder.build(root, 0)
    if builder.problems:
        raise ScenarioError(builder.problems)
    if not isinstance(tree.value, dict):
        raise _error(path, tree.line, tree.column, "expected 'key: value' lines at the top")
    return tree


class _Builder:
    """Nodes to items, with bounds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.problems: list[Problem] = []

    def build(self, node: Any, depth: int) -> Item:
        self.count += 1
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        if self.count > _MAX_ITEMS or depth > _MAX_DEPTH:
            raise _error(self.path, line, column, "is too large or nested too deeply (aliases?)")
        if isinstance(node, yaml.ScalarNode):
            value = node.value if node.style in ("'", '"', "|", ">") else _scalar(node.value)
            return Item(value, self.path, line, column)
        if isinstance(node, yaml.SequenceNode):
            return Item([self.build(n, depth + 1) for n in node.value], self.path, line, column)
        item = Item({}, self.path, line, column)
        for key_node, value_node in node.value:
            self._add(item, key_node, value_node, depth)
        return item

    def _add(self, item: Item, key_node: Any, value_node: Any, depth: int) -> None:
        line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
        if not isinstance(key_node, yaml.ScalarNode):
            self.problems.append(Problem(self.path, line, column, "", "a key must be a plain word"))
            return
        key = self.build(key_node, depth + 1).value
        if key in item.value:
            first = item.keys[key][1]
            what = f"duplicate key '{key}' (first at line {first})"
            self.problems.append(Problem(self.path, line, column, "", what))
            return
        item.value[key] = self.build(value_node, depth + 1)
        item.keys[key] = (self.path, line, column)


def _scalar(text: str) -> Any:
    """A plain scalar by YAML 1.2's core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text) and len(text) < 300:
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
