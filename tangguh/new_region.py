"""A new region's scenario, plan and gate, written as text from the shipped ones: priors live once.

The shipped files' sections keep their comments, sources and standings; their dates are moved to the
new polling day; what happened only in 2020 (outages, observations) is left out.

Rule of this file: text and CSV rows; the rows are judged by the same reader as ever.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sim.population.csv_files import (
    STATION_MAY_HAVE,
    STATION_NEEDS,
    Reject,
    RejectedRowsError,
    read_region,
    read_table,
)
from study.files import write_csv, write_text

_SHIPPED: Final = Path(__file__).parent.parent / "scenarios"
TEMPLATE: Final = _SHIPPED / "bandarlampung-2020.yaml"
_DAY_OF_TEMPLATE: Final = date(2020, 12, 9)
_KEPT: Final = ("station", "client", "network", "server", "people", "compare")
_ZONES: Final = ("WIB", "WITA", "WIT")


class RegionFilesError(Exception):
    """The scenario cannot be written; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the user said about the new region."""

    stations: Path
    name: str
    region: str
    day: date
    zone: str


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    scenario: Path
    plan: Path
    gate: Path
    stations: int
    rejects: Path | None
    rejected: int


def write_region(draft: Draft, folder: Path, skip_rejects: bool) -> Written:
    """Check the stations and write the scenario (and the rejects, if they are to be skipped).

    Raises
    ------
    RejectedRowsError : rows that cannot be used, unless they are skipped.
    RegionFilesError : a name or a file that cannot be used.
    """
    name = re.sub(r"[^a-z0-9]+", "-", draft.name.lower()).strip("-")
    if not name:
        raise RegionFilesError(f"the name '{draft.name}' has no letters or digits; give --name")
    if draft.zone not in _ZONES:
        raise RegionFilesError(f"unknown zone '{draft.zone}', expected one of {', '.join(_ZONES)}")
    if not 2000 <= draft.day.year < 3000:
        raise RegionFilesError(f"polling day {draft.day}: expected a year from 2000 to 2999")
    target, plan, gate = (folder / f"{name}{kind}.yaml" for kind in ("", "-plan", "-gate"))
    for there in (target, plan, gate):
        if there.exists():
            raise RegionFilesError(f"{there} exists already; give another --name or --out")
    stations, rejects = draft.stations, list[Reject]()
    try:
        region = read_region(draft.region, tps=stations, kecamatan=None, kelurahan=None)
    except RejectedRowsError as found:
        if not skip_rejects or any(r.row == 1 for r in found.rejects):
            raise
        rejects = found.rejects
        folder.mkdir(parents=True, exist_ok=True)
        stations = folder / f"{name}-tps.csv"
        _without(draft.stations, {r.row for r in rejects}, stations)
        try:
            region = read_region(draft.region, tps=stations, kecamatan=None, kelurahan=None)
        except RejectedRowsError:
            stations.unlink()  # nothing usable is left: nothing is written
            raise
    folder.mkdir(parents=True, exist_ok=True)
    listed = folder / f"{name}-rejects.csv" if rejects else None
    if listed is not None:
        write_csv(listed, [("row", "reason"), *((r.row, r.reason) for r in rejects)])
    try:
        write_text(target, _scenario_text(draft, name, stations, folder))
        write_text(plan, _plan_text(draft, name))
        write_text(gate, _gate_text(draft, name))
    except OSError:
        for there in (target, plan, gate):  # or the same command would find them there
            there.unlink(missing_ok=True)
        raise
    return Written(target, plan, gate, len(region.stations), listed, len(rejects))


def _without(source: Path, rows: set[int], target: Path) -> None:
    """The list without some rows, and without what nobody asked for, such as names and phones."""
    kept = [row for number, row, _ in read_table(source, STATION_NEEDS) if number not in rows]
    asked = (*STATION_NEEDS, *STATION_MAY_HAVE)
    columns = [column for column in asked if any(column in row for row in kept)]
    write_csv(target, [columns, *([row.get(column, "") for column in columns] for row in kept)])


def _scenario_text(draft: Draft, name: str, stations: Path, folder: Path) -> str:
    path = os.path.relpath(stations.resolve(), folder.resolve())
    region = _one_line(draft.region)
    start = f"{draft.day} 13:00 {draft.zone}"
    end = f"{date.fromordinal(draft.day.toordinal() + 3)} 23:59 {draft.zone}"
    head = f"""\
# {region}, polling day {draft.day}. Made by `tangguh init` from {_one_line(stations.name)}.
# The priors below are those of Bandar Lampung 2020: replace what you have measured.
name: {name}
title:
  id: {_quoted(region)}
  en: {_quoted(region)}
start: {start}
snapshot: {end}

region:
  name: {_quoted(region)}
  tps: {_quoted(path)}
  stations_per_cell:
    {{uniform: [1, 10], per: kecamatan, standing: assumed, source: "1 to 10, by geography"}}

"""
    sections = _sections(TEMPLATE.read_text(encoding="utf-8"))
    body = "\n".join(sections[key] for key in _KEPT)
    body = re.sub(r"\n  outages:\n(?:    .*\n)+", "\n  outages: []\n", body)
    return head + _moved(body, draft)


def _plan_text(draft: Draft, name: str) -> str:
    region = _one_line(draft.region)
    title = f"Apa yang dibutuhkan {region}?", f"What does {region} need?"
    head = f"""\
# What does {region} need? Made by `tangguh init` from the shipped plan: objectives and choices too.
#
#     tangguh plan {name}-plan.yaml
#
# Every cost here is an assumption, to be replaced by your offers.
"""
    return _judged(
        _SHIPPED / "plans" / "bandarlampung-2020.yaml", draft, f"{name}-plan", head, title
    )


def _gate_text(draft: Draft, name: str) -> str:
    region = _one_line(draft.region)
    title = f"Bolehkah aplikasi ini dirilis di {region}?", f"May this app go out in {region}?"
    head = f"""\
# May this app go out in {region}? Made by `tangguh init`: `tangguh gate {name}-gate.yaml`
#
# The limits are the shipped gate's (assumed): replace them by those that your commission decided.
# Choose them near what the app reaches, and ask `--self-test` whether they could fail.
"""
    return _judged(_SHIPPED / "gates" / "app-release.yaml", draft, f"{name}-gate", head, title)


def _judged(template: Path, draft: Draft, name: str, head: str, title: tuple[str, str]) -> str:
    """A shipped plan's or gate's text, for the new scenario that lies beside it."""
    text = re.sub(r"\A(?:#.*\n)+", lambda _: head, template.read_text(encoding="utf-8"))
    text = re.sub(r"(?m)^(plan|gate): .*$", rf"\1: {name}", text)
    text = re.sub(r"(?m)^( *)scenario: .*$", rf"\1scenario: {name.rpartition('-')[0]}.yaml", text)
    titles = f"title:\n  id: {_quoted(title[0])}\n  en: {_quoted(title[1])}\n"
    text = re.sub(r"(?m)^title:\n(?:  .*\n)+", lambda _: titles, text)
    text = text.replace(f"scenarios/gates/{template.name}", f"{name}.yaml")
    return _moved(text.replace(f"{template.stem}.baseline", f"{name}.baseline"), draft)


def _sections(text: str) -> dict[str, str]:
    """The text of each top-level key, comments and blank lines included."""
    found: dict[str, str] = {}
    for block in re.split(r"(?m)^(?=[a-z_]+:)", text):
        key = block.split(":", 1)[0]
        found[key] = block.rstrip() + "\n"
    return found


def _moved(text: str, draft: Draft) -> str:
    """Dates of the template's days moved to the new polling day."""

    def move(match: re.Match[str]) -> str:
        days = date.fromisoformat(match[1]).toordinal() - _DAY_OF_TEMPLATE.toordinal()
        return f"{date.fromordinal(draft.day.toordinal() + days)} {match[2]} {draft.zone}"

    return re.sub(r"(2020-12-\d\d) (\d\d:\d\d(?::\d\d)?) WIB", move, text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # JSON's strings are YAML's, too


def _one_line(text: str) -> str:
    return " ".join(text.split())
