# SPDX-License-Identifier: AGPL-3.0-or-later
"""The channels that a folder of products holds, by tile: reflectances of optical sensors, backscatter of radars."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from terracite.errors import Problem, RasterError, Severity
from terracite.landcover.layers import Source
from terracite.landcover.recipe import ImageSource
from terracite.landcover.sensors import safe
from terracite.landcover.sensors.facts import Facts, MaskRule
from terracite.landcover.sensors.layer import Day, SensorLayer
from terracite.landcover.sensors.pictures import MaskFile, Picture
from terracite.raster.products import ProductFile, named
from terracite.raster.series import select

_NAMED = 3  #: files that a warning names
Picked = tuple[ProductFile, int]  #: a file and the band in it


@dataclass(slots=True)
class Found:
    """What a folder holds."""

    layers: list[tuple[str, SensorLayer]] = field(default_factory=list)  #: by tile and channel
    further: list[str] = field(default_factory=list)  #: channels that are there, and taken on demand only
    problems: list[Problem] = field(default_factory=list)


def find(files: Iterable[ProductFile], facts: Facts, source: ImageSource, where: str) -> Found:
    """Every channel of the files of one product, in the order of the table; ``where``: the place in the recipe."""
    found = Found()
    kept = list(files)
    if facts.radar:
        found.layers = list(_radar(kept, facts, source))
    else:
        found.layers = list(_optical(kept, facts, source, where, found))
    return found


def channel(name: str) -> str:
    """A band's usual name: "B4" for "B04"; others as they are."""
    return re.sub(r"^B0(\d)$", r"B\1", name)


def _optical(
    files: Sequence[ProductFile], facts: Facts, source: ImageSource, where: str, found: Found
) -> Iterator[tuple[str, SensorLayer]]:
    variant = facts.variants.get(source.reflectance, "")
    wanted = {f"{index}{variant}": name for name, index in {**facts.bands, **facts.further}.items()}
    bands: defaultdict[tuple[str, str], list[Picked]] = defaultdict(list)
    for file in select(files).kept:
        if file.kind == "index" and file.index in wanted:
            bands[_tile(file, facts), wanted[file.index]].append((file, 1))
    for tile, name, picked in _stacked(files, facts, source.reflectance):
        have = {file.product_id for file, _ in bands[tile, name]}
        bands[tile, name] += [(file, band) for file, band in picked if file.product_id not in have]
    masks = _Masks(files, facts, source)
    numbers = _Numbers(facts)
    order = [*facts.bands, *facts.further]
    for tile, name in sorted(bands, key=lambda key: (key[0], order.index(key[1]))):
        made = [(file, _picture(file, band, name, masks, numbers, facts)) for file, band in bands[tile, name]]
        yield tile, _layer(name, _by_day(made), facts, source)
    found.further = [name for name in facts.further if any(name == key[1] for key in bands)]
    found.problems += [*masks.problems(where), *numbers.problems(where)]


def _radar(files: Sequence[ProductFile], facts: Facts, source: ImageSource) -> Iterator[tuple[str, SensorLayer]]:
    """Each polarisation and the ratio of the crossed one to the straight one, by direction and orbit."""
    days: defaultdict[tuple[str, str, str], dict[int, tuple[Picture, ...]]] = defaultdict(dict)
    groups: defaultdict[tuple[str, str, str], list[tuple[ProductFile, Picture]]] = defaultdict(list)
    for file in select(files).kept:
        if file.kind == "index":
            polarisation, _, direction = file.index.partition("-")
            kind = named(file.product)
            picture = Picture(
                file.path, file.product_id, file.platform, 1, kind.scale, kind.offset, tuple(map(float, facts.missing))
            )
            seen = _GEOMETRY[source.orbits](direction, file.orbit.lstrip("0"))
            groups[_tile(file, facts), polarisation, seen].append((file, picture))
    for key, made in groups.items():
        days[key] = _by_day(made)
    for tile, polarisation, seen in sorted(days, key=lambda key: (key[0], key[2], facts.radar.index(key[1]))):
        yield tile, _layer(_spelt(polarisation, seen), days[tile, polarisation, seen], facts, source)
    for crossed, straight in (("VH", "VV"), ("HV", "HH")):
        for tile, polarisation, seen in sorted(days):
            if polarisation != crossed or (tile, straight, seen) not in days:
                continue
            upper, lower = days[tile, crossed, seen], days[tile, straight, seen]
            both = {day: upper[day] for day in upper if day in lower}
            yield tile, _layer(_spelt(f"{crossed}/{straight}", seen), both, facts, source, lower)


#: what a recipe says of orbits -> how a channel names the one it was seen from
_GEOMETRY: Mapping[str, Callable[[str, str], str]] = {
    "apart": lambda direction, orbit: f"{direction} {orbit}",
    "directions": lambda direction, _: direction,
    "together": lambda *_: "",
}


def _spelt(name: str, seen: str) -> str:
    return f"{name} {seen}".strip()


def _tile(file: ProductFile, facts: Facts) -> str:
    return file.tile if facts.has_tiles else ""


def _by_day(made: Sequence[tuple[ProductFile, Picture]]) -> dict[int, tuple[Picture, ...]]:
    days: defaultdict[int, list[Picture]] = defaultdict(list)
    for file, picture in sorted(made, key=lambda pair: (pair[0].sensed_at, pair[0].orbit, str(pair[0].path))):
        if file.sensed_at is not None:
            days[file.sensed_at.date().toordinal()].append(picture)
    return {day: tuple(days[day]) for day in sorted(days)}


def _layer(
    name: str,
    days: Mapping[int, tuple[Picture, ...]],
    facts: Facts,
    source: ImageSource,
    over: Mapping[int, tuple[Picture, ...]] | None = None,
) -> SensorLayer:
    kind = named(facts.name)
    index = f"{source.prefix}.{name}" if source.prefix else name
    return SensorLayer(
        index=index,
        root=source.folder,
        dates=tuple(Day(day, pictures, over[day] if over else ()) for day, pictures in days.items()),
        source=Source(f"{kind.label['en']}: {index}", kind.source, is_dataset=False),
        names=tuple(sorted(kind.platforms.items())),
        in_decibels=bool(facts.radar),
        has_tiles=facts.has_tiles,
    )


def _stacked(files: Sequence[ProductFile], facts: Facts, variant: str) -> Iterator[tuple[str, str, list[Picked]]]:
    """Bands that a product has in one file only."""
    if not facts.stack_ending:
        return
    ending = re.compile(f".*{facts.stack_ending.replace('%VARIANT%', variant)}")
    stacks = [file for file in files if file.sensed_at is not None and ending.fullmatch(file.path.name)]
    for tile in sorted({_tile(file, facts) for file in stacks}):
        here = [file for file in stacks if _tile(file, facts) == tile]
        for band, name in enumerate(facts.stack_bands, start=1):
            yield tile, name, [(file, band) for file in sorted(here, key=lambda file: str(file.path))]


def _picture(file: ProductFile, band: int, name: str, masks: _Masks, numbers: _Numbers, facts: Facts) -> Picture:
    scale, offset, metadata = numbers.of(file, name)
    return Picture(
        path=file.path,
        product_id=file.product_id,
        platform=file.platform,
        band=band,
        scale=scale,
        offset=offset,
        missing=tuple(map(float, facts.missing)),
        masks=masks.of(file, name),
        metadata=metadata,
    )


class _Numbers:
    """Scale and offset of each product, from where the facts say; products that lack it are noted."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._without: dict[str, str] = {}  #: product -> why

    def of(self, file: ProductFile, name: str) -> tuple[float, float, Path | None]:
        """Scale, offset, and the file that they were read from."""
        kind = named(file.product)
        usual = kind.scale, kind.offset_of(file.baseline), None
        if self._facts.numbers != "safe":
            return usual
        path = safe.metadata_of(file.path.parent)
        try:
            if path is not None and (found := safe.numbers_of(path).get(name)):
                return *found, path
            self._without[file.product_id] = "has no MTD_MSIL2A.xml"
        except RasterError as error:
            self._without[file.product_id] = error.message
        return usual

    def problems(self, where: str) -> Iterator[Problem]:
        if self._without:
            what = f"{_listed(self._without)}: {next(iter(self._without.values())).rstrip('.')}."
            cure = "The offset is taken by the processing baseline in the name; copy the XML beside the bands."
            yield Problem(f"{where}.folder", what, cure, Severity.WARNING)


class _Masks:
    """The masks of each product, found among its files; products that lack one they need are noted."""

    def __init__(self, files: Iterable[ProductFile], facts: Facts, source: ImageSource) -> None:
        self._rules = () if source.mask == "none" else facts.masks
        self._snow = source.snow == "mask"
        self._lacking: dict[str, dict[str, None]] = {rule.name: {} for rule in self._rules if rule.needed}
        self._files: dict[tuple[str, str, str], tuple[int, Path]] = {}
        for file in files:
            for rule in self._rules:
                self._note(file, rule)

    def of(self, file: ProductFile, name: str) -> tuple[MaskFile, ...]:
        found = []
        for rule in self._rules:
            if rule.band_bits and name not in rule.band_bits:
                continue
            _, path = self._files.get((file.product_id, file.tile, rule.name), (0, None))
            if path is not None:
                found.append(self._mask(rule, path, name))
            elif rule.needed:
                self._lacking[rule.name][file.product_id] = None
        return tuple(found)

    def problems(self, where: str) -> Iterator[Problem]:
        for name, products in self._lacking.items():
            if products:
                what = f"{_listed(products)}: the mask {name} is missing."
                cure = 'Its clouds are taken for ground: add the mask, or say mask = "none".'
                yield Problem(f"{where}.folder", what, cure, Severity.WARNING)

    def _note(self, file: ProductFile, rule: MaskRule) -> None:
        key = (file.product_id, file.tile, rule.name)
        for rank, ending in enumerate(rule.endings):
            if ending.fullmatch(file.path.name):
                known = self._files.get(key)
                if known is None or (rank, str(file.path)) < (known[0], str(known[1])):
                    self._files[key] = (rank, file.path)

    def _mask(self, rule: MaskRule, path: Path, name: str) -> MaskFile:
        if rule.band_bits:
            return MaskFile(path, 1 << rule.band_bits[name])
        snow = rule.snow if self._snow else ()
        if rule.values:
            return MaskFile(path, 0, (*rule.values, *snow))
        return MaskFile(path, sum(1 << bit for bit in (*rule.bits, *snow)))


def _listed(names: Mapping[str, object]) -> str:
    """ "3 products (a, b, c)"; the first ones only."""
    shown = ", ".join(list(names)[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
    return f"{len(names)} product{'s' if len(names) > 1 else ''} ({shown})"
