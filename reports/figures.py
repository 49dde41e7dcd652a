"""What the page draws: positions in per cent and labels, from a summary, for one language.

Charts are made of positioned boxes and one stretched SVG path, so that text keeps its size on a
phone; each has its numbers as a table below it.

Rule of this file: arithmetic on the summary; no HTML.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from reports.language import Language
from reports.text import say

View = dict[str, Any]


def build_view(summary: dict[str, Any], language: Language) -> View:
    """Everything that the template shows."""
    return {
        "head": _head(summary, language),
        "readings": _readings(summary, language),
        "figures_note": _figures_note(summary, language),
        "rows": _kecamatan(summary, language),
        "progress": _progress(summary, language),
        "states": _bars(summary["outcomes"], "state", language, summary["stations"]),
        "office_line": _office_line(summary, language),
        "causes": _causes(summary, language),
        "policies": _policies(summary, language),
        "assumptions": _assumptions(summary, language),
    }


def _head(summary: dict[str, Any], language: Language) -> View:
    basis = say(
        "basis",
        language.code,
        nights=language.number(summary["replications"]),
        stations=language.number(summary["stations"]),
        kecamatan=len(summary["kecamatan"]),
        variant=" · ".join(summary["variant"]),
    )
    return {
        "title": summary["title"][language.code],
        "answer": answer(summary, language),
        "verdict": verdict(summary, language),
        "inside": inside_line(summary, language),
        "basis": basis,
    }


def answer(summary: dict[str, Any], language: Language) -> str:
    """How many stations are predicted not to have sent, beside what was counted, if it was."""
    total, counted = summary["inside"]["total"], summary["inside"].get("observed_total")
    holes = {
        "mid": language.number(total["p50"]),
        "share": language.percent(total["p50"] / summary["stations"]),
        "when": language.moment(datetime.fromisoformat(summary["snapshot"])),
        "low": language.number(total["p2.5"]),
        "high": language.number(total["p97.5"]),
    }
    if counted is None:
        return say("answer_plain", language.code, **holes)
    return say("answer_counted", language.code, counted=language.number(counted), **holes)


def verdict(summary: dict[str, Any], language: Language) -> str:
    """Is what was counted inside the interval? Nothing if nothing was counted."""
    total, counted = summary["inside"]["total"], summary["inside"].get("observed_total")
    if counted is None:
        return ""
    inside = total["p2.5"] <= counted <= total["p97.5"]
    return say("verdict_inside" if inside else "verdict_outside", language.code)


def inside_line(summary: dict[str, Any], language: Language) -> str:
    """How many kecamatan lie inside their intervals; nothing if none was counted."""
    known = summary["inside"]
    if not known["of"]:
        return ""
    holes = {f"n{level}": known[level] for level in ("50", "80", "95")}
    return say("inside_line", language.code, of=known["of"], **holes)


def _readings(summary: dict[str, Any], language: Language) -> list[View]:
    groups: dict[str, list[View]] = {}
    for row in summary["readings"]:
        spread = row["predicted"]
        groups.setdefault(row["reading"], []).append(
            {
                "name": say(f"figure_{row['figure']}", language.code),
                "counted": language.number(row["observed"]),
                "mid": language.number(spread["p50"]),
                "span": language.span(spread["p2.5"], spread["p97.5"]),
                "inside": row["inside"],
            }
        )
    return [
        {"name": say(f"reading_{r}", language.code), "rows": rows} for r, rows in groups.items()
    ]


def _figures_note(summary: dict[str, Any], language: Language) -> str:
    figures = summary["figures"]
    if figures is None:
        return ""
    counts = {k: language.number(figures[k]) for k in ("failed", "sent", "neither")}
    stations = language.number(summary["stations"])
    return say("figures_note", language.code, source=figures["source"], stations=stations, **counts)


def _kecamatan(summary: dict[str, Any], language: Language) -> list[View]:
    rows = []
    for row in summary["kecamatan"]:
        spread, tps = row["predicted"], max(row["tps"], 1)
        counted = row["observed"]
        said = "" if counted is None else say("row_counted", language.code, counted=counted)
        label = say(
            "row_label",
            language.code,
            name=row["name"],
            tps=row["tps"],
            mid=language.number(spread["p50"]),
            low=language.number(spread["p2.5"]),
            high=language.number(spread["p97.5"]),
            counted=said,
        )
        rows.append(
            {
                "name": row["name"],
                "tps": row["tps"],
                "counted": counted,
                "share": None if counted is None else counted / tps,
                "dot": None if counted is None else 100 * counted / tps,
                "low": 100 * spread["p2.5"] / tps,
                "q1": 100 * spread["p25"] / tps,
                "mid": 100 * spread["p50"] / tps,
                "q3": 100 * spread["p75"] / tps,
                "high": 100 * spread["p97.5"] / tps,
                "median": language.number(spread["p50"]),
                "span": language.span(spread["p2.5"], spread["p97.5"]),
                "inside": row.get("inside", True),
                "label": label,
            }
        )
    rows.sort(key=lambda r: (-(r["share"] if r["share"] is not None else r["mid"]), r["name"]))
    return rows


def _progress(summary: dict[str, Any], language: Language) -> View:
    curve = summary["progress"]
    seconds = curve["seconds"]
    end = seconds[-1]
    start = datetime.fromisoformat(summary["start"])

    def band(low: list[float], high: list[float]) -> str:
        there = [
            f"{1000 * t / end:.1f},{100 - 100 * y:.2f}" for t, y in zip(seconds, high, strict=True)
        ]
        back = [
            f"{1000 * t / end:.1f},{100 - 100 * y:.2f}" for t, y in zip(seconds, low, strict=True)
        ]
        return "M" + "L".join(there + back[::-1]) + "Z"

    points = [
        f"{1000 * t / end:.1f},{100 - 100 * y:.2f}"
        for t, y in zip(seconds, curve["p50"], strict=True)
    ]
    midnight = (start + timedelta(days=1)).replace(hour=0, minute=0, second=0)
    days = []
    while (midnight - start).total_seconds() < end:
        days.append(
            {"x": 100 * (midnight - start).total_seconds() / end, "label": language.day(midnight)}
        )
        midnight += timedelta(days=1)
    samples = [
        {
            "x": round(100 * t / end, 2),
            "y": round(100 * mid, 2),
            "text": say(
                "progress_read",
                language.code,
                when=language.short(start + timedelta(seconds=t)),
                mid=language.percent(mid),
                low=language.percent(low),
                high=language.percent(high),
            ),
        }
        for t, low, mid, high in zip(
            seconds, curve["p2.5"], curve["p50"], curve["p97.5"], strict=True
        )
    ]
    observed = [
        {
            "x": 100 * o["seconds"] / end,
            "y": 100 * o["sent"],
            "label": f"{language.percent(o['sent'], 2)} · "
            f"{language.short(start + timedelta(seconds=o['seconds']))} · {o['source']}",
            "right": o["seconds"] > 0.75 * end,
            "value": language.percent(o["sent"], _decimals(o["sent"])),
        }
        for o in curve["observed"]
        if o["seconds"] <= end
    ]
    every = max(len(samples) // 24, 1)
    table = [
        (
            language.short(start + timedelta(seconds=t)),
            language.percent(low),
            language.percent(mid),
            language.percent(high),
        )
        for t, low, mid, high in list(
            zip(seconds, curve["p2.5"], curve["p50"], curve["p97.5"], strict=True)
        )[::every]
    ]
    return {
        "wide": band(curve["p2.5"], curve["p97.5"]),
        "narrow": band(curve["p25"], curve["p75"]),
        "line": "M" + "L".join(points),
        "days": days,
        "first_day": language.day(start),
        "observed": observed,
        "samples": samples,
        "table": table,
        "mark": _mark(summary, language),
    }


def _mark(summary: dict[str, Any], language: Language) -> View | None:
    """The reported share of stations sent, as a line across the curve."""
    if summary["figures"] is None:
        return None
    share = summary["figures"]["sent"] / summary["stations"]
    label = say("mark", language.code, share=language.percent(share, _decimals(share)))
    return {"y": 100 * share, "label": label}


def _decimals(share: float) -> int:
    """As many decimals as the published percentage had, at most two."""
    return next((d for d in (0, 1) if abs(round(100 * share, d) - 100 * share) < 1e-6), 2)


def _bars(spreads: dict[str, Any], prefix: str, language: Language, full: float) -> list[View]:
    return [
        {
            "name": say(f"{prefix}_{key}", language.code),
            "width": 100 * spread["mean"] / full,
            "low": 100 * spread["p2.5"] / full,
            "high": 100 * spread["p97.5"] / full,
            "mean": language.number(spread["mean"], 1),
            "span": language.span(spread["p2.5"], spread["p97.5"]),
        }
        for key, spread in spreads.items()
    ]


def _causes(summary: dict[str, Any], language: Language) -> list[View]:
    spreads = {k: s for k, s in summary["causes"].items() if s["p97.5"] > 0 or s["mean"] > 0}
    full = max((s["p97.5"] for s in spreads.values()), default=1.0) or 1.0
    return sorted(_bars(spreads, "cause", language, full), key=lambda row: -row["width"])


def _office_line(summary: dict[str, Any], language: Language) -> str:
    offices = summary["offices"]
    return say(
        "office_line",
        language.code,
        complete=language.number(offices["pleno_complete"]["p50"]),
        excel=language.number(offices["excel"]["p50"]),
    )


def _policies(summary: dict[str, Any], language: Language) -> View:
    rows = summary["comparison"]
    if len(rows) < 2:
        return {"rows": []}
    bounds = [abs(r["difference"][b] or 0.0) for r in rows for b in ("mean", "low", "high")]
    reach = max(bounds)
    scale = round_up(reach)
    found = []
    for i, row in enumerate(rows):
        d = row["difference"]
        bounded = d["low"] is not None
        low, high = (d["low"], d["high"]) if bounded else (d["mean"], d["mean"])
        found.append(
            {
                "policy": row["policy"],
                "batching": " · ".join(row["name"].split(" · ")[1:]),
                "reference": i == 0,
                "at": 50 + 50 * d["mean"] / scale,
                "low": 50 + 50 * low / scale,
                "high": 50 + 50 * high / scale,
                "better": bounded and high < 0,
                "worse": bounded and low > 0,
                "failed": language.number(row["failed"]["mean"], 1),
                "difference": language.signed(d["mean"]),
                "span": f"{language.signed(low)} … {language.signed(high)}" if bounded else "–",
                "kpps": language.number(row["sent_kpps"]),
                "wasted": f"{language.number(row['wasted_bytes'] / 1e9, 2)} GB",
                "tallies": language.number(row["tally_first_night"]),
                "best": language.percent(row["chance_best"], 0),
            }
        )
    return {
        "rows": found,
        "nights": language.number(rows[0]["nights"]),
        "first": rows[0]["name"],
        "scale": language.number(scale),
    }


def round_up(value: float, least: float = 10.0) -> float:
    """The next of 1, 2 and 5 times ``least``, and of ten, a hundred ... times these."""
    step = least
    while True:
        for factor in (1, 2, 5):
            if value <= step * factor:
                return step * factor
        step *= 10


def _assumptions(summary: dict[str, Any], language: Language) -> list[View]:
    return [
        {
            "path": a["path"],
            "law": language.law(a["value"]),
            "per": say(f"per_{a['per']}", language.code),
            "standing": a["standing"],
            "standing_name": say(f"standing_{a['standing']}", language.code),
            "source": a["source"],
        }
        for a in summary["assumptions"]
    ]
