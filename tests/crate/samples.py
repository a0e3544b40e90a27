# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small crates for tests; the people in them are invented."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from terracite.crate import stable_uuid
from terracite.crate.provenance import Input, Provenance
from terracite.crate.read import Crate
from terracite.crate.write import CrateBuilder
from terracite.record.model import (
    OPEN_ACCESS,
    Agent,
    Box,
    Extent,
    FileRole,
    Keyword,
    Lineage,
    Organisation,
    Period,
    Record,
    Step,
    Text,
)

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
FILES = {
    "ndvi.nc": b"\x89HDF time series",
    "docs/read me é.txt": b"R\xc3\xa9union",
    "recipe.toml": b"seed = 1\n",
}

RECORD = Record(
    uuid=stable_uuid("40KCB", "NDVI", 2023),
    title=Text(fr="NDVI de la tuile 40KCB en 2023", en="NDVI of tile 40KCB in 2023"),
    abstract=Text(fr="Série d'images.", en="A series of images."),
    creators=(
        Agent(
            family_name="Rakoto",
            given_name="Alice",
            orcid="0000-0002-1825-0097",
            affiliations=(Organisation(name="Institut de Démonstration"),),
        ),
        Agent(organisation="Station de réception de démonstration"),
    ),
    keywords=(Keyword(label=Text(fr="végétation", en="vegetation")),),
    extents=(Extent(box=Box(west=55.2, south=-21.4, east=55.9, north=-20.8), place=Text(en="Reunion")),),
    periods=(Period(start=dt.date(2023, 1, 1), end=dt.date(2023, 12, 31)),),
    licence="CC-BY-4.0",
    access=OPEN_ACCESS,
    lineage=Lineage(steps=(Step(description=Text(en="Stacked"), on=NOON),)),
)

PROVENANCE = Provenance(
    command=("terracite", "timeseries", "run", "my archive"),
    software=(("terracite", "0.1.0"), ("GDAL", "3.9.2")),
    started=NOON,
    ended=NOON + dt.timedelta(minutes=4),
    inputs=(
        Input("S2A_MSIL2A_20230104", "40KCB/S2A_MSIL2A_20230104_NDVI.jp2", "a" * 64, 1234),
        Input("https://doi.org/10.5072/abc", "clouds", "", 0),
    ),
    parameters={
        "index": "NDVI",
        "year": 2023,
        "ratio": 0.5,
        "masks": True,
        "bands": ["B4", "B8"],
        "sample": None,
    },
    recipe="recipe.toml",
)


def make_crate(
    folder: Path,
    record: Record = RECORD,
    provenance: Provenance = PROVENANCE,
    files: dict[str, bytes] | None = None,
) -> Crate:
    """A crate with ``files``, written the usual way."""
    with CrateBuilder(folder) as builder:
        for path, content in (files or FILES).items():
            target = builder.staging / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            role = FileRole.DOCUMENTATION if path.endswith(".txt") else FileRole.DATA
            builder.add(path, role, "application/octet-stream", "bytes", Text(en=f"The file {path}"))
        return builder.finish(record, provenance)


def listing(folder: Path) -> dict[str, bytes]:
    """{relative path: content} of every file below ``folder``."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
