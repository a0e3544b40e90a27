# SPDX-License-Identifier: AGPL-3.0-or-later
"""From yearly maps to a consistent series: a crate with a map a year, how sure each is, and what changed when."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from terracite.landcover import derived, pictures
from terracite.landcover.classmap import PROBABILITIES
from terracite.landcover.derived import Derived
from terracite.landcover.products.files import THUMBNAIL, Item, cog, item, safe
from terracite.landcover.products.legend import legend
from terracite.landcover.progress import Listener, Silent
from terracite.landcover.recipe import SamplePart
from terracite.landcover.years import effect, walking
from terracite.landcover.years.chain import COLUMNS, Chain
from terracite.landcover.years.effect import Effect
from terracite.landcover.years.evidence import Year
from terracite.landcover.years.walking import NEVER, Counted
from terracite.raster.write import write_cog
from terracite.record.model import FileRole, Text, Variable

_PAIRED = Text(
    fr="Ces surfaces comptent les changements des cartes, erreurs comprises : ce ne sont pas des estimations. Les "
    "surfaces de changement viennent d'un échantillon interprété aux deux dates (terracite landcover change).",
    en="These areas count changes of the maps, errors included: they are no estimates. Areas of change come from a "
    "sample interpreted at both dates (terracite landcover change).",
)


@dataclass(frozen=True, slots=True)
class How:
    """How the series is made."""

    chain: Chain
    learnt: bool = False  #: the transitions are estimated from the maps, beginning with ``chain``
    fill: bool = True  #: cells that a year does not map get a class from the other years
    samples: Mapping[int, SamplePart] = field(default_factory=dict)  #: probability sample of a year
    files: tuple[Path, ...] = ()  #: tables that were read


@dataclass(frozen=True, slots=True)
class Series:
    """What was made."""

    changed: bool
    chain: Chain
    counted: Counted
    effects: tuple[Effect, ...]


def make_series(
    years: Sequence[Year], how: How, output: Path, command: Sequence[str] = (), listener: Listener | None = None
) -> Series:
    """Make the crate ``output``. Raises `ProblemsError`, `RasterError`, `SampleError`, `CrateError`."""
    hear, output = listener or Silent(), Path(output).absolute()
    samples = effect.placed(years, how.samples)
    begun = how.chain if years[0].prior is None else replace(how.chain, start=years[0].prior)
    chain = walking.learn(years, begun) if how.learnt else begun
    output.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=output.parent, prefix=f".{output.name}.") as work:
        folder = Path(work)
        with hear.progress("smoothing") as progress:
            counted = walking.walk(folder, years, chain, how.fill, effect.cells_of(years, samples), progress)
        effects = effect.measured(samples, counted.under)
        maps = [one.map for one in years]
        what = _derived(years, how, chain, effects, tuple(command))
        changed = derived.write(output, maps, what, lambda to: _items(to, folder, years, chain, counted, effects))
    return Series(changed, chain, counted, effects)


def _items(
    folder: Path, work: Path, years: Sequence[Year], chain: Chain, counted: Counted, effects: Sequence[Effect]
) -> Iterator[Item]:
    known, grid = years[0].map.nomenclature, years[0].map.grid
    tags = {f"CLASS_{one.code}": one.label.best("en") for one in known.classes}
    tags |= {"NOMENCLATURE": known.id} if known.id else {}
    for t, one in enumerate(years):
        name = f"landcover_{one.year}.tif"
        write_cog(
            folder / name, walking.kept(work, "years", t, grid), grid, dtype="uint8", nodata=0,
            colours=known.colours, descriptions=(f"land cover class, {one.year}",), tags=tags,
        )  # fmt: skip
        fr, en = f"Classe en {one.year} ; 0 = non cartographié.", f"Class in {one.year}; 0 = not mapped."
        yield cog(name, Text(fr=fr, en=en))
        name = f"confidence_{one.year}.tif"
        write_cog(
            folder / name, walking.kept(work, "years", len(years) + t, grid), grid, dtype="uint8", nodata=0,
            descriptions=("probability of the class, %",),
        )  # fmt: skip
        fr = f"Probabilité de la classe en {one.year}, d'après toutes les années, en % ; elle n'est pas calibrée."
        en = f"Probability of the class in {one.year}, given all years, in %; it is not calibrated."
        yield cog(name, Text(fr=fr, en=en))
    write_cog(
        folder / "changes.tif", walking.kept(work, "changes", slice(None), grid), grid, dtype="uint16", nodata=NEVER,
        descriptions=("year of the last change; 0 = none", "number of changes"),
    )  # fmt: skip
    fr, en = (
        "Année du dernier changement (0 = aucun), puis nombre de changements.",
        ("Year of the last change (0 = none), then number of changes."),
    )
    yield cog("changes.tif", Text(fr=fr, en=en))
    yield from legend(folder, known.classes, tuple(f"landcover_{one.year}" for one in years))
    yield from _tables(folder, years, chain, counted)
    if effects:
        _write(folder / "accuracy.csv", effect.rows(effects))
        fr = "Exactitude de chaque année sur son échantillon : avant, après, différence, avec intervalles à 95 %."
        en = "Accuracy of each year on its sample: before, after, difference, with 95 % intervals."
        yield item("accuracy.csv", FileRole.DATA, "text/csv", "CSV", fr, en)
    (folder / THUMBNAIL).write_bytes(pictures.map_png(folder / f"landcover_{years[-1].year}.tif", known.colours, 480))
    yield item(THUMBNAIL, FileRole.THUMBNAIL, "image/png", "PNG", "Aperçu de la dernière année.", "The last year.")


def _tables(folder: Path, years: Sequence[Year], chain: Chain, counted: Counted) -> Iterator[Item]:
    known = years[0].map.nomenclature
    _write(folder / "transitions.csv", _transitions(years, counted))
    fr, en = (
        "Surfaces dont la classe change d'une année à l'autre sur les cartes.",
        "Areas whose class changes on the maps.",
    )
    yield item("transitions.csv", FileRole.DATA, "text/csv", "CSV", f"{fr} {_PAIRED.fr}", f"{en} {_PAIRED.en}")
    pairs = ((a, b) for a in range(len(known)) for b in range(len(known)) if chain.matrix[a, b] > 0)
    lines = ([known.codes[a], known.codes[b], repr(float(chain.matrix[a, b]))] for a, b in pairs)
    _write(folder / "chain.csv", [list(COLUMNS), *lines])
    fr = "Probabilités de passage d'une année à la suivante qui ont servi ; les autres sont impossibles."
    en = "Probabilities from one year to the next that were used; all others are impossible."
    yield item("chain.csv", FileRole.DOCUMENTATION, "text/csv", "CSV", fr, en)
    head = ["year", "code", "fr", "en", "cells", "cells_changed_by_the_series", "cells_filled"]
    rows: list[list[object]] = [list(head)]
    for t, one in enumerate(years):
        for position, label in enumerate(known.classes):
            total = [int(counted.altered[t]), int(counted.filled[t])] if not position else ["", ""]
            cells = int(counted.cells[t, position])
            rows.append([one.year, label.code, safe(label.label.fr), safe(label.label.en), cells, *total])
    _write(folder / "cells.csv", rows)
    fr = "Cellules de chaque classe par année, et combien la série a changées ou remplies."
    en = "Cells of each class by year, and how many the series changed or filled."
    yield item("cells.csv", FileRole.DATA, "text/csv", "CSV", fr, en)


def _transitions(years: Sequence[Year], counted: Counted) -> Iterator[list[object]]:
    yield ["from_year", "to_year", "from_code", "to_code", "from", "to", "cells", "mapped_ha"]
    known = years[0].map.nomenclature
    names = [safe(name) for name in known.labels("en")]
    for t, (before, after) in enumerate(pairwise(years)):
        for a, b in zip(*np.nonzero(counted.moves[t]), strict=True):
            area = "" if counted.moved_ha is None else round(float(counted.moved_ha[t, a, b]), 4)
            ends = [before.year, after.year, known.codes[a], known.codes[b], names[a], names[b]]
            yield [*ends, int(counted.moves[t, a, b]), area]


def _write(path: Path, lines: Iterator[list[object]] | Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def _derived(
    years: Sequence[Year], how: How, chain: Chain, effects: Sequence[Effect], command: tuple[str, ...]
) -> Derived:
    first, last, known = years[0].year, years[-1].year, years[0].map.nomenclature
    place = next((e.place for one in years if one.map.crate for e in one.map.crate.record.extents if e.place), Text())
    fr, en = (f" : {place.fr}" if place.fr else "", f": {place.en}" if place.en else "")
    banned = int(chain.forbidden.sum())
    learnt = (
        Text(fr="estimés sur les cartes", en="estimated from the maps") if how.learnt else Text(fr="donnés", en="given")
    )
    worth = Text(
        fr="L'effet sur l'exactitude est mesuré sur l'échantillon de l'année." if effects else
        "L'exactitude de la série n'a pas été mesurée : lisser confirme aussi les erreurs qui se répètent.",
        en="The effect on accuracy is measured on the sample of the year." if effects else
        "The accuracy of the series was not measured: smoothing also confirms errors that repeat themselves.",
    )  # fmt: skip
    soft = any(one.shares for one in years)
    read = [path for part in how.samples.values() for path in (part.file, part.strata_file) if path]
    tables = dict.fromkeys(read)  # strata may be those of several years
    return Derived(
        kind="landcover-years",
        command=command or ("terracite", "landcover", "years", *(one.map.name for one in years)),
        title=Text(
            fr=f"Série cohérente de cartes d'occupation du sol {first}-{last}{fr}",
            en=f"Consistent series of land-cover maps {first}-{last}{en}",
        ),
        abstract=Text(
            fr=f"{len(years)} cartes annuelles rendues cohérentes cellule par cellule : la suite de classes la plus "
            f"probable d'une chaîne de Markov cachée ; {banned} passages sont impossibles. {worth.fr} {_PAIRED.fr}",
            en=f"{len(years)} yearly maps made consistent cell by cell: the most likely sequence of classes of a "
            f"hidden Markov chain; {banned} transitions are impossible. {worth.en} {_PAIRED.en}",
        ),
        steps=(
            Text(
                fr=f"Chaîne de Markov cachée par cellule (Viterbi ; avant-arrière), passages {learnt.fr}.",
                en=f"Hidden Markov chain of each cell (Viterbi; forward-backward), transitions {learnt.en}.",
            ),
        ),
        grid=years[0].map.grid,
        resolution_m=years[0].map.grid.cell_size_m,
        variables=(
            Variable(name="landcover", label=Text(fr="Classe d'occupation du sol", en="Land-cover class"), unit="1"),
            Variable(name="confidence", label=Text(fr="Probabilité de la classe", en="Probability"), unit="percent"),
        ),
        classes=tuple(one.model_copy(update={"area_ha": None}) for one in known.classes),
        nomenclature=known.id,
        quality=tuple(one.quality() for one in effects),
        parameters={
            "years": [one.year for one in years], "fill": how.fill, "estimated": how.learnt,
            "chain": [[float(value) for value in row] for row in chain.matrix],
        },
        files=(*how.files, *tables),
        further=(PROBABILITIES,) if soft else (),
    )  # fmt: skip
