# SPDX-License-Identifier: AGPL-3.0-or-later
"""The columns of geoflow's two tables: which keys a cell may have, and how its values are cut.

Source: geoflow's documentation of its tabular data structure (entities, contacts).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from terracite.record.model import KeywordKind


class Cut(Enum):
    """How what follows the key is cut."""

    TEXT = "text"  #: one text; commas, brackets and at signs are part of it
    ONE = "one"  #: one value, with its description and address
    LIST = "list"  #: values between commas, each with its description and address


#: CI_RoleCode of ISO 19115-1, and the contact of the metadata
ROLES = (
    "author", "coAuthor", "collaborator", "contributor", "custodian", "distributor", "editor", "funder", "mediator",
    "metadata", "originator", "owner", "pointOfContact", "principalInvestigator", "processor", "publisher",
    "resourceProvider", "rightsHolder", "sponsor", "stakeholder", "user",
)  # fmt: skip
#: CI_DateTypeCode of ISO 19115-1, and three of geoflow's own
DATES = (
    "creation", "publication", "revision", "expiry", "lastUpdate", "lastRevision", "nextUpdate", "unavailable",
    "inForce", "adopted", "deprecated", "superseded", "validityBegins", "validityExpires", "released",
    "distribution", "edition", "embargo", "metadata",
)  # fmt: skip
RELATIONS = ("http", "download", "ftp", "parent", "thumbnail", "ref", "grant", "csw", "wcs", "wfs", "wms")
RIGHTS = (
    "license", "use", "useLimitation", "termsOfUse", "disclaimer", "citation", "useConstraint", "accessConstraint",
    "otherConstraint", "accessRight", "accessConditions",
)  # fmt: skip
SUBJECTS = (*(kind.value for kind in KeywordKind), "topic")
DATA = (
    "access", "source", "sourceType", "sourceSql", "sourceZip", "sourceZipOnly", "sourceFid", "upload", "uploadSource",
    "uploadType", "uploadZip", "uploadZipOnly", "sql", "cqlfilter", "workspace", "store", "layer", "layername",
    "layertitle", "layeruri", "style", "styleUpload", "styledef", "featureType", "attribute", "variable", "parameter",
    "geometry", "spatialRepresentationType", "dimensions", "ogc_dimensions", "envelopeCompositionType", "coverageType",
    "band", "datatype", "dir", "run", "action", "cloud_path",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table of entities. ``open`` columns take keys that are not listed."""

    name: str
    keys: tuple[str, ...]
    default: str  #: key of a component that has none
    cut: Cut
    needs_key: bool = False  #: a component without a key is a mistake
    prose: bool = False  #: a line that begins as a key does may be part of the text
    cuts: tuple[tuple[str, Cut], ...] = ()  #: keys that are cut otherwise
    open: bool = False
    keyless: bool = False  #: the cell is one text, without any key
    other_keys: tuple[tuple[str, str], ...] = ()  #: other spelling, in lower case -> key

    def cut_of(self, key: str) -> Cut:
        return dict(self.cuts).get(key, self.cut)

    def known(self, key: str) -> str:
        """The key as geoflow spells it; "" for one that it does not know."""
        folded = key.strip().casefold()
        found = next((name for name in self.keys if name.casefold() == folded), "")
        if not found and self.name == "Relation":  # csw, csw202...: services with a version
            found = next((name for name in ("csw", "wcs", "wfs", "wms") if folded.startswith(name)), "") and key.strip()
        return found or dict(self.other_keys).get(folded, "")


_SINGULAR = tuple((f"{key}s".casefold(), key) for key in ("useConstraint", "accessConstraint", "otherConstraint"))
COLUMNS: tuple[Column, ...] = (
    Column("Identifier", ("id", "id_version", "uuid", "doi", "conceptdoi", "packageId", "orcid", "ror", "id_to_save",
           "doi_to_save", "conceptdoi_to_save", "packageId_to_save", "uuid_to_save"), "id", Cut.TEXT),
    Column("Title", ("title", "alternative"), "title", Cut.TEXT, prose=True),
    Column("Description", ("abstract", "purpose", "credit", "info", "edition", "status", "maintenance"), "abstract",
           Cut.TEXT, prose=True, cuts=(("edition", Cut.ONE),)),
    Column("Subject", SUBJECTS, "theme", Cut.LIST, needs_key=True, open=True, other_keys=(("taxonomy", "taxon"),)),
    Column("Creator", ROLES, "author", Cut.LIST, needs_key=True, open=True),
    Column("Date", DATES, "creation", Cut.TEXT),
    Column("Type", ("generic", "zenodoResourceType"), "generic", Cut.TEXT),
    Column("Language", ("language",), "language", Cut.TEXT, keyless=True),
    Column("SpatialCoverage", ("ewkt", "wkt", "srid"), "ewkt", Cut.TEXT, other_keys=(("epsg", "srid"),)),
    Column("TemporalCoverage", ("period",), "period", Cut.TEXT, keyless=True),
    Column("Format", ("resource", "distribution"), "resource", Cut.LIST),
    Column("Relation", RELATIONS, "http", Cut.ONE, needs_key=True, other_keys=(("https", "http"), ("link", "http"))),
    Column("Rights", RIGHTS, "useLimitation", Cut.TEXT, needs_key=True,
           other_keys=(("licence", "license"), *_SINGULAR)),
    Column("Provenance", ("statement", "process", "processor"), "statement", Cut.TEXT, needs_key=True,
           prose=True,
           cuts=(("process", Cut.ONE), ("processor", Cut.LIST))),
    Column("Data", DATA, "source", Cut.TEXT, needs_key=True, open=True, cuts=(("source", Cut.LIST),
           ("attribute", Cut.LIST), ("variable", Cut.LIST), ("uploadSource", Cut.LIST))),
)  # fmt: skip
NAMES = tuple(column.name for column in COLUMNS)
BY_NAME = {column.name: column for column in COLUMNS}
MANDATORY = frozenset({"Identifier", "Title", "Description", "Type"})
CONTACT_NAMES = (
    "Identifier", "Email", "OrganizationName", "PositionName", "LastName", "FirstName", "PostalAddress", "PostalCode",
    "City", "Country", "Voice", "Facsimile", "WebsiteUrl", "WebsiteName",
)  # fmt: skip
