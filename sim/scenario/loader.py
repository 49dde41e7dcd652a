"""From a YAML file to a checked, typed, immutable scenario, or to the list of all its problems.

Rule of this file: it joins the located text with pydantic's verdict; generic over the model.
"""

from __future__ import annotations

import hashlib
import types
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from sim.scenario.errors import Problem, ScenarioError, did_you_mean
from sim.scenario.laws import Spec, Uncertain
from sim.scenario.source import Item, load

M = TypeVar("M", bound=BaseModel)


class Section(BaseModel):
    """A part of a scenario: no unknown keys, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Loaded(Generic[M]):
    """A checked scenario with the places of its values.

    Attributes
    ----------
    files : the file and all that it extends, in the order read.
    digest : SHA-256 of the scenario's canonical JSON; files that it names are not in it.
    """

    value: M
    files: list[Path]
    digest: str
    tree: Item

    def problem(self, path: tuple[str | int, ...], what: str, hint: str = "") -> Problem:
        """A problem at a value of this scenario, found after it was read."""
        file, line, column, _ = self.tree.find(path, key=False)
        return Problem(file, line, column, ".".join(map(str, path)), what, hint)

    def beside(self, path: tuple[str | int, ...], name: str) -> Path:
        """A file named by the value at ``path``, relative to the file in which it is written."""
        return self.tree.find(path, key=False)[0].parent / name


def read(path: Path, model: type[M]) -> Loaded[M]:
    """Read and check a scenario.

    Raises
    ------
    ScenarioError : with every problem found.
    """
    return check(*load(path), model)


def check(tree: Item, files: list[Path], model: type[M]) -> Loaded[M]:
    """Check a tree that has been read from files.

    Raises
    ------
    ScenarioError : with every problem found.
    """
    try:
        value = model.model_validate(tree.plain())
    except ValidationError as error:
        problems = [_problem(tree, model, dict(e)) for e in error.errors()]
        raise ScenarioError(list(dict.fromkeys(problems))) from None
    canonical = value.model_dump_json()
    return Loaded(value, files, hashlib.sha256(canonical.encode()).hexdigest(), tree)


def _problem(tree: Item, model: type[BaseModel], error: dict[str, Any]) -> Problem:
    loc: tuple[Any, ...] = error["loc"]
    kind: str = error["type"]
    about_key = kind == "extra_forbidden"
    if kind == "missing":
        file, line, column, _ = tree.find(loc[:-1], key=bool(loc[:-1]))
        short = isinstance(loc[-1], int)  # a law's list, such as uniform: [a, b]
        what = f"has only {loc[-1]} of its values" if short else f"missing key '{loc[-1]}'"
        return Problem(file, line, column, _path(tree, loc[:-1]), what)
    file, line, column, item = tree.find(loc, key=about_key)
    if about_key:
        known = _fields(model, loc[:-1])
        hint = did_you_mean(str(loc[-1]), known)
        if not hint and known:
            hint = f"expected one of {', '.join(sorted(known))}"
        what = f"unknown key '{loc[-1]}'"
        return Problem(file, line, column, _path(tree, loc[:-1]), what, hint)
    return Problem(file, line, column, _path(tree, loc), *_sentence(error, item))


def _sentence(error: dict[str, Any], item: Item) -> tuple[str, str]:
    """What is wrong, and a hint."""
    message: str = error["msg"]
    if error["type"] in ("value_error", "assertion_error"):
        return message.split(", ", 1)[1], ""
    message = message[0].lower() + message[1:]
    if not isinstance(item.value, dict | list):
        message += f" (got {item.value!r})"
    if error["type"] == "literal_error":
        options = [w.strip("' ") for w in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
        return message, did_you_mean(str(item.value), options)
    return message, ""


def _path(tree: Item, loc: tuple[Any, ...]) -> str:
    """``server.outages[0].severity``, without the parts that are not in the file."""
    item, words = tree, ""
    for part in loc:
        if isinstance(item.value, dict):
            key = next((k for k in item.value if str(k) == str(part)), None)
            if key is None:
                continue
            words += f".{key}" if words else str(key)
            item = item.value[key]
        elif isinstance(item.value, list) and isinstance(part, int) and part < len(item.value):
            words += f"[{part}]"
            item = item.value[part]
    return words


def _fields(model: Any, loc: tuple[Any, ...]) -> list[str]:
    """Names of the keys that the model allows at ``loc``."""
    for part in loc:
        for name, field in getattr(model, "model_fields", {}).items():
            if part in (name, field.alias):
                model = _model_of(field.annotation)
                break
    fields = getattr(model, "model_fields", {})
    return [field.alias or name for name, field in fields.items()]


def _model_of(annotation: Any) -> Any:
    """The model inside Optional, Annotated, tuples and Uncertain, or None."""
    origin = typing.get_origin(annotation)
    if origin is Uncertain:
        return Spec.__class_getitem__(typing.get_args(annotation)[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if origin in (typing.Union, types.UnionType, tuple, list, dict, typing.Annotated):
        for argument in typing.get_args(annotation):
            found = _model_of(argument)
            if found is not None:
                return found
    return None
