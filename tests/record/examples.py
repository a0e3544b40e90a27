# SPDX-License-Identifier: AGPL-3.0-or-later
"""Records to test with: one that has everything, some that have little, and any that hypothesis can think of."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from terracite.record import vocabularies
from terracite.record.model import (
    OPEN_ACCESS,
    Access,
    AccessKind,
    Agent,
    Box,
    Contributor,
    ContributorRole,
    DataFile,
    DateKind,
    Discipline,
    Era,
    Extent,
    FileRole,
    Funding,
    Keyword,
    KeywordKind,
    Lineage,
    MapClass,
    Organisation,
    Origin,
    OriginKind,
    Parent,
    Period,
    Platform,
    Quality,
    Record,
    RecordDate,
    ReferenceSystem,
    Related,
    Representation,
    Resolution,
    Source,
    Step,
    Text,
    Variable,
    Version,
)

UUID_OF_FULL = UUID("6f0d3c3e-3f2e-5b3a-9d38-3a1f6f0c9d11")
PAGE = "https://data.example.org/datasets/6f0d3c3e-3f2e-5b3a-9d38-3a1f6f0c9d11/v1/"


def _keyword(label: str) -> Keyword:
    found = vocabularies.keyword(label)
    assert found is not None
    return found


def full_record() -> Record:
    """A bilingual land-cover map with a value in every field."""
    institute = Organisation(name="Institut de télédétection de l’océan Indien", ror="https://ror.org/05q3vnk25")
    return Record(
        uuid=UUID_OF_FULL,
        doi="10.5072/6f0d3c3e",
        title=Text(
            fr="Occupation du sol de La Réunion en 2023 (tuile 40KCB)",
            en="Land cover of La Réunion in 2023 (tile 40KCB)",
        ),
        abstract=Text(
            fr="Carte de six classes d’occupation du sol à 10 m, avec sa confiance & ses surfaces < 100 ha.\n"
            "Elle décrit l’année 2023.",
            en="Map of six land-cover classes at 10 m, with its confidence & areas < 100 ha.\nIt describes 2023.",
        ),
        lineage=Lineage(
            statement=Text(
                fr="Produite à partir de séries Sentinel-2 et de polygones de référence.",
                en="Made from Sentinel-2 series and reference polygons.",
            ),
            steps=(
                Step(
                    description=Text(fr="Comblement des lacunes.", en="Gap filling."),
                    software="terracite 0.1.0",
                    command="terracite landcover run reunion.toml",
                    on=dt.datetime(2024, 2, 1, 8, 30, tzinfo=dt.UTC),
                ),
                Step(description=Text(en="Classification by a random forest.")),
            ),
            sources=(
                Source(
                    title="NDVI_40KCB_2023",
                    identifier="10.5072/ndvi-40kcb-2023",
                    description=Text(fr="Série de NDVI", en="NDVI series"),
                    checksum="sha256:" + "ab" * 32,
                ),
                Source(title="S2A_MSIL2A_20230105T063511_N0510_R134_T40KCB_20240101T000000"),
            ),
        ),
        purpose=Text(fr="Suivi du territoire.", en="Land monitoring."),
        notes=Text(fr="Valeur 0 : pas de donnée.", en="Value 0: no data."),
        language="fr",
        data_languages=("fr", "en"),
        disciplines=(Discipline.CONTINENTAL_SURFACES, Discipline.BIODIVERSITY),
        topics=("imageryBaseMapsEarthCover", "environment"),
        keywords=(
            _keyword("vegetation"),
            _keyword("Land cover"),
            _keyword("EARTH SCIENCE > LAND SURFACE > LAND USE/LAND COVER"),
            Keyword(label=Text(fr="canne à sucre", en="sugar cane")),
            Keyword(label=Text(fr="La Réunion", en="Réunion"), kind=KeywordKind.PLACE),
        ),
        variables=(
            Variable(
                name="ndvi",
                label=Text(fr="Indice de végétation", en="Vegetation index"),
                standard_name="normalized_difference_vegetation_index",
                unit="1",
                method=Text(en="(B08-B04)/(B08+B04)"),
            ),
            Variable(name="confidence", unit="percent"),
        ),
        classes=(
            MapClass(code=1, label=Text(fr="Forêt", en="Forest"), colour="#1b7837", area_ha=1234.5),
            MapClass(code=2, label=Text(fr="Canne", en="Sugar cane"), colour="#d9ef8b"),
        ),
        nomenclature="reunion-6",
        creators=(
            Agent(
                family_name="Lebrun",
                given_name="Zoé",
                orcid="0000-0002-1825-0097",
                affiliations=(institute, Organisation(name="Université de La Réunion")),
                email="zoe.lebrun@example.org",
            ),
            Agent(family_name="Rakoto"),
            Agent(organisation="Collectif Mascareignes", ror="https://ror.org/03yrm5c26"),
        ),
        contributors=(
            Contributor(
                agent=Agent(family_name="Ng", given_name="Li", email="li@example.org"),
                role=ContributorRole.DATA_CURATOR,
            ),
        ),
        contacts=(Agent(family_name="Lebrun", given_name="Zoé", email="zoe.lebrun@example.org"),),
        publisher=Organisation(name="Entrepôt d’essai", ror="https://ror.org/02feahw73"),
        funding=(
            Funding(
                funder="Agence d’essai",
                funder_id="https://ror.org/00rbzpz17",
                award_number="ANR-23-TEST-0001",
                award_title="Territoires",
                award_uri="https://example.org/award/1",
            ),
        ),
        dates=(
            RecordDate(kind=DateKind.CREATED, on=dt.date(2024, 2, 1)),
            RecordDate(kind=DateKind.SUBMITTED, on=dt.date(2024, 2, 10)),
            RecordDate(kind=DateKind.ISSUED, on=dt.date(2024, 3, 1)),
        ),
        extents=(
            Extent(
                box=Box(west=55.2, south=-21.4, east=55.9, north=-20.8),
                place=Text(fr="La Réunion", en="Réunion Island"),
                place_uri="https://sws.geonames.org/935317/",
                polygon=(((55.2, -21.4), (55.9, -21.4), (55.9, -20.8), (55.2, -20.8)),),
                lowest_m=0.0,
                highest_m=3071.0,
            ),
        ),
        reference_systems=(ReferenceSystem(code="EPSG:32740", name="WGS 84 / UTM zone 40S"),),
        resolutions=(Resolution(distance_m=10.0),),
        representation=Representation.GRID,
        periods=(Period(start=dt.date(2023, 1, 1), end=dt.date(2023, 12, 31)),),
        eras=(
            Era(
                name=Text(fr="Pléistocène", en="Pleistocene"),
                uri="http://resource.geosciml.org/classifier/ics/ischart/Pleistocene",
                oldest_year=-2_580_000,
                youngest_year=-9_700,
            ),
        ),
        time_resolution="P1Y",
        platforms=(Platform(name="Sentinel-2A", instruments=("MSI",)), Platform(name="Sentinel-2B")),
        quality=(
            Quality(
                name=Text(fr="Exactitude globale", en="Overall accuracy"),
                value=0.914,
                low=0.89,
                high=0.93,
                note=Text(fr="Plan d’échantillonnage stratifié.", en="Stratified sampling design."),
                report="report.html",
            ),
        ),
        licence="CC-BY-4.0",
        access=Access(kind=AccessKind.OPEN, conditions=Text(fr="Citez la carte.", en="Cite the map.")),
        related=(
            Related(
                identifier="https://doi.org/10.5072/article",
                relation="IsCitedBy",
                title="An article",
                resource_type="JournalArticle",
                note=Text(en="uses this map"),
            ),
            Related(identifier="https://example.org/manual?a=1&b=2", relation="IsDocumentedBy"),
            Related(identifier="box 12, shelf 3", relation="References", title="Field notebooks"),
        ),
        parent=Parent(
            identifier="https://data.example.org/deposits/9",
            title=Text(fr="Cartes de La Réunion", en="Maps of La Réunion"),
        ),
        version=Version(
            number="1.1",
            notes=Text(fr="Légende corrigée.", en="Legend corrected."),
            previous_doi="10.5072/previous",
            concept_doi="10.5072/concept",
        ),
        files=(
            DataFile(
                path="map/landcover 2023.tif",
                bytes=123456,
                sha256="0a" * 32,
                media_type="image/tiff",
                format="GeoTIFF (COG)",
                description=Text(fr="La carte", en="The map"),
            ),
            DataFile(
                path="report.html",
                bytes=789,
                sha256="0b" * 32,
                media_type="text/html",
                role=FileRole.DOCUMENTATION,
            ),
            DataFile(
                path="thumbnail.png",
                bytes=10,
                sha256="0c" * 32,
                media_type="image/png",
                role=FileRole.THUMBNAIL,
            ),
        ),
        thumbnail="thumbnail.png",
        record_created=dt.datetime(2024, 2, 1, 9, 0, tzinfo=dt.UTC),
        record_updated=dt.datetime(2024, 3, 1, 9, 0, tzinfo=dt.UTC),
        origins={"title": Origin(kind=OriginKind.PRODUCED, detail="terracite landcover run")},
    )


def publishable_draft() -> Record:
    """The least a person types that a repository may publish: one language, an organisation, no sources."""
    return Record(
        uuid=UUID("11111111-2222-4333-8444-555555555555"),
        title=Text(fr="Relevés de salinité du lagon de Mayotte en 2021"),
        abstract=Text(fr="Salinité de surface mesurée chaque mois en douze stations du lagon de Mayotte."),
        lineage=Lineage(statement=Text(fr="Mesures relevées à la sonde depuis un bateau.")),
        language="fr",
        disciplines=(Discipline.OCEAN,),
        topics=("oceans",),
        keywords=(Keyword(label=Text(fr="salinité")),),
        creators=(Agent(organisation="Parc marin de Mayotte"),),
        contacts=(Agent(organisation="Parc marin de Mayotte", email="contact@example.org"),),
        dates=(RecordDate(kind=DateKind.CREATED, on=dt.date(2022, 1, 15)),),
        extents=(Extent(box=Box(west=44.9, south=-13.1, east=45.4, north=-12.5)),),
        periods=(Period(start=dt.date(2021, 1, 1), end=dt.date(2021, 12, 31)),),
        licence="etalab-2.0",
        access=OPEN_ACCESS,
        files=(DataFile(path="salinite.csv", bytes=2048, sha256="1d" * 32, media_type="text/csv"),),
    )


def pacific_record() -> Record:
    """Across the antimeridian, ongoing, embargoed, in English only."""
    draft = publishable_draft()
    return draft.model_copy(
        update={
            "uuid": UUID("22222222-2222-4333-8444-555555555555"),
            "doi": "10.5072/fiji",
            "title": Text(en="Reef temperatures around Fiji since 2019"),
            "abstract": Text(en="Hourly temperatures of twelve reefs on both sides of the antimeridian."),
            "language": "en",
            "publisher": Organisation(name="Test repository"),
            "extents": (Extent(box=Box(west=176.5, south=-19.5, east=-178.0, north=-15.5), lowest_m=-30.0),),
            "periods": (Period(start=dt.datetime(2019, 5, 1, 6, tzinfo=dt.UTC), ongoing=True),),
            "access": Access(kind=AccessKind.EMBARGOED, embargo_until=dt.date(2023, 6, 1)),
            "dates": (
                RecordDate(kind=DateKind.CREATED, on=dt.date(2022, 1, 15)),
                RecordDate(kind=DateKind.ISSUED, on=dt.date(2022, 2, 1)),
            ),
        }
    )


EXAMPLES = {
    "full": full_record,
    "draft": publishable_draft,
    "pacific": pacific_record,
    "empty": lambda: Record(uuid=UUID("33333333-2222-4333-8444-555555555555")),
}
