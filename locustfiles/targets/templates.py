"""Templates: ``Bearer {token}``, ``/v1/tps/{tps}/{key}``, ``${API_KEY}`` from the environment.

``{{`` and ``}}`` are braces. There are no expressions: a name is replaced by its value, and that is
all, so a target file cannot run anything.

Rule of this file: text only; which names exist, and their values, is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

_PART: Final = re.compile(r"\{\{|\}\}|(\$?)\{([^{}]*)\}|[{}]")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Part(NamedTuple):
    """A piece of a template: text as it is, or the name of a value."""

    text: str
    is_name: bool
    from_environment: bool = False


@lru_cache(maxsize=4096)
def parse(template: str) -> tuple[Part, ...]:
    """The parts of a template.

    Raises
    ------
    ValueError : for a brace without its partner, or an empty name.
    """
    return tuple(_parts(template))


def _parts(template: str) -> Iterator[Part]:
    done = 0
    for match in _PART.finditer(template):
        if match.start() > done:
            yield Part(template[done : match.start()], is_name=False)
        done = match.end()
        found = match[0]
        if found in ("{{", "}}"):
            yield Part(found[0], is_name=False)
        elif match[2] is None:
            raise ValueError(f"a lonely '{found}' in '{template}'; write {found * 2} for a brace")
        elif match[1] and not _VARIABLE.fullmatch(match[2]):
            raise ValueError(f"'{found}' names no environment variable")
        elif not match[2].strip():
            raise ValueError(f"an empty placeholder in '{template}'")
        else:
            yield Part(match[2], is_name=True, from_environment=bool(match[1]))
    if done < len(template):
        yield Part(template[done:], is_name=False)


def render(template: str, value: Callable[[Part], str]) -> str:
    """The template with every name replaced by ``value`` of it."""
    return "".join(value(p) if p.is_name else p.text for p in parse(template))
