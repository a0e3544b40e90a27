# SPDX-License-Identifier: AGPL-3.0-or-later
"""French and English are complete."""

from __future__ import annotations

import re

import pytest

from . import messages

PROSE = sorted((messages.WEBSITE / "templates" / "prose").glob("*.en.html"))


def test_every_string_has_its_french() -> None:
    assert messages.missing(messages.merged()) == [], "run python tests/website/messages.py"


def test_no_string_is_kept_that_is_not_used() -> None:
    assert {str(one.id) for one in messages.translated()} == {str(one.id) for one in messages.found()}


def test_the_compiled_catalogue_is_the_written_one() -> None:
    assert messages.MO.read_bytes() == messages.compiled(messages.translated())


def test_placeholders_are_the_same_in_both_languages() -> None:
    pattern = re.compile(r"%\(\w+\)\w")
    for message in messages.translated():
        if message.id:
            sources = message.id if isinstance(message.id, tuple) else (message.id,)
            targets = message.string if isinstance(message.string, tuple) else (message.string,)
            for source, target in zip(sources, targets, strict=True):
                assert set(pattern.findall(target)) == set(pattern.findall(source)), message.id


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.name)
def test_prose_has_the_same_build_in_both_languages(path) -> None:
    french = path.with_name(path.name.replace(".en.", ".fr."))
    tags = [re.findall(r"<(h[12]|li|p|tr)\b", one.read_text(encoding="utf-8")) for one in (path, french)]
    assert tags[0] == tags[1]


def test_no_text_stands_in_a_template_untranslated() -> None:
    """What is left of a template without tags, variables and translated text holds no words."""
    allowed = {"DOI", "ORCID", "SHA", "JSON", "UTC", "Terracite", "export", "terracite", "deposit", "CRATE", "token",
               "env", "TERRACITE", "TOKEN", "English", "Français", "iD", "to", "https", "doi",
               "org", "fr", "en"}  # fmt: skip
    for path in (messages.WEBSITE / "templates").rglob("*.html"):
        if path.parent.name in {"prose", "api"}:  # one file per language; for programmers, in English
            continue
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"{% blocktranslate.*?endblocktranslate %}", " ", text, flags=re.DOTALL)
        text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", " ", text, flags=re.DOTALL)
        text = re.sub(r"<[^>]*>|&\w+;", " ", text, flags=re.DOTALL)
        words = set(re.findall(r"[^\W\d_]{2,}", text)) - allowed
        assert not words, f"{path.name}: {words}"
