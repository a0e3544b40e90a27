# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of images and the README of a crate of series."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from terracite.raster.cog_series import image_name
from terracite.raster.netcdf import DateCount
from terracite.raster.series import SeriesImage
from terracite.record.model import Record
from terracite.timeseries.formats import FORMATS
from terracite.timeseries.memory import Memory
from terracite.timeseries.outlines import relative
from terracite.timeseries.units import Unit
from terracite.timeseries.yearly import YearSeries

_COLUMNS = (
    *("sensed_at", "product_id", "platform", "orbit", "baseline", "mask"),
    *("clear_percent", "missing_percent", "file", "bytes", "sha256"),
)


def images_csv(unit: Unit, counts: Sequence[tuple[DateCount, ...]], memory: Memory) -> str:
    """One line per image: time (UTC), product, shares of the grid in percent, file and SHA-256."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one, own in zip(unit.series, counts, strict=True):
        writer.writerows(_row(image, count, memory) for image, count in zip(one.images, own, strict=True))
    return text.getvalue()


def _row(image: SeriesImage, count: DateCount, memory: Memory) -> tuple[object, ...]:
    return (
        image.sensed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        image.product_id,
        image.platform,
        image.orbit,
        image.baseline,
        image.mask,
        "" if count.masked is None else round(100 * count.clear_share, 2),
        round(100 * count.missing / count.total, 2),
        relative(image.path, memory.root),
        image.path.stat().st_size,
        memory.sha256(image.path),
    )


def readme(unit: Unit, record: Record) -> str:
    """What is in the crate and how to open it, in both languages."""
    has_mask = any(variable.name == "cloud_mask" for variable in record.variables)
    files = "\n".join(_file_lines(unit.series, has_mask=has_mask))
    return f"""# {record.title.en}
# {record.title.fr}

{record.abstract.en}

{record.abstract.fr}

| file / fichier | content / contenu |
|---|---|
{files}
| images.csv | one line per image, with its SHA-256 / une ligne par image, avec son empreinte SHA-256 |
| thumbnail.png | the clearest date / la date la plus claire |

{_opening(unit.series[0])}

{record.notes.en}

{record.notes.fr}
"""


def _opening(one: YearSeries) -> str:
    """Code that opens the first series, and what else can."""
    how = FORMATS[one.format]
    first = image_name(one.images[0])
    code = how.opening.format(name=one.file_name, variable=one.index.lower(), first=first)
    return f"## Open / Ouvrir\n\n```python\n{code}\n```\n\n{how.advice.en}\n\n{how.advice.fr}"


def _file_lines(series: Sequence[YearSeries], *, has_mask: bool) -> Iterator[str]:
    mask = "; `cloud_mask`: 0 clear / clair, 1 masked / masqué" if has_mask else ""
    for one in series:
        name = f"{one.file_name}/" if one.format != "netcdf" else one.file_name
        yield f"| {name} | {len(one.images)} dates: `{one.index.lower()}` (time, y, x){mask} |"
