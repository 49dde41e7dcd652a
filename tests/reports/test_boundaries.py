"""Boundaries from GeoJSON: found by name or code, drawn as a map, wrong files in a line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.boundaries import Area, BoundaryError, read_boundaries
from reports.chapters.chapter import Chapter
from reports.charts.map import _middle, _simple, map_chart
from reports.document import Figure
from reports.language import LANGUAGES
from reports.maps import with_maps

AREAS = (Area("187101", "Kedaton", 0.9, "90%"), Area("187102", "Way Halim", 0.1, "10%"))
EAST = [[105.3, -5.4], [105.4, -5.4], [105.4, -5.3], [105.3, -5.3], [105.3, -5.4]]
WEST = [[105.2, -5.4], [105.3, -5.4], [105.3, -5.3], [105.2, -5.3], [105.2, -5.4]]
Write = Callable[..., Path]


def feature(ring: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    shape = {"type": kind, "coordinates": [ring] if kind == "Polygon" else [[ring]]}
    return {"type": "Feature", "properties": properties, "geometry": shape}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def made(*features: Any) -> Path:
        file = tmp_path / "b.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return file

    return made


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"WADMKC": "KEDATON"}, {"WADMKC": "Kecamatan Way  Halim"}),
        ({"KDCPUM": "18.71.01"}, {"KDCPUM": 187102}),
        ({"id": 1, "name": "Kec. Kedaton"}, {"id": 2, "name": "way-halim", "of": None}),
    ],
)
def test_areas_are_found_by_whatever_names_them(write: Write, first: Any, second: Any) -> None:
    file = write(feature(EAST, **second), feature(WEST, "MultiPolygon", **first), feature(EAST))
    found = read_boundaries(file).of(AREAS)
    assert [outline.rings[0][0, 0] for outline in found] == [105.2, 105.3]


def test_a_map_keeps_who_is_west_of_whom_and_darker_is_more(write: Write) -> None:
    file = write(feature(WEST, n="Kedaton"), feature(EAST, n="Way Halim"))
    svg = map_chart(AREAS, read_boundaries(file).of(AREAS), title="<t>", description="d")
    first, second = re.findall(r'<path d="M([\d.]+),[^"]*" fill="(#\w+)"', svg)
    assert float(first[0]) < float(second[0])
    assert int(first[1][1:3], 16) < int(second[1][1:3], 16)
    assert svg.count("data-row") == 2
    assert "&lt;t&gt;" in svg
    assert ">Kedaton<" in svg
    assert ">10%<" in svg


def test_each_figure_of_areas_has_its_map_before_it(write: Write) -> None:
    boundaries = read_boundaries(write(feature(WEST, n="Kedaton"), feature(EAST, n="Way Halim")))
    figure = Figure("tiles", "<svg/>", "t", "c", ("a", "b"), [("x", "1"), ("y", "2")], areas=AREAS)
    chapter = Chapter("t", "a.", blocks=[figure])
    mapped = with_maps([chapter], boundaries, LANGUAGES[0])[0]
    assert [f.name for f in mapped.figures] == ["tiles-map", "tiles"]
    assert mapped.figures[0].rows == figure.rows
    assert "b.geojson" in mapped.figures[0].caption
    with pytest.raises(BoundaryError, match="none of the results has areas to draw"):
        with_maps([Chapter("t", "a.")], boundaries, LANGUAGES[0])


def test_a_simplified_ring_keeps_its_corners_and_a_label_lies_inside() -> None:
    side = np.linspace(0, 100, 50)
    up = np.column_stack([np.zeros(50), side])
    bow = np.array([[100.0, 100.0], [100.0, 80.0], [20.0, 50.0], [100.0, 20.0], [100.0, 0.0]])
    ring = np.concatenate([up, bow, up[:1]])
    assert len(_simple(ring)) == 8
    x, y, room = _middle(ring)
    assert x < 60
    assert room > 8
    assert 0 < y < 100


@pytest.mark.parametrize(
    ("features", "said"),
    [
        ([], "has no features"),
        ([feature(EAST, n="Elsewhere")], r"no property holds names or codes such as 'Kedaton'"),
        ([feature(EAST)], "it has none"),
        ([feature(EAST, n="Kedaton")], r"no polygon for Way Halim \(in 'n', which has the others"),
        ([feature(EAST, n="Kedaton"), feature(WEST, n="kedaton"), feature(EAST, n="Way Halim")],
         "2 features for 'Kedaton'"),
        ([feature([[500000, 9400000]] * 5, n="Kedaton")], "feature 1: .*EPSG:4326"),
        ([feature(EAST[:2], n="Kedaton")], "feature 1: a ring has fewer than 4 points"),
        ([feature("x", n="Kedaton")], "feature 1: a ring is no list"),
        ([feature(EAST), feature(EAST, "Point")], "feature 2: is a Point; only Polygon"),
        ([3], "feature 1: has no geometry"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_one_line_with_place_and_reason(
    write: Write, features: list[Any], said: str
) -> None:
    with pytest.raises(BoundaryError, match=said) as found:
        read_boundaries(write(*features)).of(AREAS)
    assert "\n" not in str(found.value)


def test_what_is_no_geojson_is_said(tmp_path: Path) -> None:
    for text, said in (
        ("{", "is not GeoJSON"),
        ("[]", "no FeatureCollection"),
        ("", "not GeoJSON"),
    ):
        (tmp_path / "b").write_text(text)
        with pytest.raises(BoundaryError, match=said):
            read_boundaries(tmp_path / "b")
    with pytest.raises(BoundaryError, match="cannot be read"):
        read_boundaries(tmp_path / "gone")
