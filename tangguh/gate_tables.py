"""A gate's verdict as a table, as JUnit XML and as Markdown for a pipeline's page.

Rule of this file: from the summary to text.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from rich.console import Console
from rich.table import Table

_MARK = {"pass": "PASS", "fail": "FAIL", "undecided": "UNDECIDED"}


def shown(value: float | None, unit: str) -> str:
    """A value with its unit."""
    if value is None:
        return "unbounded"
    if unit == "s":
        return f"{value:.3g} s"
    return f"{round(100 * value, 1) + 0.0:.1f}%"  # + 0.0: never -0.0


def interval(line: dict[str, Any]) -> str:
    """A line's bounds."""
    return f"{shown(line['low'], line['unit'])} to {shown(line['high'], line['unit'])}"


def reason(line: dict[str, Any], error: float) -> str:
    """What is wrong with a line, by how much, how surely, and what to do: in one line."""
    unit = line["unit"]
    estimate, limit = shown(line["estimate"], unit), shown(line["limit"], unit)
    way = "at most" if line["below"] else "at least"
    said = (
        f"{line['name']}: {estimate} ({interval(line)}, each bound {1 - error:.0%} sure, "
        f"{line['samples']} samples), asked is {way} {limit}"
    )
    if line["verdict"] == "fail":
        return f"{said}; mend it, or change the threshold and say why"
    if line["verdict"] == "undecided":
        more = "raise nights.most" if line["kind"] == "predicted" else "replay more"
        return f"{said}; too few samples to tell: {more}"
    return said


def print_gate(summary: dict[str, Any]) -> None:
    """The table, then one line for each that did not pass, then the verdict."""
    console = Console()
    table = Table(title=f"Gate {summary['gate']}")
    for name in ("threshold", "estimate", "bounds", "limit", "samples", "verdict"):
        table.add_column(name, justify="left" if name in ("threshold", "verdict") else "right")
    for line in summary["lines"]:
        table.add_row(
            line["name"], shown(line["estimate"], line["unit"]), interval(line),
            shown(line["limit"], line["unit"]), str(line["samples"]), _MARK[line["verdict"]],
        )  # fmt: skip
    console.print(table)
    for line in summary["lines"]:
        if line["verdict"] != "pass":
            console.print(reason(line, summary["error"]), soft_wrap=True, highlight=False)
    for wrong in summary["wrong"]:
        console.print(f"the replay is not valid: {wrong}", soft_wrap=True, highlight=False)
    for part in summary["not_judged"]:
        console.print(f"not judged: {part} (no --replay was given)", highlight=False)
    console.print(f"Verdict: {summary['verdict'].upper()}", highlight=False)


def junit(summary: dict[str, Any]) -> str:
    """One test case a threshold; an undecided one is an error, not a failure."""
    lines = summary["lines"]
    counts = {v: sum(line["verdict"] == v for line in lines) for v in _MARK}
    suites = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(
        suites, "testsuite", name=f"tangguh gate {summary['gate']}",
        tests=str(len(lines) + bool(summary["wrong"])), failures=str(counts["fail"]),
        errors=str(counts["undecided"] + bool(summary["wrong"])), skipped="0",
    )  # fmt: skip
    for line in lines:
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"{summary['gate']}.{line['kind']}", name=line["name"]
        )
        if line["verdict"] != "pass":
            tag = "failure" if line["verdict"] == "fail" else "error"
            found = ElementTree.SubElement(
                case, tag, message=reason(line, summary["error"]), type=line["verdict"]
            )
            found.text = reason(line, summary["error"])
    if summary["wrong"]:
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"{summary['gate']}.measured", name="the replay is valid"
        )
        found = ElementTree.SubElement(case, "error", message=summary["wrong"][0], type="invalid")
        found.text = "\n".join(summary["wrong"])
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def markdown(summary: dict[str, Any]) -> str:
    """For a pipeline's page."""
    rows = [
        f"### Gate {summary['gate']}: {summary['verdict'].upper()}",
        "",
        "| threshold | estimate | bounds | limit | samples | verdict |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for line in summary["lines"]:
        cells = (
            line["name"].replace("|", "\\|"), shown(line["estimate"], line["unit"]), interval(line),
            shown(line["limit"], line["unit"]), str(line["samples"]), _MARK[line["verdict"]],
        )  # fmt: skip
        rows.append(f"| {' | '.join(cells)} |")
    rows.append("")
    rows += [
        f"- {reason(line, summary['error'])}"
        for line in summary["lines"]
        if line["verdict"] != "pass"
    ]
    rows += [f"- the replay is not valid: {wrong}" for wrong in summary["wrong"]]
    rows += [f"- not judged: {part} (no `--replay`)" for part in summary["not_judged"]]
    return "\n".join(rows).rstrip() + "\n"
