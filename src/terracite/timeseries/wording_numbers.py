# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sentences of records on how the numbers of images became those of series files; in French and English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from terracite.raster.netcdf import DateCount
from terracite.raster.packing import Packing
from terracite.record.model import Quality, Text
from terracite.timeseries.yearly import YearSeries

_SHIFTED = Text(
    fr="Les réflectances dont la version de traitement a un autre décalage sont ramenées à add_offset en ajoutant un "
    "nombre entier aux nombres des images : les valeurs physiques sont exactement les leurs.",
    en="Reflectances whose processing baseline has another offset are brought to add_offset by adding a whole number "
    "to the numbers of the images: physical values are exactly theirs.",
)
_SINGLE = Text(
    fr="Les images ont des nombres décimaux, gardés en simple précision.",
    en="The images have floating-point numbers, kept in single precision.",
)


def assembled(parts: Sequence[YearSeries]) -> Text:
    """ "The images were put together by date", and what that did to their values."""
    how = kept(parts)
    if not _steps(parts):
        fr, en = " sans changer leurs valeurs", " without changing their values"
    else:
        fr, en = f" : {how.fr}", f": {how.en}"
    return Text(fr=f"Les images ont été assemblées par date{fr}.", en=f"The images were put together by date{en}.")


def kept(parts: Sequence[YearSeries]) -> Text:
    """ "values unchanged", or to what they were rounded."""
    steps = _steps(parts)
    if not steps:
        return Text(fr="valeurs inchangées", en="values unchanged")
    shown = ", ".join(f"{step:.10f}".rstrip("0") for step in steps)
    return Text(
        fr=f"valeurs décimales arrondies à des multiples de {shown.replace('.', ',')}",
        en=f"floating-point values rounded to multiples of {shown}",
    )


def note(parts: Sequence[YearSeries]) -> Text:
    """What a reader must know of the numbers; nothing when they are those of the images."""
    packings = _packings(parts)
    texts = [
        text
        for text, is_told in (
            (_SHIFTED, any(not how.is_rounded for how in packings)),
            (_SINGLE, any(how.is_float for how in packings)),
        )
        if is_told
    ]
    return Text(fr=" ".join(text.fr for text in texts), en=" ".join(text.en for text in texts))


def losses(counts: Iterable[DateCount]) -> tuple[Quality, ...]:
    """What was lost on the way into the files, measured on every cell; nothing where nothing was."""
    counts = list(counts)
    lost, error = sum(count.lost for count in counts), max((count.error for count in counts), default=0.0)
    found = []
    if error:
        name = Text(fr="Plus grand écart d'arrondi", en="Largest rounding error")
        found.append(Quality(name=name, value=float(f"{error:.3g}"), unit="1"))
    if lost:
        name = Text(
            fr="Cellules dont la valeur ne tient pas dans le fichier, absentes",
            en="Cells whose value does not fit into the file, missing",
        )
        found.append(Quality(name=name, value=lost, unit="1"))
    return tuple(found)


def _steps(parts: Sequence[YearSeries]) -> list[float]:
    """To multiples of what values were rounded."""
    return sorted({how.scale for how in _packings(parts) if how.is_rounded and not how.is_float})


def _packings(parts: Sequence[YearSeries]) -> list[Packing]:
    return [how for how in dict.fromkeys(one.images[0].packing for one in parts) if how is not None]
