"""The same comparison for each kecamatan: where do prediction and measurement part?

Rule of this file: it takes the accounts of both sides apart by kecamatan; each quantity is computed
by the same function as for all. Units: seconds of scenario time, bytes; the server's answers in
seconds of real time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger import State
from study.replay.causes import GROUPS, divide, grouped
from study.replay.curves import at_once, edges, served_in
from study.replay.objects import Key, Sent
from study.replay.samples import Array, distances, quantiles
from study.replay.setting import Setting, Side, both


@dataclass(frozen=True, slots=True)
class Account:
    """What one side came to.

    Attributes
    ----------
    rows : outcomes of the stations that are compared, in order of station.
    sojourns : of these stations; ``inf`` where not sent.
    wasted : bytes of each object that were sent in vain.
    stored : the objects that were stored.
    """

    side: Side
    rows: NDArray[np.void]
    sojourns: Array
    wasted: dict[Key, int]
    stored: dict[Key, Sent]


def by_kecamatan(accounts: Sequence[Account], setting: Setting) -> list[dict[str, Any]]:
    """One entry a kecamatan with stations at work, in the region's order.

    Parameters
    ----------
    accounts : predicted, then measured; of the same stations.
    """
    rows = accounts[0].rows
    borders = edges(setting)
    found = []
    for k, district in enumerate(accounts[0].side.region.kecamatan):
        here = rows["kecamatan"] == k
        if here.any():
            parts = [_part(account, here) for account in accounts]
            found.append({"name": district.name} | _compared(parts, setting, borders))
    return found


def _part(account: Account, here: NDArray[np.bool_]) -> Account:
    rows = account.rows[here]
    own = set(rows["station"].tolist())
    return Account(
        account.side._replace(attempts=[r for r in account.side.attempts if r.station in own]),
        rows,
        account.sojourns[here],
        {key: n for key, n in account.wasted.items() if key[0] in own},
        {key: sent for key, sent in account.stored.items() if key[0] in own},
    )


def _compared(parts: Sequence[Account], setting: Setting, borders: Array) -> dict[str, Any]:
    model, real = parts
    twice = np.isfinite(model.sojourns) & np.isfinite(real.sojourns)
    differences = real.sojourns[twice] - model.sojourns[twice]
    attempts = [part.side.attempts for part in parts]
    return {
        "stations": len(model.rows),
        "sent": both(int((part.rows["state"] <= State.SENT_PPK).sum()) for part in parts),
        "same_outcome": float((model.rows["state"] == real.rows["state"]).mean()),
        "median": both(quantiles(part.sojourns)["p50"] for part in parts),
        "ks": distances(model.sojourns, real.sojourns)["ks"],
        "paired_mean": float(differences.mean()) if len(differences) else None,
        "attempts": both(map(len, attempts)),
        "bytes": both(sum(row.sent for row in rows) for rows in attempts),
        "wasted": both(sum(part.wasted.values()) for part in parts),
        "concurrency": both(float(at_once(rows, borders).mean()) for rows in attempts),
        "response": both(quantiles(served_in(rows, setting.speed))["p50"] for rows in attempts),
        "groups": _groups(model.stored, real.stored, setting.speed),
    }


def _groups(model: dict[Key, Sent], real: dict[Key, Sent], speed: float) -> dict[str, float | None]:
    """Whose doing the mean difference of the objects is that both sides stored."""
    common = model.keys() & real.keys()
    if not common:
        return dict.fromkeys(GROUPS)
    sums = dict.fromkeys(GROUPS, 0.0)
    for key in common:
        before, after = (grouped(divide(side[key], speed)) for side in (model, real))
        for group in GROUPS:
            sums[group] += after[group] - before[group]
    return {group: total / len(common) for group, total in sums.items()}
