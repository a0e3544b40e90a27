# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a file of an image tree is, as its name tells it."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from pathlib import Path

#: What a name tells, in the order of `ProductType.recognised`, after the kind of the file.
#: From "product_id" on they describe the product, and are the same for all its files.
FIELDS = (
    *("index", "mask", "product_id", "tile", "sensed", "ended"),
    *("platform", "orbit", "baseline", "discriminator", "level"),
)
Parts = tuple[str, ...]  #: the kind, then `FIELDS`; moments in ISO 8601, "" for what the name does not tell
_PRODUCT_ID, _TILE = 3, 4  # positions in `Parts`
_CLAIM_NUMBERS = tuple(
    FIELDS.index(name) + 1 for name in ("platform", "sensed", "orbit", "tile", "baseline", "discriminator")
)


@dataclass(frozen=True, slots=True)
class ProductFile:
    """One file of an image tree, as its name describes it. What a name does not tell is ""."""

    path: Path
    kind: str  #: "index", "mask", "sidecar", "quicklook", "info" or "product" (a SAFE folder)
    product: str  #: type in the registry, such as "sen2chain"
    product_id: str = ""  #: the acquisition, such as "S2A_MSIL2A_20220103T063511_N0400_..."
    tile: str = ""  #: MGRS tile without the leading T ("40KCB"), or the tree's own tile name
    index: str = ""  #: "NDVI"; "" for a mask
    sensed_at: dt.datetime | None = None  #: start of sensing, UTC; None for a file that belongs to no date
    ended_at: dt.datetime | None = None  #: last day of a composite, UTC
    mask: str = ""  #: "" for an image that is not masked
    platform: str = ""  #: as in the name: "S2A"
    orbit: str = ""  #: relative orbit, "020"
    baseline: str = ""  #: processing baseline, "0400"
    discriminator: str = ""
    level: str = ""  #: "L2A"
    bytes: int = 0
    modified: float = 0.0  #: seconds since 1970


@dataclass(frozen=True, slots=True)
class UnknownFile:
    """A file of the tree that is no part of the product type, or could not be reached."""

    path: Path
    reason: str
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class FilePattern:
    """One kind of file: its suffixes and the shape of its name."""

    kind: str
    suffixes: tuple[str, ...]
    pattern: re.Pattern[str]
    picked: Callable[[Parts], Parts] = field(init=False, repr=False, compare=False)
    instead: Callable[[Parts], Parts] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out once which group of the pattern gives which field."""
        picked, instead = _pickers(self.pattern)
        object.__setattr__(self, "picked", picked)
        object.__setattr__(self, "instead", instead)

    def fields(self, match: re.Match[str]) -> Parts:
        """`FIELDS` from a match; a group called ``name_`` stands in for ``name`` in an alternative spelling."""
        groups = (*match.groups(""), "")
        found = self.picked(groups)
        if self.instead is not None:
            other = self.instead(groups)
            if any(other):
                return tuple(second or first for first, second in zip(found, other, strict=True))
        return found


@dataclass(frozen=True, slots=True)
class ProductType:
    """A tree of images: how its files are called and how their numbers are to be read."""

    name: str
    label: Mapping[str, str]  #: by language, "en" and "fr"
    source: str  #: address of who defines the tree
    nodata: int | None
    scale: float
    offset: float
    valid: tuple[int, int]  #: DN, both included
    masks: tuple[str, ...]  #: kinds of mask, best first
    clear: tuple[int, ...]  #: mask values that mean clear sky
    platforms: Mapping[str, str]  #: code -> name, "S2A" -> "Sentinel-2A"
    instrument: str
    mask_names: Mapping[str, str]  #: old name of a mask -> today's
    patterns: tuple[FilePattern, ...]
    products: tuple[re.Pattern[str], ...]
    tile_folder: re.Pattern[str] | None
    by_suffix: Mapping[str, tuple[FilePattern, ...]] = field(default_factory=dict, repr=False)
    holders: tuple[FilePattern, ...] = ()  #: folders whose names say what those of the files in them do not
    index_names: Mapping[str, str] = field(default_factory=dict)  #: index or band in a file name -> the one used here
    offsets: tuple[tuple[str, float], ...] = ()  #: (first baseline, its offset), where it is not ``offset``
    packing: float | str | None = (
        None  #: step of the values of floating-point images in a series file; "none" keeps them
    )
    fixed: Parts = ()  #: what neither names nor folders tell, because it is always the same
    _held: dict[str, Parts] = field(default_factory=dict, init=False, repr=False, compare=False)

    def parse(self, relative_path: str) -> ProductFile | None:
        """What the file is, from its path below the root of the tree; None when it is not of this type.

        >>> name = "S2A_MSIL2A_20220103T063511_N0301_R134_T40KCB_20220103T081122_NDVI.jp2"
        >>> from terracite.raster.products import registry
        >>> registry()["sen2chain"].parse(name).index
        'NDVI'
        """
        folder, name = os.path.split(relative_path)
        parts = self.recognised(name)
        return product_file(Path(relative_path), self, self.placed(parts, folder)) if parts else None

    def recognised(self, name: str) -> Parts | None:
        """The kind of a file and its `FIELDS`, from its name alone; None when it is not of this type."""
        for entry in self.by_suffix.get(name[name.rfind(".") :].lower(), ()):
            if match := entry.pattern.fullmatch(name):
                return self._parts(entry.kind, entry.fields(match))
        return None

    def recognised_folder(self, name: str) -> Parts | None:
        """The same of a folder that is one product; None when its date is not one of the calendar."""
        for pattern in self.products:
            if match := pattern.fullmatch(name):
                fields = FilePattern("product", (), pattern).fields(match)
                return self._parts("product", (*fields[:2], Path(name).stem, *fields[3:]))
        return None

    def placed(self, parts: Parts, folder: str) -> Parts:
        """``parts`` with what ``folder`` (below the root) tells and the file's own name does not."""
        if self.holders or self.fixed:
            parts = _joined([parts, self._held_by(folder)])
        return parts if parts[_TILE] else (*parts[:_TILE], self.tile_of(folder), *parts[_TILE + 1 :])

    def tile_of(self, folder: str) -> str:
        """The tile that a path below the root names; "" when it does not."""
        if self.tile_folder is None:
            return ""
        parts = reversed(folder.split(os.sep))  # noqa: PTH206 - a Path for every folder costs several times as much
        return next((part for part in parts if self.tile_folder.fullmatch(part)), "")

    def offset_of(self, baseline: str) -> float:
        """The offset of the numbers of a product of that baseline; "" is before all others."""
        return next((offset for first, offset in reversed(self.offsets) if baseline >= first), self.offset)

    def contradicted(self, parts: Parts, folder: str) -> bool:
        """Whether the folder (below the root) of a file claims another product or tile than its name does."""
        own = folder[folder.rfind(os.sep) + 1 :]
        claim = self._claim(own) if parts[_PRODUCT_ID] not in {"", own} else None
        if claim is None:
            return parts[_TILE] != "" and self.tile_of(folder) not in {"", parts[_TILE]}
        pairs = ((parts[number], claim[number]) for number in _CLAIM_NUMBERS)
        return any(said and claimed and said != claimed for said, claimed in pairs)

    def is_product_folder(self, name: str) -> bool:
        """Whether a folder is one product, which is not looked into."""
        return any(pattern.fullmatch(name) for pattern in self.products)

    def platform_name(self, code: str) -> str:
        """ "Sentinel-2A" for "S2A"; the code itself when it is not known."""
        return self.platforms.get(code, code)

    def mask_rank(self, mask: str) -> int:
        """0 for the best kind of mask; larger is worse."""
        kinds = (rank for rank, kind in enumerate(self.masks) if mask.startswith(kind))
        return next(kinds, len(self.masks))

    def _parts(self, kind: str, fields: Parts) -> Parts | None:
        index, mask, product_id, tile, sensed, ended, platform, orbit, baseline, *rest = fields
        if (sensed and not (sensed := _moment(sensed))) or (ended and not (ended := _moment(ended))):
            return None  # eight digits that are no date
        mask = self.mask_names.get(mask, mask)
        index = self.index_names.get(index, index)
        baseline = baseline.replace(".", "")
        return (kind, index, mask, product_id, tile, sensed, ended, platform, orbit, baseline, *rest)

    def _held_by(self, folder: str) -> Parts:
        """What the folders above a file tell; the nearest one that tells something goes first."""
        held = self._held.get(folder)
        if held is None:
            held = self._told(folder)
            self._held.clear()  # a walk goes folder by folder: one is enough, and memory stays flat
            self._held[folder] = held
        return held

    def _told(self, folder: str) -> Parts:
        paths = [entry for entry in self.holders if os.sep in entry.pattern.pattern]
        names = [entry for entry in self.holders if entry not in paths]
        whole = (self._match(entry, folder) for entry in paths)
        each = (self._match(entry, name) for name in reversed(Path(folder).parts) for entry in names)
        told = [next((parts for parts in whole if parts), None), *each, self.fixed]
        return _joined([parts for parts in told if parts])

    def _match(self, entry: FilePattern, name: str) -> Parts | None:
        match = entry.pattern.fullmatch(name)
        return self._parts("", entry.fields(match)) if match else None

    def _claim(self, folder: str) -> Parts | None:
        """What the name of a folder says of the files in it, when it is that of a product."""
        return self.recognised_folder(folder) or self.recognised_folder(f"{folder}.SAFE")


def _joined(found: Sequence[Parts]) -> Parts:
    """Each field from the first that tells it."""
    return tuple(next(filter(None, told), "") for told in zip(*found, ("",) * (len(FIELDS) + 1), strict=True))


def product_file(path: Path, kind: ProductType, parts: Parts, size: int = 0, modified: float = 0.0) -> ProductFile:
    """A `ProductFile` from what its name told."""
    what, index, mask, product_id, tile, sensed, ended, platform, orbit, baseline, discriminator, level = parts
    return ProductFile(
        path=path,
        kind=what,
        product=kind.name,
        product_id=product_id,
        tile=tile,
        index=index,
        sensed_at=moment(sensed),
        ended_at=moment(ended),
        mask=mask,
        platform=platform,
        orbit=orbit,
        baseline=baseline,
        discriminator=discriminator,
        level=level,
        bytes=size,
        modified=modified,
    )


@lru_cache(maxsize=2**15)
def moment(text: str) -> dt.datetime | None:
    """A moment as `Parts` holds it, in UTC; None for ""."""
    return dt.datetime.fromisoformat(text) if text else None


@lru_cache(maxsize=2**15)
def _moment(text: str) -> str:
    """A moment as names hold it, perhaps without its day, in ISO 8601 and UTC; "" when there is no such date."""
    if len(text) == len("202103"):
        text = f"{text[:4]}-{text[4:]}"
    text += {len("2021"): "-01-01", len("2021-03"): "-01"}.get(len(text), "")
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).isoformat()
    except ValueError:
        return ""


@lru_cache(maxsize=256)
def _pickers(pattern: re.Pattern[str]) -> tuple[Callable[[Parts], Parts], Callable[[Parts], Parts] | None]:
    nothing = pattern.groups  # where `FilePattern.fields` puts ""
    first = [pattern.groupindex.get(name, nothing + 1) - 1 for name in FIELDS]
    second = [pattern.groupindex.get(f"{name}_", nothing + 1) - 1 for name in FIELDS]
    return itemgetter(*first), itemgetter(*second) if set(second) != {nothing} else None
