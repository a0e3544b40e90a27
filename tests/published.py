# SPDX-License-Identifier: AGPL-3.0-or-later
"""Published datasets for the tests of search, OAI-PMH and the pages for machines, straight into the tables."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any
from uuid import uuid4

from terracite.record.model import (
    OPEN_ACCESS,
    Access,
    Agent,
    Box,
    DataFile,
    DateKind,
    Discipline,
    Extent,
    Keyword,
    Lineage,
    Organisation,
    Period,
    Record,
    RecordDate,
    Representation,
    Resolution,
    Text,
    Variable,
)
from terracite.repository.models import Dataset, DatasetVersion, Deposit, Person, StoredFile
from terracite.repository.states import FileState, State

NOON = dt.datetime(2026, 11, 1, 12, 0, tzinfo=dt.UTC)


def person(name: str = "alice") -> Person:
    """The account of that name, made when it is not there."""
    return Person.objects.get_or_create(username=name)[0]


def deposit(title: str = "Seasons of the savanna") -> Deposit:
    """A deposit of Alice."""
    values: dict[str, Any] = {"title_en": title, "disciplines": ["continental_surfaces"], "owner": person()}
    return Deposit.objects.create(**values)


def record(**values: Any) -> Record:
    """A complete record about La Réunion, with ``values`` changed."""
    known: dict[str, Any] = {
        "title": Text(fr="Séries de végétation sur La Réunion", en="Vegetation series over Reunion Island"),
        "abstract": Text(
            fr="Indices de végétation de chaque date, calculés à partir des images de Sentinel-2.",
            en="Vegetation indices of each date, computed from the images of Sentinel-2.",
        ),
        "dates": (RecordDate(kind=DateKind.CREATED, on=dt.date(2023, 2, 1)),),
        "lineage": Lineage(statement=Text(fr="Calculé par Sen2Chain.", en="Computed by Sen2Chain.")),
        "disciplines": (Discipline.CONTINENTAL_SURFACES,),
        "topics": ("imageryBaseMapsEarthCover",),
        "keywords": (Keyword(label=Text(fr="forêt", en="forest")),),
        "variables": (Variable(name="NDVI", label=Text(en="Vegetation index"), unit="1"),),
        "creators": (Agent(family_name="Martin", given_name="Alice", orcid="0000-0002-1825-0097"),),
        "contacts": (Agent(family_name="Martin", given_name="Alice", email="alice@example.org"),),
        "publisher": Organisation(name="Terracite"),
        "extents": (Extent(box=Box(west=55.2, south=-21.4, east=55.9, north=-20.8), place=Text(en="Reunion Island")),),
        "periods": (Period(start=dt.date(2022, 1, 1), end=dt.date(2022, 12, 31)),),
        "resolutions": (Resolution(distance_m=10),),
        "representation": Representation.GRID,
        "licence": "CC-BY-4.0",
        "access": OPEN_ACCESS,
    }
    return Record(**(known | values))


def publish(
    described: Record | None = None,
    *,
    group: Deposit | None = None,
    dataset: Dataset | None = None,
    number: int = 1,
    state: State = State.PUBLISHED,
    at: dt.datetime = NOON,
    files: dict[str, bytes] | None = None,
    access: Access | None = None,
) -> DatasetVersion:
    """A version in ``state``, as publication leaves it; ``files``: path -> content, without bytes in the storage."""
    described = described or record()
    access = access or described.access
    dataset = dataset or Dataset.objects.create(deposit=group or deposit())
    doi = f"10.5072/{uuid4()}"
    contents = files if files is not None else {"S2_T40KCB_NDVI_2022.nc": b"CDF"}
    listed = tuple(_data_file(path, content) for path, content in contents.items())
    described = described.model_copy(update={"doi": doi, "access": access, "files": listed}).with_dates(
        issued=at.date()
    )
    version = DatasetVersion.objects.create(
        dataset=dataset,
        number=number,
        state=state.value,
        access=access.kind.value,
        embargo_until=access.embargo_until,
        doi=doi,
        doi_state="findable",
        record=described.model_dump(mode="json"),
        created_by=dataset.deposit.owner,
        published_at=at,
        datestamp=at,
        withdrawn_at=at if state is State.WITHDRAWN else None,
        title_fr=described.title.fr,
        title_en=described.title.en,
    )
    for file in listed:
        StoredFile.objects.create(
            version=version,
            path=file.path,
            bytes=file.bytes,
            sha256=file.sha256,
            media_type=file.media_type,
            format=file.format,
            state=FileState.OK.value,
            storage_key=f"sha256/{file.sha256}",
        )
    return version


def _data_file(path: str, content: bytes) -> DataFile:
    is_netcdf = path.endswith(".nc")
    return DataFile(
        path=path,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        media_type="application/netcdf" if is_netcdf else "application/octet-stream",
        format="NetCDF-4 (CF-1.11)" if is_netcdf else "",
    )
