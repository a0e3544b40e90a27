# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rasters of a map, written block by block from what the run kept of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from terracite.landcover.block_map import BlockMap
from terracite.landcover.classes import NOT_MAPPED
from terracite.landcover.engine import finished
from terracite.landcover.mapping import Extra, extras_of
from terracite.landcover.outcome import Outcome
from terracite.landcover.products.files import Item, cog
from terracite.landcover.work import Work
from terracite.raster.grid import Block
from terracite.raster.write import write_cog
from terracite.record.model import Text

MAP, CONFIDENCE, CLEAR = "landcover.tif", "confidence.tif", "clear_dates.tif"


def rasters(folder: Path, work: Work, found: Outcome) -> Iterator[Item]:
    """Write the map and all that goes with each cell; memory does not grow with the map."""
    colours, tags = found.prepared.nomenclature.colours, class_tags(found)
    notice = found.prepared.recipe.record.notice.best("en")
    own = tags | ({"NOTICE": notice} if notice else {})
    write = _Writer(folder, work, found)
    write(MAP, lambda block: block.classes, ("land cover class",), own, colours)
    fr, en = "Classe d'occupation du sol de chaque cellule ; 0 = non cartographié.", "Land-cover class; 0 = not mapped."
    yield cog(MAP, Text(fr=fr, en=en))
    write(CONFIDENCE, lambda block: block.confidence, ("confidence, %",))
    fr = "Confiance : part des voix du classifieur pour la classe, en % (ce n'est pas une probabilité)."
    en = "Confidence: share of the classifier's votes for the class, in % (not a probability)."
    yield cog(CONFIDENCE, Text(fr=fr, en=en))
    kind = "uint16" if found.facts.clear_range[1] > 255 else "uint8"
    write(CLEAR, lambda block: block.clear, ("clear dates",), dtype=kind)
    fr, en = "Nombre de dates claires utilisées ; 0 = aucune.", "Number of clear dates used; 0 = none."
    yield cog(CLEAR, Text(fr=fr, en=en))
    for extra in extras_of(found.prepared.recipe.output, found.prepared.nomenclature):
        write.extra(extra, tags, colours)
        yield cog(extra.path, extra.label)


def class_tags(found: Outcome) -> dict[str, str]:
    """The classes as metadata of a raster of codes."""
    nomenclature = found.prepared.nomenclature
    tags = {f"CLASS_{item.code}": item.label.best("en") for item in nomenclature.classes}
    return tags | ({"NOMENCLATURE": nomenclature.id} if nomenclature.id else {})


class _Writer:
    """Writes rasters of one map in one folder."""

    def __init__(self, folder: Path, work: Work, found: Outcome) -> None:
        self.folder, self.work = folder, work
        self.grid, self.size = found.prepared.grid, found.prepared.recipe.output.block

    def __call__(
        self,
        name: str,
        pick: Callable[[BlockMap], NDArray[Any]],
        bands: Sequence[str],
        tags: Mapping[str, str] | None = None,
        colours: Mapping[int, str] | None = None,
        *,
        dtype: str = "uint8",
        nodata: int = NOT_MAPPED,
    ) -> None:
        def blocks() -> Iterator[tuple[Block, NDArray[Any]]]:
            for block, values in finished(self.work, self.grid, self.size):
                yield block, pick(values)

        write_cog(
            self.folder / name, blocks(), self.grid, dtype=dtype, nodata=nodata, colours=colours,
            descriptions=bands, tags=tags,
        )  # fmt: skip

    def extra(self, extra: Extra, tags: Mapping[str, str], colours: Mapping[int, str]) -> None:
        """Write a further raster, with the legend where it holds classes."""
        shown = (tags, colours) if extra.is_classes else (None, None)
        self(extra.path, lambda block: block.further[extra.name], extra.bands, *shown, nodata=extra.nodata)
