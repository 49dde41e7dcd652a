"""Quantities with their units, as they are written in a scenario.

``2 MB``, ``60 s``, ``1 h 30 min``, ``5 Mbit/s``, ``30%``, ``1/600 per s``,
``2020-12-09 13:00 WIB``. A number without its unit is refused where a unit is needed: the two
mistakes that cost most are bits for bytes and minutes for seconds.

Rule of this file: text to number and back; each kind is a pydantic type (``Bytes``, ``Seconds``...)
and all are stored in base units: bytes, seconds, bytes/s, shares of 1, 1/s, aware datetimes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from difflib import get_close_matches
from typing import Annotated, Any, Final

from pydantic_core import core_schema

_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_AMOUNT: Final = re.compile(rf"({_NUMBER})\s*([^\s\d.+-][^\s\d]*)?")
_RATE: Final = re.compile(rf"({_NUMBER})(?:\s*/\s*({_NUMBER}))?\s*(?:per|/)\s*(.+)")

BYTES: Final = {
    "B": 1,
    "kB": 1e3,
    "MB": 1e6,
    "GB": 1e9,
    "TB": 1e12,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}
SECONDS: Final = {"ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400}
BYTES_PER_SECOND: Final = {f"{u}/s": f for u, f in BYTES.items()} | {
    "bit/s": 1 / 8,
    "kbit/s": 1e3 / 8,
    "Mbit/s": 1e6 / 8,
    "Gbit/s": 1e9 / 8,
}
ZONES: Final = {"WIB": 7, "WITA": 8, "WIT": 9, "UTC": 0, "Z": 0}
"""Indonesia's time zones (Keputusan Presiden 41/1987) and UTC, hours ahead of UTC."""


def _unit_error(unit: str, units: Mapping[str, float]) -> ValueError:
    near = get_close_matches(unit, units, 1, 0.4)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return ValueError(f"unknown unit '{unit}'; expected one of {', '.join(units)}{hint}")


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("is not a finite number")
    return number


def _measured(value: object, units: Mapping[str, float], example: str) -> float:
    """A sum of amounts such as ``1 h 30 min``, in base units."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"is not a quantity; expected something like '{example}'")
    if not isinstance(value, str):
        if value == 0:
            return 0.0
        raise ValueError(f"{value} has no unit; expected something like '{example}'")
    text = value.strip()
    total, position = 0.0, 0
    while position < len(text):
        match = _AMOUNT.match(text, position)
        if match is None:
            raise ValueError(f"'{value}' is not a quantity; expected something like '{example}'")
        number, unit = match.groups()
        if unit is None:
            raise ValueError(f"'{value}' has no unit; expected something like '{example}'")
        if unit not in units:
            raise _unit_error(unit, units)
        total += float(number) * units[unit]
        position = match.end()
        while position < len(text) and text[position].isspace():
            position += 1
    if not text:
        raise ValueError(f"is empty; expected something like '{example}'")
    return _finite(total)


def _not_negative(value: float) -> float:
    if value < 0:
        raise ValueError("must not be negative")
    return value


def parse_bytes(value: object) -> float:
    """``2 MB`` to bytes."""
    return _not_negative(_measured(value, BYTES, "2 MB"))


def parse_seconds(value: object) -> float:
    """``1 h 30 min`` to seconds."""
    return _not_negative(_measured(value, SECONDS, "60 s"))


def parse_rate(value: object) -> float:
    """``5 Mbit/s`` to bytes/s."""
    return _not_negative(_measured(value, BYTES_PER_SECOND, "5 Mbit/s"))


def parse_share(value: object) -> float:
    """``30%`` or ``0.3`` to 0.3."""
    try:
        if isinstance(value, str) and value.strip().endswith("%"):
            share = float(value.strip()[:-1]) / 100
        elif isinstance(value, int | float | str) and not isinstance(value, bool):
            share = float(value)
        else:
            raise ValueError
    except ValueError:
        raise ValueError(f"'{value}' is not a share; expected '30%' or 0.3") from None
    if not 0 <= share <= 1:
        raise ValueError(f"{value} is not between 0 and 1 (0% and 100%)")
    return share


def parse_hazard(value: object) -> float:
    """``1/600 per s``, ``2 per h`` or ``1 per 10 min`` to events per second."""
    example = "'1/600 per s' or '1 per 10 min'"
    match = _RATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"'{value}' is not a rate of events; expected something like {example}")
    number, divisor, per = match.groups()
    time = per.strip()
    seconds = parse_seconds(time if re.match(_NUMBER, time) else f"1 {time}")
    if seconds <= 0 or (divisor is not None and float(divisor) == 0):
        raise ValueError(f"'{value}' divides by zero")
    return _not_negative(_finite(float(number) / float(divisor or 1) / seconds))


def parse_number(value: object) -> float:
    """A number without a unit."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"'{value}' is not a number")
    return _finite(float(value))


def parse_count(value: object) -> int:
    """A whole number that is not negative."""
    number = parse_number(value)
    if number != int(number) or number < 0:
        raise ValueError(f"{value} is not a whole number, 0 or more")
    return int(number)


_INSTANT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)\s*(\S.*)?")


def parse_instant(value: object) -> datetime:
    """``2020-12-09 13:00 WIB`` to an aware datetime."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("has no time zone")
        return value
    match = _INSTANT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"'{value}' is not a moment; expected '2020-12-09 13:00 WIB'")
    day, clock, zone = match.groups()
    if zone is None:
        raise ValueError(f"'{value}' has no time zone; expected WIB, WITA, WIT or an offset +07:00")
    hours = ZONES.get(zone)
    if hours is None:
        offset = re.fullmatch(r"([+-])(\d{2}):?(\d{2})", zone)
        if offset is None:
            raise ValueError(f"unknown time zone '{zone}'; expected {', '.join(ZONES)} or +07:00")
        sign = -1 if offset[1] == "-" else 1
        delta = timedelta(hours=int(offset[2]), minutes=int(offset[3])) * sign
    else:
        delta = timedelta(hours=hours)
    try:
        naive = datetime.fromisoformat(f"{day}T{clock}")
        return naive.replace(
            tzinfo=timezone(delta) if hours is None else timezone(delta, str(zone))
        )
    except ValueError as error:
        raise ValueError(f"'{value}' is not a moment: {error}") from None


def _scaled(value: float, units: Mapping[str, float], order: tuple[str, ...]) -> str:
    for unit in order:
        if abs(value) >= units[unit] * 0.9995:
            return f"{value / units[unit]:.4g} {unit}"
    return f"{value / units[order[-1]]:.4g} {order[-1]}"


def _show_bytes(value: float) -> str:
    return _scaled(value, BYTES, ("GB", "MB", "kB", "B"))


def _show_seconds(value: float) -> str:
    return _scaled(value, SECONDS, ("d", "h", "min", "s", "ms")) if value else "0 s"


def _show_rate(value: float) -> str:
    return _scaled(value, BYTES_PER_SECOND, ("Gbit/s", "Mbit/s", "kbit/s", "bit/s"))


def _show_share(value: float) -> str:
    return f"{100 * value:.4g}%"


def _show_number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 1e6 else f"{value:.6g}"


def _show_hazard(value: float) -> str:
    return f"1 per {_scaled(1 / value, SECONDS, ('d', 'h', 'min', 's'))}" if value else "0 per s"


def _show_instant(value: datetime) -> str:
    clock = value.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")
    name = value.tzname() or ""
    return f"{clock} {name.removeprefix('UTC') if name.startswith('UTC+') else name}".strip()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of quantity: how it is read, shown, written to JSON and described to editors.

    As metadata of an ``Annotated`` type it makes pydantic read the quantity with its unit.
    """

    name: str
    parse: Callable[[Any], Any]
    show: Callable[[Any], str]
    example: str
    unit: str = ""  # of the base value, for JSON; what is written is read back to the same value
    json_type: str = "string"

    def to_json(self, value: Any) -> Any:
        """Without loss: in base units, so that reading it again gives the same value."""
        if isinstance(value, datetime):
            return value.isoformat(sep=" ")
        return f"{value!r} {self.unit}" if self.unit else value

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(
                self.to_json, when_used="json"
            ),
        )

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        types: Any = ["string", "number"] if self.name == "Share" else self.json_type
        return {"type": types, "examples": [self.example]}


BYTES_KIND: Final = Kind("Bytes", parse_bytes, _show_bytes, "2 MB", "B")
SECONDS_KIND: Final = Kind("Seconds", parse_seconds, _show_seconds, "60 s", "s")
RATE_KIND: Final = Kind("BytesPerSecond", parse_rate, _show_rate, "5 Mbit/s", "B/s")
SHARE_KIND: Final = Kind("Share", parse_share, _show_share, "30%")
HAZARD_KIND: Final = Kind("PerSecond", parse_hazard, _show_hazard, "1 per 10 min", "per s")
COUNT_KIND: Final = Kind("Count", parse_count, str, "3", json_type="integer")
NUMBER_KIND: Final = Kind("Number", parse_number, _show_number, "1.5", json_type="number")
INSTANT_KIND: Final = Kind("Instant", parse_instant, _show_instant, "2020-12-09 13:00 WIB")

Bytes = Annotated[float, BYTES_KIND]
Seconds = Annotated[float, SECONDS_KIND]
BytesPerSecond = Annotated[float, RATE_KIND]
Share = Annotated[float, SHARE_KIND]
PerSecond = Annotated[float, HAZARD_KIND]
Count = Annotated[int, COUNT_KIND]
Number = Annotated[float, NUMBER_KIND]
Instant = Annotated[datetime, INSTANT_KIND]
