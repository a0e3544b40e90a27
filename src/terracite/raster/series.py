# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dated images on one grid: which files of a tree make a series, and which ones are left out and why."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from terracite.raster.indices import ranges
from terracite.raster.packing import Packing, shifting
from terracite.raster.products import ProductFile, ProductType, named

_FEWEST_STEPS = 50  #: that numbers cut the range of an index into


@dataclass(frozen=True, slots=True)
class SeriesImage:
    """One index over one tile at one sensing time, and how its numbers are to be read.

    Physical value = DN x ``scale`` + ``offset``. The nodata that the file or its sidecar declares goes before
    ``nodata``, which is the default of the product type.
    """

    path: Path
    tile: str
    index: str
    sensed_at: dt.datetime  #: start of sensing, UTC
    product: str  #: product type in the registry
    product_id: str
    platform: str
    orbit: str
    baseline: str
    nodata: int | None
    scale: float
    offset: float
    valid: tuple[int, int]  #: DN, both included; outside is missing
    mask: str = ""  #: which cloud mask: the one beside the image, or the one already applied
    mask_path: Path | None = None  #: the mask as a file of its own
    masked_path: Path | None = None  #: the same image already masked; its missing cells are the mask
    clear: tuple[int, ...] = ()  #: values of the mask file that mean clear sky
    ended_at: dt.datetime | None = None  #: last day of a composite, UTC
    level: str = ""
    discriminator: str = ""
    bytes: int = 0
    modified: float = 0.0
    packing: Packing | None = None  #: of the series file, where its numbers are not those of the images


@dataclass(frozen=True, slots=True)
class Series:
    """The images of one index over one tile, by sensing time."""

    tile: str
    index: str
    product: str
    images: tuple[SeriesImage, ...]

    @property
    def start(self) -> dt.datetime:
        """The first sensing time."""
        return self.images[0].sensed_at

    @property
    def end(self) -> dt.datetime:
        """The last sensing time, or the end of the last composite."""
        return self.images[-1].ended_at or self.images[-1].sensed_at


@dataclass(frozen=True, slots=True)
class Selection:
    """The files to work with, and the others, each with the reason why another one was kept."""

    kept: tuple[ProductFile, ...]
    duplicates: tuple[tuple[ProductFile, str], ...]


def select(files: Iterable[ProductFile]) -> Selection:
    """One image or mask per tile, sensing time, orbit, index and mask.

    Where an acquisition was processed several times, the highest processing baseline is kept, then the latest
    discriminator. Files that are neither image nor mask are passed over. Sorted by tile, index and sensing time.
    """
    groups: defaultdict[tuple[object, ...], list[ProductFile]] = defaultdict(list)
    for file in files:
        if file.kind in {"index", "mask"} and file.sensed_at is not None:
            groups[(file.tile, file.sensed_at, file.orbit, file.kind, file.index, file.mask)].append(file)
    kept, duplicates = [], []
    for group in groups.values():
        best = max(group, key=_version)
        kept.append(best)
        duplicates += [(file, _reason(file, best)) for file in group if file is not best]
    return Selection(tuple(sorted(kept, key=_order)), tuple(sorted(duplicates, key=lambda pair: _order(pair[0]))))


def series(files: Iterable[ProductFile], *, mask: str = "auto") -> list[Series]:
    """The series of a tree, by tile and index; each image is the raw one beside its cloud mask where both exist.

    ``mask``: the name of a cloud mask, "none", or "auto": the mask that covers most dates of the tile, and where a
    date lacks it, the best kind it has. An image that exists only masked is used as it is, beside that same mask.
    Duplicates are left out by `select`.
    """
    kept = select(files).kept
    masks: defaultdict[tuple[object, ...], list[ProductFile]] = defaultdict(list)
    dates: defaultdict[tuple[str, str, str], defaultdict[tuple[object, str], list[ProductFile]]]
    dates = defaultdict(lambda: defaultdict(list))
    for file in kept:
        if file.kind == "mask":
            masks[_acquisition(file)].append(file)
        else:
            dates[(file.tile, file.index, file.product)][(file.sensed_at, file.orbit)].append(file)
    found = []
    for (tile, index, product), acquisitions in sorted(dates.items()):
        kind = named(product)
        groups = [(images, masks[_acquisition(images[0])]) for images in acquisitions.values()]
        preferred = _common_mask(groups, kind) if mask == "auto" else mask
        chosen = [_image(images, beside, preferred, kind, only=mask != "auto") for images, beside in groups]
        images = sorted(chosen, key=lambda image: (image.sensed_at, image.orbit))
        found.append(Series(tile, index, product, tuple(images)))
    return found


def _acquisition(file: ProductFile) -> tuple[object, ...]:
    return file.tile, file.sensed_at, file.orbit, file.product


def _version(file: ProductFile) -> tuple[str, str, str]:
    return file.baseline, file.discriminator, str(file.path)


def _order(file: ProductFile) -> tuple[object, ...]:
    return file.tile, file.index, file.sensed_at, file.mask, str(file.path)


def _reason(file: ProductFile, best: ProductFile) -> str:
    if file.baseline != best.baseline:
        return f"Baseline {file.baseline} was replaced by {best.baseline}: '{best.path.name}' is kept."
    if file.discriminator != best.discriminator:
        return f"Processed again later: '{best.path.name}' is kept."
    return f"The same image is also at '{best.path}', which is kept."


def _common_mask(groups: Sequence[tuple[list[ProductFile], list[ProductFile]]], kind: ProductType) -> str:
    """The mask that most dates have; the better kind among equals; "" when there is none."""
    counts = Counter(
        name for images, masks in groups for name in {file.mask for file in (*images, *masks) if file.mask}
    )
    return min(counts, key=lambda name: (-counts[name], kind.mask_rank(name), name), default="")


def _image(
    images: list[ProductFile], masks: list[ProductFile], preferred: str, kind: ProductType, *, only: bool
) -> SeriesImage:
    raw = next((file for file in images if not file.mask), None)
    base = raw or _best(images, preferred, kind) or images[0]
    same = [file for file in masks if file.product_id == base.product_id] or masks
    masked = [file for file in images if file.mask and file.product_id == base.product_id]
    applied = (file for file in masks if (file.mask, file.product_id) == (base.mask, base.product_id))
    mask = _best(same, preferred, kind) if raw else next(applied, None)
    already = _best(masked, preferred, kind) if raw else None
    if only:
        mask = mask if mask and mask.mask == preferred else None
        already = already if already and already.mask == preferred else None
    if mask and already and mask.mask != already.mask:
        already = None
    name = base.mask or (mask.mask if mask else already.mask if already else "")
    return _described(base, name, mask, already, kind)


def _best(files: list[ProductFile], preferred: str, kind: ProductType) -> ProductFile | None:
    def rank(file: ProductFile) -> tuple[bool, int, str]:
        return file.mask != preferred, kind.mask_rank(file.mask), file.mask

    return min(files, key=rank, default=None)


def _described(
    base: ProductFile,
    mask_name: str,
    mask: ProductFile | None,
    already: ProductFile | None,
    kind: ProductType,
) -> SeriesImage:
    if base.sensed_at is None:
        raise AssertionError("select() keeps dated files only")
    return SeriesImage(
        path=base.path,
        tile=base.tile,
        index=base.index,
        sensed_at=base.sensed_at,
        product=base.product,
        product_id=base.product_id,
        platform=base.platform,
        orbit=base.orbit,
        baseline=base.baseline,
        nodata=kind.nodata,
        scale=kind.scale,
        offset=kind.offset_of(base.baseline),
        valid=valid_dn(base.index, kind, kind.offset_of(base.baseline)),
        mask=mask_name,
        mask_path=mask.path if mask else None,
        masked_path=already.path if already else None,
        clear=kind.clear,
        ended_at=base.ended_at,
        level=base.level,
        discriminator=base.discriminator,
        bytes=base.bytes,
        modified=base.modified,
        packing=shifting(kind, base.index),
    )


def valid_dn(index: str, kind: ProductType, offset: float | None = None) -> tuple[int, int]:
    """The DN that an index can have: its physical range where it has one, within what the type can hold.

    ``offset``: of the image, where it is not that of the type. A type that says nothing of how its numbers are to be
    read (scale 1) may have any: as whole numbers, the values of a bounded index would be -1, 0 and 1.
    """
    low, high = kind.valid
    offset = kind.offset if offset is None else offset
    if index in ranges:
        least, most = ranges[index]
        if most - least >= _FEWEST_STEPS * kind.scale:
            low = max(low, round((least - offset) / kind.scale))
            high = min(high, round((most - offset) / kind.scale))
    return low, high
