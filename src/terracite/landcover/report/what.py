# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was mapped, and from what."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from terracite.landcover import wording
from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import labels, section, table
from terracite.landcover.report.words import Words
from terracite.landcover.wording import number


def what(found: Outcome, language: str, say: Words) -> str:
    """The period, the ground, the cells; the images, and the reference data of each class."""
    mapped = _terms([*_ground(found, language, say), *_images(found, say)])
    return section(say["what"], mapped + _reference(found, language, say))


def _terms(pairs: Sequence[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>\n" for term, text in pairs) + "</dl>"


def _ground(found: Outcome, language: str, say: Words) -> list[tuple[str, str]]:
    grid, classes = found.prepared.grid, found.prepared.nomenclature.labels(language)
    west, south, east, north = grid.lonlat_box()
    wide, high = (number(side * grid.cell_size_m / 1000, language) for side in (grid.width, grid.height))
    across, along = _span(west, east, "WE", language, say), _span(south, north, "SN", language, say)
    cells = int(found.facts.cells.sum())
    left = number(100 * found.facts.unmapped_cells / max(cells + found.facts.unmapped_cells, 1), language)
    cell = number(grid.cell_size_m, language, 0 if grid.cell_size_m >= 10 else 1)
    pairs = [
        (say["place"], wording.place(found).best(language)),
        (say["period"], say["from_to"].format(**_period(found, language))),
        (say["legend"], say["classes_are"].format(count=len(classes), names=", ".join(classes))),
        (say["cell"], say["cell_is"].format(size=cell, area=number(grid.cell_size_m**2 / 10_000, language, 2))),
        (say["extent"], say["extent_is"].format(wide=wide, high=high, box=f"{across}, {along}")),
    ]
    if found.facts.unmapped_cells:
        pairs.append((say["left_out"], say["left_out_is"].format(share=left)))
    return pairs


def _span(least: float, most: float, names: str, language: str, say: Words) -> str:
    """ "55.078° E to 55.094° E" """
    low, high = (f"{number(abs(one), language, 3)}° {say[names[one >= 0]]}" for one in (least, most))
    return say["between"].format(low=low, high=high)


def _period(found: Outcome, language: str) -> dict[str, str]:
    return {"first": wording.day(found.first, language), "last": wording.day(found.last, language)}


def _images(found: Outcome, say: Words) -> list[tuple[str, str]]:
    platforms = sorted({name for layer in found.layers for name in layer.platforms})
    indices = [layer.index for layer in found.layers]
    fewest, most = found.facts.clear_range
    told = say["images_are"].format(count=found.dates, names=", ".join(platforms) or say["no_name"])
    return [
        (say["images"], told),
        (say["bands"], ", ".join(indices)),
        (say["clear_dates"], say["clear_dates_are"].format(fewest=fewest, most=most)),
    ]


def _reference(found: Outcome, language: str, say: Words) -> str:
    samples, groups = found.card.get("training_samples", {}), found.card.get("training_groups", {})
    if not samples:
        return ""
    recipe, kind = found.prepared.recipe, "series" if found.prepared.recipe.reference.kind == "series" else "cells"
    told = say[f"learnt_{kind}"].format(
        file=recipe.reference.file.name, samples=_whole(samples, language), groups=_whole(groups, language)
    )
    counts = [samples] if kind == "series" else [samples, groups]
    codes = [str(code) for code in found.prepared.nomenclature.codes]
    rows = [
        [label, *(number(count.get(code, 0), language, 0) for count in counts)]
        for label, code in zip(labels(found, language), codes, strict=True)
    ]
    columns = [say["class"], say[f"count_{kind}"], say["count_groups"]][: 1 + len(counts)]
    return f"<h3>{escape(say['learnt'])}</h3><p>{escape(told)}</p>{table(columns, rows, say['learnt'])}"


def _whole(counts: dict[str, int], language: str) -> str:
    return number(sum(counts.values()), language, 0)
