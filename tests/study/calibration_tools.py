"""A region of six small kecamatan with counts, and calibrations of it that take seconds."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import ROOT

KECAMATAN = """code,name,tps,failed,blank_spots
01,Hulu,10,3,1
02,Hilir,8,1,0
03,Tengah,12,5,0
04,Timur,9,2,0
05,Barat,11,6,0
06,Utara,10,2,1
"""
WORLDS = ROOT / "scenarios" / "worlds"


def write_calibration(folder: Path, more: str = "", worlds: tuple[str, ...] = ("people",)) -> Path:
    """A calibration file of some of the shipped worlds in the small region."""
    (folder / "kecamatan.csv").write_text(KECAMATAN)
    named = []
    for world in worlds:
        (folder / f"{world}.yaml").write_text(
            f"extends: {WORLDS / world}.yaml\nname: small-{world}\n"
            "region: {kecamatan: kecamatan.csv, kelurahan: null}\n"
        )
        named.append(f"  {world}: {{scenario: {world}.yaml}}")
    file = folder / "calibration.yaml"
    effort = (
        ""
        if "effort" in more
        else ("effort: {nights: 30, thetas: 200, locals: 60, members: 4, candidates: 2, runs: 2}\n")
    )
    file.write_text(
        "calibration: small\ntitle: {id: Kecil, en: Small}\nworlds:\n"
        + "\n".join(named)
        + f"\nhold_out: {{folds: 3}}\n{effort}{more}"
    )
    return file
