"""Boundaries that the user gives: a GeoJSON file (RFC 7946) with a polygon for each area.

None are shipped: those that exist carry licences of their own, and the user has the right ones.
Areas are found by their code or their name, in whichever property of the file holds most of them.

Rule of this file: from a file to polygons of areas; drawing is in :mod:`reports.charts.map`.
Units: degrees of longitude and latitude (WGS 84), which RFC 7946 prescribes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.errors import UserFaultError
from study.files import read_json

Ring = NDArray[np.float64]
LARGEST: Final = 100_000_000  # bytes; Indonesia's 7,000 kecamatan at full detail have more
_POINTS: Final = 4  # of a ring: a triangle, and its first point again (RFC 7946, 3.1.6)
_NAMED: Final = 5  # areas that an error names


class BoundaryError(UserFaultError):
    """The file cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Area:
    """What is drawn: ``share`` is what its colour says, of 1; ``value`` is written in it, and
    ``seen`` beside that."""

    code: str
    name: str
    share: float
    value: str
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A feature: its properties as text, and all rings of its polygons, shells and holes alike."""

    properties: Mapping[str, str]
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Boundaries:
    """A file's features."""

    file: Path
    outlines: tuple[Outline, ...]

    def of(self, areas: Sequence[Area]) -> list[Outline]:
        """The outline of each area, in their order.

        Raises
        ------
        BoundaryError : if an area has no outline, or more than one.
        """
        keys = dict.fromkeys(key for outline in self.outlines for key in outline.properties)
        found = {key: self._by(key, areas) for key in keys}
        best = max(found, key=lambda key: sum(bool(its) for its in found[key]), default="")
        missing = [a.name for a, its in zip(areas, found.get(best, []), strict=False) if not its]
        if not best or len(missing) == len(areas):
            raise BoundaryError(
                f"{self.file}: no property holds names or codes such as '{areas[0].name}' or "
                f"{areas[0].code}; it has {', '.join(keys) or 'none'}"
            )
        if missing:
            more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            raise BoundaryError(
                f"{self.file}: has no polygon for {', '.join(missing[:_NAMED])}{more} (in "
                f"'{best}', which has the others); each area needs one, by its name or code"
            )
        for area, its in zip(areas, found[best], strict=True):
            if len(its) > 1:
                raise BoundaryError(
                    f"{self.file}: has {len(its)} features for '{area.name}' (in '{best}'); give "
                    "a file of this region alone, with one feature an area"
                )
        return [its[0] for its in found[best]]

    def _by(self, key: str, areas: Sequence[Area]) -> list[list[Outline]]:
        """The outlines of each area by one property."""
        known: dict[str, list[Outline]] = {}
        for outline in self.outlines:
            if key in outline.properties:
                known.setdefault(_plain(outline.properties[key]), []).append(outline)
        return [
            (known.get(_plain(area.code)) if area.code else None)
            or known.get(_plain(area.name))
            or []
            for area in areas
        ]


def _plain(words: str) -> str:
    """Letters and figures only, without 'Kecamatan' before them: 18.71.10 and 187110 are one."""
    bare = unicodedata.normalize("NFKD", words).casefold()
    bare = re.sub(r"^\s*kec(amatan)?\b\.?", "", bare)
    return "".join(c for c in bare if c.isalnum())


def read_boundaries(path: Path) -> Boundaries:
    """Read and check a file.

    Raises
    ------
    BoundaryError : with the feature, the reason and the remedy.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise BoundaryError(
                f"{path}: is larger than {LARGEST // 1_000_000} MB; give the region's part of it"
            )
        found = read_json(path)
    except OSError as error:
        raise BoundaryError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BoundaryError(f"{path}: is not GeoJSON: {error}") from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or found.get("type") != "FeatureCollection":
        raise BoundaryError(f"{path}: is no FeatureCollection of GeoJSON (RFC 7946)")
    if not features:
        raise BoundaryError(f"{path}: has no features")
    return Boundaries(path, tuple(_outline(path, n, f) for n, f in enumerate(features, 1)))


def _outline(path: Path, number: int, feature: Any) -> Outline:
    place = f"{path}: feature {number}"
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        raise BoundaryError(f"{place}: has no geometry")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise BoundaryError(f"{place}: is a {kind}; only Polygon and MultiPolygon can be drawn")
    if not isinstance(coordinates, list):
        raise BoundaryError(f"{place}: its coordinates are no list")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    rings = tuple(
        _ring(place, ring)
        for polygon in polygons
        for ring in (polygon if isinstance(polygon, list) else [None])
    )
    if not rings:
        raise BoundaryError(f"{place}: has no coordinates")
    properties = feature.get("properties")
    known = properties if isinstance(properties, dict) else {}
    return Outline({str(k): str(v) for k, v in known.items() if v is not None}, rings)


def _ring(place: str, points: Any) -> Ring:
    try:
        ring = np.array([point[:2] for point in points], dtype=np.float64)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        raise BoundaryError(f"{place}: a ring is no list of [longitude, latitude]") from None
    if ring.ndim != 2 or ring.shape[1] != 2 or len(ring) < _POINTS:
        raise BoundaryError(f"{place}: a ring has fewer than {_POINTS} points")
    if not np.isfinite(ring).all() or (np.abs(ring) > (180.0, 90.0)).any():
        raise BoundaryError(
            f"{place}: coordinates are no degrees of longitude and latitude; convert the file to "
            "WGS 84 (EPSG:4326)"
        )
    return ring
