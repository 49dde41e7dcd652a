"""The sentences of a calibration, in both languages, and its answer."""

from __future__ import annotations

from typing import Any, Final

from reports.language import Language
from reports.text import tell

TEXT: Final[dict[str, tuple[str, str]]] = {
    # key: (Indonesian, English)
    "basis": (
        "{worlds} dunia dicocokkan dengan {total} TPS gagal dari {stations} di {kecamatan} "
        "kecamatan (bacaan: {reading}). Benih acak {seed}.",
        "{worlds} worlds calibrated to {total} failed stations of {stations} in {kecamatan} "
        "kecamatan (reading: {reading}). Seed {seed}.",
    ),
    "unsent": ("belum tiba", "not arrived"),
    "attempted": ("gagal setelah dicoba", "failed after an attempt"),
    "verdict_worse": (
        "Mekanisme TIDAK mengungguli patokan tanpa model: kecamatan yang disembunyikan "
        "diperkirakan dengan CRPS rata-rata {mechanism} TPS, beta-binomial tanpa model {beta}, "
        "satu laju gagal bersama {rate} (makin kecil makin baik). Dari kecamatan lain saja, "
        "kecamatan baru tidak dapat diperkirakan lebih baik daripada tanpa mekanisme.",
        "The mechanism does NOT beat a baseline without any model: kecamatan that were left out "
        "are predicted with a mean CRPS of {mechanism} stations, against {beta} by a beta-binomial "
        "without a model and {rate} by one common rate (smaller is better). From the other "
        "kecamatan alone a new one cannot be predicted better than without a mechanism.",
    ),
    "verdict_even": (
        "Mekanisme sedikit di depan kedua patokan, tetapi selisihnya kurang dari dua galat baku: "
        "CRPS rata-rata {mechanism} TPS, beta-binomial tanpa model {beta}, satu laju bersama "
        "{rate}. Jangan diandalkan.",
        "The mechanism is slightly ahead of both baselines, by less than two standard errors: "
        "mean CRPS {mechanism} stations, {beta} by a beta-binomial without a model, {rate} by one "
        "common rate. Do not rely on it.",
    ),
    "verdict_better": (
        "Mekanisme mengungguli kedua patokan pada kecamatan yang disembunyikan: CRPS rata-rata "
        "{mechanism} TPS, beta-binomial tanpa model {beta}, satu laju bersama {rate}.",
        "The mechanism beats both baselines on kecamatan that were left out: mean CRPS {mechanism} "
        "stations, {beta} by a beta-binomial without a model, {rate} by one common rate.",
    ),
    "weights_title": ("Ke mana angka itu menunjuk", "Where the counts point"),
    "weights_answer": (
        "{count} dari {all} dunia menghasilkan kembali angka yang dihitung: {names}. Hitungan satu "
        "malam tidak dapat memilih di antara mereka.",
        "{count} of {all} worlds reproduce what was counted: {names}. The counts of one night do "
        "not choose between them.",
    ),
    "weights_none": (
        "Tidak satu dunia pun menghasilkan kembali semua angka yang dihitung.",
        "No world reproduces all that was counted.",
    ),
    "weights_note": (
        "Batang: bobot dengan hitungan itu; garis: galat bakunya; titik: bobot sebelumnya.",
        "Bars: the weight with the counts; lines: its standard error; dots: the weight before.",
    ),
    "caution": (
        "Bobot bertumpu pada anggapan awal setiap dunia sama kuatnya dengan pada hitungan: dunia "
        "yang anggapan awalnya lebar membayar untuk yang tidak terpakai. Bobot bukan peluang bahwa "
        "suatu dunia benar.",
        "The weights rest on the priors within each world as much as on the counts: a world with "
        "wide priors pays for what they waste. A weight is not the chance that a world was true.",
    ),
    "world": ("dunia", "world"),
    "weight": ("bobot", "weight"),
    "plausible": ("malam yang mungkin", "nights not ruled out"),
    "error": ("galat baku", "standard error"),
    "before_weight": ("bobot sebelumnya", "weight before"),
    "counted": ("dihitung", "counted"),
    "median": ("median", "median"),
    "interval": ("selang 95%", "95% interval"),
    "overlap_name": ("tumpang tindih", "overlap"),
    "point": ("titik", "point"),
    "prior_total": ("awal: gagal (95%)", "prior: failed (95%)"),
    "icc": ("korelasi sisa (icc)", "correlation left (icc)"),
    "effective": ("anggota efektif", "effective members"),
    "weight_as": ("bobot bila: {reading}", "weight if: {reading}"),
    "check_title": ("Apakah angka itu dihasilkan kembali?", "Are the counts reproduced?"),
    "check_note": (
        "Peluang bahwa ulangan dari model sebesar atau lebih besar daripada yang dihitung; di "
        "bawah 0,05 atau di atas 0,95 model tidak dapat menghasilkannya.",
        "Chance that a replicate of the model is as great as or greater than what was counted; "
        "below 0.05 or above 0.95 the model cannot produce it.",
    ),
    "total": ("jumlah", "total"),
    "max": ("kecamatan tertinggi", "highest kecamatan"),
    "min": ("kecamatan terendah", "lowest kecamatan"),
    "chi_square": ("khi-kuadrat", "chi-square"),
    "fits": ("ya", "yes"),
    "misfit": ("TIDAK", "NO"),
    "ruled_out": (
        "tersingkir: malam terdekat {total} simpangan baku dari jumlah",
        "ruled out: its nearest night is {total} standard deviations from the total",
    ),
    "outside": (
        "Di luar selang 95%: {names}.",
        "Outside the 95% interval: {names}.",
    ),
    "held_title": ("Kecamatan yang disembunyikan", "Kecamatan that were left out"),
    "held_note": (
        "{folds} lipatan: setiap kecamatan diperkirakan dari kecamatan di luar lipatannya. CRPS "
        "dalam TPS; di sampingnya, berapa dari {of} kecamatan di dalam selang 50, 80, 95%.",
        "{folds} folds: each kecamatan is predicted from those outside its fold. CRPS in stations; "
        "beside it, how many of {of} kecamatan lie inside the 50, 80, 95% intervals.",
    ),
    "predicted_by": ("diperkirakan oleh", "predicted by"),
    "mechanism": ("semua dunia", "all worlds"),
    "rate": ("satu laju bersama", "one common rate"),
    "beta_binomial": ("beta-binomial tanpa model", "beta-binomial without a model"),
    "world_title": ("Dunia {world}: {title}", "World {world}: {title}"),
    "kecamatan_note": (
        "Titik: dihitung. Pita: 50% dan 95% ulangan model setelah kalibrasi.",
        "Dots: counted. Bands: 50% and 95% of the calibrated model's replicates.",
    ),
    "learned_title": ("Yang diajarkan hitungan itu", "What the counts taught"),
    "learned_note": (
        "Batang: sesudah; garis: sebelum (rata pada skala peluang awal, dari 0 hingga 100%). "
        "Tumpang tindih 100% berarti tidak ada yang dipelajari. Yang ditarik per kecamatan "
        "digabungkan.",
        "Bars: after; line: before (flat on the scale of the prior's probabilities, 0 to 100%). An "
        "overlap of 100% means that nothing was learned. What is drawn per kecamatan is pooled.",
    ),
    "overlap": ("tumpang tindih {share}", "overlap {share}"),
    "before": ("sebelum", "before"),
    "after": ("sesudah", "after"),
    "span": ("{low} hingga {high}", "{low} to {high}"),
    "quantity": ("besaran", "quantity"),
    "ridge_title": ("Punggung bukit", "The ridge"),
    "ridge_note": (
        "{x} (mendatar) dan {y} (tegak) paling berkaitan sesudah kalibrasi (korelasi peringkat "
        "{correlation}); sepanjang awan ini hitungan tidak dapat membedakannya.",
        "{x} (across) and {y} (up) go together most after calibration (rank correlation "
        "{correlation}); along this cloud the counts cannot tell one from the other.",
    ),
    "parts_note": (
        "Menurut dunia ini KPPS meninggalkan {evening} dari TPS, dan operator kecamatan mengirim "
        "{operators} sebelum hitungan itu.",
        "In this world the crews left {evening} of the stations, and the kecamatan's operators "
        "sent {operators} before the count.",
    ),
    "emulator_title": ("Emulator dan anggota, diperiksa", "Emulator and members, validated"),
    "emulator_note": (
        "Emulator diperiksa pada malam yang tidak dilihatnya; hitungan operator pada malam "
        "simulasi; anggota dijalankan lagi sebagai malam utuh.",
        "The emulator is validated on nights that it has not seen, the operators' account on "
        "simulated nights; members are run again as whole nights.",
    ),
    "r2": ("R²", "R²"),
    "rmse": ("galat per kecamatan", "error per kecamatan"),
    "night_rmse": ("galat semalam", "error of a night"),
    "inside90": ("di dalam 90%", "inside 90%"),
    "account": ("galat hitungan operator", "error of the account"),
    "same": ("sama saat diulang utuh", "same when run whole"),
    "correction": ("koreksi bukti (log)", "correction of evidence (log)"),
    "none": ("tidak ada", "none"),
}


def say(key: str, language: str, **holes: object) -> str:
    """A sentence of a calibration."""
    return tell(TEXT, key, language, **holes)


def standing(held: dict[str, Any]) -> str:
    """``better`` than both baselines, ``even`` with one, or ``worse`` than one."""
    if not all(held["beats"].values()):
        return "worse"
    return "better" if held["surely"] else "even"


def verdict(summary: dict[str, Any], language: Language) -> str:
    """Does the mechanism beat the baselines on what was left out?"""
    held = summary["held_out"]
    key = f"verdict_{standing(held)}"
    scores = {name: language.number(s["crps"], 2) for name, s in held["scores"].items()}
    return say(
        key,
        language.code,
        mechanism=scores["mechanism"],
        beta=scores["beta_binomial"],
        rate=scores["rate"],
    )


def answer(summary: dict[str, Any], language: Language) -> str:
    """Which worlds reproduce what was counted."""
    names = summary["reproducing"]
    if not names:
        return say("weights_none", language.code)
    return say(
        "weights_answer",
        language.code,
        count=len(names),
        all=len(summary["worlds"]),
        names=", ".join(names),
    )
