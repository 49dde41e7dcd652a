"""The sentences of a plan, in both languages.

Rule of this file: text only; how it is put together is in :mod:`reports.chapters.plan`.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from reports.text import tell

TEXT: Final[dict[str, tuple[str, str]]] = {
    # key: (Indonesian, English)
    "found": (
        "Rencana termurah yang pasti memenuhi sasaran: {choices}. Biaya {cost}; {objectives}.",
        "The cheapest plan that surely meets the objectives: {choices}. It costs {cost}; "
        "{objectives}.",
    ),
    "none": (
        "Tidak ada rencana yang memenuhi sasaran: {combinations} kombinasi pilihan, semuanya pasti "
        "kurang. Yang terdekat: {choices}, biaya {cost}; {objectives}.",
        "No plan meets the objectives: {combinations} combinations of choices, and each surely "
        "falls short. The nearest: {choices}, at {cost}; {objectives}.",
    ),
    "open": (
        "Belum ditemukan rencana yang pasti memenuhi sasaran dalam batas usaha ini; mungkin ada. "
        "Yang terdekat: {choices}, biaya {cost}; {objectives}.",
        "No plan that surely meets the objectives was found within this effort; there may be one. "
        "The nearest: {choices}, at {cost}; {objectives}.",
    ),
    "met_in": (
        "sasaran {number} terpenuhi di {chance} malam (paling sedikit {low}; diminta {asked})",
        "objective {number} is met in {chance} of nights (at least {low}; asked {asked})",
    ),
    "met_in_one": (
        "sasaran terpenuhi di {chance} malam (paling sedikit {low}; diminta {asked})",
        "the objective is met in {chance} of nights (at least {low}; asked {asked})",
    ),
    "do_found": ("Siapkan rencana ini.", "Prepare this plan."),
    "do_none": (
        "Longgarkan sasaran, atau cari tuas lain: yang ada tidak cukup.",
        "Relax the objectives, or look for other levers: these are not enough.",
    ),
    "do_open": (
        "Ulangi dengan lebih banyak malam (--nights) dan calon (--trials); yang sudah "
        "disimulasikan dipakai lagi.",
        "Ask again with more nights (--nights) and candidates (--trials); what was simulated is "
        "used again.",
    ),
    "sure": (
        "Galat {error}, dari {nights} malam {how}; {candidates} dari {combinations} kombinasi "
        "dicoba, {confirmed} diuji dengan semua malam.",
        "At an error of {error}, from {nights} nights {how}; {candidates} of {combinations} "
        "combinations were tried, {confirmed} judged by all nights.",
    ),
    "cheaper_found": (
        "Lebih murah tetapi belum pasti: {undecided}; lebih murah dan tidak dicoba: {untried}.",
        "Cheaper but undecided: {undecided}; cheaper and not tried: {untried}.",
    ),
    "is_cheapest": ("Tidak ada yang lebih murah.", "Nothing is cheaper."),
    "nothing_cheaper": (
        "Semua yang lebih murah pasti kurang.",
        "Everything that is cheaper surely falls short.",
    ),
    "left_open": (
        "Belum pasti: {undecided}; tidak dicoba: {untried}.",
        "Undecided: {undecided}; not tried: {untried}.",
    ),
    "many": ("banyak", "many"),
    "so_many": (
        "{count} calon (yang termurah: {cheapest})",
        "{count} candidates (the cheapest: {cheapest})",
    ),
    "first_choices": ("pilihan pertama tiap tuas", "the first choice of every lever"),
    "worst_world": (
        "Di dunia terburuk ({world}) {objectives}.",
        "In the worst world ({world}) {objectives}.",
    ),
    "world_met": ("{chance} malam", "{chance} of nights"),
    "calibrated": ("yang cocok dengan hitungan", "that fit the counts"),
    "prior": ("dari prior, tanpa kalibrasi", "from the priors, not calibrated"),
    "no_server": (
        "Yang tidak dapat diperbaiki server mana pun: dengan aplikasi dan orang yang sama dan "
        "server tanpa cela, {left} TPS tetap belum terkirim pada saat potret ({causes}).",
        "What no server can mend: with the same app and people and a perfect server, {left} of the "
        "stations are still not sent at the snapshot ({causes}).",
    ),
    "never_met": (
        "Dengan server tanpa cela pun sasaran {number} hanya terpenuhi di {chance} malam.",
        "Even with a perfect server objective {number} is met in only {chance} of nights.",
    ),
    "objectives": ("Sasaran", "Objectives"),
    "objective": ("sasaran", "objective"),
    "m_arrived": ("tiba", "arrived"),
    "m_arrived_by_crews": ("tiba dari KPPS sendiri", "arrived from their own crew"),
    "m_least_kecamatan": ("tiba, di kecamatan terburuk", "arrived, in the worst kecamatan"),
    "m_tally": ("angka diketahui", "tally known"),
    "m_failed": ("tidak terkirim", "not sent"),
    "at_least": ("{measure} {when}, paling sedikit {limit}", "{measure} {when}, at least {limit}"),
    "at_most": ("{measure} {when}, paling banyak {limit}", "{measure} {when}, at most {limit}"),
    "by": ("sebelum {moment}", "by {moment}"),
    "by_snapshot": ("pada saat potret", "at the snapshot"),
    "mean_share": ("rata-rata TPS", "mean share of stations"),
    "asked": ("diminta", "asked"),
    "bounds": ("batas", "bounds"),
    "perfect": ("dengan server tanpa cela", "with a perfect server"),
    "objectives_note": (
        "Tiap sasaran dinilai menurut bagian malam yang dimintanya sendiri. Semua sasaran di malam "
        "yang sama: {chance} malam. Peluang dan batas dari {nights} malam.",
        "Each objective is judged by the share of nights that it asks for itself. All of them in "
        "the same night: {chance} of nights. Chances and bounds are of {nights} nights.",
    ),
    "choices": ("Pilihan", "Choices"),
    "named_note": (
        "Calon lain disebut menurut yang berbeda dari pilihan pertama tiap tuas ({first}).",
        "Other candidates are named by what differs from every lever's first choice ({first}).",
    ),
    "lever": ("tuas", "lever"),
    "choice": ("pilihan", "choice"),
    "cost": ("biaya", "cost"),
    "cost_axis": ("biaya (juta rupiah)", "cost (million rupiah)"),
    "standing": ("status", "standing"),
    "source": ("sumber biaya", "source of the cost"),
    "front": ("Biaya dan peluang memenuhi sasaran", "Cost and chance of meeting the objectives"),
    "front_note": (
        "Peluang: semua sasaran di malam yang sama, dari {few} malam tiap dunia. Titik penuh: "
        "tidak ada calon lain yang lebih murah dan lebih baik.",
        "Chance: all objectives in the same night, from {few} nights of each world. Full dots: no "
        "other candidate is cheaper and better.",
    ),
    "chance": ("peluang", "chance"),
    "chance_axis": ("peluang (%)", "chance (%)"),
    "verdict": ("putusan", "verdict"),
    "meets": ("pasti memenuhi", "surely meets"),
    "short": ("pasti kurang", "surely short"),
    "undecided": ("belum pasti", "undecided"),
    "nights": ("malam", "nights"),
    "number": ("no.", "no."),
    "confirmed": ("Diuji dengan semua malam", "Judged by all nights"),
    "confirmed_note": (
        "Menurut urutan pengujian dengan semua malam: yang termurah dahulu, tanpa yang setelah "
        "sebagian malam tidak dapat dipastikan lagi; malamnya paling banyak untuk {places} calon. "
        "Angka tiap sasaran: peluang (batas bawah dan atas).",
        "In the order in which they were judged by all nights: the cheapest first, without those "
        "that part of the nights had already ruled out; in all at most the nights of {places} "
        "candidates. For each objective: its chance (lower and upper bound).",
    ),
    "worlds": ("Menurut dunia", "By world"),
    "world": ("dunia", "world"),
    "weight": ("bobot", "weight"),
    "cheapest": ("termurah di sana", "cheapest there"),
    "regret": ("biaya lebih dari perlu", "cost beyond need"),
    "sizing": ("Lembar ukuran server", "Sizing sheet of the server"),
    "sizing_note": (
        "Puncak: persentil ke-95 malam menurut bobotnya, di bawah server rencana ini sendiri; di "
        "mana pita atau slotnya penuh, puncaknya ikut terbatas. Ukuran: puncak dikali ruang bebas, "
        "yang ditetapkan berkas rencana.",
        "Peak: 95th percentile of nights by their weights, under the plan's own server; where its "
        "pipe or its slots are full, they bound the peak, too. Size: the peak times the headroom, "
        "which the plan's file sets.",
    ),
    "nation_note": (
        "Nasional: ukuran dikali {factor}, yaitu {stations} TPS ({standing}, skenario {scenario}) "
        "dibagi {region}. Semua daerah dianggap memuncak pada menit yang sama.",
        "The nation: the size times {factor}, which is {stations} stations ({standing}, scenario "
        "{scenario}) over {region}. All regions are taken to peak in the same minute.",
    ),
    "no_nation": (
        "Skenario rencana tidak mempunyai beban nasional.",
        "The plan's scenario has no load of the nation.",
    ),
    "requests": ("permintaan per detik", "requests per second"),
    "connections": ("sambungan serentak", "concurrent connections"),
    "bandwidth": ("pita", "bandwidth"),
    "disk": ("disk", "disk"),
    "got": ("cara memperoleh", "how it was got"),
    "got_requests": (
        "menit tersibuk di pintu server, yang ditolak dan diulang termasuk",
        "the busiest minute at the server's door, refused and repeated ones included",
    ),
    "got_connections": (
        "slot yang dipegang serentak, paling banyak",
        "most slots that were held at once",
    ),
    "got_bandwidth": (
        "sepuluh menit tersibuk, semua byte yang lewat: yang diulang dan tak selesai termasuk",
        "the busiest ten minutes, all bytes that passed: repeated and unfinished ones included",
    ),
    "got_disk": (
        "semua byte yang disimpan sampai saat potret, satu salinan",
        "all bytes stored by the snapshot, one copy",
    ),
    "peak": ("puncak", "peak"),
    "headroom": ("ruang bebas", "headroom"),
    "sized": ("ukuran", "size"),
    "nation": ("nasional", "nation"),
    "nothing": ("tidak ada", "none"),
    "rupiah": ("Rp{value} juta", "Rp {value} million"),
    "basis": (
        "Berkas {file}; benih acak {seed}. Biaya adalah asumsi berkas rencana, kecuali disebut "
        "lain.",
        "File {file}; seed {seed}. Costs are the plan file's assumptions unless said otherwise.",
    ),
}
say = partial(tell, TEXT)
