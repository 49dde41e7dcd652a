"""The progress page: both languages, numbers as their readers write them, nothing from outside."""

from __future__ import annotations

import gzip
import json
import re
import string
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from typing import Any

import pytest

from server.progress.live import KEPT, Live
from server.progress.page import POLICY, render, total
from server.progress.text import LANGUAGES, TEXT
from server.seams import Progress

WIB = timezone(timedelta(hours=7))
NOW = datetime(2020, 12, 9, 20, 15, 3, tzinfo=WIB)
LAST = datetime(2020, 12, 9, 20, 14, 59, tzinfo=WIB).timestamp()
ROWS = [
    Progress("Panjang", 97, 41, 120, 98_000_000, LAST, 38),
    Progress("Kemiling", 103, 103, 309, 250_400_000, LAST - 86_400, 103),
    Progress("Rajabasa", 60, 0, 0, 0, None, 0),
]
INDONESIAN, ENGLISH = LANGUAGES["id"], LANGUAGES["en"]


class Words(HTMLParser):
    """The visible words of a page, and its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += data.split()

    @property
    def text(self) -> str:
        return " ".join(self.words)


def page(rows: Sequence[Progress] = ROWS, **options: Any) -> str:
    return Words(render(rows, NOW, **options)).text


def test_every_sentence_is_said_in_both_languages_with_the_same_holes() -> None:
    for key, (indonesian, english) in TEXT.items():
        holes = [
            sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)
            for text in (indonesian, english)
        ]
        assert indonesian, key
        assert english, key
        assert holes[0] == holes[1], key


def test_the_page_is_indonesian_and_english_by_a_switch() -> None:
    indonesian = render(ROWS, NOW)
    english = render(ROWS, NOW, language="en")
    assert '<html lang="id">' in indonesian
    assert "144 dari 260 TPS (55,4%)" in Words(indonesian).text
    assert '<html lang="en">' in english
    assert "144 of 260 polling stations (55.4%)" in Words(english).text
    assert "?lang=en" in indonesian
    assert "?lang=id" in english


def test_totals_are_the_sums_of_the_rows() -> None:
    assert total(ROWS) == Progress("", 260, 144, 429, 348_400_000, LAST, 141)
    assert "348,4 MB" in page()
    assert total([]) == Progress("", 0, 0, 0, 0, None, 0)


def test_times_of_today_are_times_of_day_and_others_have_their_day() -> None:
    assert "20.14" in page()
    assert "8 Des 20.14" in page()
    assert "8 Dec 20:14" in page(language="en")
    assert "Keadaan 20.15.03 WIB, 9 Des 2020" in page()


def test_zones_that_have_no_name_here_are_said_as_their_offset() -> None:
    assert INDONESIAN.stamp(NOW.astimezone(UTC)) == "13.15.03 UTC, 9 Des 2020"
    half = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert ENGLISH.stamp(half) == "18:45:03 UTC+0530, 9 Dec 2020"


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 10, "0%"), (10, 10, "100%"), (1, 3, "33,3%"), (1, 5000, "0,1%"), (4999, 5000, "99,9%")],
)
def test_a_share_is_all_or_nothing_only_when_it_is(part: int, whole: int, said: str) -> None:
    assert INDONESIAN.share(part, whole) == said


@pytest.mark.parametrize(
    ("octets", "said"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (2.5e12, "2.5 TB")]
)
def test_sizes_are_in_the_largest_unit_of_which_there_is_one(octets: int, said: str) -> None:
    assert ENGLISH.size(octets) == said


def test_complete_stations_are_shown_when_it_is_known_how_many_photographs_they_have() -> None:
    assert "Lengkap" not in page()
    assert "Lengkap 141 TPS (3 foto) Baru sebagian 3 TPS" in page(expected=3)


def test_rows_are_sorted_by_name_by_what_is_missing_or_by_the_latest() -> None:
    def names(order: str) -> list[str]:
        found = re.findall(r"Panjang|Kemiling|Rajabasa", page(order=order))
        assert len(found) == 3
        return found

    assert names("name") == ["Panjang", "Kemiling", "Rajabasa"]
    assert names("behind") == ["Rajabasa", "Panjang", "Kemiling"]
    assert names("latest") == ["Panjang", "Kemiling", "Rajabasa"]


def test_a_server_without_a_registry_says_that_it_counts_only_who_was_heard_of() -> None:
    rows = [Progress("", 3, 3, 9, 9_000_000, LAST)]
    assert "tanpa daftar TPS" in page(rows, registered=False)
    assert "100%" not in page(rows, registered=False)
    assert "tanpa daftar TPS" not in page()


def test_a_server_that_has_heard_nothing_has_a_page_too() -> None:
    assert "Belum ada TPS" in page([], registered=False)
    assert "No station" in page([], registered=False, language="en")
    render([Progress("A", 0, 0, 0, 0, None)], NOW)


def test_names_from_a_registry_are_text_not_markup() -> None:
    html = render([Progress('<script>alert("x")</script>', 1, 0, 0, 0, None)], NOW)
    assert "<script>alert" not in html


def test_the_page_loads_nothing_and_its_policy_allows_nothing_else() -> None:
    html = render(ROWS, NOW)
    assert not re.search(r"https?://|@import|url\(", html)
    assert " style=" not in html
    for tag, attributes in Words(html).tags:
        assert "src" not in attributes
        assert tag not in ("iframe", "object", "embed", "form", "base")
    assert "default-src 'none'" in POLICY
    assert "unsafe" not in POLICY


def test_without_a_script_the_page_refreshes_itself() -> None:
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in render(ROWS, NOW)


class Clock:
    now = NOW.timestamp()

    def __call__(self) -> float:
        return self.now


def live(rows: list[Progress], clock: Clock, **options: Any) -> Live:
    return Live(lambda: list(rows), clock, zone=WIB, **options)


def test_an_answer_is_kept_for_a_second_and_then_made_anew() -> None:
    clock, rows = Clock(), list(ROWS)
    pages = live(rows, clock)
    first = pages.answer("/", b"", {})
    rows[0] = rows[0]._replace(tps_some=42)
    clock.now += KEPT / 2
    assert pages.answer("/", b"", {}) == first
    clock.now += KEPT
    assert "145 dari 260" in pages.answer("/", b"", {}).body.decode()


def test_a_clock_that_is_set_back_does_not_freeze_the_page() -> None:
    clock, rows = Clock(), list(ROWS)
    pages = live(rows, clock)
    pages.answer("/", b"", {})
    rows[0] = rows[0]._replace(tps_some=42)
    clock.now -= 3600
    assert "145 dari 260" in pages.answer("/", b"", {}).body.decode()


def test_languages_and_orders_have_answers_of_their_own_and_unknown_ones_the_usual() -> None:
    pages = live(list(ROWS), Clock())
    usual = pages.answer("/", b"", {}).body
    english = pages.answer("/", b"lang=en&sort=behind", {}).body
    assert b'lang="en"' in english
    strange = [
        b"lang=xx",
        b"sort=",
        b"lang=id&sort=__class__",
        b"&" * 5000,
        b"%ff%00=\xff",
        b"lang",
    ]
    for query in strange:
        assert pages.answer("/", query, {}).body == usual


def test_strange_queries_do_not_fill_the_memory() -> None:
    pages = live(list(ROWS), Clock())
    for i in range(100):
        pages.answer("/", f"lang={i}&sort={i}".encode(), {})
        pages.answer("/progress.json", f"lang={i}".encode(), {})
    assert len(pages._kept) == 2


def test_a_browser_that_unpacks_gets_the_same_page_packed() -> None:
    pages = live(list(ROWS), Clock())
    plain = pages.answer("/", b"", {})
    packed = pages.answer("/", b"", {b"accept-encoding": b"br, gzip"})
    assert (b"content-encoding", b"gzip") in packed.headers
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2
    assert (b"content-length", str(len(packed.body)).encode()) in packed.headers


def test_the_data_say_what_the_page_says() -> None:
    data = json.loads(live(list(ROWS), Clock(), expected=3).answer("/progress.json", b"", {}).body)
    assert data["as_of"] == "2020-12-09T20:15:03+07:00"
    assert data["photos_expected"] == 3
    assert data["total"] == {
        "tps_total": 260, "tps_some": 144, "tps_all": 141, "photos": 429, "bytes": 348_400_000,
        "last": LAST,
    }  # fmt: skip
    assert [row["name"] for row in data["kecamatan"]] == ["Panjang", "Kemiling", "Rajabasa"]
    unknown = json.loads(live(list(ROWS), Clock()).answer("/progress.json", b"", {}).body)
    assert unknown["total"]["tps_all"] is None
