from __future__ import annotations

from pathlib import Path

import pytest

from study.oracles import JUnitError, read_junit

JUNIT = """<?xml version="1.0"?><testsuites><testsuite timestamp="2026-01-02T03:04:05">
<testcase classname="tests.oracles.test_ps3" name="test_all_end_together[85]" time="0.5"/>
<testcase classname="tests.oracles.test_ps3" name="test_all_end_together[20]" time="0.25">
<failure message="no"/></testcase>
<testcase classname="tests.oracles.test_overload" name="test_m1_m2_backoff_rescues[x]" time="1"/>
<testcase classname="tests.oracles.test_queues" name="test_q1_erlang_b" time="0">
<skipped/></testcase>
<testcase classname="tests.oracles.test_tools" name="test_batches_are_counted" time="0"/>
</testsuite></testsuites>"""


def test_cases_are_counted_by_test_and_oracle(tmp_path: Path) -> None:
    file = tmp_path / "oracles.xml"
    file.write_text(JUNIT)
    found = read_junit(file)
    by_ids = {o.ids: o for o in found.oracles}
    assert list(by_ids) == [("M1", "M2"), ("PS3",), ("Q1",), ()]
    ps3 = by_ids["PS3",]
    assert (ps3.passed, ps3.failed, ps3.seconds, ps3.says) == (1, 1, 0.75, "all end together")
    assert by_ids["M1", "M2"].says == "backoff rescues"
    assert by_ids["Q1",].skipped == 1
    assert (found.passed, found.failed) == (3, 1)
    assert found.when == "2026-01-02T03:04:05"


@pytest.mark.parametrize(
    ("text", "said"), [("{}", "is not JUnit XML"), ("<testsuites/>", "has no test")]
)
def test_other_files_are_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "oracles.xml"
    file.write_text(text)
    with pytest.raises(JUnitError, match=said):
        read_junit(file)
    with pytest.raises(JUnitError, match="cannot be read"):
        read_junit(tmp_path / "gone.xml")
