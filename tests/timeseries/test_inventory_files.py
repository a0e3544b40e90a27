# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from terracite.cli import main
from terracite.errors import ArchiveError
from terracite.timeseries.archive import Scan
from terracite.timeseries.inventory_files import FORMATS, write_inventory
from terracite.timeseries.simulate import SimulatedArchive


def _code(*arguments: str) -> int:
    try:
        main(list(arguments))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.mark.parametrize("name", FORMATS)
def test_each_form_is_written_again_to_the_same_bytes(name: str, found: Scan, tmp_path: Path) -> None:
    first, second = (write_inventory(found, tmp_path / folder, [name]) for folder in ("first", "second"))
    assert first
    everything = [path for path in (tmp_path / "first").rglob("*") if path.is_file()]
    assert set(first) <= set(everything)
    for path in everything:
        assert path.read_bytes() == (tmp_path / "second" / path.relative_to(tmp_path / "first")).read_bytes()
    assert len(first) == len(second)


def test_the_command_lists_what_it_wrote(
    simulated: SimulatedArchive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--format", "csv", "--format", "sen2val", "--catalogue-url", "https://example.org/records/")
    assert _code("timeseries", "catalogue", str(simulated.root), "--output", str(tmp_path), *asked) == 0
    out, err = capsys.readouterr()
    names = [Path(line).relative_to(tmp_path).as_posix() for line in out.splitlines()]
    assert names[:2] == ["inventory.csv", "sen2val/niv1_tuiles_total.shp"]
    assert all((tmp_path / name).is_file() for name in names)
    assert "2 series" in err
    assert b"https://example.org/records/S2_NDVI " in (tmp_path / "sen2val/niv1_tuiles_total.dbf").read_bytes()


def test_the_command_prints_json(
    simulated: SimulatedArchive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--format", "json", "--json")
    assert _code("timeseries", "catalogue", str(simulated.root), "--output", str(tmp_path), *asked) == 0
    assert json.loads(capsys.readouterr().out) == [str(tmp_path / "inventory.json")]


def test_an_unknown_form_is_refused_before_anything_is_written(found: Scan, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as caught:
        write_inventory(found, tmp_path / "out", ["csv", "geoparket"])
    assert caught.value.hint == "Did you mean 'geoparquet'?"
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_into_the_archive(simulated: SimulatedArchive, capsys: pytest.CaptureFixture[str]) -> None:
    inside = simulated.root / "inventory"
    assert _code("timeseries", "catalogue", str(simulated.root), "--output", str(inside)) != 0
    assert "lies inside the archive" in capsys.readouterr().err
    assert not inside.exists()


def test_an_archive_without_images_still_has_its_tables(found: Scan, tmp_path: Path) -> None:
    empty = replace(found, series=(), facts={})
    assert write_inventory(empty, tmp_path, ["json"])[0].read_text() == "[]\n"
    with pytest.raises(ArchiveError, match="no readable image"):
        write_inventory(empty, tmp_path, ["geoparquet"])
