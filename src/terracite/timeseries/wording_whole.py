# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sentences of the record of several series together; short whatever their number, in French and English."""

from __future__ import annotations

from collections.abc import Sequence

from terracite.record.model import Language, Text
from terracite.timeseries import wording_numbers
from terracite.timeseries.facets import MOST_NAMED
from terracite.timeseries.formats import FORMATS
from terracite.timeseries.vocabulary import index_info
from terracite.timeseries.whole import Whole
from terracite.timeseries.wording import counted, day, made_by, spaced

_FEW = 3  #: tiles, places or indices that a title names
_ALSO = {"fr": "et", "en": "and"}
_SIMULATED = Text(
    fr="Données simulées, inventées pour essayer Terracite : aucun satellite ne les a vues.",
    en="Simulated data, invented to try Terracite with: no satellite saw them.",
)
_HOW = Text(
    fr="Un fichier par tuile, indice et année de prise de vue ; une date y est une acquisition, à son heure de prise "
    "de vue (UTC) ; les valeurs sont celles des images de la station, sans lissage ni comblement.",
    en="One file per tile, index and year of sensing; one date in it is one acquisition, at its sensing time (UTC); "
    "values are those of the station's images, neither smoothed nor filled.",
)


def title(whole: Whole) -> Text:
    """One line: what, where, when; and that it is simulated when it is."""
    return Text(fr=_title(whole, "fr"), en=_title(whole, "en"))


def abstract(whole: Whole) -> Text:
    """What the data hold, where, on what grid, how complete, in a handful of sentences."""
    return Text(fr=_abstract(whole, "fr"), en=_abstract(whole, "en"))


def purpose(whole: Whole) -> Text:
    """What such series are good for."""
    fr, en = listed(whole.indices, "fr", _FEW, "indices"), listed(whole.indices, "en", _FEW, "indices")
    article = "" if len(whole.indices) > _FEW else "les indices " if len(whole.indices) > 1 else "le "
    return Text(
        fr=f"Suivre {article}{fr} dans le temps, cartographier l'occupation des sols, étudier la phénologie.",
        en=f"To follow {en} through time, map land cover, study phenology.",
    )


def notes(whole: Whole) -> Text:
    """How to read the numbers, and what the providers of the images ask to be said."""
    fr = "Valeur physique = nombre x scale_factor ; -32768 = absence de donnée ; hors de valid_range = à ignorer."
    en = "Physical value = number x scale_factor; -32768 = no data; outside valid_range = to be ignored."
    years = f"{whole.start.year}-{whole.end.year}" if whole.start.year < whole.end.year else f"{whole.start.year}"
    said = [item.credit.format(year=years) for item in whole.missions]
    numbers = wording_numbers.note(whole.parts)
    return Text(
        fr=spaced(fr, numbers.fr, *(item.encoding.fr for item in whole.missions), *said),
        en=spaced(en, numbers.en, *(item.encoding.en for item in whole.missions), *said),
    )


def statement(whole: Whole) -> Text:
    """Where the data come from, in a few sentences."""
    if whole.is_simulated:
        return Text(
            fr="Images simulées par « terracite simulate archive », rangées comme celles d'une station de réception, "
            "puis assemblées par date, un fichier par tuile, indice et année.",
            en="Images simulated by 'terracite simulate archive', laid out as a receiving station does, then put "
            "together by date, one file per tile, index and year.",
        )
    made = [made_by(whole, item) for item in whole.missions]
    named = [
        (item.title, item.agency or "producteur non précisé", item.agency or "producer not stated")
        for item in whole.missions
    ]
    fr = ", ".join(f"{name} ({agency})" for name, agency, _ in named)
    en = ", ".join(f"{name} ({agency})" for name, _, agency in named)
    return Text(
        fr=spaced(
            f"Faites à partir de {whole.image_count} images {fr}.",
            *(text.fr for text in made),
            wording_numbers.assembled(whole.parts).fr,
        ),
        en=spaced(
            f"Made from {whole.image_count} images of {en}.",
            *(text.en for text in made),
            wording_numbers.assembled(whole.parts).en,
        ),
    )


def assembly(whole: Whole) -> Text:
    """What we did."""
    count, files, kept = whole.image_count, len(whole.parts), wording_numbers.kept(whole.parts)
    nouns = FORMATS[whole.parts[0].format].several
    return Text(
        fr=f"Écriture de {count} dates dans {files} {nouns.fr}, un par tuile, indice et année : {kept.fr}, "
        "absence de donnée portée à -32768, masque de nuages et identité de chaque produit à côté.",
        en=f"{count} dates written to {files} {nouns.en}, one per tile, index and year: {kept.en}, no data set to "
        "-32768, the cloud mask and the identity of each product beside them.",
    )


def listed(names: Sequence[str], language: Language, most: int, noun: str) -> str:
    """ "NDVI, NBR and EVI"; "11 indices" where there are more than ``most``."""
    if len(names) > most:
        return f"{len(names)} {noun}"
    return _joined(names, language)


def _joined(names: Sequence[str], language: Language) -> str:
    *first, last = names
    return f"{', '.join(first)} {_ALSO[language]} {last}" if first else last


def _title(whole: Whole, language: Language) -> str:
    missions = _joined([item.name for item in whole.missions if item.name] or [""], language)
    simulated = {"fr": " – données simulées", "en": " – simulated data"}[language] if whole.is_simulated else ""
    told = f"{_what(whole, missions, language)}{_where(whole, language)}, {_when(whole, language)}{simulated}"
    return told[0].upper() + told[1:]


def _what(whole: Whole, missions: str, language: Language) -> str:
    """The indices of the mission."""
    what = listed(whole.indices, language, _FEW, "indices")
    few = len(whole.indices) <= _FEW
    if language == "fr":
        return spaced("Séries temporelles" if few else "Séries temporelles de", what, missions)
    return spaced(missions, what, "time series") if few else spaced(missions, "time series of", what)


def _where(whole: Whole, language: Language) -> str:
    """ " of tiles 38LRK and 40KCB (Réunion and Comoros)"; a single tile is not named where others may join."""
    tiles = [tile for tile in whole.tiles if tile]
    names = [place.name.best(language) for place, _ in whole.places]
    place = f" ({_some(names, language)})" if names else ""
    if not tiles or (len(tiles) == 1 and tiles[0] not in whole.key):
        return place
    if len(tiles) > _FEW:
        return f"{' de' if language == 'fr' else ' of'} {len(tiles)} {_tiles(tiles, language)}{place}"
    of = ({"fr": " de la", "en": " of"} if len(tiles) == 1 else {"fr": " des", "en": " of"})[language]
    return f"{of} {_tiles(tiles, language)} {_joined(tiles, language)}{place}"


def _some(names: list[str], language: Language) -> str:
    """The first names, and how many more there are."""
    if len(names) <= _FEW:
        return _joined(names, language)
    return f"{', '.join(names[:_FEW])}{', ' if language == 'en' else ' '}{_ALSO[language]} {_more(names, language)}"


def _more(names: list[str], language: Language) -> str:
    words = {"fr": ("autre territoire", "autres territoires"), "en": ("more territory", "more territories")}
    return counted(len(names) - _FEW, language, *words[language])


def _tiles(tiles: Sequence[str], language: Language) -> str:
    return {"fr": "tuile", "en": "tile"}[language] + ("s" if len(tiles) > 1 else "")


def _when(whole: Whole, language: Language) -> str:
    """The years; "from 2022" for the first year of a dataset that will have others."""
    first, last = whole.start.year, whole.end.year
    if first < last:
        return f"{first}–{last}" if language == "en" else f"{first}-{last}"
    if whole.has_year:
        return str(first)
    return f"{'depuis' if language == 'fr' else 'from'} {first}"


def _abstract(whole: Whole, language: Language) -> str:
    sentences = [
        _SIMULATED.best(language) if whole.is_simulated else "",
        _content(whole, language),
        _about(whole, language),
        _area(whole, language),
        _HOW.best(language),
        _clear(whole, language),
    ]
    return spaced(*sentences)


def _content(whole: Whole, language: Language) -> str:
    """How many images of what, over which tiles, between which days, how fine."""
    fr = language == "fr"
    missions = _joined([item.name for item in whole.missions if item.name] or [""], language)
    count = (
        spaced(str(whole.image_count), "images", missions) if fr else spaced(str(whole.image_count), missions, "images")
    )
    tiles = [tile for tile in whole.tiles if tile]
    over = f"{len(tiles)} {_tiles(tiles, language)}" if len(tiles) > _FEW else _joined(tiles or [""], language)
    over = over if len(tiles) > _FEW or not tiles else f"{_tiles(tiles, language)} {over}"
    sizes = _joined([f"{size:.4g}" for size in whole.cell_sizes_m], language)
    days = [day(moment, language) for moment in (whole.start, whole.end)]
    if fr:
        yearly = counted(len(whole.parts), "fr", "série annuelle", "séries annuelles")
        where = f" sur {'la ' if len(tiles) == 1 else 'les ' if len(tiles) <= _FEW else ''}{over}" if tiles else ""
        return f"{count} en {yearly}{where}, du {days[0]} au {days[1]}, à {sizes.replace('.', ',')} m."
    where = f" over {over}" if tiles else ""
    return f"{count} in {len(whole.parts)} yearly series{where}, from {days[0]} to {days[1]}, at {sizes} m."


def _about(whole: Whole, language: Language) -> str:
    """What each index is; of one index also what it tells; of many the codes alone."""
    products = {one.index: one.product for one in whole.parts}
    infos = [index_info(index, products[index]) for index in whole.indices]
    if len(infos) > MOST_NAMED:
        codes = ", ".join(info.code for info in infos[:MOST_NAMED])
        return f"{len(infos)} indices : {codes}..." if language == "fr" else f"{len(infos)} indices: {codes}..."
    named = _joined([f"{info.code} ({info.name.best(language)})" for info in infos], language)
    head = ({"fr": "Indice : ", "en": "Index: "} if len(infos) == 1 else {"fr": "Indices : ", "en": "Indices: "})[
        language
    ]
    return spaced(f"{head}{named}.", infos[0].about.best(language) if len(infos) == 1 else "")


def _area(whole: Whole, language: Language) -> str:
    """The places, with how many tiles each has when there are several."""
    if not whole.places:
        return ""
    shown = whole.places[:MOST_NAMED]
    several = len(whole.tiles) > 1
    names = [
        f"{place.name.best(language)} ({count})" if several else place.name.best(language) for place, count in shown
    ]
    more = len(whole.places) - len(shown)
    if more:
        names.append(f"{more} {'autres' if language == 'fr' else 'more'}")
    plural = "s" if len(names) > 1 else ""
    if language == "fr":
        return f"Territoire{plural}{' (nombre de tuiles)' if several else ''} : {_joined(names, language)}."
    noun = "Territories" if plural else "Territory"
    return f"{noun}{' (number of tiles)' if several else ''}: {_joined(names, language)}."


def _clear(whole: Whole, language: Language) -> str:
    """The clear share, and the tiles where it is least and most."""
    shares = whole.clear_percent
    if not shares:
        return ""
    mean = whole.mean_clear_percent or 0.0
    low, high = min(shares, key=lambda tile: (shares[tile], tile)), max(shares, key=lambda tile: (shares[tile], tile))
    spread = ""
    if len(shares) > 1:
        to = "à" if language == "fr" else "to"
        start, of = ("de", "pour") if language == "fr" else ("from", "for")
        spread = f" ({start} {shares[low]:.0f} % {of} {low} {to} {shares[high]:.0f} % {of} {high})"
    if language == "fr":
        return f"En moyenne {mean:.0f} % de la surface est claire{spread} ; un masque de nuages est joint."
    return f"On average {mean:.0f} % of the area is clear{spread}; a cloud mask goes with the values."
