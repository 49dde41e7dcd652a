"""What the chapter of a nation says beyond :mod:`reports.text`, in both languages."""

from __future__ import annotations

from typing import Final

from reports.text import tell

TEXT: Final[dict[str, tuple[str, str]]] = {
    # key: (Indonesian, English)
    "answer": (
        "{median} dari {stations} TPS ({share}) diperkirakan belum terkirim pada saat potret; pada "
        "95% malam antara {low} dan {high}. Provinsi terburuk: {worst} ({worst_share}).",
        "{median} of {stations} stations ({share}) are expected not to have sent by the snapshot; "
        "in 95% of nights between {low} and {high}. The worst province: {worst} ({worst_share}).",
    ),
    "answer_one": (
        "{median} dari {stations} TPS ({share}) belum terkirim pada saat potret, dalam satu malam "
        "yang disimulasikan. Provinsi terburuk: {worst} ({worst_share}).",
        "{median} of {stations} stations ({share}) have not sent by the snapshot, in the one night "
        "that was simulated. The worst province: {worst} ({worst_share}).",
    ),
    "one": (
        "Satu malam saja: malam lain bisa jauh berbeda, terutama karena ukuran server tidak "
        "diketahui. Jalankan beberapa.",
        "One night only: others may be far from it, above all because the server's size is not "
        "known. Run several.",
    ),
    "advise": (
        "Tetapkan server menurut malam terburuk di tabel server, lalu jalankan kembali dengan "
        "server itu: bagian yang tersisa bukan karena server.",
        "Size the server by the worst night in the table of servers, then run again with that "
        "server: what is left is not the server's doing.",
    ),
    "sure": (
        "Dari {nights} malam, yang terbaik menyisakan {least} dan yang terburuk {most}; sebagian "
        "besar perbedaannya berasal dari server, yang ukurannya tidak diketahui.",
        "Of {nights} nights the best leaves {least} and the worst {most}; most of the difference "
        "is the server's, whose size is not known.",
    ),
    "open": (
        "Pembagian per daerah tidak tepat pada sebagian malam itu (lihat catatan di bawah tabel "
        "server).",
        "The split by region is not accurate in some of these nights (see the note under the table "
        "of servers).",
    ),
    "would_change": (
        "Ukuran server yang sebenarnya (pita, sambungan, pekerja), dan jumlah TPS tiap kabupaten "
        "dan kota pada tahun itu.",
        "The real size of the server (pipe, connections, workers), and the number of stations of "
        "each regency and city in that year.",
    ),
    "basis": (
        "{nights} malam; {simulated} dari {stations} TPS disimulasikan, di {regencies} kabupaten "
        "dan kota; aplikasi: {variant}.",
        "{nights} nights; {simulated} of {stations} stations were simulated, in {regencies} "
        "regencies and cities; app: {variant}.",
    ),
    "unsplit": (
        "Semua TPS yang disimulasikan bertemu di satu server; tidak ada yang dibagi.",
        "All stations that were simulated meet at one server; nothing is split.",
    ),
    "split": (
        "Tiap daerah disimulasikan sendiri di bawah jalannya server, seperti yang ditemukan oleh "
        "contoh {sample} TPS dari semuanya. Yang dibawa semua daerah ke server berbeda paling "
        "banyak {defect} dari itu (batas: {tolerance}).",
        "Each region is simulated by itself under the server's course, as a sample of {sample} of "
        "all stations found it. What all regions bring to the server differs from that by "
        "{defect} at most (limit: {tolerance}).",
    ),
    "split_open": (
        "Tiap daerah disimulasikan sendiri di bawah jalannya server, seperti yang ditemukan oleh "
        "contoh {sample} TPS. Yang dibawa semua daerah berbeda sampai {defect} dari itu, lebih "
        "dari batas {tolerance}: pembagian ini belum tepat.",
        "Each region is simulated by itself under the server's course, as a sample of {sample} "
        "stations found it. What all regions bring differs from that by up to {defect}, more than "
        "the limit of {tolerance}: the split is not accurate here.",
    ),
    "provinces": ("Provinsi, yang terburuk lebih dulu", "Provinces, the worst first"),
    "provinces_note": (
        "Bagian TPS yang belum terkirim. Garis tegak: median; pita tebal: 50% malam; pita tipis: "
        "95% malam.",
        "Share of stations not sent. Upright line: median; thick band: 50% of nights; thin band: "
        "95% of nights.",
    ),
    "province": ("provinsi", "province"),
    "regency": ("kabupaten/kota", "regency or city"),
    "regencies": ("Kabupaten dan kota", "Regencies and cities"),
    "regencies_note": (
        "Bagian TPS yang belum terkirim. Jumlah TPS yang dibagi rata menurut tahun lain ditandai; "
        "perbedaan antarkabupaten berasal dari ukuran, zona waktu dan nasib, karena hukum jaringan "
        "dan orang sama untuk semua.",
        "Share of stations not sent. Numbers of stations that were apportioned by another year are "
        "marked; regencies differ by size, time zone and luck only, because the laws of networks "
        "and people are the same for all.",
    ),
    "apportioned": ("dibagi menurut perbandingan", "apportioned"),
    "server": ("Server, malam demi malam", "The server, night by night"),
    "server_note": (
        "Ukuran server tidak diterbitkan; tiap malam mengambil satu dari rentang yang diasumsikan.",
        "The server's size was not published; each night draws one from the assumed range.",
    ),
    "night": ("malam", "night"),
    "pipe": ("pita", "pipe"),
    "slots": ("sambungan", "slots"),
    "workers": ("pekerja", "workers"),
    "flows": ("kiriman serentak terbanyak", "most uploads at once"),
    "requests": ("permintaan per menit terbanyak", "most requests a minute"),
    "unsent": ("belum terkirim", "not sent"),
    "limits": (
        "Tiap kecamatan mengikuti hukum jaringan dan orang yang sama; yang berbeda antardaerah "
        "(sinyal, listrik, jarak) tidak ada di sini. Kecamatan satu kabupaten dianggap sama besar. "
        "Semua memakai aplikasi yang sama.",
        "Every kecamatan follows the same laws of networks and people; what differs between places "
        "(signal, power, distance) is not in here. The kecamatan of a regency are taken as equally "
        "large. All use the same app.",
    ),
}


def tell_nation(key: str, language: str, **holes: object) -> str:
    """A sentence of the chapter."""
    return tell(TEXT, key, language, **holes)
