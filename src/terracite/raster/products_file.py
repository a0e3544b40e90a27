# SPDX-License-Identifier: AGPL-3.0-or-later
"""A station's own tree of images: a product type read from a TOML file, or from one path pattern.

The file has the fields of ``data/products.toml``, one table per type. Where that one has regular expressions, a file
of a station has paths such as ``{tile}/{index}/{date}_{index}.tif``: names in braces are what is read from the path,
``*`` is any run of characters, and ``{mask=clouds|shadows}`` takes only these words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from terracite.errors import ArchiveError
from terracite.raster.products.known import product_type, register
from terracite.raster.products.types import ProductType

PLAIN = "plain"  #: name of the type that one path pattern makes
_KINDS = ("index", "mask", "quicklook", "info", "auxiliary", "package", "temporary")
_WORD = "[A-Za-z0-9-]+"
#: what may stand in braces -> (the field of `ProductFile` it becomes, what it looks like in a path)
_FIELDS: Mapping[str, tuple[str, str]] = {
    "tile": ("tile", _WORD),
    "index": ("index", _WORD),
    "mask": ("mask", _WORD),
    "date": ("sensed", r"\d{4}-\d{2}-\d{2}(?:[T_ ]\d{2}:\d{2}:\d{2})?|\d{8}(?:[T_-]\d{6})?"),
    "month": ("sensed", r"\d{4}-\d{2}|\d{6}"),
    "year": ("sensed", r"(?:19|20)\d{2}"),
    "end": ("ended", r"\d{4}-\d{2}-\d{2}|\d{8}"),
    "platform": ("platform", _WORD),
    "orbit": ("orbit", r"\d+"),
    "baseline": ("baseline", r"[0-9.]+"),
    "version": ("discriminator", _WORD),
    "level": ("level", _WORD),
    "product": ("product_id", "[A-Za-z0-9_.-]+"),
}
_SETTINGS = (
    *("label", "source", "platforms", "instrument", "nodata", "scale", "offset", "offsets", "valid", "masks", "clear"),
    *("packing", "tile_folder", "parts", "files", "products", "holders", "index_names", "mask_names", "fixed"),
    "examples",
)
_BRACES = re.compile(r"\{([^{}]*)\}|(\*)")


def is_own(product: str) -> bool:
    """Whether ``--product`` names a file or is a path pattern, rather than the name of a known type."""
    return "{" in product or product.lower().endswith(".toml")


def own(product: str) -> ProductType:
    """The type that a file or a path pattern describes; from then on it is known by its name too."""
    return of_pattern(product) if "{" in product else load(Path(product))


def of_pattern(pattern: str) -> ProductType:
    """A type whose images lie as ``pattern`` says; DN are physical values, nodata is what each file declares.

    >>> kind = of_pattern("{tile}/{date}_{index}.tif")
    >>> kind.parse("40KCB/20220103_NDVI.tif").tile
    '40KCB'
    """
    return register(_made(PLAIN, {"files": [{"path": pattern}]}, f"the pattern '{pattern}'"))


def load(path: Path) -> ProductType:
    """The product type that a TOML file describes in its only table.

    Raises `ArchiveError` when the file cannot be read, says something else, or does not name its own examples.
    """
    try:
        status = path.stat()
        return register(_loaded(path, status.st_mtime_ns, status.st_size))
    except OSError as error:
        raise ArchiveError(
            f"The product file '{path}' cannot be read: {error.strerror}.",
            hint="Give the path of a TOML file, such as --product station.toml.",
        ) from error


@lru_cache(maxsize=8)
def _loaded(path: Path, _modified: int, _size: int) -> ProductType:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ArchiveError(
            f"The product file '{path}' is not TOML: {error}.", hint="Write patterns between single quotes."
        ) from error
    if len(content) != 1 or not isinstance(table := next(iter(content.values())), dict):
        raise ArchiveError(
            f"The product file '{path}' must hold one table, and holds {len(content)} entries.",
            hint="Begin the file with the name of the type in brackets: [station].",
        )
    return _made(next(iter(content)), table, f"'{path}'")


def _made(name: str, table: Mapping[str, Any], where: str) -> ProductType:
    unknown = [key for key in table if key not in _SETTINGS]
    if unknown:
        near = get_close_matches(unknown[0], _SETTINGS, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(_SETTINGS)}."
        raise ArchiveError(f"{where} has a setting '{unknown[0]}' that is not known.", hint=hint)
    if not table.get("files"):
        raise ArchiveError(
            f"{where} names no files.", hint=f"Add [[{name}.files]] with path = '{{tile}}_{{date}}.tif'."
        )
    files, holders = _files(table["files"], where)
    try:
        kind = product_type(name, {**table, "files": files, "holders": [*table.get("holders", ()), *holders]})
    except (re.error, KeyError, TypeError, ValueError) as error:
        raise ArchiveError(
            f"{where} cannot be understood: {error}.", hint="Compare it with the example in the documentation."
        ) from error
    _check(kind, table, where)
    return kind


def _files(entries: list[Mapping[str, Any]], where: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The entries with expressions in place of paths, and the expressions of the folders in the paths."""
    files: list[dict[str, Any]] = []
    holders: dict[str, None] = {}
    for entry in entries:
        kind = entry.get("kind", "index")
        if kind not in _KINDS:
            raise ArchiveError(f"{where} has files of the kind '{kind}'.", hint=f"Known kinds: {', '.join(_KINDS)}.")
        if "path" not in entry:
            files.append({**entry, "kind": kind})
            continue
        *folders, last = PurePosixPath(entry["path"]).parts
        suffix = last[last.rfind(".") :] if "." in last else ""
        if not suffix or "}" in suffix or "*" in suffix:
            raise ArchiveError(f"{where}: the path '{entry['path']}' must end in a suffix.", hint="Such as .tif.")
        files.append({"kind": kind, "suffixes": [suffix.lower()], "pattern": _expression(last, where)})
        files.append({"kind": "sidecar", "suffixes": [".xml"], "pattern": _expression(f"{last}.aux.xml", where)})
        if any("{" in folder for folder in folders):
            holders["(?:.*/)?" + "/".join(_expression(folder, where) for folder in folders)] = None
    # the first that fits is taken: those that leave least open go first
    return files, sorted(holders, key=lambda holder: holder.count("(?P<"))


def _expression(text: str, where: str) -> str:
    """The regular expression of one part of a path; a name that comes again must have the same value."""
    return "".join(_pieces(text, where))


def _pieces(text: str, where: str) -> Iterator[str]:
    met: set[str] = set()
    end = 0
    for match in _BRACES.finditer(text):
        yield re.escape(text[end : match.start()])
        end = match.end()
        if match[2]:
            yield "[^/]*?"
            continue
        name, _, words = match[1].partition("=")
        if name not in _FIELDS:
            near = get_close_matches(name, _FIELDS, n=1)
            hint = f"Did you mean '{{{near[0]}}}'?" if near else f"Known: {', '.join(_FIELDS)}."
            raise ArchiveError(f"{where} has '{{{match[1]}}}', which is not known.", hint=hint)
        field, usual = _FIELDS[name]
        shape = "|".join(re.escape(word) for word in words.split("|")) if words else usual
        yield f"(?P={field})" if field in met else f"(?P<{field}>{shape})"
        met.add(field)
    yield re.escape(text[end:])


def _check(kind: ProductType, table: Mapping[str, Any], where: str) -> None:
    """Raise when no image can have a date, or when an example is not named."""
    shapes = [entry.pattern for entry in (*kind.patterns, *kind.holders)]
    if not any("sensed" in shape.groupindex for shape in shapes) and "sensed" not in table.get("fixed", {}):
        raise ArchiveError(f"{where} says nowhere what the date of an image is.", hint="Put {date} into the path.")
    for example in table.get("examples", ()):
        found = kind.parse(example)
        if found is None:
            raise ArchiveError(
                f"{where}: the example '{example}' fits none of its paths.",
                hint="Correct the path or the example; a path is compared from its end.",
            )
        if found.kind in {"index", "mask"} and found.sensed_at is None:
            raise ArchiveError(f"{where}: the example '{example}' gets no date.", hint="Put {date} into the path.")
