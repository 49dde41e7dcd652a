"""Header fields as values: digests, structured fields, the metadata of tus.

Sources: RFC 9530 (Content-Digest, Repr-Digest), RFC 9651 (structured fields), tus 1.0.0. A field
that cannot be read is a fault of the sender (400), except where the source says to ignore it.

Rule of this file: pure functions.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from server.answers import RefusedError

_DIGEST: Final = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]*):", re.IGNORECASE)
_DIGITS: Final = re.compile(rb"[0-9]{1,15}")  # RFC 9651, 3.3.1: at most 15 digits
STATION: Final = re.compile(r"(?!\.)[A-Za-z0-9._-]{1,64}")
KEY: Final = re.compile(r"[a-z0-9-]{1,64}")


def decode(text: str, what: str) -> bytes:
    """Base64 as bytes.

    Raises
    ------
    RefusedError : 400, if it is none.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError(400, f"{what} is not base64") from None


def digest(fields: Mapping[bytes, bytes], name: bytes) -> bytes | None:
    """The SHA-256 of Content-Digest or Repr-Digest; other algorithms are ignored (RFC 9530, 2)."""
    value = fields.get(name)
    if value is None:
        return None
    found = _DIGEST.search(value.decode("latin-1"))
    if found is None:
        return None
    octets = decode(found[1], name.decode())
    if len(octets) != 32:
        raise RefusedError(400, f"{name.decode()} holds {len(octets)} bytes; SHA-256 has 32")
    return octets


def integer(fields: Mapping[bytes, bytes], name: bytes) -> int | None:
    """A non-negative integer, or ``None`` where the field is missing.

    Raises
    ------
    RefusedError : 400, if it is no such number.
    """
    value = fields.get(name)
    if value is None:
        return None
    if not _DIGITS.fullmatch(value):
        raise RefusedError(400, f"{name.decode()} is not a number of bytes")
    return int(value)


def boolean(fields: Mapping[bytes, bytes], name: bytes) -> bool | None:
    """``?1`` or ``?0``; ``None`` where it is missing or anything else (the draft: ignore it)."""
    return {b"?1": True, b"?0": False}.get(fields.get(name, b"").strip())


def metadata(fields: Mapping[bytes, bytes]) -> dict[str, str]:
    """Upload-Metadata of tus: pairs of a key and base64, separated by commas."""
    found: dict[str, str] = {}
    for pair in fields.get(b"upload-metadata", b"").decode("latin-1").split(","):
        name, _, value = pair.strip().partition(" ")
        if name:
            try:
                found[name] = decode(value.strip(), f"upload-metadata {name}").decode()
            except UnicodeDecodeError:
                raise RefusedError(400, f"upload-metadata {name} is not UTF-8") from None
    return found


def checksum(fields: Mapping[bytes, bytes]) -> tuple[Any, bytes] | None:
    """Upload-Checksum of tus: a fresh hash object and the digest that it must come to."""
    value = fields.get(b"upload-checksum")
    if value is None:
        return None
    name, _, text = value.decode("latin-1").partition(" ")
    if name not in ("sha256", "sha1"):
        raise RefusedError(400, f"upload-checksum {name} is not known; sha256 and sha1 are")
    return hashlib.new(name), decode(text.strip(), "upload-checksum")


def encoded(sha256: bytes) -> str:
    """A digest as RFC 9530 writes it."""
    return f"sha-256=:{base64.b64encode(sha256).decode()}:"


def name(text: str, pattern: re.Pattern[str], what: str) -> str:
    """A name that may become part of a path on the disk.

    Raises
    ------
    RefusedError : 400, if it may not.
    """
    if not pattern.fullmatch(text):
        raise RefusedError(400, f"{what} must match {pattern.pattern}")
    return text
