"""Makes ``nation-2020.csv`` and ``nation-2024.csv`` from the list of TPS of February 2024.

    python scenarios/data/make_nation.py tps2.json

``tps2.json`` is ``src/assets/tps2.json`` of KawalPemilu's kp24 (GitHub, commit 7fe5e97): TPS per
kelurahan of the general election of 2024. Its 514 regencies and cities and 7,277 kecamatan have
820,161 TPS, KPU's own figure; the rest of the 823,236 were abroad.

The elections of 9 December 2020 were 270: nine of governors and 261 of regents and mayors. So 309
regencies and cities voted: the 261, and 48 in the nine provinces that had no election of their own.
Their sizes of 2020 are those that were stated (regencies, then provinces); what remains of the
298,939 is apportioned by the TPS of 2024, and so labelled.

Rule of this file: facts with their source, and apportioning by largest remainders.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

from sim.population.region import apportion

TOTAL_2020: Final = 298_939  # TPS (KPU; Tirto, 9 December 2020)
TOTAL_2024: Final = 823_236  # TPS of the general election, with those abroad (KPU)
ABROAD: Final = "99"

GOVERNORS: Final = ("13", "15", "17", "21", "62", "63", "65", "71", "72")
"""Provinces that elected a governor in 2020, by code: all of their regencies voted."""

ELECTIONS: Final = {
    "12": """
        SERDANG BEDAGAI, TAPANULI SELATAN, TOBA, LABUHANBATU, ASAHAN, PAKPAK BHARAT, HUMBANG
        HASUNDUTAN, SAMOSIR, SIMALUNGUN, LABUHANBATU UTARA, LABUHANBATU SELATAN, KARO, NIAS
        SELATAN, NIAS UTARA, NIAS, NIAS BARAT, MANDAILING NATAL, KOTA MEDAN, KOTA BINJAI, KOTA
        PEMATANGSIANTAR, KOTA SIBOLGA, KOTA TANJUNG BALAI, KOTA GUNUNGSITOLI""",
    "14": """
        KUANTAN SINGINGI, INDRAGIRI HULU, BENGKALIS, PELALAWAN, ROKAN HULU, ROKAN HILIR, SIAK,
        KEPULAUAN MERANTI, KOTA DUMAI""",
    "16": """
        OGAN KOMERING ULU, OGAN KOMERING ULU SELATAN, OGAN KOMERING ULU TIMUR, OGAN ILIR, MUSI
        RAWAS, MUSI RAWAS UTARA, PENUKAL ABAB LEMATANG ILIR""",
    "18": """
        LAMPUNG SELATAN, LAMPUNG TIMUR, LAMPUNG TENGAH, WAY KANAN, PESAWARAN, PESISIR BARAT,
        KOTA METRO, KOTA BANDAR LAMPUNG""",
    "19": """
        BANGKA TENGAH, BANGKA BARAT, BANGKA SELATAN, BELITUNG TIMUR""",
    "32": """
        BANDUNG, CIANJUR, SUKABUMI, KARAWANG, INDRAMAYU, TASIKMALAYA, PANGANDARAN, KOTA DEPOK""",
    "33": """
        REMBANG, KEBUMEN, PURBALINGGA, BOYOLALI, BLORA, KENDAL, SUKOHARJO, WONOSOBO, WONOGIRI,
        PURWOREJO, SRAGEN, KLATEN, PEMALANG, GROBOGAN, DEMAK, PEKALONGAN, SEMARANG, KOTA
        SEMARANG, KOTA SURAKARTA, KOTA PEKALONGAN, KOTA MAGELANG""",
    "34": """
        SLEMAN, BANTUL, GUNUNGKIDUL""",
    "35": """
        NGAWI, JEMBER, LAMONGAN, PONOROGO, KEDIRI, SITUBONDO, GRESIK, MOJOKERTO, SUMENEP,
        TRENGGALEK, BANYUWANGI, MALANG, SIDOARJO, TUBAN, PACITAN, BLITAR, KOTA BLITAR, KOTA
        SURABAYA, KOTA PASURUAN""",
    "36": """
        SERANG, PANDEGLANG, KOTA CILEGON, KOTA TANGERANG SELATAN""",
    "51": """
        KARANGASEM, BADUNG, TABANAN, BANGLI, JEMBRANA, KOTA DENPASAR""",
    "52": """
        LOMBOK UTARA, LOMBOK TENGAH, DOMPU, BIMA, SUMBAWA, SUMBAWA BARAT, KOTA MATARAM""",
    "53": """
        BELU, MALAKA, MANGGARAI, MANGGARAI BARAT, SUMBA TIMUR, SUMBA BARAT, NGADA, SABU
        RAIJUA, TIMOR TENGAH UTARA""",
    "61": """
        KETAPANG, SEKADAU, BENGKAYANG, KAPUAS HULU, SAMBAS, SINTANG, MELAWI""",
    "64": """
        KUTAI KARTANEGARA, KUTAI TIMUR, KUTAI BARAT, MAHAKAM ULU, BERAU, PASER, KOTA
        BALIKPAPAN, KOTA SAMARINDA, KOTA BONTANG""",
    "73": """
        PANGKAJENE KEPULAUAN, BARRU, GOWA, MAROS, SOPPENG, LUWU TIMUR, LUWU UTARA, BULUKUMBA,
        KEPULAUAN SELAYAR, TANA TORAJA, TORAJA UTARA, KOTA MAKASSAR""",
    "74": """
        KONAWE SELATAN, MUNA, KONAWE KEPULAUAN, BUTON UTARA, KONAWE UTARA, KOLAKA TIMUR,
        WAKATOBI""",
    "75": """
        BONE BOLANGO, GORONTALO, POHUWATO""",
    "76": """
        MAJENE, MAMUJU, MAMUJU TENGAH, PASANGKAYU""",
    "81": """
        MALUKU BARAT DAYA, KEPULAUAN ARU, SERAM BAGIAN TIMUR, BURU SELATAN""",
    "82": """
        KOTA TERNATE, KOTA TIDORE KEPULAUAN, PULAU TALIABU, KEPULAUAN SULA, HALMAHERA TIMUR,
        HALMAHERA UTARA, HALMAHERA BARAT, HALMAHERA SELATAN""",
    "91": """
        NABIRE, ASMAT, KEEROM, WAROPEN, MERAUKE, MAMBERAMO RAYA, PEGUNUNGAN BINTANG, BOVEN
        DIGOEL, YAHUKIMO, SUPIORI, YALIMO""",
    "92": """
        PEGUNUNGAN ARFAK, MANOKWARI, MANOKWARI SELATAN, SORONG SELATAN, RAJA AMPAT, KAIMANA,
        TELUK BINTUNI, FAK FAK, TELUK WONDAMA""",
}
"""Regents and mayors elected in 2020 in the other provinces (KPU's list of the 270 elections)."""

DIVIDED: Final = {"93": "91", "94": "91", "95": "91", "96": "92"}
"""Provinces made out of Papua and Papua Barat in 2022, and what they were in 2020."""

STATED: Final = {
    "KOTA BANDAR LAMPUNG": (1700, "Netizenku, 13 December 2020"),
    "LAMPUNG SELATAN": (1925, "Harian Momentum, 10 December 2020 (from a percentage)"),
    "KARAWANG": (4451, "Liputan6, 10 December 2020"),
    "TUBAN": (2237, "Antara, 16 December 2020"),
    "MALAKA": (395, "Kompas, 10 December 2020"),
    "KOTA MEDAN": (4303, "RMOL, 14 December 2020"),
    "BANTUL": (2085, "Tirto, 15 December 2020"),
    "GUNUNGKIDUL": (1900, "Tirto, 15 December 2020"),
    "KLATEN": (2550, "Tribun Pantura, 10 December 2020 (from a percentage)"),
    "KOTA SEMARANG": (3447, "Detik, 11 December 2020"),
    "SRAGEN": (2271, "Detik, 11 December 2020"),
    "GROBOGAN": (2971, "Detik, 11 December 2020"),
    "BOYOLALI": (2277, "Kompas, 14 December 2020"),
    "KOTA SURAKARTA": (1231, "Joglosemar News, 17 December 2020"),
    "BENGKAYANG": (720, "Kompas, 10 February 2021"),
    "KOTA SURABAYA": (5184, "Kabar Progresif, 9 December 2020"),
    "MUSI RAWAS": (814, "Tribun Sumsel, 20 November 2020"),
    "PANDEGLANG": (2243, "Bingar, November 2020"),
    "TABANAN": (1130, "Tribun Bali, 3 November 2020"),
    "KOTA BATAM": (2177, "Antara Banten, 2020"),
}
"""TPS of 2020 as published, by regency."""

PROVINCES: Final = {
    "35": (48_607, "iNews Jatim, 10 December 2020"),
    "33": (44_077, "Radio Idola, 19 November 2020"),
    "53": (3_999, "Klik Anggaran, 2020"),
    "15": (8_236, "Detik, 14 December 2020"),
    "62": (6_045, "Detik, 18 December 2020"),
    "63": (9_069, "Banjarmasin Post, 10 December 2020"),
    "21": (4_062, "Kepri Satu, 11 December 2020"),
}
"""TPS of 2020 as published, by province."""

NINE: Final = (62_376, "Voi, 9 December 2020 (Bawaslu: the nine provinces that elected governors)")

WITA: Final = ("51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76")
WIT: Final = ("81", "82", "91", "92", "93", "94", "95", "96")
SMALL: Final = {"Dan": "dan", "Dki": "DKI", "Daerah Istimewa": "DI"}


class Row(NamedTuple):
    """A regency or city; ``tps`` of 2024 until it is replaced."""

    code: str
    name: str
    province: str
    tps: int
    kecamatan: int


def read(path: Path) -> list[Row]:
    """The 514 regencies and cities of 2024."""
    source = json.loads(path.read_text(encoding="utf-8"))
    names, tps, kecamatan = source["id2name"], Counter[str](), Counter[str]()
    for code, (count, *special) in source["tps"].items():
        tps[code[:6]] += count + (special[1] - special[0] + 1 if special else 0)
    for code in tps:
        kecamatan[code[:4]] += 1
    total = Counter[str]()
    for code, count in tps.items():
        total[code[:4]] += count
    return [
        Row(code, names[code], names[code[:2]], total[code], kecamatan[code])
        for code in sorted(total)
        if code[:2] != ABROAD
    ]


def zone(code: str) -> str:
    """Keputusan Presiden 41/1987; newer provinces by the island they are on."""
    return "WITA" if code[:2] in WITA else "WIT" if code[:2] in WIT else "WIB"


def title(name: str) -> str:
    """``KOTA BANDAR LAMPUNG`` as people write it."""
    words = name.title()
    for wrong, right in SMALL.items():
        words = words.replace(wrong, right)
    return words


def voted(rows: list[Row]) -> list[Row]:
    """Those of 2020, with the province of then."""
    province = {r.code[:2]: r.province for r in rows}
    named = {
        (p, " ".join(name.split())) for p, names in ELECTIONS.items() for name in names.split(",")
    }
    found = []
    for row in rows:
        then = DIVIDED.get(row.code[:2], row.code[:2])
        if row.code[:2] in GOVERNORS or (then, row.name) in named:
            named.discard((then, row.name))
            found.append(row._replace(province=province[then]))
    if named or len(found) != 309:
        raise SystemExit(f"not found: {sorted(named)}; {len(found)} of 309")
    return found


def sizes(rows: list[Row]) -> dict[str, tuple[int, str, str]]:
    """TPS of 2020, standing and source, by code."""
    known = {r.code: (*STATED[r.name], "stated") for r in rows if r.name in STATED}
    found = {code: (tps, standing, source) for code, (tps, source, standing) in known.items()}

    def fill(left: list[Row], total: int, said: str) -> None:
        open_ones = [r for r in left if r.code not in found]
        rest = total - sum(found[r.code][0] for r in left if r.code in found)
        parts = apportion(rest, [float(r.tps) for r in open_ones])
        for row, tps in zip(open_ones, parts, strict=True):
            found[row.code] = (tps, "apportioned", said)

    for province, (total, source) in PROVINCES.items():
        fill(
            [r for r in rows if r.code[:2] == province],
            total,
            f"{total:,} of the province ({source})",
        )
    nine = [r for r in rows if r.code[:2] in GOVERNORS]
    fill(nine, NINE[0], f"{NINE[0]:,} of nine provinces ({NINE[1]})")
    fill(rows, TOTAL_2020, f"the rest of {TOTAL_2020:,}")
    return found


def write(path: Path, rows: list[tuple[Row, int, str, str]]) -> None:
    """One CSV, with what it is in its first lines."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ["code", "name", "province", "zone", "tps", "kecamatan", "standing", "source"]
        )
        for row, tps, standing, source in rows:
            names = title(row.name), title(row.province)
            writer.writerow(
                [row.code, *names, zone(row.code), tps, row.kecamatan, standing, source]
            )


def main() -> None:
    """Write both files beside this one."""
    rows = read(Path(sys.argv[1]))
    here = Path(__file__).parent
    then = voted(rows)
    found = sizes(then)
    write(here / "nation-2020.csv", [(r, *found[r.code]) for r in then])
    counted = [(r, r.tps, "counted", "KawalPemilu") for r in rows]
    rest = TOTAL_2024 - sum(r.tps for r in rows)
    abroad = Row("9900", "LUAR NEGERI", "LUAR NEGERI", rest, max(rest // 100, 1))
    counted.append((abroad, rest, "apportioned", f"the rest of {TOTAL_2024:,}; by Jakarta's clock"))
    write(here / "nation-2024.csv", counted)


if __name__ == "__main__":
    main()
