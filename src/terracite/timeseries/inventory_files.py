# SPDX-License-Identifier: AGPL-3.0-or-later
"""The inventory of an archive as files, in every form that people and programs ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from terracite.errors import ArchiveError
from terracite.record.model import Language
from terracite.timeseries.archive import Scan
from terracite.timeseries.footprints import write_footprints
from terracite.timeseries.inventory import inventory, to_csv, to_geoparquet, to_json_text
from terracite.timeseries.inventory_page import inventory_page
from terracite.timeseries.outlines import whole
from terracite.timeseries.shapefiles import write_sen2val_layers
from terracite.timeseries.stac import write_catalogue


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are on the web, as far as it is known, and under which licence."""

    catalogue: str = ""  #: what goes before a record's identifier (see `shapefiles.write_sen2val_layers`)
    dois: Mapping[str, str] = field(default_factory=dict)  #: by record identifier
    archive: str = ""  #: where the archive's files are served (see `stac.write_catalogue`)
    licence: str = "other"  #: of the images, SPDX


def _json(scan: Scan, folder: Path, _: Addresses) -> tuple[Path, ...]:
    return (_text(folder / "inventory.json", to_json_text(inventory(scan))),)


def _csv(scan: Scan, folder: Path, _: Addresses) -> tuple[Path, ...]:
    return (_text(folder / "inventory.csv", to_csv(inventory(scan))),)


def _geoparquet(scan: Scan, folder: Path, _: Addresses) -> tuple[Path, ...]:
    return (to_geoparquet(scan, folder / "inventory.parquet"),)


def _footprints(scan: Scan, folder: Path, _: Addresses) -> tuple[Path, ...]:
    return write_footprints(scan, folder)


def _stac(scan: Scan, folder: Path, where: Addresses) -> tuple[Path, ...]:
    return (write_catalogue(scan, folder / "stac", address=where.archive, licence=where.licence),)


def _html(scan: Scan, folder: Path, _: Addresses) -> tuple[Path, ...]:
    languages: tuple[Language, ...] = ("fr", "en")
    return tuple(_text(folder / f"inventory.{name}.html", inventory_page(scan, name)) for name in languages)


def _sen2val(scan: Scan, folder: Path, where: Addresses) -> tuple[Path, ...]:
    return write_sen2val_layers(scan, folder / "sen2val", catalogue_url=where.catalogue, dois=where.dois)


#: name of a form -> what writes it and returns its main files
FORMATS: dict[str, Callable[[Scan, Path, Addresses], tuple[Path, ...]]] = {
    "json": _json,
    "csv": _csv,
    "geoparquet": _geoparquet,
    "footprints": _footprints,
    "stac": _stac,
    "html": _html,
    "sen2val": _sen2val,
}


def write_inventory(
    scan: Scan, folder: Path, formats: Iterable[str] = tuple(FORMATS), addresses: Addresses | None = None
) -> tuple[Path, ...]:
    """The inventory in ``folder``, in the given forms (see `FORMATS`); returns the main files of each.

    Each file appears when it is whole. Raises `ArchiveError` for a form that is not known, before anything is
    written, and when the archive has no readable image.
    """
    chosen = list(dict.fromkeys(formats))
    for name in chosen:
        if name not in FORMATS:
            near = get_close_matches(name, FORMATS, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(FORMATS)}."
            raise ArchiveError(f"There is no form '{name}' of an inventory.", hint=hint)
    folder.mkdir(parents=True, exist_ok=True)
    where = addresses or Addresses()
    return tuple(path for name in chosen for path in FORMATS[name](scan, folder, where))


def _text(path: Path, content: str) -> Path:
    with whole(path) as part:
        part.write_text(content, encoding="utf-8")
    return path
