"""The catalogue for readers: one sheet an entry, used by the command and by the docs page.

Rule of this file: from objects to words; nothing is printed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from math import inf, isinf
from typing import Any, Final

from sim.client.retry.policy import Policy
from sim.scenario.conduct import Catalogue
from sim.scenario.parts import constants

KINDS: Final = ("policy", "batching", "shaping")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One entry of the catalogue.

    Attributes
    ----------
    law : what it does, in a phrase of its constants.
    rows : (part, constant, value) of everything that is not left out.
    """

    kind: str
    name: str
    family: str
    law: str
    source: str
    unfit: str
    rows: tuple[tuple[str, str, str], ...]
    entry: Any


def sheets(catalogue: Catalogue) -> list[Sheet]:
    """Every entry, in the order of the catalogue."""
    tables: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("policy", catalogue.policies),
        ("batching", catalogue.batchings),
        ("shaping", catalogue.shapings),
    )
    return [_sheet(kind, entry) for kind, table in tables for entry in table.values()]


def _sheet(kind: str, entry: Any) -> Sheet:
    rows = _rows(entry) if isinstance(entry, Policy) else _own_rows(entry)
    family = entry.family if isinstance(entry, Policy) else kind
    if isinstance(entry, Policy):
        law = _policy_law(entry)
    else:
        law = ", ".join(f"{name} {value}" for _, name, value in rows) or "as it is"
    return Sheet(
        kind, entry.name, family, law, entry.source, getattr(entry, "unfit", ""), tuple(rows), entry
    )


def _policy_law(policy: Policy) -> str:
    if policy.hedge is not None:
        return f"{policy.hedge.copies:g} copies, {seconds(policy.hedge.delay)} apart"
    if policy.stop.attempts == 1:
        return "1 attempt"
    backoff = _phrase(policy.backoff)
    jitter = _phrase(policy.jitter)
    words = [backoff if jitter == "no jitter" else f"{backoff}, {jitter}"]
    words += [_phrase(guard) for guard in policy.guards]
    stop = ", ".join(f"{n} {v}" for _, n, v in _own_rows(policy.stop))
    return " · ".join([*words, f"stop: {stop}" if stop else "never stops"])


def _phrase(part: Any) -> str:
    name = "".join(f" {c.lower()}" if c.isupper() else c for c in type(part).__name__).strip()
    values = [(constant, value) for _, constant, value in _own_rows(part)]
    if len(values) == 1:
        return f"{name} {values[0][1]}"
    return f"{name} {', '.join(f'{constant} {value}' for constant, value in values)}".strip()


def _own_rows(part: Any) -> list[tuple[str, str, str]]:
    """What a part says beside its defaults."""
    defaults = {f.name: f.default for f in dataclasses.fields(part)}
    return [
        ("", name, said(value, unit))
        for name, (value, unit) in constants(part).items()
        if name not in ("name", "source") and value != defaults[name]
    ]


def _rows(entry: Any) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    for name, (value, unit) in constants(entry).items():
        if name in ("name", "source", "family", "unfit"):
            continue
        if dataclasses.is_dataclass(value):
            rows += _part_rows(name, value)
        elif name == "guards":
            for guard in value:
                rows += _part_rows("guard", guard)
        elif not _left_out(value):
            rows.append(("", name, said(value, unit)))
    return rows


def _part_rows(place: str, part: Any) -> list[tuple[str, str, str]]:
    label = f"{place}: {type(part).__name__}"
    rows = [
        (label, name, said(value, unit))
        for name, (value, unit) in constants(part).items()
        if not _left_out(value)
    ]
    return rows or ([] if place == "stop" else [(label, "", "")])


def _left_out(value: Any) -> bool:
    """Limits that do not limit, switches that are off."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return isinstance(value, float) and isinf(value)
    return value is None or value is False or value == "" or value == frozenset()


def said(value: Any, unit: str | None) -> str:
    """A constant with its unit."""
    if isinstance(value, Enum):
        return str(value.value)
    if unit == "s":
        return seconds(value)
    if unit == "share":
        return f"{100 * value:g}%"
    if unit == "1/s":
        return f"{value:g}/s"
    if unit == "B":
        return f"{value / 2**20:g} MiB" if value >= 2**20 else f"{value / 2**10:g} KiB"
    if unit == "statuses":
        return _statuses(value)
    if unit == "delays":
        return ", ".join(seconds(v) for v in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _statuses(values: frozenset[int]) -> str:
    if values >= frozenset(range(500, 600)):
        return ", ".join(["5xx", *map(str, sorted(values - frozenset(range(500, 600))))])
    return ", ".join(map(str, sorted(values)))


def seconds(value: float) -> str:
    """``0.05`` to ``50 ms``, ``5400`` to ``1.5 h``."""
    if value == inf:
        return "for ever"
    for size, unit in ((86_400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s")):
        if value >= size * (2 if unit == "min" else 1):
            return f"{value / size:.3g} {unit}"
    return f"{value * 1000:.3g} ms" if value > 0 else "0 s"
