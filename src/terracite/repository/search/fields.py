# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the index holds of a dataset, and how words are cut: French, English, and plain without accents.

Stemming before folding matters: the French stemmer needs the accents that people leave out. A word typed without
them is found through the plain field, where nothing is stemmed.
"""

from __future__ import annotations

from functools import cache

import tantivy

SCHEMA_VERSION = 2  #: raise it when a field changes: an index of another version is rebuilt

ZONES = {"title": 4.0, "keywords": 2.5, "body": 1.0}  #: part of the record -> weight of a word found there
ANALYSERS = ("fr", "en", "words")
FACETS = ("discipline", "kind", "format", "licence", "access")
BOX_SLOTS = (0, 1)  #: two boxes, so that an extent may cross the antimeridian
SIDES = ("west", "south", "east", "north")


@cache
def analyser(name: str) -> tantivy.TextAnalyzer:
    """The analyser "fr", "en" or "words" (plain)."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.remove_long(80))
    if language := {"fr": "french", "en": "english"}.get(name):
        builder = builder.filter(tantivy.Filter.stopword(language)).filter(tantivy.Filter.stemmer(language))
    return builder.filter(tantivy.Filter.ascii_fold()).build()


@cache
def schema() -> tantivy.Schema:
    """Every field of the index; "exact" holds identifiers and tile names in lower case, "mentions" other works."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("uuid", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("hit", stored=True)
    for zone in ZONES:
        for name in ANALYSERS:
            builder.add_text_field(f"{zone}_{name}", tokenizer_name=name)
    builder.add_text_field("exact", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("mentions", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("deposit", tokenizer_name="raw", index_option="basic")
    for facet in FACETS:
        builder.add_text_field(facet, tokenizer_name="raw", index_option="basic", fast=True)
    for slot in BOX_SLOTS:
        for side in SIDES:
            builder.add_float_field(f"{side}{slot}", indexed=True, fast=True)
    for name in ("start", "end", "published"):
        builder.add_integer_field(name, indexed=True, fast=True)
    for language in ("fr", "en"):
        builder.add_text_field(f"sort_{language}", tokenizer_name="raw", index_option="basic", fast=True)
    return builder.build()


def fold(text: str) -> str:
    """The text as it sorts: its plain words, without accents or case."""
    return " ".join(analyser("words").analyze(text))[:200]
