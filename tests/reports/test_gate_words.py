"""A gate's lines in words: what they are called, in both languages, and what to do about them."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from string import Formatter
from typing import Any

import numpy as np
import pytest

from reports import gate_words
from reports.chapters.gate import TEXT as CHAPTER
from reports.gate_words import TEXT, name, planted, reason, shown
from reports.language import LANGUAGES
from study.gate.declared import MeasuredRegression, MeasuredThreshold, Regression, Threshold
from study.gate.judge import measured, measured_regression, regression, threshold

ID, EN = LANGUAGES
TEN = np.full(10, 0.1)


@pytest.mark.parametrize("table", [TEXT, CHAPTER])
def test_every_sentence_has_the_same_holes_in_both_languages(table: dict[str, Any]) -> None:
    for key, languages in table.items():
        holes = [{hole for _, hole, _, _ in Formatter().parse(text) if hole} for text in languages]
        assert holes[0] == holes[1], key


@cache
def lines() -> dict[str, dict[str, Any]]:
    by = datetime.fromisoformat("2020-12-09T20:00:00+07:00")
    found = {
        "mean": threshold(Threshold(measure="failed", at_most="12.5%", judge="mean"), TEN, 0.05),
        "nights": threshold(
            Threshold(measure="arrived", by=by, at_least="99%", in_nights="95%"), TEN, 0.05
        ),
        "least": threshold(Threshold(measure="least_kecamatan", at_least="9%"), TEN, 0.05),
        "worse": regression(Regression(worse_by="1.5%", baseline="b"), TEN, TEN, True, 0.05),
        "answer": measured(
            MeasuredThreshold(measure="answer", quantile="99.9%", at_most="1.5 s"), TEN, 0.05
        ),
        "refused": measured(MeasuredThreshold(measure="refused", at_most="2%"), TEN, 0.05),
        "longer": measured_regression(MeasuredRegression(baseline="b"), TEN, TEN, 0.05, 1),
    }
    return {key: line.plain() for key, line in found.items()}


@pytest.mark.parametrize(
    ("which", "indonesian", "english"),
    [
        ("mean", "gagal paling banyak 12,5%, rata-rata", "failed at most 12.5%, mean"),
        (
            "nights", "tiba hingga 2020-12-09 20.00 WIB paling sedikit 99%, di 95% malam",
            "arrived by 2020-12-09 20:00 WIB at least 99%, in 95% of nights",
        ),
        (
            "least", "tiba di kecamatan terendah paling sedikit 9%, di 95% malam",
            "arrived in the least kecamatan at least 9%, in 95% of nights",
        ),
        (
            "worse", "gagal kurang dari 1,5 poin lebih buruk dari acuan",
            "failed less than 1.5 points worse than the baseline",
        ),
        ("answer", "jawaban p99,9 paling banyak 1,5 detik", "answer p99.9 at most 1.5 s"),
        ("refused", "ditolak paling banyak 2%", "refused at most 2%"),
        (
            "longer", "jawaban p95 kurang dari 25% lebih lama dari acuan",
            "answer p95 less than 25% longer than the baseline's",
        ),
    ],
)  # fmt: skip
def test_a_threshold_is_called_what_its_file_says(
    which: str, indonesian: str, english: str
) -> None:
    line = lines()[which]
    assert (name(line, ID), name(line, EN)) == (indonesian, english)


def test_nothing_is_shown_as_nothing_and_never_as_less() -> None:
    assert shown(-1e-12, "share", EN) == "0.0%"
    assert shown(None, "share", EN) == "unbounded"
    assert shown(0.1234, "share", ID) == "12,3%"
    assert shown(0.00712, "s", EN) == "0.00712 s"


def test_what_to_do_depends_on_what_is_missing() -> None:
    few = lines()["nights"] | {"verdict": "undecided", "needed": 1340}
    assert "kira-kira 1.340 akan cukup; naikkan nights.most" in reason(few, 0.05, ID)
    assert "about 1,340 would do; raise nights.most" in reason(few, 0.05, EN)
    assert "too near to its limit" in reason(few | {"needed": None}, 0.05, EN)
    requests = few | {"kind": "measured"}
    assert "about 1,340 would do; replay more" in reason(requests, 0.05, EN)
    assert "change the threshold and say why" in reason(few | {"verdict": "fail"}, 0.05, EN)
    same = lines()["worse"] | {"samples": 0, "verdict": "pass"}
    assert "not simulated" in reason(same, 0.05, EN)


@pytest.mark.parametrize(
    ("which", "by", "unit", "said"),
    [
        ("mean", 0.0534, "share", "every night worse by 5.3 points"),
        ("mean", 0.0, "share", "nothing, because it lies beyond the limit already"),
        ("answer", 2.493, "s", "every answer later by 2.49 s"),
        ("longer", 1.5, "factor", "every answer 1.50 times as long"),
        ("longer", 1.0, "factor", "nothing, because it lies beyond the limit already"),
        ("refused", 19.0, "count", "19 more requests refused"),
    ],
)
def test_a_self_test_says_what_it_planted(which: str, by: float, unit: str, said: str) -> None:
    line = lines()[which] | {"planted": {"by": by, "unit": unit}, "verdict": "fail"}
    assert planted(line, EN) == said
    caught = gate_words.tested(line, 0.05, EN)
    assert caught.startswith(f"caught: {name(line, EN)}: ")
    assert caught.endswith(f"planted: {said}")
    blind = gate_words.tested(line | {"verdict": "pass"}, 0.05, ID)
    assert blind.startswith("TIDAK TERTANGKAP: ")
    assert "pilih batas yang lebih dekat" in blind
