# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite inspect`` as a person uses it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from terracite.cli import main

from .conftest import WriteImage


def test_a_person_reads_where_when_what(
    write_image: WriteImage, ramp: NDArray[np.int16], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["inspect", str(write_image("ndvi.tif", ramp))])
    shown = {line.split()[0]: line.split(maxsplit=1)[1] for line in capsys.readouterr().out.splitlines()[1:]}
    assert shown["format"] == "GeoTIFF (image/tiff; application=geotiff)"
    assert shown["system"] == "EPSG:32740"
    assert shown["size"] == "60 rows x 80 columns x 1 bands"


def test_a_machine_reads_every_file_and_the_exit_code_tells(
    write_image: WriteImage, ramp: NDArray[np.int16], capsys: pytest.CaptureFixture[str]
) -> None:
    good = write_image("ndvi.tif", ramp)
    bad = good.with_name("broken.tif")
    bad.write_bytes(b"II*\0")
    with pytest.raises(SystemExit) as stopped:
        main(["inspect", str(bad), str(good), "--json"])
    output = capsys.readouterr()
    answers = json.loads(output.out)
    assert stopped.value.code == 1
    assert [sorted(answer) for answer in answers] == [["error", "hint", "path"], ["facts", "path"]]
    assert answers[1]["facts"]["crs"] == "EPSG:32740"
    assert output.err == "Error: 1 of 2 files could not be read.\n"
