"""What `tangguh replay` and `tangguh refit` print: tables of 80 columns, plain text in a pipe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from reports.language import LANGUAGES
from reports.replay_said import because, verdict
from reports.replay_text import name_of, say
from study.refit import Estimate, Refit

_ENGLISH = LANGUAGES[1]
_LISTED = 6  # causes of failed attempts that a terminal has room for


def print_replay(summary: dict[str, Any], page: Path | None = None) -> None:
    """The verdict, then predicted beside measured."""
    console = Console(highlight=False)
    console.print(_lines(summary))
    console.print(_counts(summary))
    console.print(_causes(summary))
    if len(summary["kecamatan"]) > 1:
        console.print(_kecamatan(summary))
    _failures(summary, console)
    if summary["validity"]:
        console.print(_validity(summary))
    console.print(verdict(summary, "en"))
    for reason in summary["wrong"]:
        console.print(f"  {reason}")
    reason = because(summary, _ENGLISH)
    if reason:
        console.print(reason)
    if page is not None:
        console.print(f"Page: {page}", soft_wrap=True)


def print_refit(found: Refit) -> None:
    """The estimates with their intervals, and how well the model describes the server."""
    console = Console(highlight=False)
    table = Table(title=f"The server, from {found.diagnostics['requests']} stored uploads")
    for name in ("quantity", "estimate", "95% interval"):
        table.add_column(name, justify="left" if name == "quantity" else "right", no_wrap=True)
    table.add_column("what the log can tell")
    for name, estimate in found.estimates.items():
        table.add_row(name, *_estimate(name, estimate), estimate.note)
    table.add_row("service_law", found.model.service_law, "", "")
    console.print(table)
    seen = found.diagnostics
    console.print(
        f"{100 * seen['waited']:.1f}% waited for a worker, at most {seen['most_at_once']} at once; "
        f"{seen['refused']} refused, {seen['without_answer']} left before their answer, "
        f"{100 * seen['odd']:.1f}% follow no law."
    )
    said = f"Run on the same arrivals, the model's answers are {seen['ks']:.3f} away (KS distance)"
    if seen["close"]:
        console.print(f"{said}: it describes this server.")
    else:
        console.print(
            f"{said}: this server is not a queue with workers; take its predictions with care."
        )


def _estimate(name: str, estimate: Estimate) -> tuple[str, str]:
    def show(value: float) -> str:
        if name in ("service", "per_megabyte", "overhead", "deadline"):
            return f"{1000 * value:.3g} ms"
        return f"{value:.3g}" if name == "cv" else f"{value:.0f}"

    if name == "early_duplicates":
        return "yes" if estimate.value else "no", ""
    value = "none" if estimate.value is None else show(estimate.value)
    if estimate.low is None or estimate.high is None:
        return value, ""
    return value, f"{show(estimate.low)} to {show(estimate.high)}"


def _lines(summary: dict[str, Any]) -> Table:
    table = Table(title="Do they agree?")
    table.add_column("quantity")
    for name in ("predicted", "measured", "difference", "limit"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for line in summary["lines"]:
        distance = line["unit"] == "distance"
        value, limit = (
            "" if v is None else f"{v:.3f}" if distance else f"{100 * v:.1f}%"
            for v in (line["value"], line["limit"])
        )
        mark = {True: "yes", False: "NO", None: "no data"}[line["agrees"]]
        table.add_row(
            say(line["name"], "en"),
            _amount(line["predicted"], line["unit"]),
            _amount(line["measured"], line["unit"]),
            value,
            (">= " if line["name"] == "same_outcome" else "<= ") + limit,
            mark,
        )
    return table


def _amount(value: float | None, unit: str) -> str:
    if value is None or unit in ("share", "distance"):
        return ""
    if unit == "B":
        return f"{value / 1e6:,.0f} MB"
    return f"{value:,.1f} s" if unit == "s" else f"{value:,.1f}" if unit == "mean" else f"{value:,}"


def _counts(summary: dict[str, Any]) -> Table:
    table = Table(title=f"{summary['stations']} stations that uploaded in the window")
    table.add_column("")
    for name in ("predicted", "measured", "difference"):
        table.add_column(name, justify="right", no_wrap=True)

    def add(name: str, model: float | None, real: float | None, form: str = ",.0f") -> None:
        if model is None or real is None:
            return
        table.add_row(name, f"{model:{form}}", f"{real:{form}}", f"{real - model:+{form}}")

    for state, counts in summary["outcomes"].items():
        if counts["predicted"] or counts["measured"]:
            add(say(state, "en"), counts["predicted"], counts["measured"])
    table.add_section()
    for name, quantile in (("median", "p50"), ("95%", "p95")):
        sample = summary["sojourn"]["station"]
        model, real = (sample[side][quantile] for side in ("predicted", "measured"))
        add(f"seconds until sent, {name}", model, real, ",.1f")
    for name, quantile in (("median", "p50"), ("99%", "p99")):
        sides = (summary["response"][side][quantile] for side in ("predicted", "measured"))
        model, real = ((None if v is None else 1000 * v) for v in sides)
        add(f"server's answer, {name} (ms)", model, real, ",.1f")
    for name in ("concurrency", "requests"):
        peak = summary[name]["peak"]
        form = ",.0f" if name == "concurrency" else ",.1f"
        label = "uploads at once, peak" if name == "concurrency" else "requests a second, peak"
        add(label, peak["predicted"], peak["measured"], form)
    return table


def _causes(summary: dict[str, Any]) -> Table:
    causes = summary["causes"]
    table = Table(title=f"Mean seconds of an object, {causes['objects']} stored on both sides")
    table.add_column("where the time went")
    for name in ("predicted", "measured", "difference", "95%"):
        table.add_column(name, justify="right", no_wrap=True)
    parts = [p for p in causes["parts"] if p["predicted"] or p["measured"]]
    parts += [p for p in causes["parts"] if p not in parts and p["part"] == "unexplained"]
    for part in parts:
        table.add_row(
            name_of(part["part"], "en"),
            f"{part['predicted']:.2f}",
            f"{part['measured']:.2f}",
            f"{part['difference']:+.2f}",
            f"{part['low']:+.2f} to {part['high']:+.2f}",
        )
    if causes["difference"] is not None:
        table.add_section()
        table.add_row("whole difference", "", "", f"{causes['difference']:+.2f}", "")
    return table


def _kecamatan(summary: dict[str, Any]) -> Table:
    table = Table(title="By kecamatan: stations sent, median seconds")
    table.add_column("kecamatan")
    for name in ("TPS", "pred.", "meas.", "same", "pred. s", "meas. s"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in summary["kecamatan"]:
        medians = ["" if v is None else f"{v:,.0f}" for v in row["median"].values()]
        table.add_row(
            row["name"],
            str(row["stations"]),
            *map(str, row["sent"].values()),
            f"{100 * row['same_outcome']:.0f}%",
            *medians,
        )
    return table


def _failures(summary: dict[str, Any], console: Console) -> None:
    for key in ("only_measured", "only_predicted"):
        rows = summary["failures"][key]
        if rows:
            listed = [
                f"{row['count']} {say('cause_' + row['cause'], 'en')}"
                + (f" [status {row['status']}]" if row["status"] else "")
                for row in rows[:_LISTED]
            ]
            console.print(f"{say(key, 'en')}: {', '.join(listed)}.", markup=False)


def _validity(summary: dict[str, Any]) -> Table:
    table = Table(title="Is the measurement valid?")
    table.add_column("measure of the load generator")
    for name in ("value", "limit"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for name, measure in summary["validity"].items():
        mark = "yes" if measure["ok"] else "NO"
        label = name.replace("_", " ")
        table.add_row(label, f"{measure['value']:.1f}", f"{measure['limit']:.1f}", mark)
    return table
