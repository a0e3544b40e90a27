# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest

from record.examples import EXAMPLES, PAGE, full_record
from terracite.errors import RecordError
from terracite.record.formats import FORMATS, format_named


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_the_full_record_without_emails(name: str) -> None:
    document = FORMATS[name].write(full_record(), PAGE)
    assert document.decode().strip()
    assert b"zoe.lebrun@example.org" not in document
    assert b"li@example.org" not in document


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "datacite"])
@pytest.mark.parametrize("case", EXAMPLES)
def test_every_format_but_datacite_takes_a_draft(name: str, case: str) -> None:
    assert FORMATS[name].write(EXAMPLES[case](), PAGE).decode()


def test_formats_have_names_types_and_extensions_of_their_own() -> None:
    assert list(FORMATS) == [item.name for item in FORMATS.values()]
    negotiated = [item.media_type for item in FORMATS.values() if item.negotiable]
    assert len(set(negotiated)) == len(negotiated)
    assert len({item.extension for item in FORMATS.values()}) == len(FORMATS)
    assert all(item.label.fr and item.label.en for item in FORMATS.values() if item.label)


def test_a_mistyped_format_is_told_its_nearest_name() -> None:
    with pytest.raises(RecordError, match="Did you mean 'iso19115-3'"):
        format_named("ISO19115")
