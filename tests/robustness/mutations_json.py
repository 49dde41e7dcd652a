"""How a file of JSON, or of JSON lines, can be wrong; see :mod:`tests.robustness.mutations`."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any


def _places(tree: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    if isinstance(tree, dict):
        for key in tree:
            found += _places(tree[key], (*at, key))
    elif isinstance(tree, list):
        for index in range(min(len(tree), 40)):
            found += _places(tree[index], (*at, index))
    return found


def _edited(data: bytes, chance: Random, edit: Callable[[Any, Any, Random], None]) -> bytes:
    """A value of a JSON file, edited in its place; of JSON lines, of one line."""
    lines = data.splitlines()
    by_line = len(lines) > 1 and not data.lstrip().startswith((b"{\n", b"[\n"))
    at = chance.randrange(len(lines)) if by_line else 0
    try:
        tree = json.loads(lines[at] if by_line else data)
    except (ValueError, RecursionError):
        return data
    places = _places(tree)
    if not places:
        return data
    depth = chance.randint(1, max(map(len, places)))  # few keys are at the top, many deep down
    place = chance.choice([p for p in places if len(p) == depth] or places)
    holder = tree
    for part in place[:-1]:
        holder = holder[part]
    edit(holder, place[-1], chance)
    text = json.dumps(tree).encode()
    return b"\n".join([*lines[:at], text, *lines[at + 1 :]]) + b"\n" if by_line else text


def json_gone(data: bytes, chance: Random) -> bytes:
    """A key or an element less."""

    def edit(holder: Any, key: Any, chance: Random) -> None:
        del holder[key]

    return _edited(data, chance, edit)


def json_other(data: bytes, chance: Random) -> bytes:
    """A value of another type, too large, too long, or with a path or markup in it."""

    def edit(holder: Any, key: Any, chance: Random) -> None:
        holder[key] = chance.choice(
            [None, True, -1, 0, 1e308, 10**30, "", "x", "../../x", [], {}, [[]], {"a": 1}, "\0",
             "<script>alert(1)</script>", "9" * 5000]
        )  # fmt: skip

    return _edited(data, chance, edit)


def json_nan(data: bytes, chance: Random) -> bytes:
    """`NaN` or `Infinity`, which are not JSON."""

    def edit(holder: Any, key: Any, chance: Random) -> None:
        holder[key] = chance.choice([float("nan"), float("inf"), float("-inf")])

    return _edited(data, chance, edit)


def json_more(data: bytes, chance: Random) -> bytes:
    """A key or an element more."""

    def edit(holder: Any, key: Any, chance: Random) -> None:
        if isinstance(holder, list):
            holder.insert(key, holder[key])
        else:
            holder[f"{key}-x"] = holder[key]

    return _edited(data, chance, edit)


def json_nested(data: bytes, chance: Random) -> bytes:
    """100,000 levels of brackets."""
    deep = b"[" * 100_000 + b"]" * 100_000
    return chance.choice([deep, b'{"a": ' * 100_000, data.rstrip()[:-1] + b', "x": ' + deep + b"}"])
