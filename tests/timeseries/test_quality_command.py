# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import json
from pathlib import Path

import pytest

from terracite.cli import main
from terracite.timeseries.run import RunResult

Crates = tuple[Path, RunResult]


def test_the_checks_are_told_on_the_terminal(crates: Crates, capsys: pytest.CaptureFixture[str]) -> None:
    main(["timeseries", "quality", str(crates[0] / "40KCB-NDVI-2022"), "--language", "fr"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Certificat de qualité : NDVI, tuile 40KCB, 2022"
    assert len(lines) == 11
    assert lines[2].startswith("bon       Absence de donnée :")


def test_the_pages_are_written(crates: Crates, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    series = crates[0] / "40KCB-NDVI-2022" / "NDVI_40KCB_2022.nc"
    main(["timeseries", "quality", str(series), "--output", str(tmp_path / "c"), "--json"])
    names = {"quality.en.html", "quality.en.pdf", "quality.fr.html", "quality.fr.pdf", "quality.json"}
    assert {path.name for path in (tmp_path / "c").iterdir()} == names
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((tmp_path / "c" / "quality.json").read_text(encoding="utf-8"))


def test_what_cannot_be_examined_is_said(crates: Crates, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.nc").write_bytes(b"no series")
    for given, message in (
        ([tmp_path / "empty"], "no series file"),
        ([tmp_path / "broken.nc"], "cannot be opened as NetCDF"),
        ([crates[0] / "40KCB-NDVI-2022", crates[0] / "40KCB-NDWIGAO-2022"], "one index"),
    ):
        with pytest.raises(SystemExit) as stopped:
            main(["timeseries", "quality", *map(str, given)])
        assert stopped.value.code == 1
        assert message in capsys.readouterr().err
