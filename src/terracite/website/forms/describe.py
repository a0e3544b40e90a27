# SPDX-License-Identifier: AGPL-3.0-or-later
"""Step 3: title, abstract, keywords, variables or legend, how the data were made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from django.utils.translation import gettext as _

from terracite.record import vocabularies
from terracite.record.model import Keyword, Record, Text
from terracite.website.forms.posted import Form, kept, read
from terracite.website.forms.rows import rearranged

TEXTS = ("title", "abstract", "lineage.statement", "purpose", "notes")
SINGLES = tuple(f"{name}.{language}" for name in TEXTS for language in ("fr", "en"))
LISTS = {
    "variables": ("name", "label_fr", "label_en", "unit", "standard_name"),
    "classes": ("code", "label_fr", "label_en", "colour"),
    "sources": ("title", "identifier"),
}
NEW_KEYWORDS = "new_keyword"


def from_record(record: Record) -> Form:
    """The form as the record fills it."""
    form = Form()
    for name in SINGLES:
        field, _dot, language = name.rpartition(".")
        holder = record.lineage.statement if field == "lineage.statement" else getattr(record, field)
        form.values[name] = getattr(holder, language)
    form.rows["variables"] = [
        {
            "name": item.name,
            "label_fr": item.label.fr,
            "label_en": item.label.en,
            "unit": item.unit,
            "standard_name": item.standard_name,
            "was": str(number),
        }
        for number, item in enumerate(record.variables)
    ]
    form.rows["classes"] = [
        {
            "code": str(item.code),
            "label_fr": item.label.fr,
            "label_en": item.label.en,
            "colour": item.colour,
            "was": str(number),
        }
        for number, item in enumerate(record.classes)
    ]
    form.rows["sources"] = [
        {"title": item.title, "identifier": item.identifier, "was": str(number)}
        for number, item in enumerate(record.lineage.sources)
    ]
    form.ticked["keywords"] = [keyword_value(keyword) for keyword in record.keywords]
    form.ticked["topics"] = list(record.topics)
    return form


def from_post(data: Mapping[str, Sequence[str]]) -> Form:
    """The form as it was sent, a row moved or removed where a button asked for it."""
    return read(rearranged(data), SINGLES, LISTS, ("keywords", "topics", NEW_KEYWORDS))


def changes(form: Form, record: Record) -> dict[str, object]:
    """The values of the record that the form holds; mistakes are noted in the form."""
    found: dict[str, object] = {name: form.values[name] for name in SINGLES}
    found["topics"] = [code for code in form.ticked["topics"] if code in vocabularies.topics()]
    found["keywords"] = _keywords(form, record)
    found["variables"] = [
        kept(record.variables, row)
        | {
            "name": row["name"] or row["label_en"] or row["label_fr"],
            "label": {"fr": row["label_fr"], "en": row["label_en"]},
            "unit": row["unit"],
            "standard_name": row["standard_name"],
        }
        for row in form.rows["variables"]
    ]
    found["classes"] = _classes(form, record)
    found["lineage.sources"] = [
        kept(record.lineage.sources, row)
        | {"title": row["title"] or row["identifier"], "identifier": row["identifier"]}
        for row in form.rows["sources"]
    ]
    return found


def keyword_value(keyword: Keyword) -> str:
    """How a keyword stands in a ticked box: its address, or its words."""
    return keyword.uri or json.dumps([keyword.label.fr, keyword.label.en], ensure_ascii=False)


def suggestions(record: Record) -> list[Keyword]:
    """The keywords of `suggested`, without why."""
    return [item.keyword for item in suggested(record)]


def suggested(record: Record, limit: int = 10) -> list[vocabularies.Suggestion]:
    """Keywords of the thesauri that title, abstract and variables call for and that are not chosen yet, with why."""
    if not (record.title or record.abstract):
        return []
    chosen = {keyword.uri for keyword in record.keywords}
    names = tuple(variable.standard_name or variable.name for variable in record.variables)
    found = _suggested(record.title, record.abstract, names, limit + len(chosen))
    return [item for item in found if item.keyword.uri not in chosen][:limit]


@lru_cache(maxsize=64)
def _suggested(title: Text, abstract: Text, names: tuple[str, ...], limit: int) -> list[vocabularies.Suggestion]:
    return vocabularies.suggest(title, abstract, names, limit=limit)


def _keywords(form: Form, record: Record) -> list[object]:
    before = {keyword_value(keyword): keyword for keyword in record.keywords}
    found: dict[str, Keyword] = {}
    for value in form.ticked["keywords"]:
        keyword = before.get(value) or vocabularies.keyword(value)
        if keyword:
            found[keyword_value(keyword)] = keyword
    for typed in form.ticked.get(NEW_KEYWORDS, ()):
        for words in filter(None, (part.strip() for part in typed.split(";"))):
            keyword = vocabularies.keyword(words) or Keyword.model_validate({"label": {record.language: words}})
            found.setdefault(keyword_value(keyword), keyword)
    form.ticked["keywords"], form.ticked[NEW_KEYWORDS] = list(found), []
    return [keyword.model_dump(mode="json") for keyword in found.values()]


def _classes(form: Form, record: Record) -> list[object]:
    found: list[object] = []
    codes: set[int] = set()
    for number, row in enumerate(form.rows["classes"]):
        code = form.whole(f"classes.{number}.code", row["code"])
        if code is None:
            if not row["code"]:
                form.problem(f"classes.{number}.code", _("A class needs its code, a whole number."))
            continue
        if code in codes:
            form.problem(f"classes.{number}.code", _("Two classes have this code."))
        codes.add(code)
        colour = row["colour"].lower() or "#808080"
        label = {"fr": row["label_fr"], "en": row["label_en"]}
        found.append(kept(record.classes, row) | {"code": code, "label": label, "colour": colour})
    return found
