"""What ``calibrate`` prints: worlds, their fit and their misfits, in 80 columns.

Rule of this file: from a calibration's summary to a terminal.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

_FIGURES = (("total", "total"), ("max", "max"), ("min", "min"), ("chi_square", "chi²"))


def print_calibration(summary: dict[str, Any], page: Path) -> None:
    """Worlds side by side, the hold-out, and what does not fit."""
    console = Console(highlight=False)
    console.print(_verdict(summary))
    console.print(_worlds(summary))
    console.print(_checks(summary))
    console.print(_held_out(summary))
    for line in misfits(summary):
        console.print(line)
    console.print(
        "Weights of worlds rest on their priors as much as on the counts; they say where the "
        "counts point, not what was true."
    )
    console.print(f"Page: {page}", soft_wrap=True)


def _verdict(summary: dict[str, Any]) -> str:
    held = summary["held_out"]
    scores = held["scores"]
    said = (
        f"Left-out kecamatan: mean CRPS {scores['mechanism']['crps']:.2f} stations by the "
        f"mechanism, {scores['rate']['crps']:.2f} by one common rate, "
        f"{scores['beta_binomial']['crps']:.2f} by a beta-binomial without any model. "
    )
    if not all(held["beats"].values()):
        return said + (
            "THE MECHANISM DOES NOT BEAT THE BASELINE: from the other kecamatan alone it "
            "predicts a kecamatan no better than a law without mechanism."
        )
    if not held["surely"]:
        return said + (
            "The mechanism is ahead of both, but not by two standard errors: do not rely on it."
        )
    return said + "The mechanism beats both."


def _worlds(summary: dict[str, Any]) -> Table:
    observed, count = summary["observed"], len(summary["worlds"])
    table = Table(
        title=f"{'One world' if count == 1 else f'{count} worlds'}; {observed['total']} of "
        f"{observed['stations']} stations failed (reading: {summary['reading']})"
    )
    table.add_column("world", no_wrap=True)
    for name in ("weight, %", "possible", "prior 95%", "eff."):
        table.add_column(name, justify="right", no_wrap=True)
    for other in summary["readings"][1:]:
        table.add_column(f"if {other}", justify="right")
    for world in summary["worlds"]:
        reading = world["readings"][summary["reading"]]
        prior = world["prior"]["total"]
        members = world.get("members")
        table.add_row(
            world["name"],
            f"{100 * world['weight']:.1f} ± {100 * world['weight_error']:.1f}",
            f"{100 * reading['plausible']:.0f}%",
            f"{prior['p2.5']:.0f}-{prior['p97.5']:.0f}",
            f"{members['effective']:.1f}" if members else "none",
            *(f"{100 * world['readings'][r]['weight']:.1f}%" for r in summary["readings"][1:]),
        )
    return table


def _checks(summary: dict[str, Any]) -> Table:
    table = Table(title="Posterior predictive p (good: 0.05 to 0.95)")
    table.add_column("world")
    for _, name in _FIGURES:
        table.add_column(name, justify="right")
    table.add_column("icc", justify="right")
    table.add_column("")
    for world in summary["worlds"]:
        members = world.get("members")
        icc = world["readings"][summary["reading"]]["icc_mean"]
        if members is None:
            table.add_row(world["name"], *([""] * len(_FIGURES)), "", "ruled out")
            continue
        checks = members["check"]
        mark = "reproduces" if members["reproduces"] else "misfit"
        figures = (f"{checks[key]['p']:.2f}" for key, _ in _FIGURES)
        table.add_row(world["name"], *figures, f"{icc:.3f}", mark)
    return table


def _held_out(summary: dict[str, Any]) -> Table:
    held = summary["held_out"]
    of = held["scores"]["rate"]["of"]
    table = Table(title=f"Kecamatan left out, {len(held['folds'])} folds")
    table.add_column("predicted by")
    table.add_column("CRPS (TPS)", justify="right")
    for level in ("50", "80", "95"):
        table.add_column(f"in {level}%", justify="right")
    names = {"mechanism": "all worlds", "rate": "common rate", "beta_binomial": "beta-binomial"}
    rows = [(names[key], score) for key, score in held["scores"].items()]
    rows[1:1] = [(f"  {w['name']}", w["held_out"]) for w in summary["worlds"]]
    for name, score in rows:
        inside = (f"{score[level]}/{of}" for level in ("50", "80", "95"))
        table.add_row(name, f"{score['crps']:.2f}", *inside)
    return table


def misfits(summary: dict[str, Any]) -> list[str]:
    """What does not fit, one sentence each."""
    found = []
    first = summary["reading"]
    for world in summary["worlds"]:
        reading, members = world["readings"][first], world.get("members")
        if members is None:
            found.append(
                f"{world['name']}: ruled out by history matching; the nearest of its nights is "
                f"{reading['least_total']:.1f} standard deviations from the total, "
                f"{reading['least_kecamatan']:.1f} from a kecamatan."
            )
            continue
        outside = [
            row["name"]
            for row in members["kecamatan"]
            if not row["predicted"]["p2.5"] <= row["observed"] <= row["predicted"]["p97.5"]
        ]
        if outside:
            found.append(f"{world['name']}: outside the 95% interval: {', '.join(outside)}.")
        if members["effective"] < 5:
            found.append(
                f"{world['name']}: only {members['effective']:.1f} effective members; more "
                "(effort.members, effort.candidates) would make its weight surer."
            )
    return found
