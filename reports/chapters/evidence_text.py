"""The sentences of the chapter of the evidence, in both languages."""

from __future__ import annotations

from typing import Final

from reports.text import Sentences, tell

TEXT: Final[Sentences] = {
    # key: (Indonesian, English)
    "basis": (
        "{worlds} dunia ({ensemble}), masing-masing {nights} malam, benih acak {seed}; {on} dari "
        "{all} pengamatan dipakai.",
        "{worlds} worlds ({ensemble}), {nights} nights of each, seed {seed}; {on} of {all} "
        "observations are on.",
    ),
    "prior": ("dari prior", "from the prior"),
    "calibrated": ("terkalibrasi", "calibrated"),
    "answer": (
        "Bukti paling mendukung dunia {best}: bobotnya {weight}, sebelumnya {before}.",
        "The evidence supports the world {best} most: its weight is {weight}, {before} before.",
    ),
    "advise": (
        "Rencanakan untuk semua dunia yang tersisa: {names}; jangan untuk satu saja.",
        "Plan for all worlds that are left: {names}; not for one alone.",
    ),
    "advise_one": (
        "Rencanakan untuk dunia {names}; bukti tidak menyisakan yang lain.",
        "Plan for the world {names}; the evidence leaves no other.",
    ),
    "carried": (
        "Bobot tiap dunia ditopang paling sedikit {least} malam efektif.",
        "Every world's weight is carried by at least {least} effective nights.",
    ),
    "would_change": (
        "Bila pernyataan ini tidak benar: {says}. Tanpanya {moves} dari bobot berpindah dunia.",
        "If this statement is not true: {says}. Without it {moves} of the weight moves to other "
        "worlds.",
    ),
    "caution": (
        "Bobot bersandar pada prior tiap dunia dan pada simpangan yang dinyatakan untuk tiap "
        "pengamatan; dunia yang tidak dicoba tidak mendapat bobot.",
        "The weights rest on each world's priors and on the discrepancy stated with each "
        "observation; a world that was not tried has no weight.",
    ),
    "thin": (
        "Terlalu sedikit malam yang menopang bobot (malam efektif: {names}): baca sebagai orde "
        "besaran.",
        "Too few nights carry the weights (effective nights: {names}): read them as orders of "
        "magnitude.",
    ),
    "weights_title": ("Bobot dunia", "The worlds' weights"),
    "weights_note": (
        "Batang: bobot setelah bukti; garis: galat baku; titik: bobot sebelumnya.",
        "Bar: weight after the evidence; line: standard error; dot: weight before.",
    ),
    "moves_title": ("Apa yang dikatakan tiap pengamatan", "What each observation says"),
    "moves_note": (
        "Bobot dunia bila hanya pengamatan itu yang dipakai. Bertanda bintang: tinggal "
        "sepersepuluh atau kurang dari bobot semula. Geser: setengah jumlah perubahan bobot; "
        "terakhir: bila semua yang lain sudah dipakai.",
        "The worlds' weights with only this observation on. With a star: a tenth of the weight "
        "before, or less. Moves: half the sum of the changes; last: when all others are on.",
    ),
    "observation": ("pengamatan", "observation"),
    "alone": ("geser sendiri", "moves alone"),
    "last": ("geser terakhir", "moves last"),
    "off": ("tidak dipakai", "off"),
    "off_note": ("Tidak dipakai untuk bobot.", "Not used for the weights."),
    "what": ("apa yang langka", "what was scarce"),
    "weight": ("bobot", "weight"),
    "error": ("galat baku", "standard error"),
    "before": ("sebelumnya", "before"),
    "effective": ("malam efektif", "effective nights"),
    "median": ("median", "median"),
    "interval": ("95% malam", "95% of nights"),
    "predicted_title": ("Teramati dan tersimulasi", "Observed and simulated"),
    "predicted_note": (
        "Titik: yang dinyatakan (pada batas: batasnya). Pita tipis: 95% malam tiap dunia; tebal: "
        "separuhnya; garis tegak: median.",
        "Dot: what was stated (of a bound: the bound). Thin band: 95% of each world's nights; "
        "thick: half of them; upright line: median.",
    ),
    "districts_title": ("Mengapa kecamatan berbeda", "Why kecamatan differ"),
    "districts_note": (
        "Dua penjelasan: malam itu sendiri (yang tidak terkirim oleh KPPS), dan sejauh mana "
        "operator kecamatan mengejar sampai potret diambil. Bagian keragaman antar kecamatan di "
        "malam tersimulasi. Terbaca: berapa bagian perbedaan malam itu yang dapat dibaca dari "
        "hitungan akhir saja. Mirip: korelasi dengan pola terhitung.",
        "Two explanations: the evening itself (what KPPS had not sent), and how far the "
        "kecamatan's operators had worked it off by the snapshot. Shares of the variance between "
        "kecamatan in simulated nights. Told: how much of the evening's differences the final "
        "counts alone tell. Like: correlation with the counted pattern.",
    ),
    "world": ("dunia", "world"),
    "evening": ("malam itu", "evening"),
    "operators": ("operator", "operators"),
    "told": ("terbaca", "told"),
    "like": ("mirip", "like"),
    "any_split": ("pembagian mana pun", "any split between the two"),
    "some_split": (
        "malam itu {least} sampai {most} dari keragaman",
        "the evening {least} to {most} of the variance",
    ),
    "allowed": (
        "Tanpa model: hitungan, {left} yang tersisa sebelum pleno, dan kecepatan operator "
        "membolehkan {part}. Tetapi malam itu tidak merata: di {above} lebih banyak yang gagal di "
        "akhir daripada {level}, tingkat rata yang dapat dicapai operator; di sana malamnya lebih "
        "buruk, apa pun yang dikerjakan operator. Yang akan memisahkan keduanya: hitungan per "
        "kecamatan dari sebelum pleno.",
        "Without a model: the counts, the {left} left before the pleno and the operators' pace "
        "allow {part}. But the evening was uneven: in {above} more had failed at the end than "
        "{level}, the level to which operators could have evened it out; there the evening was "
        "worse, whatever they did. What would separate the two: counts per kecamatan from before "
        "the pleno.",
    ),
    "not_allowed": (
        "Tanpa hitungan per kecamatan dan satu angka dari sebelum pleno, data membolehkan "
        "pembagian mana pun.",
        "Without counts per kecamatan and a share from before the pleno the data allow any split.",
    ),
    "sources_title": ("Sumber", "Sources"),
    "standing": ("kedudukan", "standing"),
    "source": ("sumber", "source"),
    "counted": ("terhitung", "counted"),
    "stated": ("dinyatakan", "stated"),
    "assumed": ("asumsi", "assumed"),
    "minutes": ("{n} menit", "{n} min"),
    "stations": ("{n} TPS", "{n} stations"),
}


def say(key: str, language: str, **holes: object) -> str:
    """A sentence of the chapter."""
    return tell(TEXT, key, language, **holes)
