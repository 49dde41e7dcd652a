"""The STRESS-DES checklist: where each item of the reporting guideline is answered.

Monks, Currie, Onggo, Robinson, Kunc and Taylor, "Strengthening the reporting of empirical
simulation studies: introducing the STRESS guidelines", Journal of Simulation 13, 2019: six
sections, 20 items; item 2.5 has five parts, so there are 24 rows.

Rule of this file: the items, and their answers in two languages; a hole is filled from the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reports.document import Block, Heading, Table, Text
from reports.language import Language

SECTIONS: Final[dict[str, tuple[str, str]]] = {
    "1": ("Tujuan", "Objectives"),
    "2": ("Logika", "Logic"),
    "3": ("Data", "Data"),
    "4": ("Percobaan", "Experimentation"),
    "5": ("Penerapan", "Implementation"),
    "6": ("Akses kode", "Code access"),
}

ITEMS: Final[dict[str, tuple[str, str, str, str, str]]] = {
    # number: (item id, item en, answer id, answer en, where)
    "1.1": (
        "tujuan model", "purpose of the model",
        "memprediksi TPS mana yang belum terkirim dan apa yang diubah oleh kebijakan aplikasi",
        "to predict which stations are not sent, and what another app policy changes",
        "model card: Question",
    ),
    "1.2": (
        "keluaran model", "model outputs",
        "hasil tiap TPS pada saat potret; waktu 90, 95, 99%; byte, percobaan, sebab kegagalan",
        "outcome of every station at the snapshot; times of 90, 95, 99%; bytes, attempts, causes",
        "study/measures.py, sim/ledger.py",
    ),
    "1.3": (
        "tujuan percobaan", "experimentation aims",
        "kalibrasi {worlds} dunia, perbandingan kebijakan pada malam yang sama, kepekaan",
        "calibration of {worlds} worlds, policies on the same nights, sensitivity",
        "model card: Fit, Policy effects, Sensitivity",
    ),
    "2.1": (
        "diagram model", "base model overview diagram",
        "peta ruang dan jalan satu unggahan", "map of the rooms and one upload's way",
        "docs/architecture.md",
    ),
    "2.2": (
        "logika model dasar", "base model logic",
        "alur kerja TPS sekali ditulis, dijalankan pada waktu virtual",
        "a station's workflow written once, driven in virtual time",
        "docs/architecture.md, sim/client/workflow.py",
    ),
    "2.3": (
        "logika skenario", "scenario logic",
        "tiap dunia adalah berkas yang meneruskan skenario: {names}",
        "each world is a file that extends the scenario: {names}",
        "scenarios/worlds/",
    ),
    "2.4": (
        "algoritme", "algorithms",
        "pembagian waktu siar, hukum putus, antrean, kebijakan coba ulang, dengan sumbernya",
        "sharing of airtime, law of breaks, queues, retry policies, each with its source",
        "sim/network/cell.py, sim/ingest/, docs/policies.md",
    ),
    "2.5.1": (
        "entitas", "entities", "{stations} TPS dengan foto-fotonya; operator PPK",
        "{stations} stations with their photographs; the kecamatan's operators",
        "sim/population/, sim/people/",
    ),
    "2.5.2": (
        "kegiatan", "activities",
        "menunggu, mengirim, diputus, mundur, melanjutkan, menyerah, menyerahkan",
        "wait, send, be cut off, back off, resume, give up, hand over",
        "sim/client/workflow.py",
    ),
    "2.5.3": (
        "sumber daya", "resources",
        "sel, tautan portabel, pipa masuk, slot sambungan, pekerja, operator",
        "cells, portable links, ingress pipe, connection slots, workers, operators",
        "sim/network/, sim/ingest/, sim/people/ppk.py",
    ),
    "2.5.4": (
        "antrean", "queues", "antrean slot dan pekerja (datang dahulu dilayani dahulu), TPS di PPK",
        "of slots and workers (first come, first served), of stations at the office",
        "sim/ingest/slots.py, sim/ingest/workers.py",
    ),
    "2.5.5": (
        "titik masuk dan keluar", "entry and exit points",
        "formulir siap menurut hukum Beta; keluar bila terkirim, menyerah, atau saat potret",
        "forms ready by a Beta law; out when sent, given up, or at the snapshot",
        "the scenario's station.ready; sim/ledger.py",
    ),
    "3.1": (
        "sumber data", "data sources", "hitungan KPU, jejak LTE umum, pernyataan pers; tiap nilai "
        "dengan sumbernya",
        "KPU's counts, public LTE traces, statements in the press; every value with its source",
        "model card: Priors; scenarios/",
    ),
    "3.2": (
        "pengolahan awal", "pre-processing",
        "TPS per kecamatan diskalakan dari 2024 (sisa terbesar)",
        "stations per kecamatan scaled from 2024 (largest remainders)",
        "docs/model-card.md: Data",
    ),
    "3.3": (
        "parameter masukan", "input parameters", "{priors} nilai tak pasti dengan hukumnya",
        "{priors} uncertain values with their laws", "model card: Priors",
    ),
    "3.4": (
        "asumsi", "assumptions", "kedudukan tiap nilai: dihitung, dinyatakan, diasumsikan",
        "standing of each value: counted, stated, assumed", "model card: Priors, Limits",
    ),
    "4.1": (
        "inisialisasi", "initialisation", "kosong saat TPS ditutup ({start}); tanpa pemanasan",
        "empty when the polls close ({start}); no warm-up", "the scenario's start",
    ),
    "4.2": (
        "lama simulasi", "run length", "sampai saat potret, {snapshot}",
        "to the snapshot, {snapshot}", "the scenario's snapshot",
    ),
    "4.3": (
        "cara menaksir", "estimation approach",
        "{members} malam berbobot; selang 95% bootstrap; bilangan acak bersama",
        "{members} weighted nights; 95% bootstrap intervals; common random numbers",
        "study/effects/statistics.py",
    ),
    "5.1": (
        "perangkat lunak", "software or programming language", "{versions}", "{versions}",
        "provenance.json",
    ),
    "5.2": (
        "penarikan acak", "random sampling",
        "undian berkunci (SplitMix64), benih {seed}; malam yang sama untuk tiap kebijakan",
        "keyed draws (SplitMix64), seed {seed}; the same night for every policy",
        "sim/draws.py",
    ),
    "5.3": (
        "pelaksanaan model", "model execution", "kejadian diskret (SimPy); jumlah proses tidak "
        "mengubah hasil",
        "discrete events (SimPy); the number of processes changes nothing", "study/ensemble.py",
    ),
    "5.4": ("sistem", "system specification", "{platform}", "{platform}", "provenance.json"),
    "6.1": (
        "pernyataan berbagi", "computer model sharing statement",
        "kode dan skenario terbuka, Apache-2.0; perintah mengulang di kartu model",
        "code and scenarios are open, Apache-2.0; the command to reproduce is in the model card",
        "LICENSE; model card: Reproduction",
    ),
}  # fmt: skip

_HEAD: Final = (("butir", "item"), ("isi", "what"), ("jawaban", "answer"), ("di mana", "where"))
_NOTE: Final = (
    "STRESS-DES (Monks dkk. 2019): enam bagian, 20 butir; butir 2.5 punya lima bagian.",
    "STRESS-DES (Monks et al. 2019): six sections, 20 items; item 2.5 has five parts.",
)


def checklist(facts: Mapping[str, object], language: Language) -> list[Block]:
    """The checklist with the run's facts; a fact that is missing is a ``KeyError``."""
    which = 0 if language.code == "id" else 1
    blocks: list[Block] = [Text(_NOTE[which], "note")]
    for number, names in SECTIONS.items():
        blocks.append(Heading(f"{number}. {names[which]}"))
        rows = [
            (key, item[which], item[2 + which].format(**facts), item[4])
            for key, item in ITEMS.items()
            if key.startswith(f"{number}.")
        ]
        blocks.append(Table([h[which] for h in _HEAD], rows))
    return blocks
