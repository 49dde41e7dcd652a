"""How a file of a user can be wrong: every way is a function of its bytes and a seeded chance.

A mutation that makes nonsense out of a number that is used (``NaN`` for a length, say) is named in
:data:`NONSENSE`; whoever accepts such a file has not looked. Everything else may be accepted, as
long as nothing breaks.

Rule of this file: bytes to bytes; it knows kinds of files and nothing of what they say.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from random import Random
from typing import Final

from tests.robustness.mutations_json import (
    json_gone,
    json_more,
    json_nan,
    json_nested,
    json_other,
)

Mutation = Callable[[bytes, Random], bytes]

NUMBERS: Final = (
    "nan", ".nan", "NaN", "inf", "-.inf", "1e400", "-1", "-0", "0", "1e308", "1e-320", "1_000",
    "99999999999999999999999", "0x10", "010", "١٢", "1,5", "1e5", "''", "null", "true", "[]", "{}",
    "5 MB", "-5 s", "1e300 s", "nan s", "120%", "-3%", "1/0 per s", "10 Mbit/s", "1 fortnight",
)  # fmt: skip
DATES: Final = (
    "2020-02-30 10:00 WIB", "2020-12-09 25:00 WIB", "0000-00-00", "10000-01-01 00:00 WIB",
    "2020-12-09 16:00", "2020-12-09 16:00 XYZ", "1970-01-01 00:00 WIB", "9999-12-31 23:59 WIT",
    "2020-12-09T16:00:60+07:00", "yesterday",
)  # fmt: skip
NESTED: Final = 3000
"""Levels; more than any parser of ours goes down (Python's own bound is a thousand)."""
_NUMBER: Final = re.compile(rb"(?<=[ \[:,])-?\d[\d.]*(?=[ \],}%\n])")
_DATE: Final = re.compile(rb"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?: WI[BT]A?)?")
_UNIT: Final = re.compile(rb"(?<=\d )(?:[kMG]i?B|s|min|h|ms|[kM]bit/s)\b")
_WORDS: Final = frozenset({b"source", b"id", b"en", b"note", b"name"})
"""Keys of what people read; there a number is a word."""
_KEY: Final = re.compile(rb"^( *)([a-z_]+):", re.MULTILINE)


def _lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True) or [b""]


def _replace(data: bytes, pattern: re.Pattern[bytes], chance: Random, by: bytes) -> bytes:
    """One of the places that match, replaced."""
    found = list(pattern.finditer(data))
    if not found:
        return data
    place = chance.choice(found)
    return data[: place.start()] + by + data[place.end() :]


# Any file


def truncated(data: bytes, chance: Random) -> bytes:
    """Cut off somewhere."""
    return data[: chance.randrange(len(data) + 1)]


def emptied(data: bytes, chance: Random) -> bytes:
    """Nothing, or next to nothing: a line, a byte order mark, a comment, `null`."""
    return chance.choice([b"", b"\n", b"   \n\n", b"\xef\xbb\xbf", b"#\n", b"---\n", b"null", b"0"])


def flipped(data: bytes, chance: Random) -> bytes:
    """1, 8 or 64 bits turned over."""
    changed = bytearray(data or b"\0")
    for _ in range(chance.choice([1, 1, 1, 8, 64])):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def overwritten(data: bytes, chance: Random) -> bytes:
    """A range of bytes replaced by noise."""
    at = chance.randrange(len(data) + 1)
    size = chance.choice([1, 4, 16, 256])
    return data[:at] + chance.randbytes(size) + data[at + size :]


def inserted(data: bytes, chance: Random) -> bytes:
    """A character that means something or nothing, anywhere: NUL, tab, an escape, a bracket, an
    alias."""
    at = chance.randrange(len(data) + 1)
    piece = chance.choice(
        [b"\0", b"\xe9", b"\xff\xfe", b"\t", b"\r", b"\x1b[31m", b"\xe2\x80\xae", b"{", b"}", b"[",
         b"]", b":", b": ", b"'", b'"', b"&a ", b"*a ", b"!!python/object:os.system ", b"%", b"|",
         b"- ", b"<<: ", b"\n", b"\xc2\x85", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\x0c"]
    )  # fmt: skip
    return data[:at] + piece + data[at:]


def windows(data: bytes, chance: Random) -> bytes:
    """As other systems and editors write it (byte order mark, CRLF, UTF-16, Latin-1)."""
    form = chance.randrange(5)
    if form == 0:
        return b"\xef\xbb\xbf" + data
    if form == 1:
        return data.replace(b"\n", b"\r\n")
    if form == 2:
        return data.replace(b"\n", b"\r")
    text = data.decode("utf-8", "replace")
    return text.encode("utf-16" if form == 3 else "latin-1", "replace")


def line_gone(data: bytes, chance: Random) -> bytes:
    """A line less."""
    lines = _lines(data)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def line_twice(data: bytes, chance: Random) -> bytes:
    """A line twice, there or elsewhere."""
    lines = _lines(data)
    at = chance.randrange(len(lines))
    lines.insert(chance.randrange(len(lines) + 1) if chance.random() < 0.5 else at, lines[at])
    return b"".join(lines)


def long_line(data: bytes, chance: Random) -> bytes:
    """A line that is 200,000 characters longer."""
    lines = _lines(data)
    at = chance.randrange(len(lines))
    lines[at] = lines[at].rstrip(b"\n") + chance.choice([b"x", b"9", b"[", b", 1", b" "]) * 200_000
    return b"".join(lines)


# YAML


def number_other(data: bytes, chance: Random) -> bytes:
    """A number that is none, endless, has another sign or unit, or is in other digits."""
    return _replace(data, _NUMBER, chance, chance.choice(NUMBERS).encode())


def number_nan(data: bytes, chance: Random) -> bytes:
    """A number that is none, or infinite; where the number is used, the file must be refused."""
    found = list(_NUMBER.finditer(data))
    tried = chance.sample(found, min(len(found), 50))  # a line may hold a hundred thousand
    place = next((p for p in tried if not _in_words(data, p.start())), None)
    if place is None:
        return data
    by = chance.choice([b"nan", b".nan", b"NaN", b".inf"])
    return data[: place.start()] + by + data[place.end() :]


def _in_words(data: bytes, at: int) -> bool:
    """Does a place lie in a comment, in quotes, or behind a key whose value is read by people?"""
    before = data[data.rfind(b"\n", 0, at) + 1 : at]
    if b"#" in before or before.count(b'"') % 2:
        return True
    keys = re.findall(rb"([a-z_]+):", before)
    return not keys or keys[-1] in _WORDS


def date_other(data: bytes, chance: Random) -> bytes:
    """A date that there is not, has no zone, or lies in another millennium."""
    return _replace(data, _DATE, chance, chance.choice(DATES).encode())


def unit_other(data: bytes, chance: Random) -> bytes:
    """Another unit, or none."""
    units = [b"MB", b"s", b"Mbit/s", b"h", b"GB", b"parsec", b"%", b"per s", b""]
    return _replace(data, _UNIT, chance, chance.choice(units))


def key_other(data: bytes, chance: Random) -> bytes:
    """A key that there is not: a letter more."""
    found = list(_KEY.finditer(data))
    if not found:
        return data
    place = chance.choice(found)
    return data[: place.end() - 1] + b"x" + data[place.end() - 1 :]


def value_other(data: bytes, chance: Random) -> bytes:
    """What stands behind a key, replaced by a value of another type."""
    found = list(re.finditer(rb"^( *[\w-]+): ?(.*)$", data, re.MULTILINE))
    if not found:
        return data
    place = chance.choice(found)
    values = [*NUMBERS, "[1, 2]", "{a: 1}", "'text'", "!!binary aGk=", "*nobody", "&a [*a]", "..",
              "/dev/null", "a" * 300, "[[[[]]]]", "{value: nan}", "{uniform: [2, 1]}"]  # fmt: skip
    return data[: place.start(2)] + chance.choice(values).encode() + data[place.end(2) :]


def nested(data: bytes, chance: Random) -> bytes:
    """3,000 levels of brackets."""
    deep = chance.choice([b"[" * NESTED, b"{a: " * NESTED, b"- " * NESTED])
    found = list(re.finditer(rb"(?<=: ).+$", data, re.MULTILINE))
    if not found:
        return data + deep
    place = chance.choice(found)
    return data[: place.start()] + deep + data[place.end() :]


def laughs(data: bytes, chance: Random) -> bytes:
    """A billion values by aliases of aliases; and a mapping that holds itself."""
    rows = [b"x0: &x0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    rows += [b"x%d: &x%d [%s]" % (n, n, b", ".join([b"*x%d" % (n - 1)] * 9)) for n in range(1, 11)]
    bomb = b"\n".join(rows) if chance.random() < 0.7 else b"x: &x {x: *x}"
    return data + b"\n" + bomb + b"\n"


# CSV


def _table(data: bytes, chance: Random, edit: Callable[[list[list[str]], Random], None]) -> bytes:
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8", "replace"))))
    except csv.Error:  # an earlier mutation has left no table
        return data
    if not rows or not rows[0]:
        return data
    edit(rows, chance)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def cell_other(data: bytes, chance: Random) -> bytes:
    """A cell that is no number, no date, a formula, a quote, NUL, or 140,000 characters long."""

    cells = [*NUMBERS, *DATES, "", " ", "=1+1", '"', "a\nb", "../x", "\0", "x" * 140_000, "95.5",
             "-95", "181", "2020-12-09T18:00:00+07:00", "٣", "²", "1e12", "1000000000"]  # fmt: skip

    def edit(rows: list[list[str]], chance: Random) -> None:
        row = chance.choice(rows[1:] or rows)
        if row:
            row[chance.randrange(len(row))] = chance.choice(cells)

    return _table(data, chance, edit)


def column_changed(data: bytes, chance: Random) -> bytes:
    """A column renamed, lost, twice, or under a name that there is already."""

    def edit(rows: list[list[str]], chance: Random) -> None:
        at, how = chance.randrange(len(rows[0])), chance.randrange(4)
        if how == 0:
            rows[0][at] += "x"
        elif how == 1:
            rows[0][at] = chance.choice(rows[0])
        for row in rows:
            if how == 2 and len(row) > at:
                del row[at]
            elif how == 3 and len(row) > at:
                row.append(row[at])

    return _table(data, chance, edit)


def header_only(data: bytes, chance: Random) -> bytes:
    """No row below the header."""
    return _lines(data)[0]


ANY: Final = (
    truncated, emptied, flipped, overwritten, inserted, windows, line_gone, line_twice, long_line,
)  # fmt: skip
BINARY: Final = (truncated, emptied, flipped, overwritten, inserted)
KINDS: Final[dict[str, tuple[Mutation, ...]]] = {
    "yaml": (*ANY, number_other, number_other, number_nan, date_other, unit_other, key_other,
             value_other, value_other, nested, laughs),
    "json": (*ANY, json_gone, json_gone, json_other, json_other, json_nan, json_more, json_nested),
    "csv": (*ANY, cell_other, cell_other, cell_other, column_changed, header_only),
    "text": ANY,
    "binary": BINARY,
}  # fmt: skip
NONSENSE: Final = (number_nan,)
