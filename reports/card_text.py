"""The sentences of the model card, in both languages."""

from __future__ import annotations

from typing import Final

from reports.text import Sentences, tell

TEXT: Final[Sentences] = {
    # key: (Indonesian, English)
    "kicker": ("tangguh · kartu model", "tangguh · model card"),
    "kicker_stress": ("tangguh · STRESS-DES", "tangguh · STRESS-DES"),
    "switch": ("English", "Bahasa Indonesia"),
    "title": ("Kartu model: {title}", "Model card: {title}"),
    "title_stress": ("STRESS-DES: {title}", "STRESS-DES: {title}"),
    "basis": (
        "Dibuat dari hasil {when}, benih acak {seed}. Setiap angka dihitung dari berkas hasil.",
        "Made from the results of {when}, seed {seed}. Every figure is computed from the results.",
    ),
    "not_done": (
        "Belum dikerjakan. Perintahnya: {command}", "Not done yet. The command: {command}",
    ),
    "question": ("Pertanyaan dan kegunaan", "Question and use"),
    "question_text": (
        "Dari {stations} TPS, yang mana yang belum terkirim pada suatu saat, dan apa yang berubah "
        "bila aplikasi memakai kebijakan lain? Untuk membandingkan kebijakan, dan untuk mengetahui "
        "apa yang harus diukur sebelum rencana dibuat.",
        "Of {stations} stations, which will not have arrived by a time, and what would another app "
        "policy change? To compare policies, and to learn what must be measured before a plan is "
        "made.",
    ),
    "not_for": (
        "Bukan untuk ramalan dengan satu angka, dan bukan untuk menilai orang atau kecamatan.",
        "Not for a forecast by a single number, and not for a judgement of persons or districts.",
    ),
    "use_for": (
        "Pakai untuk membandingkan kebijakan, dan untuk memilih apa yang harus diukur.",
        "Use it to compare policies, and to choose what must be measured.",
    ),
    "missing": ("Yang belum dikerjakan: {names}.", "What has not been done: {names}."),
    "study_effects": ("pengaruh kebijakan", "policy effects"),
    "study_sensitivity": ("kepekaan", "sensitivity"),
    "study_evidence": ("bukti lain", "other evidence"),
    "outcomes": ("Hasil, dan bagaimana angka terbitan dibaca", "Outcomes, and how the published "
                 "figures are read"),
    "outcome_rows": (
        "terkirim oleh KPPS: semua bagian diterima dari telepon TPS|terkirim oleh PPK: semua "
        "bagian "
        "diterima dari kantor kecamatan|gagal: dicoba, tidak terkirim|belum dicoba: tidak ada "
        "aplikasi, atau belum sampai giliran",
        "sent by KPPS: all pieces acknowledged from the station's phone|sent by PPK: all pieces "
        "acknowledged from the kecamatan's office|failed: attempted, not sent|not attempted: no "
        "app, or nobody has come to it yet",
    ),
    "figures": (
        "Terbitan: {failed} gagal, {sent} terkirim, {neither} di luar keduanya ({source}). Bacaan "
        "'unsent': yang gagal adalah semua yang belum tiba. Bacaan 'attempted': gagal setelah "
        "dicoba. Ensembel ini dibuat untuk bacaan '{reading}'.",
        "Published: {failed} failed, {sent} sent, {neither} in neither ({source}). Reading "
        "'unsent': what failed is everything that had not arrived. Reading 'attempted': failures "
        "after an attempt. This ensemble is made for the reading '{reading}'.",
    ),
    "structures": ("Struktur yang dipertimbangkan", "Structures considered"),
    "structures_note": (
        "Bobot dunia bersandar pada priornya masing-masing; dunia yang tidak dicoba tidak mendapat "
        "bobot. 'Mengulang hitungan': p prediktif posterior untuk jumlah, terbesar, terkecil, dan "
        "khi-kuadrat di antara 0,05 dan 0,95.",
        "The worlds' weights rest on their priors; a world that was not tried has no weight. "
        "'Reproduces the counts': posterior predictive p of total, maximum, minimum and chi-square "
        "between 0.05 and 0.95.",
    ),
    "world": ("dunia", "world"),
    "what": ("apa yang langka", "what was scarce"),
    "prior_weight": ("bobot prior", "prior weight"),
    "weight": ("bobot", "weight"),
    "error": ("galat baku", "standard error"),
    "effective": ("anggota efektif", "effective members"),
    "reproduces": ("mengulang hitungan", "reproduces the counts"),
    "yes": ("ya", "yes"),
    "no": ("tidak", "no"),
    "ruled_out": ("gugur", "ruled out"),
    "priors": ("Prior dan sumbernya", "Priors and their sources"),
    "priors_note": (
        "{common} nilai sama di semua dunia; di bawahnya yang berbeda per dunia. Kedudukan: "
        "dihitung, dinyatakan, diasumsikan.",
        "{common} values are the same in all worlds; below them those that differ by world. "
        "Standing: counted, stated, assumed.",
    ),
    "quantity": ("besaran", "quantity"),
    "law": ("hukum", "law"),
    "per": ("untuk setiap", "drawn per"),
    "standing": ("kedudukan", "standing"),
    "source": ("sumber", "source"),
    "data": ("Data dan celahnya", "Data and gaps"),
    "data_counts": (
        "Hitungan: {total} gagal dari {stations} TPS di {kecamatan} kecamatan. TPS per kecamatan: "
        "{source}.",
        "Counts: {total} failed of {stations} stations in {kecamatan} kecamatan. Stations per "
        "kecamatan: {source}.",
    ),
    "data_gap": (
        "Yang tidak ada: catatan percobaan dari telepon, catatan akses server, penghitung sel, dan "
        "catatan operator PPK. Nilai tiap pengukuran ada di bagian kepekaan.",
        "What there is not: attempt logs of phones, the server's access log, cell counters, the "
        "operators' log. What each would be worth is in the part on sensitivity.",
    ),
    "evidence_note": (
        "{on} dari {all} pernyataan lain tentang malam itu menimbang dunia (berapa bobot bergeser "
        "bila hanya itu yang dipakai):",
        "{on} of {all} other statements about the night weigh the worlds (how far the weights move "
        "if only it is used):",
    ),
    "says": ("pernyataan", "statement"),
    "moves": ("menggeser bobot", "moves the weights"),
    "verification": ("Verifikasi: uji orakel dan hasil terakhirnya", "Verification: oracle tests "
                     "and their last result"),
    "verification_answer": (
        "{passed} kasus lulus, {failed} gagal, dijalankan {when}.",
        "{passed} cases passed, {failed} failed, run {when}.",
    ),
    "verification_none": (
        "Uji orakel tidak dijalankan: {why}.", "The oracle tests were not run: {why}.",
    ),
    "oracle": ("orakel", "oracle"),
    "test": ("uji", "test"),
    "cases": ("lulus / semua", "passed / all"),
    "seconds": ("detik", "seconds"),
    "fit": ("Kecocokan dan ketidakcocokan", "Fit and misfits"),
    "fit_note": (
        "p prediktif posterior di tiap dunia: peluang ulangan model sebesar hitungan atau lebih; "
        "dekat 0 atau 1 berarti model tidak dapat. R²: emulator pada malam yang belum dilihat.",
        "Posterior predictive p in each world: chance that a replicate is as great as the count or "
        "greater; near 0 or 1 the model cannot do that. R²: the emulator on unseen nights.",
    ),
    "misfits": (
        "Di luar selang 95% di dunia {world}: {names}.",
        "Outside of the 95% interval in the world {world}: {names}.",
    ),
    "no_misfits": (
        "Di tiap dunia yang tidak gugur semua kecamatan ada di dalam selang 95%-nya.",
        "In every world that is not ruled out all kecamatan lie inside their 95% intervals.",
    ),
    "total": ("jumlah", "total"),
    "max": ("terbesar", "maximum"),
    "min": ("terkecil", "minimum"),
    "chi_square": ("khi-kuadrat", "chi-square"),
    "held_out": ("Uji pada kecamatan yang disisihkan", "Hold-out"),
    "held_out_beats": (
        "Mekanisme mengalahkan kedua pembanding pada kecamatan yang disisihkan.",
        "The mechanism beats both baselines on the kecamatan held out.",
    ),
    "held_out_loses": (
        "Mekanisme TIDAK mengalahkan {names} pada kecamatan yang disisihkan: sebagai ramalan per "
        "kecamatan ia tidak lebih baik daripada {names}.",
        "The mechanism does NOT beat {names} on the kecamatan held out: as a forecast by kecamatan "
        "it is no better than {names}.",
    ),
    "held_out_note": (
        "{folds} lipatan. CRPS: kecil lebih baik (TPS). Selang: berapa kecamatan di dalamnya.",
        "{folds} folds. CRPS: smaller is better (stations). Intervals: how many kecamatan inside.",
    ),
    "mechanism": ("mekanisme (semua dunia)", "mechanism (all worlds)"),
    "rate": ("satu laju bersama", "a common rate"),
    "beta_binomial": ("beta-binomial tanpa model", "a beta-binomial without a model"),
    "predictor": ("peramal", "predictor"),
    "posterior_title": ("Posterior tiap besaran", "Posterior of each quantity"),
    "posterior": ("posterior", "posterior"),
    "and": (" dan ", " and "),
    "posterior_note": (
        "5%, tengah, dan 95% dari prior dan posterior; tumpang tindih 100% berarti data tidak "
        "mengajarkan apa-apa.",
        "5%, middle and 95% of prior and posterior; an overlap of 100% means that the data "
        "taught nothing.",
    ),
    "prior": ("prior", "prior"),
    "overlap": ("tumpang tindih", "overlap"),
    "effects": ("Pengaruh kebijakan", "Policy effects"),
    "sensitivity": ("Kepekaan dan nilai pengukuran", "Sensitivity and the worth of measurements"),
    "validity": ("Wilayah keberlakuan dan batas", "Domain of validity and limits"),
    "validity_rows": (
        "Satu kota, satu malam, satu ras; telepon tidak berpindah.|Pengaruh kebijakan berlaku "
        "untuk "
        "dunia yang dipertimbangkan dan rentang priornya; di luar itu tidak ada yang "
        "dikatakan.|Perilaku TPS lain di seluruh negeri tidak berubah bila kebijakan diubah.|Satu "
        "peristiwa tidak dapat menetapkan simpangan model; ia dinyatakan: {discrepancy}.|Gangguan "
        "menggagalkan tiap permintaan sendiri-sendiri, sehingga pengiriman per potong terkena "
        "lebih "
        "keras daripada berkas utuh.|Akses yang ditolak hanya mengikuti beban latar: TPS sendiri "
        "tidak dapat membebani akses acak.",
        "One city, one night, one race; phones do not move.|Policy effects hold for the worlds "
        "considered and the range of their priors; nothing is said beyond.|What other stations of "
        "the nation do does not change with the policy.|One event cannot identify the model's "
        "discrepancy; it is declared: {discrepancy}.|An outage fails each request by itself, so "
        "sending by chunks is hit harder than whole files.|Refused access follows the background "
        "load only: the stations cannot overload random access.",
    ),
    "reproduction": ("Benih, versi, cara mengulang", "Seeds, versions, reproduction"),
    "versions": ("Versi: {versions}. Sistem: {platform}.", "Versions: {versions}. System: "
                 "{platform}."),
    "digest": ("sidik skenario", "digest of the scenario"),
    "stress_link": (
        "Daftar periksa STRESS-DES ada di stress-des.html dan stress-des.*.md.",
        "The STRESS-DES checklist is in stress-des.html and stress-des.*.md.",
    ),
}  # fmt: skip


def say(key: str, language: str, **holes: object) -> str:
    """A sentence of the model card."""
    return tell(TEXT, key, language, **holes)


def rows(key: str, language: str, **holes: object) -> list[str]:
    """A list of sentences."""
    return say(key, language, **holes).split("|")
