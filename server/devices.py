"""The registry of devices: which token belongs to which polling station.

Tokens are random (``tangguh devices`` draws 256 bits each), so a plain SHA-256 of them is kept; the
comparison of digests takes the same time whatever they hold.

Rule of this file: the registry; nothing is written here, and no token leaves it.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
from collections import Counter
from pathlib import Path
from typing import Final

from server.fields import STATION

COLUMNS: Final = ("tps", "kecamatan", "token")
_SHORTEST: Final = 16  # characters of a token; 96 bits in base64


class RegistryError(Exception):
    """The file of devices cannot be used; the message says where and why."""


class Devices:
    """Digests of tokens by station.

    Parameters
    ----------
    rows : (station, kecamatan, token).
    """

    def __init__(self, rows: list[tuple[str, str, str]]) -> None:
        self._digests = {tps: _digest(token.encode()) for tps, _, token in rows}
        self._stations = {digest: tps for tps, digest in self._digests.items()}
        self._kecamatan = {tps: kecamatan for tps, kecamatan, _ in rows}

    def who(self, token: bytes) -> str | None:
        """The station of a token; ``None`` if it is nobody's."""
        digest = _digest(token)
        tps = self._stations.get(digest)
        if tps is None or not hmac.compare_digest(self._digests[tps], digest):
            return None
        return tps

    def accepts(self, tps: str, token: bytes) -> bool:
        """Is it the token of this station? Takes as long for a station that does not exist."""
        return hmac.compare_digest(self._digests.get(tps, b"\0" * 32), _digest(token))

    def kecamatan(self, tps: str) -> str:
        """The kecamatan of a station; empty if it is not in the registry."""
        return self._kecamatan.get(tps, "")

    def totals(self) -> dict[str, int]:
        """Stations of each kecamatan."""
        return dict(Counter(self._kecamatan.values()))


def read_devices(path: Path) -> Devices:
    """Read a CSV with the columns ``tps,kecamatan,token``; further columns are left alone.

    Raises
    ------
    RegistryError : with file and line, and what is wrong.
    """
    rows: list[tuple[str, str, str]] = []
    seen: dict[str, int] = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = [c for c in COLUMNS if c not in (reader.fieldnames or [])]
            if missing:
                raise RegistryError(
                    f"{path}:1: no column {', '.join(missing)}; expected {','.join(COLUMNS)}"
                )
            for row in reader:
                tps, kecamatan, token = ((row[c] or "").strip() for c in COLUMNS)
                where = f"{path}:{reader.line_num}"
                if not STATION.fullmatch(tps):
                    raise RegistryError(f"{where}: tps {tps!r} must match {STATION.pattern}")
                if len(token) < _SHORTEST:
                    raise RegistryError(f"{where}: token of fewer than {_SHORTEST} characters")
                for name in (f"tps {tps}", f"the token of tps {tps}"):
                    value = tps if name.startswith("tps") else token
                    if value in seen:
                        raise RegistryError(f"{where}: {name} stands in line {seen[value]} already")
                    seen[value] = reader.line_num
                rows.append((tps, kecamatan, token))
    except UnicodeDecodeError:
        raise RegistryError(f"{path}: is not UTF-8") from None
    except OSError as error:
        raise RegistryError(f"{path}: {error.strerror}") from None
    if not rows:
        raise RegistryError(f"{path}: holds no device; `tangguh devices SCENARIO` makes a registry")
    return Devices(rows)


def _digest(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()
