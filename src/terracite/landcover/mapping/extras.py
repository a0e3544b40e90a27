# SPDX-License-Identifier: AGPL-3.0-or-later
"""The further rasters of a map: the share of every class, the next best classes, and how sure the choice is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classes import NOT_MAPPED, Nomenclature
from terracite.landcover.recipe import OutputPart
from terracite.landcover.uncertainty.layers import BITS, DISSIMILARITY, SET_SIZE, SETS
from terracite.record.model import Text

NO_SHARE = 255  #: of a raster of percents, where nothing is mapped; 0 % is a value
PROBABILITIES, SHARES = "probabilities", "alternative_shares"


@dataclass(frozen=True, slots=True)
class Extra:
    """One further raster, uint8."""

    name: str  #: of the file, without its ending
    bands: tuple[str, ...]  #: what each holds
    label: Text
    nodata: int = NO_SHARE
    is_classes: bool = False  #: codes of classes rather than percents
    unit: str = "percent"
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        return f"{self.name}.tif"


def extras_of(wanted: OutputPart, nomenclature: Nomenclature, *, calibrated: bool = False) -> tuple[Extra, ...]:
    """The further rasters that ``[output]`` asks for; ``calibrated``: whether shares are probabilities."""
    found = []
    if wanted.probabilities:
        bands = tuple(f"{item.code} {item.label.best('en')}, %" for item in nomenclature.classes)
        fr, en = "Part de chaque classe, en %, une bande par classe.", "Share of each class, in %, one band a class."
        if calibrated:
            fr = "Probabilité (calibrée) de chaque classe, en %, une bande par classe."
            en = "Probability (calibrated) of each class, in %, one band a class."
        found.append(Extra(PROBABILITIES, bands, Text(fr=fr, en=en)))
    found += [_alternative(rank) for rank in ranks(wanted, len(nomenclature))]
    if ranks(wanted, len(nomenclature)):
        bands = tuple(f"share of class number {rank}, %" for rank in ranks(wanted, len(nomenclature)))
        label = Text(fr="Part de chacune des classes suivantes, en %.", en="Share of each next best class, in %.")
        found.append(Extra(SHARES, bands, label))
    found += [_CERTAINTY[name] for name in dict.fromkeys(wanted.certainty)]
    if wanted.sets is not None:
        found += _of_sets(wanted.sets, nomenclature)
    return (*found, _DISSIMILARITY) if wanted.dissimilarity else tuple(found)


def _of_sets(coverage: float, nomenclature: Nomenclature) -> tuple[Extra, Extra]:
    """The sets that hold the true class so often: as bits, and how many classes are in each."""
    classes, percents = nomenclature.classes, f"{100 * coverage:g}"
    tags = [
        (f"BAND_{place // BITS + 1}_BIT_{place % BITS}", f"{item.code} {item.label.best('en')}")
        for place, item in enumerate(classes)
    ]
    bands = tuple(
        "bits: classes " + ", ".join(str(item.code) for item in classes[start : start + BITS])
        for start in range(0, len(classes), BITS)
    )
    sets = Text(
        fr=f"Classes possibles de chaque cellule : l'ensemble contient la vraie classe {percents} % du temps là où le "
        "sol ressemble aux polygones de référence ; un bit par classe (étiquettes BAND_n_BIT_m). 0 partout = non "
        "cartographié.",
        en=f"Possible classes of each cell: the set holds the true one {percents} % of the time where the ground is "
        "like the reference polygons; one bit a class (tags BAND_n_BIT_m). 0 in all bands = not mapped.",
    )
    size = Text(
        fr="Nombre de classes possibles : 1 = sans ambiguïté. 0 = non cartographié (aucun ensemble n'est vide).",
        en="Number of possible classes: 1 = no ambiguity. 0 = not mapped (no set is empty).",
    )
    about = (*tags, ("COVERAGE", f"{coverage:g}"))
    return (
        Extra(SETS, bands, sets, NOT_MAPPED, unit="1", tags=about),
        Extra(SET_SIZE, ("classes in the set",), size, NOT_MAPPED, unit="1"),
    )


def ranks(wanted: OutputPart, classes: int) -> range:
    """Which next best classes are kept: 2 is the second one."""
    return range(2, min(wanted.alternatives, classes) + 1)


def bytes_per_cell(extras: Sequence[Extra]) -> int:
    """What they take before they are compressed."""
    return sum(len(extra.bands) for extra in extras)


def compute(
    shares: NDArray[np.float32],
    usable: NDArray[np.bool_],
    codes: NDArray[np.uint8],
    extras: Sequence[Extra],
    doubts: Mapping[str, NDArray[np.uint8]] | None = None,
) -> dict[str, NDArray[np.uint8]]:
    """The rasters by name, (band, y, x); ``shares``: (class, y, x), sum 1 where ``usable`` (y, x).

    ``doubts``: those that are not made of these shares.
    """
    found: dict[str, NDArray[np.uint8]] = {}
    order: NDArray[np.intp] | None = None
    for extra in extras:
        if extra.name in (SETS, SET_SIZE, DISSIMILARITY):
            found[extra.name] = (doubts or {})[extra.name]
        elif extra.name == PROBABILITIES:
            found[extra.name] = _percents(shares, usable)
        elif extra.name in _MEASURES:
            found[extra.name] = _percents(_MEASURES[extra.name](shares)[None], usable)
        else:
            order = np.argsort(-shares, axis=0, kind="stable") if order is None else order
            found[extra.name] = _next_best(extra, shares, usable, codes, order)
    return found


def _next_best(
    extra: Extra,
    shares: NDArray[np.float32],
    usable: NDArray[np.bool_],
    codes: NDArray[np.uint8],
    order: NDArray[np.intp],
) -> NDArray[np.uint8]:
    if extra.name == SHARES:
        chosen = order[1 : 1 + len(extra.bands)]
        return _percents(np.take_along_axis(shares, chosen, axis=0), usable)
    position = order[int(extra.name.rpartition("_")[2]) - 1]
    there = usable & (np.take_along_axis(shares, position[None], axis=0)[0] > 0)
    return np.where(there, codes[position], NOT_MAPPED).astype(np.uint8)[None]


def certainty_margin(shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """By how much the best class leads the second, 0-1, (y, x)."""
    if len(shares) < 2:
        return np.ones(shares.shape[1:], np.float32)
    top = np.partition(shares, len(shares) - 2, axis=0)
    return np.asarray(top[-1] - top[-2], np.float32)


def entropy(shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shannon's entropy as a share of its highest value: 0 = one class has it all, 1 = all classes alike, (y, x)."""
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.asarray(-(shares * logs).sum(axis=0) / np.log(max(len(shares), 2)), np.float32)


_MEASURES = {"margin": certainty_margin, "entropy": entropy}
_CERTAINTY = {
    "margin": Extra(
        "margin",
        ("share of the class less that of the second, %",),
        Text(
            fr="Avance de la classe sur la deuxième, en points de % : petite, le choix est douteux.",
            en="Lead of the class over the second one, in points of %: small, the choice is doubtful.",
        ),
    ),
    "entropy": Extra(
        "entropy",
        ("entropy of the shares, % of its highest value",),
        Text(
            fr="Entropie des parts, en % du maximum : 0 = une seule classe, 100 = toutes égales.",
            en="Entropy of the shares, in % of the highest: 0 = one class alone, 100 = all alike.",
        ),
    ),
}


_DISSIMILARITY = Extra(
    DISSIMILARITY,
    ("dissimilarity, % of the limit",),
    Text(
        fr="Dissemblance aux données d'apprentissage, en % de sa limite : 0 = comme un échantillon, plus de 100 = hors "
        "du domaine d'application, où les scores du modèle ne disent rien ; 250 = 250 ou plus.",
        en="Dissimilarity to the training data, in % of its limit: 0 = like a sample, above 100 = outside the area of "
        "applicability, where the scores of the model say nothing; 250 = 250 or more.",
    ),
)


def _alternative(rank: int) -> Extra:
    label = Text(
        fr=f"Classe de rang {rank} de chaque cellule ; 0 = aucune.", en=f"Class number {rank} of each cell; 0 = none."
    )
    return Extra(f"alternative_{rank}", (f"class number {rank}",), label, NOT_MAPPED, is_classes=True, unit="1")


def _percents(values: NDArray[np.float32], usable: NDArray[np.bool_]) -> NDArray[np.uint8]:
    whole = np.clip(np.rint(values * 100), 0, 100)
    return np.where(usable, whole, NO_SHARE).astype(np.uint8)
