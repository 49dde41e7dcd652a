"""A report of every kind of result, as a browser, a screen reader and a printer meet it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import pytest
from selenium.webdriver import ActionChains

from reports import report as report_page
from reports.chapters.registry import KINDS, Result, open_results
from reports.document import Figure
from reports.files import write_report
from reports.language import LANGUAGES, Language
from reports.pdf import render_pdf, render_png
from reports.report import basis_of, make_chapters, render_report
from tests.reports.axe import faults

MARGIN_MM = 15.0  # narrower than the layout's margins (20), so that only what left them is found
DARK = 160  # of 255; the grey of the smallest print is darker
WITHOUT_FIGURES = {"card", "gate"}


@pytest.fixture(scope="session")
def opened(results: dict[str, Path]) -> list[Result]:
    return [result for folder in results.values() for result in open_results(folder)]


@pytest.fixture(scope="session")
def page(opened: Sequence[Result], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    return write_report(folder, opened, ["html"])[0]


def test_every_kind_has_a_result_here(opened: Sequence[Result]) -> None:
    assert {k.name for k in KINDS} == {r.kind.name for r in opened}


def test_a_chapter_says_its_answer_and_its_figures_have_their_data(
    opened: Sequence[Result],
) -> None:
    for language in LANGUAGES:
        for result in opened:
            chapter = result.kind.chapter(result.summary, language)
            assert chapter.title
            assert chapter.answer.endswith(".")
            assert chapter.recommendation.endswith(".")
            assert chapter.certainty.endswith(".")
            assert chapter.would_change.endswith(".")
            assert bool(chapter.figures) != (result.kind.name in WITHOUT_FIGURES)
            names = [figure.name for figure in chapter.figures]
            assert len(set(names)) == len(names)
            for figure in chapter.figures:
                assert figure.rows
                assert all(len(row) == len(figure.head) for row in figure.rows)
                zones = [int(n) for n in re.findall(r'data-row="(\d+)"', figure.svg)]
                assert max(zones) < len(figure.rows), figure.name
                assert min(zones) == 0


def test_numbers_are_in_the_format_of_the_language(results: dict[str, Path]) -> None:
    result = open_results(results["run"])[0]
    summary = result.summary
    summary["inside"]["total"] = {"p50": 3.75, "p2.5": 1.0, "p97.5": 9.0}
    own, english = (result.kind.chapter(summary, language) for language in LANGUAGES)
    assert "(12,5%)" in own.answer
    assert "(12.5%)" in english.answer


def test_a_name_from_a_file_is_text_and_not_markup(results: dict[str, Path]) -> None:
    result = open_results(results["run"])[0]
    evil = "<script>alert(1)</script> #panic() $x$"
    result.summary["kecamatan"][0]["name"] = evil
    result.summary["title"] = {"id": evil, "en": evil}
    chapters = make_chapters([result])
    html = render_report([result], chapters)
    assert "<script>alert" not in html
    pdf = pypdfium2.PdfDocument(render_pdf(chapters["en"], "", "en"))
    assert "#panic()" in pdf[0].get_textpage().get_text_bounded()


def test_a_name_of_a_world_becomes_a_name_of_a_file() -> None:
    figure = Figure("world-a/../b c", "<svg/>", "t", "c", ("a", "b"), [("1", "2")])
    assert figure.name == "world-a-b-c"


def test_a_page_loads_nothing_and_is_small(page: Path) -> None:
    html = page.read_text(encoding="utf-8")
    assert 'src="http' not in html
    assert 'href="http' not in html
    assert "@import" not in html
    assert len(html.encode()) < 3_000_000


def _colours(browser: Any, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def _open(browser: Any, path: Path, width: int, hash_: str = "") -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    browser.get(path.as_uri() + hash_)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_a_browser_draws_the_report_and_reads_it_out(page: Path, browser: Any, width: int) -> None:
    _open(browser, page, width)
    for language in ("id", "en"):
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        root = f"#page-{language}"
        boxes = browser.execute_script(
            "return [...document.querySelectorAll(`${arguments[0]} figure svg`)].map(s => "
            "[s.getBoundingClientRect(), s.getBBox(), s.viewBox.baseVal]).map(([b, d, v]) => "
            "[b.width, b.height, d.x >= 0 && d.y >= 0 && d.x + d.width <= v.width + 1 && "
            "d.y + d.height <= v.height + 1])",
            root,
        )
        assert len(boxes) > 10
        assert all(wide > 300 and high > 40 and inside for wide, high, inside in boxes)
        picture = browser.find_element("css selector", f"{root} .picture")
        picture.send_keys("\ue014")  # the right arrow
        readout = browser.find_element("css selector", f"{root} .readout")
        first = readout.text
        assert first
        assert readout.get_attribute("aria-live") == "polite"
        picture.send_keys("\ue014")
        assert readout.text != first
        zone = browser.find_element("css selector", f"{root} .picture [data-row='0']")
        ActionChains(browser).move_to_element(zone).perform()
        assert readout.text == first
        browser.find_element("css selector", f"{root} .switch").click()
        assert not browser.find_element("css selector", root).is_displayed()
    assert browser.get_log("browser") == []


@pytest.mark.browser
@pytest.mark.parametrize(("width", "colours", "hash_"), [(1280, "light", ""), (390, "dark", "#en")])
def test_axe_finds_no_serious_fault_in_any_kind_of_page(
    page: Path, results: dict[str, Path], browser: Any, width: int, colours: str, hash_: str
) -> None:
    """The report of all holds every chapter; beside it pages of one, and the cards."""
    _colours(browser, colours)
    cards = [results["calibration"] / f"{name}.html" for name in ("model-card", "stress-des")]
    for path in (page, results["run"] / "report.html", *cards):
        _open(browser, path, width, hash_)
        assert faults(browser) == [], path
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.get_log("browser") == []


@pytest.mark.browser
def test_on_paper_everything_is_shown_that_can_be_read(page: Path, browser: Any) -> None:
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    browser.get(page.as_uri())
    for hidden in (".switch", ".readout", "details"):
        assert not any(e.is_displayed() for e in browser.find_elements("css selector", hidden))
    assert browser.find_element("css selector", ".leaders .answer").is_displayed()
    pictures = browser.execute_script(
        "return [...document.querySelectorAll('#page-id .picture')]"
        ".map(p => p.scrollWidth - p.clientWidth)"
    )
    assert max(pictures) <= 0


@pytest.mark.browser
def test_axe_finds_a_fault_that_is_there(browser: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text("<!doctype html><title>x</title><main><img src='data:,'></main>")
    browser.get(bad.as_uri())
    assert any(fault.startswith("image-alt") for fault in faults(browser))


def _outside(page: pypdfium2.PdfPage) -> int:
    """Dark pixels in the outer margin of a page."""
    scale = 1.5
    grey = np.asarray(page.render(scale=scale).to_pil().convert("L"))
    edge = round(MARGIN_MM / 25.4 * 72 * scale)
    inner = np.zeros(grey.shape, dtype=bool)
    inner[:, edge:-edge] = True
    return int((grey[~inner] < DARK).sum())


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_a_pdf_is_whole_and_its_first_page_is_one_page(
    opened: Sequence[Result], language: Language
) -> None:
    for results in ([r] for r in opened):
        chapters = make_chapters(results)[language.code]
        content = render_pdf(chapters, basis_of(results, language.code), language.code)
        _check(content, [*(getattr(chapters[0], k) for k in ("answer", *report_page.LEADING))])
        assert len(content) < 2_000_000


def test_page_one_of_many_results_has_every_answer_and_their_advice_where_it_fits(
    opened: Sequence[Result],
) -> None:
    chapters = make_chapters(opened)["id"]
    content = render_pdf(chapters, basis_of(opened, "id"), "id")
    _check(content, [c.answer for c in chapters])
    several = chapters[:5]
    content = render_pdf(several, basis_of(opened, "id"), "id")
    _check(content, [s for c in several for s in (c.answer, c.recommendation)])


def _check(content: bytes, leading: Sequence[str]) -> None:
    pdf = pypdfium2.PdfDocument(content)
    texts = [_plain(page.get_textpage().get_text_bounded()) for page in pdf]
    for sentence in leading:
        assert _plain(sentence) in texts[0], sentence
    assert [n for n, page in enumerate(pdf, 1) if _outside(page)] == []
    assert all(texts)


def _plain(text: str) -> str:
    """Letters and figures only: lines and hyphens are the printer's."""
    return "".join(c for c in text if c.isalnum())


def test_a_pdf_is_the_same_twice_and_says_that_it_is_accessible(opened: Sequence[Result]) -> None:
    chapters = make_chapters(opened[:1])["en"]
    first, second = (render_pdf(chapters, "", "en") for _ in range(2))
    assert first == second
    assert b"pdfuaid:part" in first


def test_a_figure_becomes_a_picture(opened: Sequence[Result]) -> None:
    figure = make_chapters(opened[:1])["en"][0].figures[0]
    assert render_png(figure).startswith(b"\x89PNG")
