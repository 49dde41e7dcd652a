"""Sentences of several chapters, in both languages, side by side so that neither is forgotten.

``{...}`` are filled by who says them. A test checks that both have the same holes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXT: Final[dict[str, tuple[str, str]]] = {
    # key: (Indonesian, English)
    "answer_counted": (
        "Model memperkirakan {mid} TPS belum terkirim ({share}) pada {when}; pada 95% malam "
        "simulasi antara {low} dan {high}. Yang dihitung KPU: {counted}.",
        "The model predicts {mid} stations not sent ({share}) on {when}; in 95% of the simulated "
        "nights between {low} and {high}. KPU counted {counted}.",
    ),
    "answer_plain": (
        "Model memperkirakan {mid} TPS belum terkirim ({share}) pada {when}; pada 95% malam "
        "simulasi antara {low} dan {high}.",
        "The model predicts {mid} stations not sent ({share}) on {when}; in 95% of the simulated "
        "nights between {low} and {high}.",
    ),
    "verdict_inside": (
        "Angka yang dihitung berada di dalam selang itu; tetapi selangnya lebar, sebab penyebab "
        "kemacetan belum diketahui. Tidak ada parameter yang dicocokkan dengan angka ini.",
        "The counted figure lies inside that interval; but the interval is wide, because what was "
        "scarce is not known. No parameter was fitted to this figure.",
    ),
    "verdict_outside": (
        "Angka yang dihitung berada di luar selang itu: asumsi awal model ini dan kenyataan tidak "
        "sejalan. Tidak ada parameter yang dicocokkan untuk menutupinya.",
        "The counted figure lies outside that interval: the model's prior assumptions and what "
        "happened disagree. No parameter was fitted to hide it.",
    ),
    "inside_line": (
        "Dari {of} kecamatan, {n50} di dalam selang 50%, {n80} di dalam 80%, {n95} di dalam 95%.",
        "Of {of} kecamatan, {n50} lie inside the 50% interval, {n80} inside 80%, {n95} inside 95%.",
    ),
    "basis": (
        "{nights} malam simulasi, {stations} TPS, {kecamatan} kecamatan, kebijakan {variant}.",
        "{nights} simulated nights, {stations} stations, {kecamatan} kecamatan, policy {variant}.",
    ),
    "figures_title": ("Tiga angka, dua cara membaca", "Three figures, two readings"),
    "figures_note": (
        "Sumber: {source}. {failed} gagal dan {sent} terkirim menyisakan {neither} dari {stations} "
        "TPS. Bacaan pertama: angka terkirim lebih tua daripada angka gagal, sehingga semua selain "
        "{failed} sudah terkirim. Bacaan kedua: ketiga angka berlaku bersamaan, dan {neither} TPS "
        "belum dicoba. Semua dicetak; tidak ada yang disembunyikan.",
        "Source: {source}. {failed} failed and {sent} sent leave {neither} of {stations} stations. "
        "First reading: the figure of those sent is older than that of the failures, so all but "
        "the {failed} had been sent. Second reading: the three hold together, and {neither} had "
        "not been attempted. All are printed; none is hidden.",
    ),
    "reading_unsent": ("Bacaan 1: gagal = belum terkirim", "Reading 1: failed = not sent"),
    "reading_attempted": (
        "Bacaan 2: gagal = dicoba, tidak terkirim",
        "Reading 2: failed = attempted, not sent",
    ),
    "figure_failed": ("gagal", "failed"),
    "figure_sent": ("terkirim", "sent"),
    "figure_neither": ("belum dicoba", "not attempted"),
    "counted": ("dihitung", "counted"),
    "predicted": ("prediksi", "predicted"),
    "outside": ("di luar selang 95%", "outside the 95% interval"),
    "inside": ("di dalam selang 95%", "inside the 95% interval"),
    "reading": ("cara membaca", "reading"),
    "figure": ("angka", "figure"),
    "check": ("cocok?", "agrees?"),
    "state": ("akhir", "outcome"),
    "kecamatan_title": (
        "Per kecamatan: prediksi dan kenyataan",
        "By kecamatan: predicted and counted",
    ),
    "kecamatan_note": (
        "Bagian TPS yang belum terkirim pada saat potret. Jumlah TPS per kecamatan adalah "
        "perkiraan bila tidak diterbitkan (lihat asumsi).",
        "Share of stations not sent at the snapshot. Stations per kecamatan are an estimate where "
        "they were not published (see the assumptions).",
    ),
    "legend_95": ("95% malam", "95% of nights"),
    "legend_median": ("median", "median"),
    "progress_title": ("Kemajuan selama tiga hari", "Progress over the three days"),
    "map": ("Peta", "Map"),
    "map_note": (
        "Makin gelap makin banyak; paling gelap: {top}. Batas wilayah dari {file}.",
        "Darker is more; the darkest is {top}. Boundaries from {file}.",
    ),
    "causes_title": ("Mengapa belum terkirim", "Why stations were not sent"),
    "causes_note": (
        "Penyebab kegagalan terakhir dari TPS yang belum terkirim: rata-rata malam, dan 95% malam.",
        "Cause of the last failure of the stations not sent: mean, and 95% of nights.",
    ),
    "portable_line": (
        "Tautan portabel yang berfungsi: {links}; menjangkau {reached} TPS, dan {sent} di "
        "antaranya dikirim oleh KPPS-nya (median).",
        "Portable links with service: {links}; they reached {reached} stations, and the crews of "
        "{sent} of these sent (medians).",
    ),
    "cause_access": ("akses ditolak sel yang padat", "access refused by a crowded cell"),
    "cause_break": ("sambungan putus di tengah", "link broke in mid-transfer"),
    "cause_timeout": ("melewati batas waktu", "timed out"),
    "cause_refused": ("server penuh", "server full"),
    "cause_outage": ("gangguan nasional aplikasi", "nationwide outage of the app"),
    "cause_fault": ("kesalahan aplikasi server", "fault of the server's application"),
    "cause_gave_up": ("berhenti di antara dua foto", "stopped between two photographs"),
    "cause_no_coverage": ("tanpa sinyal", "no coverage"),
    "cause_no_app": ("tanpa aplikasi", "no app"),
    "cause_not_reached": ("belum sempat dikerjakan", "not reached yet"),
    "cause_reset": ("koneksi diputus server", "connection closed by the server"),
    "cause_rejected": ("permintaan ditolak server", "request rejected by the server"),
    "stations": ("TPS", "stations"),
    "policies_title": ("Kebijakan aplikasi yang dibandingkan", "App policies compared"),
    "policies_note": (
        "Malam yang sama untuk setiap kebijakan ({nights} malam): selisih rata-rata TPS belum "
        "terkirim terhadap {first}, dengan selang 95%. Ke kiri lebih baik.",
        "The same nights for every policy ({nights} nights): mean difference of stations not sent "
        "against {first}, with its 95% interval. Left is better.",
    ),
    "policy": ("kebijakan", "policy"),
    "not_sent": ("belum terkirim", "not sent"),
    "difference": ("selisih", "difference"),
    "interval": ("selang 95%", "95% interval"),
    "sent_by_kpps": ("dikirim KPPS", "sent by KPPS"),
    "wasted": ("data terbuang", "data wasted"),
    "tallies": ("hasil diketahui dalam 12 jam", "result known within 12 h"),
    "best": ("peluang terbaik", "chance of being best"),
    "who_title": ("Siapa yang mengirim", "Who sent"),
    "state_sent_kpps": ("terkirim oleh KPPS", "sent by KPPS"),
    "state_sent_ppk": ("terkirim oleh PPK", "sent by PPK"),
    "state_failed": ("dicoba, gagal", "attempted, failed"),
    "state_not_attempted": ("belum dicoba", "not attempted"),
    "office_line": (
        "Pada median malam, data lengkap di {complete} kecamatan pada saat potret; {excel} "
        "kecamatan beralih ke Excel.",
        "In the median night {complete} kecamatan had all data at the snapshot; {excel} had turned "
        "to Excel.",
    ),
    "assumed_title": ("Apa yang diasumsikan", "What is assumed"),
    "assumed_note": (
        "Setiap nilai yang tidak pasti, dengan kedudukan dan sumbernya. Semua dapat diubah di "
        "berkas skenario.",
        "Every value that is not certain, with its standing and its source. All can be changed in "
        "the scenario file.",
    ),
    "standing_counted": ("dihitung", "counted"),
    "standing_stated": ("dinyatakan", "stated"),
    "standing_assumed": ("diasumsikan", "assumed"),
    "standing_unsaid": ("tanpa keterangan", "unsaid"),
    "column_what": ("nilai", "value"),
    "column_law": ("hukum", "law"),
    "column_per": ("untuk setiap", "drawn per"),
    "column_standing": ("kedudukan", "standing"),
    "column_source": ("sumber", "source"),
    "per_night": ("malam", "night"),
    "per_kecamatan": ("kecamatan", "kecamatan"),
    "per_cell": ("sel", "cell"),
    "per_station": ("TPS", "station"),
    "per_photo": ("foto", "photo"),
    "limits_title": ("Batas jawaban ini", "Limits of this answer"),
    "limits": (
        "Ini prediksi dari asumsi awal, bukan hasil pencocokan. Apa yang langka malam itu tidak "
        "diketahui: ruang udara sel, akses, sinyal, server, atau manusia dapat berakibat sama. "
        "Perilaku TPS lain di seluruh negeri tidak ikut berubah bila kebijakan diubah. Catatan "
        "percobaan dari telepon dan catatan akses server akan paling banyak mengubah jawaban ini.",
        "This is a prediction from prior assumptions, not a fit. What was scarce that night is not "
        "known: airtime, access, coverage, server or people can each give the same. What the rest "
        "of the nation does is not changed with the policy. Attempt logs of phones and the "
        "server's access log would change this answer most.",
    ),
    "data": ("Angka dalam tabel", "The figures as a table"),
    "share": ("bagian", "share"),
    "cause": ("penyebab", "cause"),
    "mean": ("rata-rata", "mean"),
    "time": ("waktu", "time"),
}


Sentences = Mapping[str, tuple[str, str]]


def tell(table: Sentences, key: str, language: str, **holes: object) -> str:
    """A sentence of a table in a language, its holes filled."""
    return table[key][0 if language == "id" else 1].format(**holes)


def say(key: str, language: str, **holes: object) -> str:
    """A sentence of a run, and of what is like one."""
    return tell(TEXT, key, language, **holes)
