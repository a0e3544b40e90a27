# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a reader says beside the record: remarks in both languages, and leftovers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from terracite.errors import RecordError, Severity
from terracite.record.model import Origin, OriginKind, Record, Text, Value
from terracite.record.reading.concepts import with_addresses

MAX_BYTES = 20_000_000  #: of one document; the largest real record seen has 3 MB
MOST_NOTED = 1_000  #: remarks and leftovers of one document; the rest is counted
SHOWN = 200  #: characters of a value shown in a remark

#: kind of remark -> severity, message and cure in both languages; {value}, {read} and {expected} are filled in
_KINDS: dict[str, tuple[Severity, Text, Text]] = {
    "unreadable": (
        Severity.ERROR,
        Text(fr="« {value} » n’est pas {expected} ; laissé de côté.", en="“{value}” is not {expected}; left out."),
        Text(fr="Corrigez la valeur, ou saisissez-la à la main.", en="Correct the value, or type it by hand."),
    ),
    "repaired": (
        Severity.WARNING,
        Text(fr="« {value} » a été lu comme « {read} ».", en="“{value}” was read as “{read}”."),
        Text(fr="Vérifiez que c’est bien ce qui était voulu.", en="Check that this is what was meant."),
    ),
    "unknown_code": (
        Severity.WARNING,
        Text(
            fr="« {value} » n’est pas dans la liste {expected} ; lu comme « {read} ».",
            en="“{value}” is not in the list of {expected}; read as “{read}”.",
        ),
        Text(fr="Choisissez une valeur de la liste.", en="Choose a value of the list."),
    ),
    "missing": (
        Severity.WARNING,
        Text(fr="Il manque {expected}.", en="There is no {expected}."),
        Text(fr="Ajoutez-le avant de publier.", en="Add it before you publish."),
    ),
    "misplaced": (
        Severity.WARNING,
        Text(
            fr="« {value} » n’est pas à la place que prévoit la norme ; lu quand même.",
            en="“{value}” is not where the standard wants it; read all the same.",
        ),
        Text(fr="Signalez-le à qui a écrit le document.", en="Tell whoever wrote the document."),
    ),
    "swapped": (
        Severity.WARNING,
        Text(
            fr="« {value} » : nord et sud, est et ouest, ou les axes étaient échangés ; lu comme « {read} ».",
            en="“{value}”: north and south, east and west, or the axes were swapped; read as “{read}”.",
        ),
        Text(fr="Vérifiez l’étendue sur la carte.", en="Check the extent on the map."),
    ),
    "twice": (
        Severity.WARNING,
        Text(
            fr="{expected} est donné plusieurs fois ; « {read} » a été gardé, pas « {value} ».",
            en="{expected} is given more than once; “{read}” was kept, not “{value}”.",
        ),
        Text(fr="Gardez la bonne valeur.", en="Keep the right value."),
    ),
    "elsewhere": (
        Severity.WARNING,
        Text(
            fr="La valeur est ailleurs ({value}) ; rien n’a été demandé au réseau.",
            en="The value is elsewhere ({value}); nothing was fetched from the network.",
        ),
        Text(fr="Saisissez-la à la main.", en="Type it by hand."),
    ),
    "nowhere": (
        Severity.WARNING,
        Text(
            fr="« {value} » renvoie à un élément que le document n’a pas.",
            en="“{value}” points to an element that the document does not have.",
        ),
        Text(fr="Saisissez la valeur à la main.", en="Type the value by hand."),
    ),
    "several": (
        Severity.WARNING,
        Text(
            fr="Le document a {value} notices ; la première a été lue.",
            en="The document has {value} records; the first was read.",
        ),
        Text(fr="Donnez un document par notice.", en="Give one document per record."),
    ),
    "organisation": (
        Severity.WARNING,
        Text(
            fr="« {value} » est à la place d’une personne ; lu comme une organisation.",
            en="“{value}” stands where a person should; read as an organisation.",
        ),
        Text(fr="Vérifiez le nom.", en="Check the name."),
    ),
    "encoding": (
        Severity.WARNING,
        Text(fr="Le texte a été lu comme {read}.", en="The text was read as {read}."),
        Text(fr="Enregistrez le document en UTF-8.", en="Save the document in UTF-8."),
    ),
    "refused": (
        Severity.ERROR,
        Text(fr="Le modèle refuse cette valeur : {value}.", en="The record cannot hold this value: {value}."),
        Text(fr="Corrigez-la, ou saisissez-la à la main.", en="Correct it, or type it by hand."),
    ),
    "more_left": (
        Severity.WARNING,
        Text(
            fr="Le document a plus de {value} valeurs sans place dans la notice ; les autres ne sont pas listées.",
            en="The document has more than {value} values without a place in the record; the others are not listed.",
        ),
        Text(fr="Comparez la notice au document.", en="Compare the record with the document."),
    ),
    "many": (
        Severity.WARNING,
        Text(fr="{value} autres remarques ne sont pas listées.", en="{value} more remarks are not listed."),
        Text(fr="Corrigez les premières, puis relisez.", en="Correct the first ones, then read again."),
    ),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing a person should look at: where in the document, what was found and done, the cure."""

    where: str  #: XPath of local names, JSON path, or "line 3, column Creator"
    kind: str
    severity: Severity
    message: Text
    cure: Text


@dataclass(frozen=True, slots=True)
class Leftover:
    """A value of the document that the record has no place for; kept as it was."""

    where: str
    value: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document gave."""

    record: Record
    remarks: tuple[Remark, ...] = ()
    leftovers: tuple[Leftover, ...] = ()


@dataclass(slots=True)
class Notes:
    """Collects remarks while a document is read, and makes the `Reading` at the end."""

    format: str  #: name of the format, for the origins of the values
    remarks: list[Remark] = field(default_factory=list)
    unlisted: int = 0

    def say(self, where: str, kind: str, value: object = "", *, read: object = "", expected: Text | str = "") -> None:
        """One more remark of a known kind; ``expected`` completes the sentence of that kind."""
        if len(self.remarks) >= MOST_NOTED:
            self.unlisted += 1
            return
        self.remarks.append(_remark(where, kind, value, read, expected))

    def part(self, kind: type[Any], where: str, /, **values: Any) -> Any:
        """A part of the record (`Keyword`, `Extent`...), or None and a remark where the model refuses it."""
        try:
            return kind(**values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = ".".join(str(part) for part in first["loc"])
            self.say(where, "refused", f"{name} {first['msg']}".strip().replace("Value error, ", ""))
            return None

    def finish(self, values: dict[str, Any], leftovers: tuple[Leftover, ...] = ()) -> Reading:
        """The reading: ``values`` by field of the record (None = not given), each marked as imported.

        A field the model refuses is left out with a remark; the others stay.
        """
        given = {name: value for name, value in values.items() if value is not None}
        record = self._record(given)
        origin = Origin(kind=OriginKind.IMPORTED, detail=self.format)
        empty = Record.model_construct()
        origins = {
            name: origin
            for name in given
            if getattr(record, name) != getattr(empty, name, None) and name not in {"uuid", "schema_version"}
        }
        if self.unlisted:
            self.remarks.append(_remark("", "many", self.unlisted, "", ""))
        if len(leftovers) > MOST_NOTED:
            self.remarks.append(_remark("", "more_left", MOST_NOTED, "", ""))
        kept = leftovers[:MOST_NOTED]
        return Reading(with_addresses(record.model_copy(update={"origins": origins})), tuple(self.remarks), kept)

    def _record(self, given: dict[str, Any]) -> Record:
        while True:
            try:
                return Record(**given)
            except ValidationError as error:
                refused = {str(item["loc"][0]): item["msg"] for item in error.errors(include_url=False)}
                for name, reason in refused.items():
                    self.say(name, "refused", f"{name} {reason}")
                if not refused.keys() & given.keys():
                    raise RecordError("The document gives no record.", hint="Report this with the document.") from error
                given = {name: value for name, value in given.items() if name not in refused}


def _remark(where: str, kind: str, value: object, read: object, expected: Text | str) -> Remark:
    severity, message, cure = _KINDS[kind]
    both = expected if isinstance(expected, Text) else Text(fr=expected, en=expected)
    shown = _short(value)
    return Remark(
        where,
        kind,
        severity,
        Text(
            fr=message.fr.format(value=shown, read=_short(read), expected=both.fr),
            en=message.en.format(value=shown, read=_short(read), expected=both.en),
        ),
        cure,
    )


def _short(value: object) -> str:
    if isinstance(value, Value):
        value = " ".join(dict.fromkeys(str(item) for item in dict(value).values() if item not in ("", None)))
    text = " ".join(str(value).split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
