"""The sentences of the sensitivity study, in both languages, and its answer."""

from __future__ import annotations

from typing import Any, Final

from reports.language import Language
from reports.quantity_names import quantity_name
from reports.text import tell
from study.sensitivity.design import CHANCE

TEXT: Final[dict[str, tuple[str, str]]] = {
    # key: (Indonesian, English)
    "basis_prior": (
        "{worlds} dunia, nilai ditarik dari prior (belum dikalibrasi), benih acak {seed}; "
        "{trajectories} lintasan penyaringan, {pairs} pasang malam.",
        "{worlds} worlds, values drawn from the priors (not calibrated), seed {seed}; "
        "{trajectories} screening trajectories, {pairs} pairs of nights.",
    ),
    "basis_calibrated": (
        "{worlds} dunia, nilai ditarik dari malam-malam yang cocok dengan hitungan, benih acak "
        "{seed}; {trajectories} lintasan penyaringan, {pairs} pasang malam.",
        "{worlds} worlds, values drawn from the nights that fit the counts, seed {seed}; "
        "{trajectories} screening trajectories, {pairs} pairs of nights.",
    ),
    "answer_most": (
        "Jumlah TPS yang belum terkirim paling bergantung pada {first}: bila hanya itu yang "
        "ditarik ulang, ia berubah rata-rata {size} TPS.",
        "Stations not sent depend most on the {first}: if only that is drawn again, they change by "
        "{size} stations on average.",
    ),
    "answer_split": (
        "Dari keragaman antarmalam, {quantities} berasal dari besaran yang tidak diketahui, "
        "{chance} dari kebetulan malam itu (95%: {low} hingga {high}), {worlds} dari dunia mana "
        "yang benar.",
        "Of the variance between nights, {quantities} comes from quantities that are not known, "
        "{chance} from the night's chance (95%: {low} to {high}), {worlds} from which world is "
        "true.",
    ),
    "answer_worth": (
        "Pengukuran yang paling berharga: {name}; paling banyak {value} ± {error} TPS lebih banyak "
        "terkirim karena pilihan yang lebih baik daripada {choice}.",
        "The most valuable measurement: {name}; at most {value} ± {error} more stations sent by a "
        "better choice than {choice}.",
    ),
    "answer_worthless": (
        "Tidak ada pengukuran tunggal yang mengubah pilihan {choice} dengan untung yang terbedakan "
        "dari nol: keputusan tidak perlu menunggu pengukuran.",
        "No single measurement changes the choice of {choice} with a gain that can be told from "
        "zero: the decision need not wait for a measurement.",
    ),
    "screening_title": ("Apa yang menggerakkan hasil", "What moves the result"),
    "screening_note": (
        "mu*: perubahan mutlak rata-rata bila satu besaran ditarik ulang menurut hukumnya sendiri "
        "dan semua yang lain tetap (Morris; Campolongo dkk.). Garis tipis: dua galat baku.",
        "mu*: mean absolute change if one quantity is drawn again by its own law and all else "
        "stays (Morris; Campolongo et al.). Thin lines: two standard errors.",
    ),
    "output_failed": ("TPS belum terkirim pada saat potret", "Stations not sent at the snapshot"),
    "output_t90": ("Waktu hingga 90% tiba (jam)", "Time until 90% had arrived (hours)"),
    "t90_note": (
        "90% tercapai dalam {reached} malam; bila tidak, dihitung sampai saat potret.",
        "90% was reached in {reached} of the nights; where not, the time of the snapshot counts.",
    ),
    "sobol_title": ("Bagian keragaman (indeks Sobol)", "Shares of the variance (Sobol' indices)"),
    "sobol_note": (
        "Batang: total, yang tersisa bila hanya itu yang tidak diketahui, dengan selang 95%. "
        "Titik: orde pertama, yang dijelaskan besaran itu sendiri. Di dalam dunia; dengan {pairs} "
        "pasang malam galatnya besar.",
        "Bar: total, what is left when only it is unknown, with the 95% interval. Dot: first "
        "order, what the quantity explains by itself. Within worlds; with {pairs} pairs of nights "
        "the errors are large.",
    ),
    "untied": (
        "Malam terkalibrasi: untuk penyaringan dan indeks, tiap besaran ditarik sendiri dari "
        "malam-malam yang cocok, karena indeks menuntut besaran yang saling bebas; kaitan yang "
        "dibuat hitungan dilepas. Pembagian keragaman dan nilai pengukuran memakai malam yang "
        "cocok apa adanya.",
        "Calibrated nights: for screening and indices each quantity is drawn by itself from the "
        "nights that fit, because indices need quantities that are independent; the ties that the "
        "counts make are undone. The split and the worth of measurements use the nights that fit "
        "as they are.",
    ),
    "split_title": ("Besaran, kebetulan, dunia", "Quantities, chance, worlds"),
    "split_quantities": ("besaran yang tidak diketahui", "quantities that are not known"),
    "split_chance": ("kebetulan malam itu", "the night's chance"),
    "split_worlds": ("dunia mana yang benar", "which world is true"),
    "split_note": (
        "Hukum keragaman total, dari malam-malam dengan besaran yang sama dan kebetulan yang lain: "
        "keragaman malam yang akan datang.",
        "Law of total variance, from nights with the same quantities and another chance: the "
        "variance of a night to come.",
    ),
    "value_title": ("Berapa nilai sebuah pengukuran", "What a measurement is worth"),
    "value_note": (
        "Berapa TPS lebih banyak terkirim bila kebijakan dipilih setelah mengetahui besaran yang "
        "diukur (nilai harapan informasi sempurna sebagian; Strong, Oakley dan Brennan 2014). "
        "Tanpa "
        "pengukuran: {choice}. Pilihan dibuat oleh regresi yang belum melihat malam itu, dan "
        "dinilai oleh malam itu sendiri. Batas yang tidak dapat dilampaui siapa pun: {perfect} "
        "TPS.",
        "How many more stations are sent if the policy is chosen knowing the quantities that are "
        "measured (expected value of partial perfect information; Strong, Oakley and Brennan "
        "2014). "
        "Without a measurement: {choice}. The choice is made by a regression that has not seen the "
        "night, and judged by the night itself. The bound that nobody can pass: {perfect} "
        "stations.",
    ),
    "measure_signal-log": (
        "catatan sinyal dan uji kecepatan (kapasitas, cakupan)",
        "signal log and speed tests (capacity, coverage)",
    ),
    "measure_attempt-log": (
        "catatan percobaan telepon (akses, putus, batas waktu)",
        "attempt log of phones (access, breaks, time-out)",
    ),
    "measure_access-log": (
        "catatan akses server (gangguan, galat, layanan)",
        "access log of the server (outages, faults, service)",
    ),
    "measure_cell-counters": (
        "penghitung sel operator seluler (kesibukan)",
        "operators' cell counters (busy share)",
    ),
    "measure_operators-log": (
        "catatan kerja operator PPK",
        "log of the kecamatan's operators",
    ),
    "measure_crews-survey": ("survei KPPS (aplikasi, kesabaran)", "survey of crews (app, walking)"),
    "measure_world": ("dunia mana yang benar", "which world is true"),
    "measure_all": ("semuanya sekaligus", "all of these together"),
    "all_above": ("semua besaran di atas dan dunianya", "all quantities above, and the world"),
    "measurement": ("pengukuran", "measurement"),
    "worth": ("nilai (TPS)", "worth (stations)"),
    "worth_note": (
        "TPS lebih banyak yang terkirim; garis: dua galat baku.",
        "More stations sent; lines: two standard errors.",
    ),
    "error": ("galat baku", "standard error"),
    "changes": ("pilihan berubah", "choice changes"),
    "r_squared": ("R² malam yang belum dilihat", "R² on unseen nights"),
    "tells": ("besaran yang diketahui", "quantities that it tells"),
    "quantity": ("besaran", "quantity"),
    "mu_star": ("mu*", "mu*"),
    "sigma": ("sigma", "sigma"),
    "first": ("orde pertama", "first order"),
    "total": ("total", "total"),
    "interval": ("selang 95%", "95% interval"),
}

_CLEAR: Final = 2.0  # standard errors from zero at which a worth is said to be there


def say(key: str, language: str, **holes: object) -> str:
    """A sentence of the sensitivity study."""
    return tell(TEXT, key, language, **holes)


def answers(summary: dict[str, Any], language: Language) -> list[str]:
    """The answer in three sentences."""
    code = language.code
    rows = summary["screening"]
    quantities = [n for n in rows if n != CHANCE]
    most = max(quantities, key=lambda n: float(rows[n]["failed"]["mu_star"]))
    split = summary["outputs"]["failed"]["split"]
    worth = summary["value"]
    choice = summary["variants"][worth["choice"]]
    best = worth_most(summary)
    shares = {n: language.percent(split[n]["mean"], 0) for n in ("quantities", "chance", "worlds")}
    low, high = (language.percent(split["chance"][k], 0) for k in ("low", "high"))
    found = [
        say(
            "answer_most",
            code,
            first=quantity_name(most, code),
            size=language.number(rows[most]["failed"]["mu_star"], 1),
        ),
        say("answer_split", code, low=low, high=high, **shares),
    ]
    if best is None:
        found.append(say("answer_worthless", code, choice=choice))
    else:
        name = say(f"measure_{best['name']}", code)
        value, error = (language.number(best[k], 1) for k in ("value", "error"))
        found.append(say("answer_worth", code, name=name, value=value, error=error, choice=choice))
    return found


def worth_most(summary: dict[str, Any]) -> dict[str, Any] | None:
    """The single measurement of most worth, or nothing if its worth cannot be told from zero."""
    rows = summary["value"]["rows"]
    single = [r for r in rows if r["quantities"] and r["name"] != "all"]
    best: dict[str, Any] | None = max(single, key=lambda r: float(r["value"]), default=None)
    if best is None or best["value"] < _CLEAR * best["error"] or best["value"] <= 0:
        return None
    return best
