# SPDX-License-Identifier: AGPL-3.0-or-later
"""The crate of one series: the NetCDF file, the list of its images, a picture, a README, the record."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from terracite.crate.provenance import Input, Provenance, software_versions
from terracite.crate.read import up_to_date
from terracite.crate.write import CrateBuilder
from terracite.errors import Problem, Severity
from terracite.raster.netcdf import DateCount, UnreadableImageError, write_series
from terracite.raster.series import SeriesImage
from terracite.record.cf import acdd_attributes
from terracite.record.model import FileRole, Record, Text
from terracite.timeseries import wording
from terracite.timeseries.describe import COMMAND, describe, mission_of, with_counts
from terracite.timeseries.memory import Memory
from terracite.timeseries.options import Options
from terracite.timeseries.picture import write_picture
from terracite.timeseries.vocabulary import index_info
from terracite.timeseries.yearly import YearSeries

Progress = Callable[[int, int], None]
IMAGES, README, PICTURE = "images.csv", "README.md", "thumbnail.png"
_COLUMNS = (
    *("sensed_at", "product_id", "platform", "orbit", "baseline", "mask"),
    *("clear_percent", "missing_percent", "file", "bytes", "sha256"),
)
_LAYOUT = 1  #: raised when the contents of the files change, so that old crates are made again


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one crate."""

    folder: Path
    changed: bool  #: False when it was already there, made from the same images with the same choices
    problems: tuple[Problem, ...] = ()


def write_series_crate(
    one: YearSeries, options: Options, output: Path, memory: Memory, progress: Progress | None = None
) -> Outcome:
    """The crate of ``one`` in the folder ``output``; nothing is written when it is up to date.

    An image that turns out unreadable half-way is left out and told in the outcome's problems.
    """
    problems: list[Problem] = []
    while one.images:
        try:
            folder, changed = _attempt(one, options, output / one.name, memory, progress)
        except UnreadableImageError as error:
            what = "This file cannot be decoded to its end, and was left out."
            problems.append(Problem(str(error.image.path), what, error.hint, Severity.WARNING))
            kept = tuple(image for image in one.images if image.path != error.image.path)
            one = replace(one, images=kept)
        else:
            return Outcome(folder, changed, tuple(problems))
    return Outcome(output / one.name, False, tuple(problems))


def _attempt(
    one: YearSeries, options: Options, folder: Path, memory: Memory, progress: Progress | None
) -> tuple[Path, bool]:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    provenance = provenance_of(one, options, memory, now)
    if up_to_date(folder, provenance):
        return folder, False
    record = describe(one, options, now)
    with CrateBuilder(folder) as crate:
        written = write_series(
            crate.staging / one.file_name,
            one.images,
            quantity=index_info(one.index).quantity(),
            attributes=attributes(one, record, options),
            grid=one.grid,
            compression=options.compression,
            progress=progress,
        )
        record = with_counts(record, written.counts)
        _add_files(crate, one, record, written.counts, memory)
        ended = dt.datetime.now(dt.UTC).replace(microsecond=0)
        crate.finish(record.model_copy(update={"thumbnail": PICTURE}), replace(provenance, ended=ended))
    return folder, crate.changed


def provenance_of(one: YearSeries, options: Options, memory: Memory, now: dt.datetime) -> Provenance:
    """Which images, by content, and which choices; two runs with the same ones make the same crate."""
    inputs = [item for image in one.images for item in _inputs(image, memory)]
    return Provenance(
        command=tuple(COMMAND.split()),
        software=software_versions("netCDF4", "rasterio"),
        started=now,
        ended=now,
        inputs=tuple(inputs),
        parameters=_parameters(one, options),
    )


def _inputs(image: SeriesImage, memory: Memory) -> list[Input]:
    mask = image.mask_path or image.masked_path
    names = {image.path: f"{image.product_id}_{image.index}"}
    if mask is not None:
        names[mask] = f"{image.product_id}_{image.mask}"
    return [
        Input(name, relative(path, memory.root), memory.sha256(path), path.stat().st_size)
        for path, name in names.items()
    ]


def _parameters(one: YearSeries, options: Options) -> dict[str, object]:
    return {
        "layout": _LAYOUT,
        "product": one.product,
        "tile": one.tile,
        "index": one.index,
        "year": one.year,
        "compression": options.compression,
        "licence": options.licence,
        "creators": [agent.model_dump(mode="json", exclude={"email"}) for agent in options.creators],
        "contacts": [agent.model_dump(mode="json", exclude={"email"}) for agent in options.contacts],
        "disciplines": [str(discipline) for discipline in options.disciplines],
        "place": options.place.model_dump(mode="json"),
        "source": options.source.model_dump(mode="json") if options.source else None,
    }


def attributes(one: YearSeries, record: Record, options: Options) -> dict[str, str | float]:
    """The global attributes of the series file: the record's, and what only a gridded series can say."""
    chain = wording.chain(one)
    source = ", ".join(source.title for source in record.lineage.sources)
    credit = wording.credit(one, mission_of(one, options))
    return (
        acdd_attributes(record)
        | ({"acknowledgement": credit} if credit else {})
        | {
            "source": f"{source} ({chain})" if chain else source,
            "cdm_data_type": "Grid",
            "processing_level": one.images[0].level or "image series",
            "instrument_vocabulary": "as named by the operators of the satellites",
            "platform_vocabulary": "as named by the operators of the satellites",
        }
    )


def _add_files(
    crate: CrateBuilder, one: YearSeries, record: Record, counts: tuple[DateCount, ...], memory: Memory
) -> None:
    data = Text(
        fr=f"La série {one.index}, date par date, avec son masque de nuages",
        en=f"The {one.index} series, date by date, with its cloud mask",
    )
    listed = Text(fr="Une ligne par image : produit, date, empreinte", en="One line per image: product, date, checksum")
    crate.add(one.file_name, FileRole.DATA, "application/x-netcdf", "NetCDF-4 (CF-1.11, ACDD-1.3)", data)
    (crate.staging / IMAGES).write_text(images_csv(one, counts, memory), encoding="utf-8")
    crate.add(IMAGES, FileRole.DOCUMENTATION, "text/csv", "CSV (UTF-8)", listed)
    write_picture(crate.staging / PICTURE, crate.staging / one.file_name, counts)
    picture = Text(fr="La date la plus claire", en="The clearest date")
    crate.add(PICTURE, FileRole.THUMBNAIL, "image/png", "PNG", picture)
    (crate.staging / README).write_text(readme(one, record), encoding="utf-8")
    crate.add(
        README,
        FileRole.DOCUMENTATION,
        "text/markdown",
        "Markdown",
        Text(fr="À lire d'abord", en="Read first"),
    )


def images_csv(one: YearSeries, counts: tuple[DateCount, ...], memory: Memory) -> str:
    """One line per date: time (UTC), product, shares of the grid in percent, file and SHA-256."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for image, count in zip(one.images, counts, strict=True):
        clear = "" if count.masked is None else round(100 * count.clear_share, 2)
        missing = round(100 * count.missing / count.total, 2)
        sensed = image.sensed_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        told = [
            sensed,
            image.product_id,
            image.platform,
            image.orbit,
            image.baseline,
            image.mask,
            clear,
            missing,
        ]
        path = relative(image.path, memory.root)
        writer.writerow([*told, path, image.path.stat().st_size, memory.sha256(image.path)])
    return text.getvalue()


def readme(one: YearSeries, record: Record) -> str:
    """What is in the crate, in both languages."""
    variables = f"`{one.index.lower()}` (time, y, x)"
    if any(variable.name == "cloud_mask" for variable in record.variables):
        variables += "; `cloud_mask`: 0 clear / clair, 1 masked / masqué"
    return f"""# {record.title.en}
# {record.title.fr}

{record.abstract.en}

{record.abstract.fr}

| file / fichier | content / contenu |
|---|---|
| {one.file_name} | {len(one.images)} dates: {variables} |
| {IMAGES} | one line per image, with its SHA-256 / une ligne par image, avec son empreinte SHA-256 |
| {PICTURE} | the clearest date / la date la plus claire |

{record.notes.en}

{record.notes.fr}
"""


def relative(path: Path, root: Path) -> str:
    """The path below the archive, with forward slashes; the bare name for a file elsewhere."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
