"""Files that never end, or are none: one line and exit code 2, at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tangguh.cli import main


@pytest.mark.parametrize("kind", ["fifo", "folder", "endless", "nul", "latin-1", "empty"])
@pytest.mark.parametrize("command", ["validate", "run", "compare", "plan", "gate", "calibrate"])
def test_a_strange_file_is_one_line_and_exit_2(
    kind: str,
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "given.yaml"
    match kind:
        case "fifo":
            os.mkfifo(file)
        case "folder":
            file.mkdir()
        case "endless":
            file = Path("/dev/zero")
        case "nul":
            file.write_bytes(b"name: a\0b\n")
        case "latin-1":
            file.write_bytes("name: gagal é\n".encode("latin-1"))
        case _:
            file.write_text("")
    monkeypatch.setattr("sys.argv", ["tangguh", command, str(file)])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 2, said
    assert str(file) in said
    assert "Traceback" not in said
