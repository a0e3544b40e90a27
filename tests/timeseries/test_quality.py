# SPDX-License-Identifier: AGPL-3.0-or-later
"""The certificate of a simulated archive: what it says, on a page, in JSON, in the record."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lxml import etree, html

from terracite.crate.read import open_crate
from terracite.raster.netcdf import open_series
from terracite.record.iso19115 import to_iso19115
from terracite.record.iso19139 import to_iso19139
from terracite.record.model import Language, Record, Text
from terracite.timeseries.archive import Scan
from terracite.timeseries.options import Options
from terracite.timeseries.quality import (
    Certificate,
    Level,
    Verdict,
    checks,
    examine,
    examine_files,
    stac_of_date,
    to_html,
    to_json,
    verdict,
    with_quality,
)
from terracite.timeseries.quality.certificate import StepTest
from terracite.timeseries.quality.checks import to_look_at
from terracite.timeseries.quality.pdf import laid_out, to_pdf
from terracite.timeseries.run import RunResult
from terracite.timeseries.yearly import yearly

Crates = tuple[Path, RunResult]
LANGUAGES: tuple[Language, ...] = ("fr", "en")


@pytest.fixture(scope="module")
def series_file(crates: Crates) -> Path:
    return crates[0] / "40KCB-NDVI-2022" / "NDVI_40KCB_2022.nc"


@pytest.fixture(scope="module")
def certificate(series_file: Path, found: Scan) -> Certificate:
    one = next(one for one in yearly(found, Options()) if one.index == "NDVI")
    return examine(series_file, one, left_out=2)


def levels(certificate: Certificate) -> dict[str, Level]:
    return {check.name: check.level for check in checks(certificate, "en")}


def test_it_is_the_file_that_is_counted(certificate: Certificate, series_file: Path) -> None:
    with open_series(series_file) as series:
        values, mask = series.read(), series.read_mask()
    inside = (values >= -10_000) & (values <= 10_000)
    assert [date.nodata for date in certificate.dates] == [int((one == -32768).sum()) for one in values]
    clear = [int((good & (hidden != 1)).sum()) for good, hidden in zip(inside, mask, strict=True)]
    assert [date.clear for date in certificate.dates] == clear
    medians = [date.spread.median for date in certificate.dates if date.spread]
    expected = [
        np.quantile(one[good & (hidden != 1)], 0.5, method="inverted_cdf") * 1e-4
        for one, good, hidden in zip(values, inside, mask, strict=True)
        if (good & (hidden != 1)).any()
    ]
    np.testing.assert_allclose(medians, expected, atol=1e-9)


def test_it_agrees_with_the_counts_of_the_writer(certificate: Certificate, crates: Crates) -> None:
    quality = open_crate(crates[0] / "40KCB-NDVI-2022").record.quality
    clear = next(item for item in quality if item.name.en.startswith("Clear share"))
    assert 100 * certificate.clear_share == pytest.approx(clear.value, abs=0.01)


def test_lossy_compression_that_moved_nodata_is_found_and_stated(certificate: Certificate) -> None:
    assert certificate.encoding.is_lossy is True
    assert certificate.total("near_nodata") > 0
    assert certificate.total("outside") == 0
    texts = {check.name: check.text for check in checks(certificate, "en")}
    assert "compressed with loss (JP2OpenJPEG" in texts["encoding"]
    assert "close to the no-data number" in texts["range"]
    assert levels(certificate)["range"] is Level.NOTE


def test_nodata_that_compression_moved_is_missing_all_the_same(certificate: Certificate) -> None:
    missing = 100 * (certificate.total("nodata") + certificate.total("near_nodata")) / certificate.cells
    assert missing > 100 * certificate.total("nodata") / certificate.cells
    text = next(check.text for check in checks(certificate, "en") if check.name == "nodata")
    assert text.startswith(f"{missing:.3g}\N{NO-BREAK SPACE}% of the cells hold no data")
    measure = next(
        item
        for item in with_quality(Record(title=Text(en="One")), certificate).quality
        if "without data" in item.name.en
    )
    assert measure.value == pytest.approx(missing, abs=0.01)


def test_one_year_is_too_little_for_the_step_test(certificate: Certificate) -> None:
    assert certificate.step.verdict is Verdict.UNTESTED
    assert "examine more years together" in next(
        check.text for check in checks(certificate, "en") if check.name == "step"
    )


def test_every_check_speaks_both_languages(certificate: Certificate) -> None:
    odd = [
        replace(certificate, step=StepTest(kind, 3, 4, 0.1, -0.2, 0.3, design, 2))
        for kind in Verdict
        for design in ("", "within", "between")
    ]
    bare = replace(
        certificate, dates=tuple(replace(date, masked=None, nodata=date.cells) for date in certificate.dates)
    )
    for one in (certificate, bare, *odd):
        for fr, en in zip(checks(one, "fr"), checks(one, "en"), strict=True):
            assert fr.text
            assert fr.text != en.text
            assert "{" not in fr.text + en.text
    assert "0,300" in next(check.text for check in checks(odd[0], "fr") if check.name == "step")


def test_the_verdict_names_what_to_look_at(certificate: Certificate) -> None:
    assert verdict(certificate, "en") == (
        "Nothing that asks for a closer look. Good to know: range of the index, baseline 04.00, encoding."
    )
    date = certificate.dates[3]
    spoilt = replace(date, outside=400, saturated_high=9, clear=date.clear - 400)
    bad = replace(certificate, dates=(*certificate.dates[:3], spoilt, *certificate.dates[4:]))
    assert verdict(bad, "fr") == "À regarder : limites de l'indice."
    worst, why = to_look_at(bad, "en")[0]
    assert (worst, why) == (spoilt, "9.8\N{NO-BREAK SPACE}% out of range; 0.22\N{NO-BREAK SPACE}% saturated")
    assert levels(bad)["saturation"] is Level.NOTE  # nine cells of a year
    repeated = replace(certificate, repeats=((certificate.dates[0], certificate.dates[1]),))
    assert levels(repeated)["duplicates"] is Level.LOOK


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_else_and_is_well_formed(certificate: Certificate, language: Language) -> None:
    page = to_html(certificate, language)
    assert page == to_html(certificate, language)
    root = html.fromstring(page)
    assert root.get("lang") == language
    assert not re.search(r"https?://(?!www\.w3\.org)|<script|<link|<img", page)
    assert len(root.xpath("//h1")) == 1
    assert [cell.text for cell in root.xpath("//tbody/tr/th")] == [
        check.title(language) for check in checks(certificate, language)
    ]
    for drawing in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        etree.fromstring(drawing)
    assert all(svg.get("aria-label") or svg.get("aria-hidden") for svg in root.xpath("//svg"))


def _many(certificate: Certificate) -> Certificate:
    """Five hundred dates with long names, every check with most to say."""
    dates = tuple(
        replace(date, outside=3, saturated_low=9, saturated_high=5, clipped=4, product_id=f"{date.product_id}_{number}")
        for number in range(13)
        for date in certificate.dates
    )
    step = StepTest(Verdict.STEP, 300, 200, -0.2, -0.3, -0.1, "between", 12)
    months = tuple(f"{year}-{month:02d}" for year in (2021, 2022) for month in range(1, 13))
    spacing = replace(certificate.spacing, empty_months=months)
    pair = ((dates[0], dates[1]),)
    return replace(certificate, dates=dates, step=step, spacing=spacing, repeats=pair, same_pass=pair, left_out=1234)


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_prints_on_one_sheet(certificate: Certificate, language: Language, tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not on this machine (apt install chromium)")
    for name, one in (("plain", certificate), ("many", _many(certificate))):
        (tmp_path / f"{name}.html").write_text(to_html(one, language), encoding="utf-8")
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        command += [f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={tmp_path / name}.pdf"]
        subprocess.run([*command, str(tmp_path / f"{name}.html")], check=True, capture_output=True, timeout=120)
        pages = re.findall(rb"/Type\s*/Page\b(?!s)", (tmp_path / f"{name}.pdf").read_bytes())
        assert len(pages) == 1, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_one_sheet_and_always_the_same(certificate: Certificate, language: Language) -> None:
    content = to_pdf(certificate, language)
    assert content == to_pdf(certificate, language)
    for one in (_many(certificate), replace(certificate, dates=certificate.dates[:1])):
        sheet = laid_out(one, language)
        assert (sheet.page_no(), sheet.get_y() < 285) == (1, True)  # of 297 mm
    assert re.findall(rb"/Type /Pages?\b", content).count(b"/Type /Page") == 1


def test_json_holds_every_figure_of_every_date(certificate: Certificate) -> None:
    content = to_json(certificate)
    assert content == to_json(certificate)
    told = json.loads(content)
    assert len(told["dates"]) == len(certificate.dates)
    assert told["dates"][0]["sensed_at"] == certificate.dates[0].sensed_at.isoformat()
    assert told["dates"][0]["spread"]["median"] == certificate.dates[0].spread.median  # type: ignore[union-attr]
    assert told["versions_left_out"] == 2
    assert {item["check"] for item in told["checks"]} == set(levels(certificate))
    assert told["simulated"] is True


def test_the_record_carries_the_measures_once(certificate: Certificate, crates: Crates) -> None:
    record = open_crate(crates[0] / "40KCB-NDVI-2022").record
    record = record.model_copy(update={"quality": record.quality[:2]})  # those that counting while writing gives
    told = with_quality(record, certificate, report="quality.en.html")
    assert with_quality(told, certificate, report="quality.en.html") == told
    assert told.quality[: len(record.quality)] == record.quality
    added = {item.name.en: item for item in told.quality[len(record.quality) :]}
    assert added["Repeated dates"].value == 0
    assert added["Longest gap"].unit == "d"
    assert added["Cells outside the range of the index, among the data"].report == "quality.en.html"
    assert "Values are multiples of" in added["Step between values"].note.en
    stepped = replace(certificate, step=StepTest(Verdict.STEP, 9, 9, -0.2, -0.3, -0.1, "within", 3))
    measure = next(item for item in with_quality(record, stepped).quality if "04.00" in item.name.en)
    assert (measure.value, measure.low, measure.high) == (-0.2, -0.3, -0.1)


def test_iso_documents_with_the_measures_are_valid(certificate: Certificate, crates: Crates, shared_data: Path) -> None:
    record = with_quality(open_crate(crates[0] / "40KCB-NDVI-2022").record, certificate)
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    schema = etree.XMLSchema(etree.parse(shared_data / "xsd" / "iso19115-3-all.xsd", parser))
    document = to_iso19115(record, "https://example.org/datasets/1/")
    schema.assertValid(etree.fromstring(document, parser))
    for text in (document, to_iso19139(record, "https://example.org/datasets/1/")):
        assert "Cells outside the range of the index" in text.decode()


def test_a_stac_item_gets_cloud_cover_and_statistics(certificate: Certificate) -> None:
    date = certificate.dates[0]
    told = stac_of_date(date)
    assert date.masked is not None
    assert told["eo:cloud_cover"] == round(100 * date.masked / (date.clear + date.masked), 2)
    assert told["statistics"]["maximum"] == date.spread.greatest  # type: ignore[union-attr]
    assert told["statistics"]["valid_percent"] == round(100 * date.clear / date.cells, 4)
    assert stac_of_date(replace(date, masked=None, spread=None)) == {}


def test_real_series_are_examined(shared_data: Path, tmp_path: Path) -> None:
    """MODIS EVI (lossy JPEG 2000 by sits) and sen2r NDVI (GeoTIFF), as their own makers wrote them."""
    from terracite.timeseries.run import run

    modis = run(shared_data / "sits-sinop-raster", tmp_path / "modis", Options())
    files = [next(crate.glob("*.nc")) for crate in modis.crates if list(crate.glob("*.nc"))]
    evi = examine_files(files)
    assert (evi.index, evi.years, len(evi.dates)) == ("EVI", (2013, 2014), 23)
    assert evi.step.verdict is Verdict.NOT_CONCERNED
    assert (evi.spacing.usual_days, evi.has_mask) == (16.0, False)
    sen2r = run(shared_data / "sen2rts-s2-ndvi", tmp_path / "sen2r", Options())
    ndvi = examine_files([next(sen2r.crates[0].glob("*.nc"))])
    assert (len(ndvi.dates), ndvi.total("outside"), ndvi.repeats) == (60, 0, ())
    for one in (evi, ndvi):
        assert "<h1>" in to_html(one, "fr")
