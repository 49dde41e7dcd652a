"""The controllers by name, and what is typed after ``--limit``.

Rule of this file: text to a controller; a wrong text raises one line.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from server.overload import codel, gradient
from server.overload.codel import Codel
from server.overload.controller import Controller
from server.overload.fixed import Fixed
from server.overload.gradient import Gradient
from server.overload.waiting import Waiting
from server.units import SpecError, count, seconds, unknown


def _none(text: str, random: Random) -> Controller:
    if text:
        raise SpecError(f"'none' takes no value, but got '{text}'")
    return Controller(Waiting(random))


def _fixed(text: str, random: Random) -> Fixed:
    if not text:
        raise SpecError("'fixed' needs a number of uploads, as in 'fixed:200'")
    return Fixed(count(text), Waiting(random))


def _codel(text: str, random: Random) -> Codel:
    if not text:
        return Codel(codel.TARGET, codel.INTERVAL, Waiting(random))
    target, slash, interval = text.partition("/")
    if not slash:
        raise SpecError(f"'{text}' is not a target and an interval; expected '5ms/100ms'")
    low, high = seconds(target), seconds(interval)
    if not 0.0 < low < high:
        raise SpecError(f"'{text}': the interval must be longer than the target, and both above 0")
    return Codel(low, high, Waiting(random))


def _gradient(text: str, random: Random) -> Gradient:
    if not text:
        return Gradient(gradient.LEAST, gradient.MOST, Waiting(random))
    least, dash, most = text.partition("-")
    if not dash:
        raise SpecError(f"'{text}' is not a least and a most; expected '20-200'")
    low, high = count(least), count(most)
    if high < low:
        raise SpecError(f"'{text}' ends below its beginning; expected something like '20-200'")
    return Gradient(low, high, Waiting(random))


CONTROLLERS: Final[dict[str, Callable[[str, Random], Controller]]] = {
    "none": _none,
    "fixed": _fixed,
    "codel": _codel,
    "gradient": _gradient,
}


def parse_limit(text: str, random: Random) -> Controller:
    """``none``, ``fixed:200``, ``codel``, ``codel:5ms/100ms``, ``gradient``, ``gradient:20-200``.

    Raises
    ------
    SpecError : one line with what was expected.
    """
    name, _, rest = text.strip().partition(":")
    if name not in CONTROLLERS:
        raise unknown("limit", name, CONTROLLERS)
    try:
        return CONTROLLERS[name](rest, random)
    except SpecError as error:
        raise SpecError(f"limit '{text}': {error}") from None
