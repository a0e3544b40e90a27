# SPDX-License-Identifier: AGPL-3.0-or-later
"""The declarative registry of image trees: what a file is, read from its name alone.

The types themselves are data (``data/products.toml``). The time of an image is its sensing time; the
discriminator, the last timestamp of a Sentinel-2 name, only orders reprocessed versions of one acquisition.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

from terracite.errors import ArchiveError

_GUESS_FILES = 2000  #: files looked at before the type of a tree is guessed


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

    def parse(self, relative_path: str) -> ProductFile | None:
        """What the file is, from its path below the root of the tree; None when it is not of this type.

        >>> name = "S2A_MSIL2A_20220103T063511_N0301_R134_T40KCB_20220103T081122_NDVI.jp2"
        >>> registry()["sen2chain"].parse(name).index
        'NDVI'
        """
        folder, name = os.path.split(relative_path)
        return self._described(Path(relative_path), folder, name)

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

    def _described(
        self, path: Path, folder: str, name: str, size: int = 0, modified: float = 0.0
    ) -> ProductFile | None:
        for entry in self.by_suffix.get(name[name.rfind(".") :].lower(), ()):
            if match := entry.pattern.fullmatch(name):
                return self._file(path, entry.kind, folder, match.groupdict(), size, modified)
        return None

    def _file(
        self, path: Path, kind: str, folder: str, groups: dict[str, str | None], size: int, modified: float
    ) -> ProductFile | None:
        found = {name.rstrip("_"): text for name, text in groups.items() if text}
        value = found.get
        try:
            sensed, ended = _utc(value("sensed", "")), _utc(value("ended", ""))
        except ValueError:  # eight digits that are no date
            return None
        mask = value("mask", "")
        return ProductFile(
            path=path,
            kind=kind,
            product=self.name,
            product_id=value("product_id", ""),
            tile=value("tile", "") or self._tile_of(folder),
            index=value("index", ""),
            sensed_at=sensed,
            ended_at=ended,
            mask=self.mask_names.get(mask, mask),
            platform=value("platform", ""),
            orbit=value("orbit", ""),
            baseline=value("baseline", "").replace(".", ""),
            discriminator=value("discriminator", ""),
            level=value("level", ""),
            bytes=size,
            modified=modified,
        )

    def _tile_of(self, folder: str) -> str:
        if self.tile_folder is None:
            return ""
        parts = reversed(Path(folder).parts)
        return next((part for part in parts if self.tile_folder.fullmatch(part)), "")


@lru_cache(maxsize=1)
def registry() -> dict[str, ProductType]:
    """The product types that are known, by name."""
    text = resources.files("terracite.raster").joinpath("data/products.toml").read_text(encoding="utf-8")
    return {name: product_type(name, table) for name, table in tomllib.loads(text).items()}


def product_type(name: str, table: Mapping[str, Any]) -> ProductType:
    """A product type from its table (see ``data/products.toml`` for the fields)."""
    parts = table.get("parts", {})
    patterns = tuple(_pattern(entry, parts) for entry in table["files"])
    folder = table.get("tile_folder")
    suffixes = {suffix for entry in patterns for suffix in entry.suffixes}
    return ProductType(
        name=name,
        label=table.get("label", {"en": name, "fr": name}),
        source=table.get("source", ""),
        nodata=table.get("nodata"),
        scale=table.get("scale", 1.0),
        offset=table.get("offset", 0.0),
        valid=tuple(table.get("valid", (-(2**31), 2**31 - 1))),
        masks=tuple(table.get("masks", ())),
        clear=tuple(table.get("clear", ())),
        platforms=table.get("platforms", {}),
        instrument=table.get("instrument", ""),
        mask_names=table.get("mask_names", {}),
        patterns=patterns,
        products=tuple(re.compile(_expanded(text, parts)) for text in table.get("products", ())),
        tile_folder=re.compile(folder) if folder else None,
        by_suffix={suffix: tuple(p for p in patterns if suffix in p.suffixes) for suffix in suffixes},
    )


def named(product: str | ProductType) -> ProductType:
    """The product type of that name; raises `ArchiveError` with the nearest known name."""
    if isinstance(product, ProductType):
        return product
    known = registry()
    if product not in known:
        near = get_close_matches(product, known, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"Known types: {', '.join(known)}."
        raise ArchiveError(f"There is no product type '{product}'.", hint=hint)
    return known[product]


def walk(root: Path, product: str | ProductType) -> Iterator[ProductFile | UnknownFile]:
    """Every file below ``root``, in no order: what it is, or why it is not known.

    Links are followed, each folder once. Nothing is opened; a folder that cannot be read is reported.
    Raises `ArchiveError` when ``root`` is not a folder or the type is not known.
    """
    kind = named(product)
    if not root.is_dir():
        raise ArchiveError(f"There is no folder '{root}'.", hint="Give the folder that holds the image tree.")
    return _walk(root, kind)


def guess(root: Path) -> str:
    """The name of the product type that fits most files of the folder (its first 2000 files are looked at).

    Raises `ArchiveError` when no image of a known type is there.
    """
    any_type = next(iter(registry().values()))
    files = [entry.path for entry in islice(walk(root, any_type), _GUESS_FILES)]
    names = [os.path.relpath(path, root) for path in files]
    counts = Counter(
        name
        for name, kind in registry().items()
        for path in names
        if (found := kind.parse(path)) and found.kind == "index"
    )
    if not counts:
        raise ArchiveError(
            f"No image of a known type was found in '{root}'.",
            hint=f"Known types: {', '.join(registry())}. Name one with --product if the guess is wrong.",
        )
    return counts.most_common(1)[0][0]


def _walk(root: Path, kind: ProductType) -> Iterator[ProductFile | UnknownFile]:
    pending, seen = [os.fspath(root)], set()
    start = len(os.fspath(root).rstrip(os.sep)) + 1
    while pending:
        folder = pending.pop()
        try:
            status = Path(folder).stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            entries = list(os.scandir(folder))
        except OSError as error:
            yield UnknownFile(Path(folder), f"The folder cannot be read: {error.strerror}.")
            continue
        for entry in entries:
            if entry.is_dir() and not kind.is_product_folder(entry.name):
                pending.append(entry.path)
            else:
                yield _entry(entry, folder[start:], kind)


def _entry(entry: os.DirEntry[str], folder: str, kind: ProductType) -> ProductFile | UnknownFile:
    path = Path(entry.path)
    try:
        status = entry.stat()
    except OSError as error:
        return UnknownFile(path, f"The file cannot be reached: {error.strerror}.")
    if entry.is_dir():
        return _product_folder(path, folder, kind, status.st_mtime)
    found = kind._described(path, folder, entry.name, status.st_size, status.st_mtime)
    return found or UnknownFile(path, f"Its name is not one of {kind.label['en']}.", status.st_size)


def _product_folder(path: Path, folder: str, kind: ProductType, modified: float) -> ProductFile | UnknownFile:
    matches = (pattern.fullmatch(path.name) for pattern in kind.products)
    groups = next(match.groupdict() for match in matches if match)
    found = kind._file(path, "product", folder, groups | {"product_id": path.stem}, 0, modified)
    return found or UnknownFile(path, "Its date is not one of the calendar.")


def _pattern(entry: Mapping[str, Any], parts: Mapping[str, str]) -> FilePattern:
    pattern = re.compile(_expanded(entry["pattern"], parts))
    return FilePattern(entry["kind"], tuple(entry["suffixes"]), pattern)


def _expanded(pattern: str, parts: Mapping[str, str]) -> str:
    for name, text in parts.items():
        pattern = pattern.replace(f"%{name}%", text)
    return pattern


def _utc(text: str) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) if text else None
