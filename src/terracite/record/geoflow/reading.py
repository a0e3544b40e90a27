# SPDX-License-Identifier: AGPL-3.0-or-later
"""A row of the table of entities as a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from terracite.record.geoflow import read_content, read_coverage, read_links, read_people
from terracite.record.geoflow.row import RowReader, metadata_language
from terracite.record.geoflow.table import Contact, EntityRow
from terracite.record.model import Lineage, Version
from terracite.record.reading import Reading, Remark


def reading_of(row: EntityRow, contacts: Mapping[str, Contact] | None, remarks: Sequence[Remark] = ()) -> Reading:
    """The record of a row; ``remarks`` are those of the table of contacts."""
    reader = RowReader(row, contacts, metadata_language(row))
    row.notes.remarks.extend(remarks)
    own = read_content.identity(reader)
    texts = read_content.descriptions(reader)
    coverage = read_coverage.coverage(reader)
    funding = read_links.grants(reader)
    linked = read_links.links(reader)
    rights = read_links.rights(reader)
    version = {
        "number": texts.pop("number") or "1.0",
        "notes": texts.pop("version_notes"),
        "concept_doi": own.pop("concept_doi"),
        "previous_doi": linked.pop("previous_doi"),
        "next_doi": linked.pop("next_doi"),
    }
    lineage = read_content.provenance(reader, linked.pop("sources"))
    values = {
        **own,
        **texts,
        **coverage,
        **linked,
        **rights,
        **read_content.subjects(reader),
        **read_content.data(reader),
        **read_people.people(reader, funding),
        "language": reader.language,
        "data_languages": read_content.data_languages(reader),
        "resource_type": read_content.resource_type(reader),
        "lineage": Lineage(**lineage),
        "version": Version(**version),
    }
    return row.notes.finish(values, reader.leftovers())
