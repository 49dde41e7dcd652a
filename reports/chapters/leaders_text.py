"""What the chapters say to leaders beyond what the pages of their kinds say, in both languages."""

from __future__ import annotations

from typing import Final

from reports.text import tell

TEXT: Final[dict[str, tuple[str, str]]] = {
    # key: (Indonesian, English)
    "calibration_advise": (
        "Nilai kebijakan di semua dunia yang menghasilkan kembali hitungan ({names}), bukan di "
        "satu dunia saja: tangguh compare --ensemble.",
        "Judge policies in every world that reproduces the counts ({names}), not in one alone: "
        "tangguh compare --ensemble.",
    ),
    "calibration_none": (
        "Jangan memutuskan dengan kalibrasi ini: tidak ada dunia yang menghasilkan kembali "
        "hitungan.",
        "Do not decide by this calibration: no world reproduces the counts.",
    ),
    "calibration_sure_worse": (
        "Rendah: kecamatan yang disembunyikan tidak diperkirakan lebih baik daripada tanpa model "
        "(galat rata-rata {mechanism} TPS; tanpa model {best}).",
        "Low: kecamatan that were left out are not predicted better than without a model (mean "
        "error {mechanism} stations; without a model {best}).",
    ),
    "calibration_sure_even": (
        "Rendah: kecamatan yang disembunyikan diperkirakan sedikit lebih baik daripada tanpa "
        "model, tetapi tidak pasti (galat rata-rata {mechanism} TPS; tanpa model {best}).",
        "Low: kecamatan that were left out are predicted slightly better than without a model, but "
        "not surely (mean error {mechanism} stations; without a model {best}).",
    ),
    "calibration_sure_better": (
        "Kecamatan yang disembunyikan diperkirakan lebih baik daripada tanpa model (galat "
        "rata-rata {mechanism} TPS; tanpa model {best}).",
        "Kecamatan that were left out are predicted better than without a model (mean error "
        "{mechanism} stations; without a model {best}).",
    ),
    "logs": (
        "Catatan percobaan dari telepon atau catatan akses server malam itu: keduanya membedakan "
        "dunia yang tidak dapat dibedakan oleh hitungan.",
        "Attempt logs of phones or the server's access log of that night: they tell apart worlds "
        "that the counts cannot.",
    ),
    "effects_advise": ("Pakai {best}.", "Use {best}."),
    "effects_advise_open": (
        "Belum ada yang pasti terbaik; menurut bobot dunia pakai {best}.",
        "None is surely the best yet; by the worlds' weights use {best}.",
    ),
    "effects_sure": (
        "Peluang {best} menjadi yang terbaik menurut bobot dunia: {chance}. Terbaik di {wins} dari "
        "{all} dunia.",
        "Chance that {best} is the best, by the worlds' weights: {chance}. Best in {wins} of {all} "
        "worlds.",
    ),
    "effects_change": (
        "Bila terbukti bahwa dunia {world} yang benar: di sana ia {worst} TPS di belakang yang "
        "terbaik.",
        "Proof that the world {world} is the true one: there it is {worst} stations behind the "
        "best.",
    ),
    "effects_steady": (
        "Tidak satu pun dari dunia yang diperiksa: pilihan itu terbaik di semuanya.",
        "None of the worlds that were examined: the choice is best in all of them.",
    ),
    "effects_turns": (
        "Pilihan juga berbalik pada nilai tertentu; lihat titik baliknya di bawah.",
        "The choice also turns at certain values; see the turning points below.",
    ),
    "grid_safest": (
        "Pakai {best}: paling aman bila tidak diketahui dunia mana yang benar; paling buruk "
        "{worst} poin persen di belakang yang terbaik (dunia {world}).",
        "Use {best}: the safest if nobody knows which world is true; at worst {worst} percentage "
        "points behind the best (world {world}).",
    ),
    "grid_same": (
        "{best} rata-rata terendah di semua {all} dunia.",
        "{best} has the lowest mean in all {all} worlds.",
    ),
    "grid_differ": (
        "Yang terbaik berbeda menurut dunia: {names}.", "The best differs by world: {names}.",
    ),
    "grid_safest_all": (
        "Pakai {best}: di dunia mana pun tidak ada yang rata-ratanya lebih rendah.",
        "Use {best}: in no world has another a lower mean.",
    ),
    "grid_one": ("Pakai {best}.", "Use {best}."),
    "grid_wait": (
        "Belum ada yang pasti terbaik; di antara yang tersisa, pakai {best} atau jalankan lebih "
        "banyak malam.",
        "None is surely the best yet; of those left use {best}, or run more nights.",
    ),
    "grid_sure": (
        "Diputuskan di {decided} dari {all} dunia dengan keyakinan {confidence}.",
        "Decided in {decided} of {all} worlds with {confidence} confidence.",
    ),
    "grid_change": (
        "Dunia lain daripada yang diperiksa, atau harga lain: front Pareto di bawah menunjukkan "
        "apa yang dibayar dengan waktu siar.",
        "A world other than those examined, or another price: the Pareto front below shows what is "
        "paid in airtime.",
    ),
    "sensitivity_advise": (
        "Cari pengukuran ini dahulu: {name}.", "Get this measurement first: {name}.",
    ),
    "sensitivity_act": (
        "Putuskan sekarang; tidak perlu menunggu pengukuran.",
        "Decide now; there is no need to wait for a measurement.",
    ),
    "sensitivity_sure": (
        "Dari {trajectories} lintasan penyaringan dan {pairs} pasang malam; galat baku ada di "
        "setiap gambar.",
        "From {trajectories} screening trajectories and {pairs} pairs of nights; each picture has "
        "standard errors.",
    ),
    "sensitivity_change": (
        "Hukum lain untuk besaran yang teratas: urutan ini berlaku untuk hukum yang dipakai.",
        "Another law for the quantities at the top: the order holds for the laws that were used.",
    ),
    "replay_trust": (
        "Prediksi boleh dipakai untuk server ini.", "The prediction may be used for this server.",
    ),
    "replay_differ": (
        "Perbaiki model server (tangguh refit) sebelum prediksi dipakai untuk server ini.",
        "Mend the server's model (tangguh refit) before the prediction is used for this server.",
    ),
    "replay_again": (
        "Ulangi dengan pembangkit beban yang lebih kuat, atau dengan bagian yang lebih kecil.",
        "Repeat it with a stronger load generator, or with a smaller sample.",
    ),
    "replay_valid": (
        "Pengukuran sah: semua ukuran pembangkit beban di dalam batasnya.",
        "The measurement is valid: all measures of the load generator are within their limits.",
    ),
    "replay_invalid": (
        "Pengukuran tidak sah: {names}.", "The measurement is not valid: {names}.",
    ),
    "replay_change": (
        "Server, jaringan atau malam yang lain: yang diperiksa adalah satu malam, benih {seed}.",
        "Another server, network or night: what was examined is one night, seed {seed}.",
    ),
    "scarce": ("apa yang langka", "what was scarce"),
    "part": ("bagian", "part"),
    "weights": ("Bobot dunia", "Weights of the worlds"),
    "ranges": ("Per kecamatan, dunia {world}", "By kecamatan, world {world}"),
    "front": ("Front Pareto: gagal dan waktu siar", "Pareto front: failures and airtime"),
    "front_note": (
        "Garis putus-putus: yang tidak dikalahkan dalam kedua ukuran ini sekaligus.",
        "Dashed line: those that none beats in both of these at once.",
    ),
    "number": ("no.", "no."),
    "airtime": ("siar (dtk/TPS)", "airtime (s/station)"),
    "regret_of": ("Penyesalan, dunia {world}", "Regret, world {world}"),
}  # fmt: skip


def tell_leaders(key: str, language: str, **holes: object) -> str:
    """A sentence of a chapter."""
    return tell(TEXT, key, language, **holes)
