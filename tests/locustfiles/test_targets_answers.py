from __future__ import annotations

import pytest

from locustfiles.targets.answers import Answer, meant, resolve, retry_after
from locustfiles.targets.locations import path_of
from locustfiles.targets.schema import RetryAfter, TargetSpec

DATE = ("Date", "Wed, 09 Dec 2020 12:00:00 GMT")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([("Retry-After", "120")], 120.0),
        ([("retry-after", " 1.5 ")], 1.5),
        ([("Retry-After", "0")], 0.0),
        ([("Retry-After", "Wed, 09 Dec 2020 12:01:30 GMT"), DATE], 90.0),
        ([("Retry-After", "Wednesday, 09-Dec-20 12:01:30 GMT"), DATE], 90.0),
        ([("Retry-After", "Wed, 09 Dec 2020 11:00:00 GMT"), DATE], 0.0),
        ([("Retry-After", "Wed, 09 Dec 2020 12:01:30 GMT")], None),  # nothing to compare it with
        ([("Retry-After", "soon")], None),
        ([("Retry-After", "-5")], None),
        ([("Retry-After", "1e9")], None),
        ([("Retry-After", "99999999999")], None),
        ([], None),
    ],
)
def test_retry_after_is_seconds_or_a_date(
    headers: list[tuple[str, str]], seconds: float | None
) -> None:
    assert retry_after(Answer(503, headers), RetryAfter()) == seconds


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b'{"wait": 1500}', 1.5),
        (b'{"wait": "1500"}', 1.5),
        (b'{"wait": null}', 7.0),  # the header, then
        (b'{"wait": true}', 7.0),
        (b'{"wait": -1}', 7.0),
        (b'{"wait": 1' + b"0" * 400 + b"}", 7.0),
        (b'{"wait": 1' + b"0" * 5000 + b"}", 7.0),
        (b'{"wait": Infinity}', 7.0),
        (b"[" * 100_000, 7.0),
        (b"<html>", 7.0),
    ],
)
def test_a_json_field_comes_before_the_header(body: bytes, seconds: float) -> None:
    spec = RetryAfter.model_validate({"json": "/wait", "unit": "ms"})
    assert retry_after(Answer(429, [("Retry-After", "7")], body), spec) == seconds


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", {"a/b": [1, {"~": 2}]}),
        ("/a~1b/0", 1),
        ("/a~1b/1/~0", 2),
        ("/a~1b/2", None),
        ("/x/y", None),
    ],
)
def test_a_json_pointer_is_that_of_rfc_6901(pointer: str, value: object) -> None:
    assert Answer(200, [], b'{"a/b": [1, {"~": 2}]}').at(pointer) == value
    assert resolve({"a": {"0": "zero"}}, "/a/0") == "zero"


def spec(**changes: object) -> TargetSpec:
    return TargetSpec.model_validate({"target": "a", "plain": {"path": "/u"}} | changes)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Answer(200, [], b'{"ok": false}'), 503),
        (Answer(200, [], b'{"ok": 0}'), 200),  # 0 is not false
        (Answer(200, [], b'{"ok": true}'), 200),
        (Answer(200, [], b"maintenance tonight"), 503),
        (Answer(200, [("Content-Type", "text/HTML; charset=utf-8")], b"<html>"), 511),
        (Answer(500, [], b'{"ok": false}'), 500),
    ],
)
def test_an_error_rule_says_what_an_answer_means(answer: Answer, status: int) -> None:
    rules = [
        {"when": {"status": 200, "json": {"/ok": False}}, "then": 503},
        {"when": {"text": "maintenance"}, "then": 503},
        {"when": {"status": [200, 201], "headers": {"Content-Type": "text/html"}}, "then": 511},
    ]
    assert meant(answer, spec(errors=rules), [200]) == status


@pytest.mark.parametrize(
    ("status", "meaning"), [(201, 201), (409, 200), (202, 502), (302, 302), (404, 404)]
)
def test_only_the_statuses_that_are_expected_are_a_success(status: int, meaning: int) -> None:
    assert meant(Answer(status, []), spec(), [201, 409]) == meaning


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/tus/1", "/tus/1"),
        ("1?a=b", "/files/1?a=b"),
        ("http://inside:1080/files/1", "/files/1"),
        ("//elsewhere.example/files/1", "/files/1"),
        ("../x", "/x"),
        (None, None),
        ("", None),
        ("/tus/1\r\nX: y", None),
        ("/tus/é", None),
        ("http://[", None),
    ],
)
def test_of_a_location_only_path_and_query_are_taken(
    location: str | None, path: str | None
) -> None:
    assert path_of(location, "/files/") == path


@pytest.mark.parametrize("value", ["", "-1", "1.5", "9" * 19, "²"])
def test_an_offset_that_is_no_number_is_none(value: str) -> None:
    assert Answer(204, [("Upload-Offset", value)]).number("Upload-Offset") is None
