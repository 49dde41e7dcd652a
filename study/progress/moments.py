"""Moments as people and newspapers write them: dates, hours and Indonesia's zones.

Understood: ``2020-12-10 15:30``, ``2020-12-10T15:30:00+07:00``, ``10/12/2020 15.30`` and
``10-12-2020`` (day first, as in Indonesia), ``10 Desember 2020 pukul 15.30``, ``Dec 10, 2020``.
A date without an hour is taken at noon and said so. Zones: WIB, WITA, WIT, a name of the IANA
database, ``+07:00`` or ``UTC+7``; what stands behind the first word is a remark.

Rule of this file: text to an aware moment; nothing of elections.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sim.scenario.quantities import ZONES

_NOON: Final = (12, 0)
_ISO: Final = re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})")
_DAY_FIRST: Final = re.compile(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})")
_WORDS: Final = re.compile(r"(?P<d>\d{1,2})\s+(?P<name>[A-Za-z]+)\.?,?\s+(?P<y>\d{4})")
_AMERICAN: Final = re.compile(r"(?P<name>[A-Za-z]+)\.?\s+(?P<d>\d{1,2}),?\s+(?P<y>\d{4})")
_CLOCK: Final = re.compile(
    r"[\sT,]*(?:pukul|jam|at)?\s*(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*(.*)", re.I
)
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?")
# Indonesian and English month names by their first three letters; both languages share most
_MONTHS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7, "agu": 8,
    "agt": 8, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "nop": 11, "des": 12, "dec": 12,
}  # fmt: skip


class Moment(NamedTuple):
    """A moment and what had to be assumed to read it."""

    at: datetime
    assumed: tuple[str, ...]


def read_moment(when: str, zone: str) -> Moment:
    """A moment from a date (with or without its hour) and a zone.

    Raises
    ------
    ValueError : with the reason, if it cannot be read.
    """
    assumed: list[str] = []
    text = " ".join(when.split())
    if not text:
        raise ValueError("datetime_local is empty")
    year, month, day, rest = _date(text)
    clock = _CLOCK.fullmatch(rest)
    own = ""
    if clock is not None:
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        own = clock[4].strip()
    elif not rest.strip():
        (hour, minute), second = _NOON, 0
        assumed.append("no hour given: noon")
    else:
        raise ValueError(f"datetime_local '{text}': '{rest.strip()}' is not a time such as 15:30")
    remark = zone.strip()
    if own or remark:
        of = _zone(own or remark)
    else:
        of = timezone(timedelta(hours=ZONES["WIB"]), "WIB")
        assumed.append("no zone given: WIB")
    if "hour" in remark.lower() and ("not given" in remark.lower() or "approx" in remark.lower()):
        assumed.append("the hour is uncertain")
    try:
        return Moment(datetime(year, month, day, hour, minute, second, tzinfo=of), tuple(assumed))
    except ValueError as error:
        raise ValueError(f"datetime_local '{text}' is no moment: {error}") from None


def _date(text: str) -> tuple[int, int, int, str]:
    for pattern in (_ISO, _DAY_FIRST, _WORDS, _AMERICAN):
        found = pattern.match(text)
        if found is None:
            continue
        parts = found.groupdict()
        if "m" in parts:
            month = int(parts["m"])
        else:
            name = parts["name"].lower()[:3]
            if name not in _MONTHS:
                continue
            month = _MONTHS[name]
        return int(parts["y"]), month, int(parts["d"]), text[found.end() :]
    raise ValueError(
        f"datetime_local '{text}' is not a date; expected 2020-12-10 15:30, 10/12/2020 15.30 "
        "or 10 Desember 2020 15.30"
    )


def _zone(text: str) -> tzinfo:
    """A zone from the first word of a text."""
    word = re.split(r"[\s(;,]", text.strip(), maxsplit=1)[0]
    if word.upper() in ZONES:
        name = word.upper()
        return UTC if not ZONES[name] else timezone(timedelta(hours=ZONES[name]), name)
    offset = _OFFSET.fullmatch(word)
    if offset is not None:
        sign = -1 if offset[1] == "-" else 1
        return timezone(sign * timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0)))
    try:
        return ZoneInfo(word)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"tz '{word}' is not a zone; expected WIB, WITA, WIT, an IANA name such as "
            "Asia/Makassar, or +07:00"
        ) from None
