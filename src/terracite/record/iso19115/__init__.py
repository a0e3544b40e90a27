# SPDX-License-Identifier: AGPL-3.0-or-later
"""ISO 19115-3 (mdb 2.0): the record as an ``mdb:MD_Metadata`` document.

How what ISO has no element for is written, here and in ``iso19139``, so that other software reads the same thing and
`terracite.record.iso_reading` gives it back:

- **Texts** (PT_FreeText). The main string is in the language of the metadata, the other language is a
  LocalisedCharacterString. A text in the other language only is the main string *and* the localised one. The same
  words in both languages: main string and two localised ones, one per language. Names are one string, no translation.
- **Codes.** The text inside a code element says more exactly what ``codeListValue`` says broadly:
  ``<CI_RoleCode codeListValue="custodian">DataCurator</CI_RoleCode>`` (DataCite's contributor type),
  ``<DS_AssociationTypeCode codeListValue="crossReference">IsCitedBy</...>`` (DataCite's relation),
  ``<CI_PresentationFormCode codeListValue="documentDigital">JournalArticle</...>`` (DataCite's resource type),
  ``<CI_OnLineFunctionCode codeListValue="browseGraphic">legend</...>`` (our file role), and in ISO 19139 the newer
  code of ISO 19115-1 inside the older (``<MD_ScopeCode codeListValue="dataset">coverage</...>``). DataCite's dates that
  ISO lacks have DataCite's code list ("Submitted").
- **People.** "Family, Given"; a family name of several words alone ends with a comma ("van der Meer,"). Several
  affiliations are one organisation, joined by "; " (" ; " where an organisation belongs to others); the
  ``mcc:description`` of a ROR is then the name it belongs to ("name #2" for the second place where several share the
  name). ISO 19139: anchors, on the name of a person (ORCID) and of the organisation (ROR of the first).
- **Identifiers** are written as the record has them; the anchor's address resolves. codeSpace "doi" = seen to be one;
  a codeSpace of DataCite's list ("DOI", "URL"...) = the type the record states.
- **Related resources**: ``associatedResource`` / ``aggregationInfo`` (which repeats the identifier of the citation as
  ``aggregateDataSetIdentifier``), in order; then previous (IsNewVersionOf), next
  (IsPreviousVersionOf) and concept DOI (IsVersionOf), titled by their DOI; then, with ``initiativeType`` project, one
  per funding: title and identifier of the award (title = number where it has none; missing when neither), address as
  the anchor of the title, funder as ``citedResponsibleParty``. When no funding has an award and no two are the same,
  the funders of the dataset's own citation say all. A title equal to the identifier stands for none.
- **Keywords**: one group per run of the same thesaurus and kind. A known thesaurus has its title, address and date.
  A keyword without label is named by its address. Disciplines come first: type ``discipline``, thesaurus
  ``terracite-disciplines``.
- **Topics** in ISO 19139, whose list is older: "disaster" and "extraTerrestrial" are keywords of the thesaurus
  ``iso-topics``, anchored to INSPIRE's list (``.../TopicCategory/disaster``).
- **Extents**: one EX_Extent each, boxes across the antimeridian as two; a geographic description anchors the address
  of the place (text = the address where the place has no name). Periods and eras go with the first extent. An era is a
  TimePeriod with ``gml:identifier`` (its address), ``gml:name codeSpace="#FR"`` and bare years, with
  ``calendarEraName="CE"``, negative before year 0.
- **Access**: otherConstraints anchored to COAR's access right, "... until 2023-06-01"; ``useLimitation`` holds the
  conditions in words. The licence is anchored to its address in the constraints of use.
- **Files**: one transferOptions each: size in megabytes (bytes = size x 1e6, exactly); CI_OnlineResource with
  ``uuid="sha256:<digits>"``, name as MimeFileType (media type), applicationProfile (format), description, function
  (role). The thumbnail's file name is its address. Beyond `distribution.MOST_FILES` they are counted.
- **Quality**: one DQ_DataQuality per run of measures with the same report. A value with its 95 % interval is several
  ``value`` of one result whose ``valueRecordType`` / ``valueType`` names them in order ("value; lower bound; upper
  bound"). The note: a DQ_DescriptiveResult; in ISO 19139 evaluationMethodDescription. The report: the standalone
  report; in ISO 19139 evaluationProcedure.
- **Variables**: the first ``mrc:name`` is the name, its ``mcc:description`` the label (nil when there is a method but
  no label); the second the CF standard name. ``mrc:description`` = "label — method" in each language. ISO 19139:
  MD_Band, ``descriptor`` = "label (standard_name) — method", with only the parts that there are ("— method" alone).
- **Classes**: mrc: rangeElementDescription, definition "couleur #1b7837, 12.5 ha". ISO 19139: one MD_RangeDimension
  whose descriptor has a line per class, "1 = Forest (#1b7837, 12.5 ha)". The attribute is named by the nomenclature,
  "class" for none.
- **Steps** in ISO 19139, which has no software: the description ends with the lines "Logiciel : ..." and
  "Commande : ..." ("Software: ...", "Command: ...").
- **Platforms** in ISO 19139: keywords of the thesaurus "Acquisition", a group of type platform (one name) followed by
  a group of type instrument (its instruments).
- **Parent** in ISO 19139: parentIdentifier, and an aggregationInfo largerWorkCitation of the same identifier for its
  title.
- **Reference systems**: code with its authority as codeSpace; without codeSpace the code is a name ("unnamed" = none).
  description = name, then WKT on the next line. ISO 19139: the code is "name (EPSG:32740)"; WKT only of a system that
  has neither.
"""

from __future__ import annotations

from terracite.record.iso19115.metadata import to_iso19115
from terracite.record.iso_reading import CARRIES_ISO19115_3, read_iso19115_3

write_iso19115_3 = to_iso19115

__all__ = ["CARRIES_ISO19115_3", "read_iso19115_3", "to_iso19115", "write_iso19115_3"]
