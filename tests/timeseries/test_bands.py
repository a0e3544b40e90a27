# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from terracite.raster.products import named
from terracite.record import vocabularies
from terracite.record.model import Text
from terracite.timeseries.archive import Scan
from terracite.timeseries.describe import describe, describe_unit
from terracite.timeseries.options import Options
from terracite.timeseries.stac.items import band_asset
from terracite.timeseries.versions import Versions
from terracite.timeseries.vocabulary import index_info, mission
from terracite.timeseries.yearly import YearSeries, yearly

NOW = dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)


@pytest.fixture
def band(found: Scan) -> YearSeries:
    """A series as if it were of a band of ESA's products."""
    one = yearly(found, Options())[0]
    images = tuple(replace(image, index="B04", product="safe-l2a") for image in one.images)
    return replace(one, index="B04", product="safe-l2a", images=images, versions=Versions())


@pytest.mark.parametrize(
    ("code", "product", "en", "fr", "standard_name"),
    [
        ("B04", "safe-l2a", "surface reflectance, red band", "réflectance de surface, bande rouge", "surface"),
        (
            *("B8A", "safe-l1c", "top-of-atmosphere reflectance, narrow near infrared band"),
            *("réflectance au sommet de l'atmosphère, bande étroite proche infrarouge", "toa"),
        ),
        (
            *("B04_20m", "safe-l2a", "surface reflectance, red band, at 20 m"),
            *("réflectance de surface, bande rouge, à 20 m", "surface"),
        ),
        (
            *("B02-SRE", "theia-l2a", "surface reflectance, blue band, not corrected for slopes"),
            *("réflectance de surface, bande bleue, sans correction des pentes", "surface"),
        ),
        (
            "CONFIDENCE",
            "iota2",
            "confidence in the land-cover class",
            "confiance dans la classe d'occupation du sol",
            "",
        ),
    ],
)
def test_bands_and_layers_have_names(code: str, product: str, en: str, fr: str, standard_name: str) -> None:
    info = index_info(code, product)
    assert info.name == Text(en=en, fr=fr)
    assert info.standard_name == (f"{standard_name}_bidirectional_reflectance" if standard_name else "")
    assert info.formula
    assert all(vocabularies.keyword(uri) for uri in info.keywords)


def test_every_band_and_layer_of_the_known_types_has_a_name() -> None:
    bands = {f"B{number:02d}" for number in range(1, 13)} | {"B8A"}
    codes = dict.fromkeys(("safe-l1c", "safe-l2a"), bands)
    codes |= {product: set(named(product).index_names.values()) for product in ("theia-l2a", "theia-l3a", "iota2")}
    plain = {
        (product, code) for product, each in codes.items() for code in each if not index_info(code, product).formula
    }
    assert plain == set()
    assert all(mission(product, "S2A" if "safe" in product else "SENTINEL2A").title for product in codes)


def test_the_band_of_another_satellite_is_not_called_red() -> None:
    assert index_info("B04", "bdc").name.en == "B04 index"
    assert index_info("B04").name.en == "B04 index"
    assert index_info("NDVI", "safe-l2a") == index_info("NDVI")


def test_records_of_bands_read_well(band: YearSeries) -> None:
    record = describe(band, Options(), NOW)
    assert record.title == Text(
        fr="Série temporelle de réflectance de surface B04 Sentinel-2 de la tuile 40KCB (La Réunion), 2022",
        en="Sentinel-2 B04 surface reflectance time series of tile 40KCB (Réunion), 2022",
    )
    assert "images Sentinel-2 de la réflectance de surface, bande rouge (B04) sur la tuile" in record.abstract.fr
    assert "images of the surface reflectance, red band (B04) over tile" in record.abstract.en
    assert record.purpose.fr.startswith("Suivre la réflectance de surface (B04) dans le temps")
    assert record.variables[0].standard_name == "surface_bidirectional_reflectance"
    assert describe_unit([band], Options(), NOW, key=("40KCB", "B04")).abstract.en.count("surface reflectance") == 1


def test_files_and_stac_say_what_the_band_is(band: YearSeries) -> None:
    what = index_info("B04", "safe-l2a").quantity()
    assert (what.name, what.units, what.standard_name) == ("b04", "1", "surface_bidirectional_reflectance")
    assert what.comment == "B04 = reflectance at 665 nm"
    described = band_asset(band.images[0])["bands"][0]["description"]
    assert described == "Surface reflectance, red band. reflectance at 665 nm"
    assert index_info("CONFIDENCE", "iota2").quantity().units == "percent"
