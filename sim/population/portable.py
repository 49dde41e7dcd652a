"""Tonight's portable links: how fast each is, and which stations each reaches.

A kecamatan's n links stand apart. Each reaches a share ``reach`` of the stations that they are
meant for, so together they reach

    round(min(1, n * reach) * meant)      stations,

drawn anew each night and dealt out evenly over the links. Another link never takes one from a
station that had one (the first of a keyed order are reached), so nights with more links differ from
those with fewer in what the links do alone. The stations of a link without service where it stands
have none.

Rule of this file: it draws; what a crew does about it is :mod:`sim.people.kpps`.
Units: bytes/s, seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.draws import code, uniforms
from sim.population.sampling import Keys, many
from sim.scenario.portable import Portable

SECTION: Final = "network.portable"
_REACHED: Final = code("portable.reached")
_WORKS: Final = code("portable.works")


@dataclass(frozen=True, slots=True)
class Portables:
    """The links of one night, numbered through all kecamatan; those without service are left in.

    Attributes
    ----------
    kecamatan : index of each link's kecamatan, shape (links,).
    rate : of each link's uplink, bytes/s; 0 without service, shape (links,).
    at : each station's link, -1 where none reaches it, shape (stations,).
    bring : seconds from ready to the link, shape (stations,).
    """

    kecamatan: NDArray[np.int64]
    rate: NDArray[np.float64]
    at: NDArray[np.int64]
    bring: NDArray[np.float64]

    def counts(self, sent: NDArray[np.bool_]) -> dict[str, int]:
        """Links with service, stations that they reach, and how many of these their crews have
        sent; nothing where there are no links.

        Parameters
        ----------
        sent : which stations' crews have sent, shape (stations,).
        """
        if not len(self.rate):
            return {}
        reached = self.at >= 0
        return {
            "portable_links": int((self.rate > 0).sum()),
            "portable_reached": int(reached.sum()),
            "portable_sent": int((reached & sent).sum()),
        }


def no_portables(stations: int) -> Portables:
    """A night without any."""
    return Portables(
        np.zeros(0, np.int64), np.zeros(0), np.full(stations, -1, np.int64), np.zeros(stations)
    )


def draw_portables(
    portable: Portable,
    districts: Keys,
    stations: Keys,
    kecamatan: NDArray[np.int64],
    covered: NDArray[np.bool_],
) -> Portables:
    """Draw the links of a night.

    Parameters
    ----------
    districts, stations : keys of the kecamatan, and of the stations.
    kecamatan, covered : of each station, shape (stations,).
    """
    n = portable.per_kecamatan
    keys = districts.tonight["kecamatan"]
    reach = many(portable.reach, f"{SECTION}.reach", districts)
    works = many(portable.works, f"{SECTION}.works", districts)
    rate = many(portable.rate, f"{SECTION}.rate", districts)
    serving = np.column_stack([uniforms(keys, _WORKS, j) < works for j in range(n)])
    meant = {
        "blank-spots": ~covered,
        "stations": np.ones_like(covered),
        "office": np.zeros_like(covered),
    }[portable.serves]
    order = uniforms(stations.tonight["station"], _REACHED)
    at = np.full(len(covered), -1, np.int64)
    for k, share in enumerate(np.minimum(n * reach, 1.0)):
        its = np.flatnonzero(meant & (kecamatan == k))
        reached = its[np.argsort(order[its], kind="stable")][: int(share * len(its) + 0.5)]
        link = np.arange(len(reached)) % n
        at[reached] = np.where(serving[k, link], k * n + link, -1)
    return Portables(
        kecamatan=np.repeat(np.arange(len(keys)), n),
        rate=np.where(serving, rate[:, None], 0.0).ravel(),
        at=at,
        bring=many(portable.bring, f"{SECTION}.bring", stations),
    )
