"""One request an object: the object as it is, or as a file in a multipart form.

Rule of this file: it remembers nothing between requests. Source: RFC 7578 (multipart/form-data),
with names escaped as the WHATWG's HTML standard says.
"""

from __future__ import annotations

import json
from typing import Final

from locustfiles.targets.answers import Answer, meant, retry_after
from locustfiles.targets.messages import HttpRequest, Reading
from locustfiles.targets.schema import Multipart, TargetSpec
from locustfiles.targets.words import Words
from sim.client.actions import Send

_END: Final = "\r\n"
_ESCAPES: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def plain_request(spec: TargetSpec, action: Send, words: Words) -> HttpRequest:
    """The request of one attempt."""
    plain = spec.plain
    assert plain is not None
    before = after = b""
    kind = words.text(plain.content_type)
    if plain.multipart is not None:
        before, after, kind = _form(plain.multipart, kind, words)
    length = len(before) + action.length + len(after)
    fixed = (("Content-Type", kind), ("Content-Length", str(length)))
    return HttpRequest(
        plain.method,
        words.path(plain.path),
        words.headers(plain.headers, *fixed),
        before,
        after,
        ", ".join(map(str, plain.success)),
    )


def read_plain(spec: TargetSpec, action: Send, answer: Answer) -> Reading:
    """A success means that the whole object is kept."""
    assert spec.plain is not None
    status = meant(answer, spec, spec.plain.success)
    acked = action.total if status < 300 else 0
    return Reading(status, acked, retry_after(answer, spec.retry_after))


def _form(form: Multipart, kind: str, words: Words) -> tuple[bytes, bytes, str]:
    """What stands before and after the file, and the type of the whole.

    The boundary comes from the object's digest, so the object cannot hold it but by an accident of
    one in 2**96.
    """
    boundary = f"tangguh-{words.digest().hex()[:24]}"
    lines: list[str] = []
    for name, value in form.fields.items():
        lines += [f"--{boundary}", _disposition(name)]
        if isinstance(value, str):
            lines += ["", words.text(value)]
        else:
            text = json.dumps(words.json(value), ensure_ascii=False)
            lines += ["Content-Type: application/json", "", text]
    file_name = words.text(form.file_name).translate(_ESCAPES)
    lines += [
        f"--{boundary}",
        f'{_disposition(words.text(form.field))}; filename="{file_name}"',
        f"Content-Type: {kind}",
        "",
        "",
    ]
    after = f"{_END}--{boundary}--{_END}"
    return _END.join(lines).encode(), after.encode(), f"multipart/form-data; boundary={boundary}"


def _disposition(name: str) -> str:
    return f'Content-Disposition: form-data; name="{name.translate(_ESCAPES)}"'
