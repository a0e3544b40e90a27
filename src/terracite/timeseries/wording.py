# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sentences of the records of series: what the data are, where, when, how made; in French and English."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from terracite.raster.products import named
from terracite.record.model import Quality, Text
from terracite.timeseries import wording_numbers
from terracite.timeseries.formats import FORMATS
from terracite.timeseries.versions import Versions
from terracite.timeseries.vocabulary import IndexInfo, Mission, index_info
from terracite.timeseries.yearly import YearSeries

_MONTHS = {
    "fr": "janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre",
    "en": "January,February,March,April,May,June,July,August,September,October,November,December",
}


def title(one: YearSeries, source: Mission, place: Text) -> Text:
    """One line: what, where, when; and that it is simulated when it is."""
    fr_where, en_where = (f" ({name})" if name else "" for name in (place.fr, place.en))
    fr_simulated, en_simulated = (" – données simulées", " – simulated data") if one.versions.is_simulated else ("", "")
    tile = one.tile
    kind = index_info(one.index, one.product).kind
    of_kind = f"de {kind.fr}" if kind else ""
    fr_tile, en_tile = (f" de la tuile {tile}", f" of tile {tile}") if tile else ("", "")
    return Text(
        fr=f"Série temporelle {spaced(of_kind, one.index, source.name)}{fr_tile}{fr_where}, {one.year}{fr_simulated}",
        en=f"{spaced(source.name, one.index, kind.en)} time series{en_tile}{en_where}, {one.year}{en_simulated}",
    )


def abstract(one: YearSeries, info: IndexInfo, source: Mission, place: Text) -> Text:
    """What the data hold, on what grid, how complete."""
    size = f"{one.grid.cell_size_m:.4g}"
    fr_where, en_where = (f" ({name})" if name else "" for name in (place.fr, place.en))
    count, kind = len(one.images), source.name
    fr = [
        f"{spaced(str(count), 'images', kind)} {_of(info.name.fr)} ({info.code}) sur la tuile {one.tile}{fr_where}, "
        f"du {day(one.start, 'fr')} au {day(one.end, 'fr')}, à {size.replace('.', ',')} m.",
        info.about.fr,
        "Une date de la série est une acquisition, à son heure de prise de vue (UTC) ; les valeurs sont celles des "
        "images de la station, sans lissage ni comblement.",
    ]
    en = [
        f"{spaced(str(count), kind, 'images')} of the {info.name.en} ({info.code}) over tile {one.tile}{en_where}, "
        f"from {day(one.start, 'en')} to {day(one.end, 'en')}, at {size} m.",
        info.about.en,
        "One date of the series is one acquisition, at its sensing time (UTC); values are those of the station's "
        "images, neither smoothed nor filled.",
    ]
    if one.clear_percent is not None:
        fr.append(f"En moyenne {one.clear_percent:.0f} % de la surface est claire ; un masque de nuages est joint.")
        en.append(f"On average {one.clear_percent:.0f} % of the area is clear; a cloud mask goes with the values.")
    if one.versions.is_simulated:
        fr.insert(0, "Données simulées, inventées pour essayer Terracite : aucun satellite ne les a vues.")
        en.insert(0, "Simulated data, invented to try Terracite with: no satellite saw them.")
    return Text(fr=" ".join(filter(None, fr)), en=" ".join(filter(None, en)))


def _of(name: str) -> str:
    """A French name after "of the".

    >>> _of("indice de brûlis"), _of("réflectance")
    ("de l'indice de brûlis", 'de la réflectance')
    """
    return f"de l'{name}" if name[:1].lower() in "aeéèêiïouyh" else f"de la {name}"


def purpose(info: IndexInfo) -> Text:
    """What such a series is good for."""
    fr = f"la {info.kind.fr} ({info.code})" if info.kind else f"le {info.code}"
    en = f"{info.kind.en} ({info.code})" if info.kind else info.code
    return Text(
        fr=f"Suivre {fr} dans le temps, cartographier l'occupation des sols, étudier la phénologie.",
        en=f"To follow {en} through time, map land cover, study phenology.",
    )


def notes(one: YearSeries, source: Mission) -> Text:
    """How to read the numbers, and what the provider of the images asks to be said."""
    fr = "Valeur physique = nombre x scale_factor ; -32768 = absence de donnée ; hors de valid_range = à ignorer."
    en = "Physical value = number x scale_factor; -32768 = no data; outside valid_range = to be ignored."
    said, numbers = credit(one, source), wording_numbers.note([one])
    return Text(
        fr=spaced(fr, numbers.fr, source.encoding.fr, said), en=spaced(en, numbers.en, source.encoding.en, said)
    )


def credit(one: YearSeries, source: Mission) -> str:
    """The sentence that the provider of the images asks for; "" when there is none."""
    return source.credit.format(year=one.year)


def spaced(*words: str) -> str:
    """The words that are not empty, a space between them."""
    return " ".join(word for word in words if word)


def statement(one: YearSeries, source: Mission) -> Text:
    """Where the data come from, in one or two sentences."""
    if one.versions.is_simulated:
        return Text(
            fr="Images simulées par « terracite simulate archive », rangées comme celles d'une station de réception, "
            f"puis assemblées par date dans {FORMATS[one.format].one.fr}.",
            en="Images simulated by 'terracite simulate archive', laid out as a receiving station does, then put "
            f"together by date in {FORMATS[one.format].one.en}.",
        )
    made = made_by(one, source)
    fr = f"Faite à partir de {len(one.images)} images {source.title} ({source.agency or 'producteur non précisé'})."
    en = f"Made from {len(one.images)} images of {source.title} ({source.agency or 'producer not stated'})."
    return Text(
        fr=f"{fr} {made.fr} {wording_numbers.assembled([one]).fr}",
        en=f"{en} {made.en} {wording_numbers.assembled([one]).en}",
    )


def made(one: HasVersions, source: Mission) -> Text:
    """The step before ours."""
    if one.versions.is_simulated:
        return Text(
            fr="Paysage, nuages et passages du satellite inventés à partir d'une graine.",
            en="Landscape, clouds and passes of the satellite invented from a seed.",
        )
    return made_by(one, source)


class HasVersions(Protocol):
    """A series, or several."""

    @property
    def versions(self) -> Versions:
        """Of the software that made the images."""
        ...


def made_by(one: HasVersions, source: Mission) -> Text:
    """How the images were computed, with the versions they tell."""
    versions = {
        "sen2cor": _version(one.versions.sen2cor),
        "sen2chain": _version(one.versions.sen2chain),
    }
    return Text(fr=source.made.fr.format(**versions), en=source.made.en.format(**versions))


def chain(one: HasVersions) -> str:
    """The software before ours, with its versions."""
    if one.versions.is_simulated:
        return "terracite simulate"
    names = (("Sen2Cor", one.versions.sen2cor), ("Sen2Chain", one.versions.sen2chain))
    return ", ".join(f"{name} {', '.join(found)}" for name, found in names if found)


def _version(found: tuple[str, ...]) -> str:
    return f" {', '.join(found)}" if found else ""


def selection(product: str) -> Text:
    """How images were chosen."""
    label = named(product).label
    return Text(
        fr=f"Choix des images dans l'archive ({label['fr']}) : une par heure de prise de vue, de la version de "
        "traitement la plus récente ; les fichiers illisibles sont écartés.",
        en=f"Images chosen in the archive ({label['en']}): one per sensing time, of the latest processing version; "
        "unreadable files are left out.",
    )


def assembly(one: YearSeries) -> Text:
    """What we did."""
    kept = wording_numbers.kept([one])
    return Text(
        fr=f"Écriture de {len(one.images)} dates dans {FORMATS[one.format].one.fr} : {kept.fr}, absence de "
        "donnée portée à -32768, masque de nuages et identité de chaque produit à côté.",
        en=f"{len(one.images)} dates written to {FORMATS[one.format].one.en}: {kept.en}, no data set to -32768, "
        "the cloud mask and the identity of each product beside them.",
    )


def clear_share(percent: float, *, low: float | None = None) -> Quality:
    """Quality: how much of the grid is clear on a date."""
    note = Text()
    if low is not None:
        note = Text(
            fr=f"date la moins claire : {100 * low:.0f} %".replace(".", ","),
            en=f"least clear date: {100 * low:.0f} %",
        )
    name = Text(fr="Part claire de la surface, moyenne des dates", en="Clear share of the area, mean over dates")
    return Quality(name=name, value=round(percent, 2), unit="%", note=note)


def missing_share(percent: float) -> Quality:
    """Quality: how many values are missing for another reason than cloud."""
    name = Text(fr="Valeurs absentes ou hors limites", en="Values missing or out of range")
    return Quality(name=name, value=round(percent, 3), unit="%")


def counted(count: int, language: str, singular: str, plural: str) -> str:
    """A number and its noun: "1 tuile", "2 tuiles"; French has the singular for 0 too.

    >>> counted(0, "fr", "tuile", "tuiles"), counted(0, "en", "tile", "tiles")
    ('0 tuile', '0 tiles')
    """
    is_one = count < 2 if language == "fr" else count == 1
    return f"{count} {singular if is_one else plural}"


def day(moment: dt.datetime, language: str) -> str:
    """ "3 January 2022", "1er janvier 2022"."""
    months = _MONTHS[language].split(",")
    number = "1er" if language == "fr" and moment.day == 1 else str(moment.day)
    return f"{number} {months[moment.month - 1]} {moment.year}"
