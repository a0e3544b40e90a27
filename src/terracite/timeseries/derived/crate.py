# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole job: from series files to one crate with their derived products."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from terracite.crate.layout import RECORD
from terracite.crate.provenance import Input, Provenance, hash_file, software_versions
from terracite.crate.read import up_to_date
from terracite.crate.write import CrateBuilder
from terracite.errors import RasterError
from terracite.raster.netcdf import DateCount, open_series
from terracite.record.cf import acdd_attributes
from terracite.record.model import Agent, FileRole, Period, Record, Text
from terracite.timeseries.derived import wording
from terracite.timeseries.derived.choices import Choices
from terracite.timeseries.derived.describe import COMMAND, describe, record_of, series_title, with_quality
from terracite.timeseries.derived.making import Filled, Progress, make
from terracite.timeseries.derived.products import Product
from terracite.timeseries.derived.source import Source, open_source
from terracite.timeseries.picture import write_picture

README, PICTURE = "README.md", "thumbnail.png"
_LAYOUT = 1  #: raised when the contents of the files change, so that old crates are made again


def derive(
    paths: Sequence[Path],
    output: Path,
    choices: Choices,
    *,
    creators: Sequence[Agent] = (),
    progress: Progress | None = None,
) -> tuple[Path, bool]:
    """Make the crate of the products of ``choices`` in the folder ``output``; whether it was written.

    ``paths``: series files, or crates that hold one, of one tile and index: seasons that cross New Year need the
    years on both sides. ``creators``: those of the series when empty. Nothing is written when the crate is up to
    date; until it is whole, what stood there stays. Raises `RasterError` and `ConfigError`.
    """
    _check_apart(paths, output)
    source = open_source(paths)
    choices = choices.for_index(source.index)
    records = [record_of(path) for path in source.paths]
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    folder = output / "-".join((source.name, *choices.kinds))
    provenance = _provenance(source, choices, records, creators, now)
    if up_to_date(folder, provenance):
        return folder, False
    record = describe(source, choices, records, creators, now)
    with CrateBuilder(folder) as crate:
        made = make(source, choices, crate.staging, _attributes(record, series_title(source, records)), progress)
        record = with_quality(record, made)
        _add_files(crate, record, made)
        picture = PICTURE if (crate.staging / PICTURE).exists() else ""
        ended = dt.datetime.now(dt.UTC).replace(microsecond=0)
        crate.finish(record.model_copy(update={"thumbnail": picture}), replace(provenance, ended=ended))
    return folder, crate.changed


def _check_apart(paths: Sequence[Path], output: Path) -> None:
    """Raises `RasterError` when the output folder lies in a crate that is read."""
    for path in paths:
        crate = path if path.is_dir() else path.parent
        if (crate / RECORD).is_file() and output.resolve().is_relative_to(crate.resolve()):
            raise RasterError(
                f"The output folder '{output}' lies in the crate '{crate.name}', which would not be intact any more.",
                hint="Choose a folder elsewhere with --output.",
            )


def _provenance(
    source: Source, choices: Choices, records: Sequence[Record], creators: Sequence[Agent], now: dt.datetime
) -> Provenance:
    parameters = {
        "layout": _LAYOUT,
        "creators": [agent.model_dump(mode="json", exclude={"email"}) for agent in creators],
        **choices.parameters(),
    }
    return Provenance(
        command=tuple(COMMAND.split()),
        software=software_versions("netCDF4", "numba"),
        started=now,
        ended=now,
        inputs=tuple(_input(path, record) for path, record in zip(source.paths, records, strict=True)),
        parameters=parameters,
    )


def _input(path: Path, record: Record) -> Input:
    sha256, size = hash_file(path)
    return Input(record.doi or f"urn:uuid:{record.uuid}", path.name, sha256, size)


def _attributes(record: Record, series: Text) -> Callable[[Product], dict[str, str | float]]:
    """The global attributes of each product's file: the record's, with the title and the time of that file."""

    def of(product: Product) -> dict[str, str | float]:
        label = wording.file_label(product.kind)
        period = Period(start=product.period.start, end=product.period.end)
        own = record.model_copy(
            update={
                "title": Text(fr=f"{label.fr} : {series.fr or series.en}", en=f"{label.en}: {series.en or series.fr}"),
                "periods": (period,),
                "time_resolution": product.resolution,
            }
        )
        return acdd_attributes(own) | {"cdm_data_type": "Grid", "processing_level": "derived from a series"}

    return of


def _add_files(crate: CrateBuilder, record: Record, made: Sequence[Filled]) -> None:
    for one in made:
        label = wording.file_label(one.product.kind)
        crate.add(one.path.name, FileRole.DATA, "application/x-netcdf", "NetCDF-4 (CF-1.11, ACDD-1.3)", label)
    pictured = [one for one in made if one.product.kind != "phenology"]
    if pictured:
        _write_picture(crate.staging / PICTURE, pictured[-1].path)
        fullest = Text(fr="La date la plus complète", en="The fullest date")
        crate.add(PICTURE, FileRole.THUMBNAIL, "image/png", "PNG", fullest)
    (crate.staging / README).write_text(_readme(record, made), encoding="utf-8")
    read_first = Text(fr="À lire d'abord", en="Read first")
    crate.add(README, FileRole.DOCUMENTATION, "text/markdown", "Markdown", read_first)


def _write_picture(path: Path, file: Path) -> None:
    """The middle date of a composite or smoothed series."""
    with open_series(file) as series:
        dates, cells = len(series.times), series.grid.width * series.grid.height
    counts = [DateCount(abs(2 * number - dates + 1) * cells // (2 * dates), None, cells) for number in range(dates)]
    write_picture(path, file, counts)


def _readme(record: Record, made: Sequence[Filled]) -> str:
    """What is in the crate, in both languages."""
    labels = [(one.path.name, wording.file_label(one.product.kind)) for one in made]
    rows = "\n".join(f"| {name} | {label.en} / {label.fr} |" for name, label in labels)
    steps = "\n".join(f"- {step.description.en}\n- {step.description.fr}" for step in record.lineage.steps)
    return f"""# {record.title.en}
# {record.title.fr}

{record.abstract.en}

{record.abstract.fr}

| file / fichier | content / contenu |
|---|---|
{rows}

{steps}

{record.notes.en}

{record.notes.fr}
"""
