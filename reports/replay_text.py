"""The sentences of a replay, in both languages."""

from __future__ import annotations

from typing import Final

from reports.text import tell

TEXT: Final[dict[str, tuple[str, str]]] = {
    # key: (Indonesian, English)
    "invalid": (
        "Pengukuran ini tidak sah: yang terukur adalah pembangkit beban, bukan server. Angka di "
        "bawah jangan dipakai untuk menilai server.",
        "This measurement is not valid: it measured the load generator, not the server. Do not "
        "judge the server by the figures below.",
    ),
    "agree": (
        "Prediksi dan pengukuran sejalan: {all} dari {all} ukuran berada di dalam batasnya.",
        "Prediction and measurement agree: {all} of {all} quantities are within their limits.",
    ),
    "disagree": (
        "Prediksi dan pengukuran berbeda: {bad} dari {all} ukuran berada di luar batasnya: "
        "{names}.",
        "Prediction and measurement differ: {bad} of {all} quantities are beyond their limits: "
        "{names}.",
    ),
    "sent_both": (
        "Dari {stations} TPS yang mengunggah, {predicted} terkirim menurut prediksi dan {measured} "
        "menurut pengukuran; {same} berakhir sama.",
        "Of {stations} stations that uploaded, {predicted} were sent as predicted and {measured} "
        "as measured; {same} ended the same way.",
    ),
    "longer": (
        "Sebuah berkas rata-rata memerlukan {seconds} detik lebih lama daripada prediksi (selang "
        "95%: {low} sampai {high}).",
        "An object took {seconds} s longer than predicted on average (95% interval: {low} to "
        "{high}).",
    ),
    "shorter": (
        "Sebuah berkas rata-rata memerlukan {seconds} detik lebih singkat daripada prediksi "
        "(selang 95%: {low} sampai {high}).",
        "An object took {seconds} s less than predicted on average (95% interval: {low} to "
        "{high}).",
    ),
    "because": (
        "Dari selisih itu {server} detik berasal dari server, {link} dari jaringan yang karena itu "
        "ditemui pada saat lain, {emulator} dari pembangkit beban, dan {unexplained} tidak "
        "terjelaskan.",
        "Of this, {server} s come from the server, {link} from the network, met at other moments "
        "for that reason, {emulator} from the load generator, and {unexplained} is unexplained.",
    ),
    "as_long": (
        "Lama sebuah berkas rata-rata sama dengan prediksi sampai {seconds} detik.",
        "An object took as long as predicted on average, to within {seconds} s.",
    ),
    "basis": (
        "Jendela {begins} sampai {ends}, dipercepat {speed} kali (berlangsung {lasts} menit), "
        "dengan {share} TPS. Laju permintaan di server = bagian × kecepatan × kenyataan: di sini "
        "{factor} kali laju malam itu. Malam {replication}, benih {seed}; server {host}.",
        "Window {begins} to {ends}, sped up {speed} times (it lasted {lasts} min), with {share} of "
        "the stations. Rate of requests at the server = sample × speed × reality: here {factor} "
        "times the rate of that night. Night {replication}, seed {seed}; server {host}.",
    ),
    "predicted": ("prediksi", "predicted"),
    "measured": ("terukur", "measured"),
    "difference": ("selisih", "difference"),
    "limit": ("batas", "limit"),
    "interval": ("selang 95%", "95% interval"),
    "agrees": ("sejalan?", "agrees?"),
    "yes": ("ya", "yes"),
    "no": ("TIDAK", "NO"),
    "nothing": ("terlalu sedikit data", "too little data"),
    "quantity": ("ukuran", "quantity"),
    "why_limit": ("mengapa batas ini", "why this limit"),
    "lines_title": ("Ukuran dan batasnya", "Quantities and their limits"),
    "lines_note": (
        "Batas adalah penilaian yang dapat diubah di skenario (replay.agreement).",
        "The limits are judgements, and can be changed in the scenario (replay.agreement).",
    ),
    "same_outcome": ("TPS dengan hasil sama", "stations with the same outcome"),
    "sojourn_ks": ("jarak sebaran lama", "distance of the sojourns' distributions"),
    "sojourn_median": ("median lama sampai terkirim", "median sojourn of a station"),
    "sojourn_p95": ("persentil 95 lama", "95th percentile of the sojourn"),
    "attempts": ("percobaan", "attempts"),
    "wasted": ("data terkirim sia-sia", "bytes sent in vain"),
    "concurrency": ("unggahan bersamaan", "uploads at once"),
    "reason_same_outcome": (
        "satu dari dua puluh TPS boleh berakhir lain",
        "one station in twenty may go the other way",
    ),
    "reason_sojourn_ks": (
        "paling banyak sepersepuluh TPS di sisi lain pada lama mana pun",
        "at no duration more than a tenth of the stations on the other side",
    ),
    "reason_sojourn_median": (
        "sepersepuluh lebih kecil daripada beda antarkebijakan",
        "a tenth is less than policies differ by",
    ),
    "reason_sojourn_p95": (
        "ditentukan oleh sedikit TPS, karena itu lebih longgar",
        "few stations determine it, so it is wider",
    ),
    "reason_attempts": ("dasar ukuran server", "what the server is sized by"),
    "reason_wasted": (
        "sebagai bagian dari semua data yang dikirim",
        "as a part of all bytes sent",
    ),
    "reason_concurrency": (
        "jarak rata-rata kedua kurva, relatif terhadap rata-ratanya",
        "mean distance of the two curves, relative to their mean",
    ),
    "outcomes_title": ("Hasil di akhir jendela", "Outcomes at the window's end"),
    "sent_kpps": ("terkirim oleh KPPS", "sent by KPPS"),
    "sent_ppk": ("terkirim oleh PPK", "sent by PPK"),
    "failed": ("dicoba, belum terkirim", "attempted, not sent"),
    "not_attempted": ("belum dicoba", "not attempted"),
    "matrix_note": (
        "Baris: prediksi. Kolom: pengukuran. Di luar diagonal: TPS yang berakhir lain.",
        "Rows: predicted. Columns: measured. Off the diagonal: stations that ended another way.",
    ),
    "sojourn_title": ("Berapa lama sampai terkirim", "How long until sent"),
    "sojourn_note": (
        "Bagian TPS yang terkirim dalam waktu sekian sejak percobaan pertamanya di jendela ini. "
        "Yang belum terkirim tetap dihitung, maka kurva berakhir di bawah 100%.",
        "Share of stations that were sent within so long of their first attempt in the window. "
        "Those not sent still count, so a curve ends below 100%.",
    ),
    "sojourn_line": (
        "Jarak Kolmogorov–Smirnov {ks} (p {p}; sampelnya berpasangan, jadi p terlalu besar), "
        "jarak Wasserstein {wasserstein} detik. Selisih berpasangan rata-rata {mean} detik ({low} "
        "sampai {high}), median {median} detik, atas {n} TPS yang terkirim di kedua sisi.",
        "Kolmogorov-Smirnov distance {ks} (p {p}; the samples are paired, so p is too large), "
        "Wasserstein distance {wasserstein} s. Mean paired difference {mean} s ({low} to {high}), "
        "median {median} s, of {n} stations sent on both sides.",
    ),
    "concurrency_title": ("Unggahan bersamaan di server", "Uploads at once at the server"),
    "concurrency_note": (
        "Dari bita pertama isi sampai jawaban. Puncak: prediksi {peak_predicted}, terukur "
        "{peak_measured}. Selisih kurva rata-rata {mean}, terbesar {most}.",
        "From the body's first byte to the answer. Peak: predicted {peak_predicted}, measured "
        "{peak_measured}. Mean distance of the curves {mean}, largest {most}.",
    ),
    "requests_title": ("Permintaan per detik di server", "Requests a second at the server"),
    "requests_note": (
        "Menurut jam server (waktu nyata). Puncak: prediksi {peak_predicted}, terukur "
        "{peak_measured}.",
        "By the server's own clock (real time). Peak: predicted {peak_predicted}, measured "
        "{peak_measured}.",
    ),
    "response_title": ("Waktu jawab server", "Response time of the server"),
    "response_note": (
        "Dari bita terakhir sampai jawaban, milidetik waktu nyata, tanpa kesalahan pembangkit "
        "beban.",
        "From the last byte to the answer, milliseconds of real time, less the generator's error.",
    ),
    "mean": ("rata-rata", "mean"),
    "milliseconds": ("milidetik", "ms"),
    "quantile": ("persentil {q}", "{q}th percentile"),
    "kecamatan_title": ("Per kecamatan", "By kecamatan"),
    "kecamatan_note": (
        "Bagian TPS yang terkirim di jendela ini.",
        "Share of stations that were sent in the window.",
    ),
    "kecamatan_legend": (
        "Batang: prediksi; titik: terukur.",
        "Bars: predicted; dots: measured.",
    ),
    "duration": ("lama", "duration"),
    "cause": ("akibat", "what became of it"),
    "key": ("hal", "item"),
    "sent": ("terkirim", "sent"),
    "same": ("hasil sama", "same outcome"),
    "median": ("median (detik)", "median (s)"),
    "short_ks": ("jarak lama", "KS distance"),
    "at_once": ("bersamaan", "at once"),
    "answer_ms": ("jawaban (ms)", "answer (ms)"),
    "from_server": ("dari server (detik)", "server's (s)"),
    "from_link": ("dari jaringan (detik)", "network's (s)"),
    "wasted_mb": ("sia-sia (MB)", "wasted (MB)"),
    "causes_title": ("Dari mana selisihnya", "Where the difference comes from"),
    "causes_note": (
        "Rata-rata detik per berkas (waktu skenario) yang tersimpan di kedua sisi ({objects}): "
        "terukur dikurangi prediksi, dibagi menurut ke mana waktunya pergi. Bagian-bagian itu "
        "berjumlah {total}.",
        "Mean seconds per object (scenario time) stored on both sides ({objects}): measured less "
        "predicted, divided by where the time went. The parts add up to {total}.",
    ),
    "total": ("seluruh selisih", "whole difference"),
    "part_server": ("kerja server", "server's work"),
    "part_waiting_server": ("menunggu setelah gagal di server", "waiting after server failures"),
    "part_waiting_link": ("menunggu setelah gagal di jaringan", "waiting after link failures"),
    "part_setup": ("akses dan jabat tangan", "access and handshakes"),
    "part_transfer": (
        "transfer di sel (kawan atau saat lain)",
        "transfer in the cell (other company or moment)",
    ),
    "part_emulator": ("kesalahan pembangkit beban", "the generator's own error"),
    "part_unexplained": ("tidak terjelaskan", "unexplained"),
    "part_failed": ("percobaan gagal: {cause}", "failed attempts: {cause}"),
    "cause_title": ("Percobaan menurut akibatnya", "Attempts by what became of them"),
    "cause_none": ("berhasil", "succeeded"),
    "cause_access": ("akses ditolak sel", "cell refused access"),
    "cause_break": ("sambungan putus", "link broke"),
    "cause_timeout": ("terlalu lama di jalan", "timed out on its way"),
    "cause_no_answer": ("server tidak menjawab pada waktunya", "server did not answer in time"),
    "cause_refused": ("server penuh (429, 503, 504)", "server was full (429, 503, 504)"),
    "cause_outage": ("gangguan server", "outage"),
    "cause_fault": ("aplikasi server gagal (500)", "server's application failed (500)"),
    "cause_reset": ("server menutup sambungan", "server closed the connection"),
    "cause_rejected": ("server menolak permintaan (4xx)", "server rejected the request (4xx)"),
    "cause_no_coverage": ("tanpa sinyal", "no coverage"),
    "cause_gave_up": ("kesabaran habis", "patience ended"),
    "cause_no_app": ("tanpa aplikasi", "no app"),
    "cause_not_reached": ("belum didatangi", "not reached"),
    "cause_absent": ("tidak dilakukan", "not made"),
    "only_measured": ("Kegagalan yang hanya terukur", "Failures that were only measured"),
    "only_predicted": ("Kegagalan yang hanya diprediksi", "Failures that were only predicted"),
    "only_none": ("tidak ada", "none"),
    "by_server": ("oleh server", "by the server"),
    "status": ("status", "status"),
    "count": ("jumlah", "count"),
    "pairs_title": (
        "Percobaan yang sama di kedua sisi",
        "The same attempts on both sides",
    ),
    "valid_title": ("Apakah pengukurannya sah", "Is the measurement valid"),
    "valid_note": (
        "Ukuran pembangkit beban itu sendiri. Di luar batas, pengukuran tidak sah.",
        "Measures of the load generator itself. Beyond a limit the measurement is not valid.",
    ),
    "value": ("nilai", "value"),
    "good": ("baik?", "good?"),
    "valid_schedule_lag_p99_ms": (
        "keterlambatan mulai, persentil 99 (ms)",
        "lateness of starts, 99th percentile (ms)",
    ),
    "valid_join_lag_p99_ms": (
        "keterlambatan isi, persentil 99 (ms)",
        "lateness of bodies, 99th percentile (ms)",
    ),
    "valid_loop_lag_p99_ms": (
        "macetnya putaran peristiwa, persentil 99 (ms)",
        "stall of the event loop, 99th percentile (ms)",
    ),
    "valid_pacing_p99_percent": (
        "kesalahan laju transfer, persentil 99 (%)",
        "pacing error of transfers, 99th percentile (%)",
    ),
    "valid_cpu_percent": ("pemakaian prosesor (%)", "processor use (%)"),
    "valid_clock_difference_ms": ("selisih jam antarmesin (ms)", "clocks of machines differ (ms)"),
    "valid_stations_missing": ("TPS yang tidak terputar", "stations that were not replayed"),
    "late_begin_late": ("mulai terlambat (ms)", "began late (ms)"),
    "late_join_late": ("isi terlambat (ms)", "body late (ms)"),
    "late_drain_late": ("bita terakhir terlambat (ms)", "last byte late (ms)"),
    "limits_title": ("Batas jawaban ini", "Limits of this answer"),
    "limits": (
        "Kedua sisi memakai TPS, foto, sel, putusnya sambungan dan kebijakan yang sama; yang "
        "diukur hanyalah server dan tumpukan jaringan yang nyata. Apakah sel dan orang seperti "
        "di model, tidak diuji di sini. Percobaan yang belum selesai di akhir jendela tidak ada "
        "di kedua catatan.",
        "Both sides share stations, photographs, cells, breaks of links and the policy; what is "
        "measured is the server and the real network stack only. Whether cells and people are as "
        "in the model is not tested here. Attempts unfinished at the window's end are in neither "
        "log.",
    ),
    "provenance_title": ("Asal-usul", "Provenance"),
    "server_model": ("model server", "model of the server"),
    "seconds": ("detik", "s"),
    "minutes": ("menit", "min"),
    "hours": ("jam", "h"),
}


def say(key: str, language: str, **holes: object) -> str:
    """A sentence of a replay."""
    return tell(TEXT, key, language, **holes)


def name_of(part: str, language: str) -> str:
    """The name of a part of a sojourn: ``server``, ``failed_refused`` ..."""
    if part.startswith("failed_"):
        cause = say(f"cause_{part.removeprefix('failed_')}", language)
        return say("part_failed", language, cause=cause)
    return say(f"part_{part}", language)
