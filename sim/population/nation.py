"""A nation: its regencies and cities, each a region of its own, and samples of them.

Of a regency are known its stations and how many kecamatan it has, not the stations of each; they
are divided evenly, a stated simplification. A sample takes whole kecamatan, every so many in the
order of the list: cells lie within a kecamatan, so each of the sample is simulated as in the whole
nation, draw by draw, and only the server must be told for how many each stands.

Rule of this file: data, apportioning and sampling; CSV rows are read next door.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.population.csv_files import Reject, RejectedRowsError, read_rows, text, whole
from sim.population.region import Kecamatan, Region, apportion, spread
from sim.scenario.quantities import ZONES

STANDINGS: Final = ("counted", "stated", "apportioned", "assumed")
_COLUMNS: Final = ("code", "name", "province", "zone", "tps", "kecamatan", "standing", "source")


@dataclass(frozen=True, slots=True)
class Regency:
    """A regency or a city.

    Attributes
    ----------
    ahead : seconds that its clock is ahead of the scenario's.
    tps, kecamatan : how many it has.
    standing, source : what the number of its stations rests on.
    """

    code: str
    name: str
    province: str
    ahead: float
    tps: int
    kecamatan: int
    standing: str
    source: str


@dataclass(frozen=True, slots=True)
class Part:
    """A regency, or some of its kecamatan (by index)."""

    regency: Regency
    kecamatan: tuple[int, ...]

    def region(self) -> Region:
        """Its stations."""
        regency = self.regency
        sizes = _divided(regency)
        districts = [
            Kecamatan(
                f"{regency.code}{k + 1:02d}",
                f"{regency.name} {k + 1}",
                sizes[k],
                ahead=regency.ahead,
            )
            for k in self.kecamatan
        ]
        return Region(regency.name, tuple(districts), tuple(spread(districts, [])))

    def tps(self) -> int:
        """How many stations it has."""
        sizes = _divided(self.regency)
        return sum(sizes[k] for k in self.kecamatan)


@dataclass(frozen=True, slots=True)
class Nation:
    """All regencies and cities that vote over one server."""

    name: str
    regencies: tuple[Regency, ...]

    @property
    def stations(self) -> int:
        """How many there are."""
        return sum(r.tps for r in self.regencies)

    def parts(self) -> list[Part]:
        """All of it."""
        return [Part(r, tuple(range(r.kecamatan))) for r in self.regencies]

    def sample(self, stations: int) -> list[Part]:
        """About so many stations, in every so manyth kecamatan; all of it if it has no more."""
        if stations >= self.stations:
            return self.parts()
        share = stations / self.stations
        found, taken = [], 0.5  # the comb begins in the middle of its first gap
        for regency in self.regencies:
            hit = []
            for k in range(regency.kecamatan):
                before, taken = int(taken), taken + share
                if int(taken) > before:
                    hit.append(k)
            if hit:
                found.append(Part(regency, tuple(hit)))
        return found or [Part(self.regencies[0], (0,))]


def whole_of(parts: Sequence[Part], name: str) -> Region:
    """Parts as one region, for a simulation that is not split."""
    districts = [d for part in parts for d in part.region().kecamatan]
    return Region(name, tuple(districts), tuple(spread(districts, [])))


def read_nation(name: str, path: Path, clock: float) -> Nation:
    """A nation from a CSV with a row a regency.

    Columns: code, name, province, zone (WIB, WITA, WIT), tps, kecamatan (how many), standing
    (counted, stated, apportioned, assumed) and source.

    Parameters
    ----------
    clock : seconds that the scenario's clock is ahead of UTC.

    Raises
    ------
    RejectedRowsError : listing every row that cannot be used.
    """
    regencies = read_rows(path, _COLUMNS, lambda row: _regency(row, clock))
    if not sum(r.tps for r in regencies):
        raise RejectedRowsError([Reject(path, 1, "there are no stations: every tps is 0")])
    return Nation(name, tuple(r for r in regencies if r.tps))


def _regency(row: dict[str, str], clock: float) -> Regency:
    zone, standing = row["zone"].upper(), row["standing"].lower()
    if zone not in ZONES:
        raise ValueError(f"zone '{row['zone']}' is none of {', '.join(ZONES)}")
    if standing not in STANDINGS:
        raise ValueError(f"standing '{row['standing']}' is none of {', '.join(STANDINGS)}")
    tps, kecamatan = whole(row, "tps"), whole(row, "kecamatan")
    if not 1 <= kecamatan <= max(tps, 1):
        raise ValueError(f"kecamatan is {kecamatan}; expected 1 to the {tps} stations")
    names = text(row, "code"), text(row, "name"), text(row, "province")
    ahead = ZONES[zone] * 3600.0 - clock
    return Regency(*names, ahead, tps, kecamatan, standing, row["source"])


def _divided(regency: Regency) -> list[int]:
    """Stations of each kecamatan."""
    return apportion(regency.tps, [1.0] * regency.kecamatan)
