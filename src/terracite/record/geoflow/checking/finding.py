# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be wrong with a cell, in both languages, each with its cure."""

from __future__ import annotations

from dataclasses import dataclass

from terracite.errors import Severity
from terracite.record.model import Text

ERROR, WARNING = Severity.ERROR, Severity.WARNING
SHOWN = 120  #: characters of a value shown in a message
TERRACITE = frozenset({"contact", "twice"})  #: rules that geoflow's validator does not have, but its users need


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to correct. ``row`` is that of a spreadsheet (the header is 1), ``line`` that of the file."""

    row: int
    line: int
    entity: str  #: what the row calls itself; "" for the header
    column: str  #: "" for the table as a whole
    rule: str
    severity: Severity
    message: Text
    cure: Text


@dataclass(frozen=True, slots=True)
class Told:
    """A finding before its place is known."""

    rule: str
    value: str = ""
    expected: str = ""
    severity: Severity | None = None  #: None: that of the rule


def finding(told: Told, *, row: int = 1, line: int = 1, entity: str = "", column: str = "") -> Finding:
    """The finding at a place, its sentences filled in."""
    severity, message, cure = RULES[told.rule]
    words = {"value": _short(told.value), "expected": told.expected}
    return Finding(
        row,
        line,
        entity,
        column,
        told.rule,
        told.severity or severity,
        Text(fr=message.fr.format(**words), en=message.en.format(**words)),
        Text(fr=cure.fr.format(**words), en=cure.en.format(**words)),
    )


def _short(value: str) -> str:
    text = " ".join(value.split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _rule(severity: Severity, fr: str, en: str, cure_fr: str, cure_en: str) -> tuple[Severity, Text, Text]:
    return severity, Text(fr=fr, en=en), Text(fr=cure_fr, en=cure_en)


#: rule -> severity, message and cure
RULES: dict[str, tuple[Severity, Text, Text]] = {
    "missing_column": _rule(
        ERROR,
        "Il manque la colonne {value}.",
        "There is no column {value}.",
        "Ajoutez-la, vide s’il le faut ; geoflow ne lit rien sans elle.",
        "Add it, empty if need be; geoflow reads nothing without it.",
    ),
    "other_column": _rule(
        WARNING,
        "geoflow ne lit pas la colonne « {value} ».",
        "geoflow does not read the column “{value}”.",
        "Renommez-la si c’en est une de geoflow, ou retirez-la.",
        "Rename it if it is one of geoflow’s, or remove it.",
    ),
    "encoding": _rule(
        ERROR,
        "La table n’est pas en UTF-8, mais en {value} : geoflow y lit des lettres fausses.",
        "The table is not in UTF-8 but in {value}: geoflow reads wrong letters in it.",
        "Enregistrez-la en UTF-8, ou passez-la par `terracite geoflow repair`.",
        "Save it in UTF-8, or pass it through `terracite geoflow repair`.",
    ),
    "delimiter": _rule(
        ERROR,
        "Les cellules sont séparées par « {value} », pas par une virgule.",
        "Cells are separated by “{value}”, not by a comma.",
        "Enregistrez la table avec des virgules, ou passez-la par `terracite geoflow repair`.",
        "Save the table with commas, or pass it through `terracite geoflow repair`.",
    ),
    "csv": _rule(
        ERROR,
        "Le CSV est cassé à « {value} ».",
        "The CSV is broken at “{value}”.",
        "Refermez le guillemet, ou retirez les cellules en trop.",
        "Close the quotation mark, or remove the cells that are too many.",
    ),
    "no_rows": _rule(ERROR, "La table est vide.", "The table is empty.", "Ajoutez une ligne.", "Add a row."),
    "empty": _rule(
        ERROR,
        "La cellule est vide ; geoflow l’exige.",
        "The cell is empty; geoflow requires it.",
        "Remplissez-la.",
        "Fill it in.",
    ),
    "default_key": _rule(
        WARNING,
        "« {value} » n’a pas de clé ; geoflow prend « {expected} ».",
        "“{value}” has no key; geoflow takes “{expected}”.",
        "Écrivez « {expected}: » devant.",
        "Write “{expected}:” before it.",
    ),
    "no_key": _rule(
        ERROR,
        "« {value} » n’a pas de clé.",
        "“{value}” has no key.",
        "Écrivez-en une devant, suivie de deux-points : {expected}.",
        "Write one before it, followed by a colon: {expected}.",
    ),
    "unknown_key": _rule(
        ERROR,
        "« {value} » n’est pas une clé de geoflow.",
        "“{value}” is not a key of geoflow.",
        "Clés : {expected}. Un deux-points dans un texte demande une clé devant.",
        "Keys: {expected}. A colon inside a text needs a key before it.",
    ),
    "locale": _rule(
        ERROR,
        "« #{value} » n’est pas une langue en deux capitales.",
        "“#{value}” is not a language in two capitals.",
        "Écrivez #FR ou #EN.",
        "Write #FR or #EN.",
    ),
    "separator": _rule(
        ERROR,
        "Il semble manquer un séparateur après « {value} ».",
        "A separator seems to be missing after “{value}”.",
        "Terminez la ligne par un tiret bas ; dans un texte, mettez une espace après le deux-points.",
        "End the line with an underscore; inside a text, put a space after the colon.",
    ),
    "doi": _rule(
        WARNING,
        "« {value} » n’a pas la forme d’un DOI.",
        "“{value}” has not the form of a DOI.",
        "Écrivez-le sans adresse : 10.5281/zenodo.1.",
        "Write it without an address: 10.5281/zenodo.1.",
    ),
    "uuid": _rule(
        WARNING,
        "« {value} » n’est pas un UUID de version 4 ; geoflow le garde en le disant.",
        "“{value}” is not a UUID of version 4; geoflow keeps it and says so.",
        "Laissez-le si c’est l’identifiant de la notice.",
        "Leave it where it is the identifier of the record.",
    ),
    "orcid": _rule(
        WARNING,
        "« {value} » n’a pas la forme d’un ORCID.",
        "“{value}” has not the form of an ORCID.",
        "Écrivez-le ainsi : 0000-0002-1825-0097.",
        "Write it so: 0000-0002-1825-0097.",
    ),
    "subject": _rule(
        WARNING,
        "« {value} » n’est pas un genre de mots-clés de l’ISO.",
        "“{value}” is not a keyword type of ISO.",
        "Genres : {expected}.",
        "Types: {expected}.",
    ),
    "no_date": _rule(
        WARNING,
        "Il n’y a pas de date ; geoflow écrira celle du jour.",
        "There is no date; geoflow will write today’s.",
        "Écrivez creation:2022-07-04.",
        "Write creation:2022-07-04.",
    ),
    "date_key": _rule(
        WARNING,
        "« {value} » n’est pas un type de date de l’ISO.",
        "“{value}” is not a date type of ISO.",
        "Types : {expected}.",
        "Types: {expected}.",
    ),
    "date": _rule(
        ERROR,
        "geoflow ne lit pas « {value} » comme une date.",
        "geoflow does not read “{value}” as a date.",
        "Écrivez 2022-07-04, 2022-07 ou 2022-07-04T10:00:00.",
        "Write 2022-07-04, 2022-07 or 2022-07-04T10:00:00.",
    ),
    "language": _rule(
        ERROR,
        "« {value} » n’est pas une langue en trois lettres (ISO 639-2).",
        "“{value}” is not a language in three letters (ISO 639-2).",
        "Écrivez fra ou eng.",
        "Write fra or eng.",
    ),
    "srid_missing": _rule(
        ERROR,
        "L’EWKT ne commence pas par son SRID, suivi d’un point-virgule : « {value} ».",
        "The EWKT does not begin with its SRID and a semicolon: “{value}”.",
        "Écrivez ewkt:SRID=4326;POLYGON((lon lat, ...)).",
        "Write ewkt:SRID=4326;POLYGON((lon lat, ...)).",
    ),
    "geometry": _rule(
        ERROR,
        "« {value} » n’est pas une géométrie.",
        "“{value}” is not a geometry.",
        "Écrivez POLYGON((lon lat, ...)), le dernier point égal au premier.",
        "Write POLYGON((lon lat, ...)), the last point equal to the first.",
    ),
    "wkt_srid": _rule(
        WARNING,
        "Le WKT n’a pas de SRID.",
        "The WKT has no SRID.",
        "Ajoutez une ligne srid:4326.",
        "Add a line srid:4326.",
    ),
    "srid": _rule(
        ERROR,
        "« {value} » n’est pas un nombre.",
        "“{value}” is not a number.",
        "Écrivez srid:4326.",
        "Write srid:4326.",
    ),
    "statement": _rule(
        ERROR,
        "La provenance ne commence pas par « statement: ».",
        "The provenance does not begin with “statement:”.",
        "Mettez-le en premier ; il est obligatoire ici.",
        "Put it first; it is mandatory here.",
    ),
    "source": _rule(
        ERROR,
        "Il n’y a pas de « source: » dans les données.",
        "There is no “source:” in the data.",
        "Ajoutez-le, ou videz la cellule.",
        "Add it, or empty the cell.",
    ),
    "contact": _rule(
        WARNING,
        "« {value} » n’est pas dans la table des contacts.",
        "“{value}” is not in the table of contacts.",
        "Ajoutez ce contact, ou corrigez son identifiant.",
        "Add the contact, or correct its identifier.",
    ),
    "twice": _rule(
        WARNING,
        "« {value} » identifie déjà la ligne {expected}.",
        "“{value}” already identifies row {expected}.",
        "Donnez à chaque ligne son identifiant.",
        "Give each row its own identifier.",
    ),
}
