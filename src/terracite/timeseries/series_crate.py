# SPDX-License-Identifier: AGPL-3.0-or-later
"""The crate of one dataset: series (NetCDF, Zarr or COG), the list of the images, a picture, a README, the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from terracite.crate.provenance import Input, Provenance, software_versions
from terracite.crate.read import up_to_date
from terracite.crate.write import CrateBuilder
from terracite.errors import Problem, Severity
from terracite.raster.netcdf import DateCount, UnreadableImageError
from terracite.raster.products import registry
from terracite.raster.series import SeriesImage
from terracite.record.cf import acdd_attributes
from terracite.record.model import FileRole, Record, Text
from terracite.timeseries import formats, wording
from terracite.timeseries.certificates import add_certificates
from terracite.timeseries.crate_texts import images_csv, readme
from terracite.timeseries.describe import COMMAND, describe, describe_unit, mission_of, with_counts
from terracite.timeseries.memory import Memory
from terracite.timeseries.options import Options
from terracite.timeseries.outlines import relative
from terracite.timeseries.picture import write_picture
from terracite.timeseries.stac.cogs import write_stac_of_cogs
from terracite.timeseries.units import Unit
from terracite.timeseries.vocabulary import index_info
from terracite.timeseries.yearly import YearSeries

Progress = Callable[[int, int], None]
IMAGES, README, PICTURE = "images.csv", "README.md", "thumbnail.png"
_LAYOUT = 2  #: raised when the contents of the files change, so that old crates are made again


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one crate."""

    folder: Path
    changed: bool  #: False when it was already there, made from the same images with the same choices
    problems: tuple[Problem, ...] = ()


def write_crate(
    unit: Unit,
    options: Options,
    output: Path,
    memory: Memory,
    progress: Progress | None = None,
    *,
    left_out: int | None = None,
) -> Outcome:
    """The crate of ``unit`` in the folder ``output``; nothing is written when it is up to date.

    Dates that an earlier crate of the same dataset has from the same images are copied from it, not read again.
    ``left_out``: other versions of the images that the archive has, for the certificates. An image that turns out
    unreadable half-way is left out and told in the outcome's problems.
    """
    problems: list[Problem] = []
    while unit.series:
        try:
            folder, changed = _attempt(unit, options, output / unit.name, memory, progress, left_out)
        except UnreadableImageError as error:
            what = "This file cannot be decoded to its end, and was left out."
            problems.append(Problem(str(error.image.path), what, error.hint, Severity.WARNING))
            unit = _without(unit, error.image)
        else:
            return Outcome(folder, changed, tuple(problems))
    return Outcome(output / unit.name, False, tuple(problems))


def _without(unit: Unit, lost: SeriesImage) -> Unit:
    """The unit without an image; without its series too when that was the last one."""
    kept = (replace(one, images=tuple(image for image in one.images if image.path != lost.path)) for one in unit.series)
    return replace(unit, series=tuple(one for one in kept if one.images))


def _attempt(
    unit: Unit, options: Options, folder: Path, memory: Memory, progress: Progress | None, left_out: int | None
) -> tuple[Path, bool]:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    provenance = provenance_of(unit, options, memory, now)
    if up_to_date(folder, provenance):
        return folder, False
    record = describe_unit(unit.series, options, now, key=unit.key)
    with CrateBuilder(folder) as crate:
        counts = _write_all(unit, crate, record, options, now, progress)
        record = with_counts(record, [count for one in counts for count in one])
        record = add_certificates(crate, unit, record, left_out)
        _add_files(crate, unit, record, counts, memory)
        ended = dt.datetime.now(dt.UTC).replace(microsecond=0)
        crate.finish(record.model_copy(update={"thumbnail": PICTURE}), replace(provenance, ended=ended))
    return folder, crate.changed


def _write_all(
    unit: Unit, crate: CrateBuilder, record: Record, options: Options, now: dt.datetime, progress: Progress | None
) -> list[tuple[DateCount, ...]]:
    """Each series in its format; returns the counts of each. ``progress`` hears the dates of all of them."""
    counts: list[tuple[DateCount, ...]] = []
    for one in unit.series:
        before = sum(len(done) for done in counts)
        # the record of the file itself: its own extent and period, under the identity of the whole
        own = describe(one, options, now).model_copy(update={"uuid": record.uuid})
        written = formats.write(
            one.format,
            crate.staging / one.file_name,
            one.images,
            quantity=index_info(one.index, one.product).quantity(),
            attributes=attributes(one, own, options),
            grid=one.grid,
            compression=options.compression,
            progress=None if progress is None else _shifted(progress, before, unit.dates),
            previous=_earlier(crate, one),
        )
        if one.format == "cog":
            write_stac_of_cogs(written.path, one, written.counts, own, licence=options.licence)
        counts.append(written.counts)
    return counts


def _earlier(crate: CrateBuilder, one: YearSeries) -> Path | None:
    """The file or folder of the same series in the crate that is about to be replaced."""
    path = crate.folder / one.file_name
    return path if path.exists() else None


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    """The progress of one part of a longer work."""
    return lambda done, _: progress(before + done, total)


def provenance_of(unit: Unit, options: Options, memory: Memory, now: dt.datetime) -> Provenance:
    """Which images, by content, and which choices; two runs with the same ones make the same crate."""
    inputs = {item.path: item for one in unit.series for image in one.images for item in _inputs(image, memory)}
    return Provenance(
        command=tuple(COMMAND.split()),
        software=software_versions("rasterio", *formats.FORMATS[options.format].software),
        started=now,
        ended=now,
        inputs=tuple(inputs.values()),
        parameters=_parameters(unit, options),
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


def _parameters(unit: Unit, options: Options) -> dict[str, object]:
    return {
        "layout": _LAYOUT,
        "product": unit.series[0].product,
        "series": [one.name for one in unit.series],
        "format": options.format,
        "compression": options.compression,
        "licence": options.licence,
        "creators": [agent.model_dump(mode="json", exclude={"email"}) for agent in options.creators],
        "contacts": [agent.model_dump(mode="json", exclude={"email"}) for agent in options.contacts],
        "disciplines": [str(discipline) for discipline in options.disciplines],
        "place": options.place.model_dump(mode="json"),
        "source": options.source.model_dump(mode="json") if options.source else None,
        **_own_numbers(unit),
    }


def _own_numbers(unit: Unit) -> dict[str, object]:
    """How the numbers of a station's own tree are read: its product file may change from run to run."""
    if unit.series[0].product in registry():
        return {}
    images = (image for one in unit.series for image in one.images)
    kinds = {
        repr((image.nodata, image.scale, image.offset, image.valid, image.clear, image.packing)) for image in images
    }
    return {"numbers": sorted(kinds)}


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
    crate: CrateBuilder, unit: Unit, record: Record, counts: Sequence[tuple[DateCount, ...]], memory: Memory
) -> None:
    for one in unit.series:
        data = Text(
            fr=f"La série {one.index}, date par date, avec son masque de nuages",
            en=f"The {one.index} series, date by date, with its cloud mask",
        )
        for part in formats.files_of(crate.staging / one.file_name, one.format):
            path = part.path.relative_to(crate.staging).as_posix()
            crate.add(path, part.role, part.media_type, part.format, data)
    (crate.staging / IMAGES).write_text(images_csv(unit, counts, memory), encoding="utf-8")
    listed = Text(fr="Une ligne par image : produit, date, empreinte", en="One line per image: product, date, checksum")
    crate.add(IMAGES, FileRole.DOCUMENTATION, "text/csv", "CSV (UTF-8)", listed)
    last = unit.series[-1]
    write_picture(crate.staging / PICTURE, crate.staging / last.file_name, counts[-1])
    picture = Text(fr="La date la plus claire", en="The clearest date")
    crate.add(PICTURE, FileRole.THUMBNAIL, "image/png", "PNG", picture)
    (crate.staging / README).write_text(readme(unit, record), encoding="utf-8")
    first = Text(fr="À lire d'abord", en="Read first")
    crate.add(README, FileRole.DOCUMENTATION, "text/markdown", "Markdown", first)
