# SPDX-License-Identifier: AGPL-3.0-or-later
"""What kind of file this is, from its first bytes; its name only decides between kinds of text."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from terracite.errors import InspectionError

HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file, and the module that reads facts from it ("" = nothing to read but its kind)."""

    name: str
    format: str
    media_type: str
    reader: str = ""
    warnings: tuple[str, ...] = ()


_KINDS = (
    Kind("tiff", "TIFF", "image/tiff", "inspecting.image"),
    Kind("jp2", "JPEG 2000", "image/jp2", "inspecting.image"),
    Kind("netcdf", "NetCDF", "application/x-netcdf", "inspecting.netcdf"),
    Kind("geopackage", "GeoPackage", "application/geopackage+sqlite3", "inspecting.vector"),
    Kind("geojson", "GeoJSON", "application/geo+json", "inspecting.vector"),
    Kind("shapefile", "Shapefile", "application/vnd.shp", "inspecting.vector"),
    Kind("parquet", "Parquet", "application/vnd.apache.parquet", "inspecting.table"),
    Kind("csv", "CSV", "text/csv", "inspecting.table"),
    Kind("zip", "ZIP", "application/zip", "inspecting.archive"),
    Kind("flatgeobuf", "FlatGeobuf", "application/flatgeobuf", "inspecting.vector"),
    Kind("kml", "KML", "application/vnd.google-earth.kml+xml", "inspecting.vector"),
    Kind("gpx", "GPX", "application/gpx+xml", "inspecting.vector"),
    Kind("zarr", "Zarr", "application/vnd.zarr", "inspecting.zarr_store"),
    Kind("cdl", "CDL (text of NetCDF)", "text/plain", "inspecting.cdl"),
    Kind("hdf4", "HDF4", "application/x-hdf", "inspecting.hdf_eos"),
    Kind("grib", "GRIB", "application/wmo-GRIB", "inspecting.grib"),
    Kind("las", "LAS", "application/vnd.las", "inspecting.points"),
    Kind("ply", "PLY", "application/ply", "inspecting.points"),
    Kind("segy", "SEG-Y", "application/octet-stream", "inspecting.seismic"),
    Kind("mseed", "miniSEED", "application/vnd.fdsn.mseed", "inspecting.seismic"),
    Kind("stationxml", "StationXML", "application/xml", "inspecting.seismic_xml"),
    Kind("quakeml", "QuakeML", "application/xml", "inspecting.seismic_xml"),
    Kind("style", "QGIS style", "application/xml", "inspecting.styles"),
    Kind("sld", "OGC style (SLD)", "application/vnd.ogc.sld+xml", "inspecting.styles"),
    Kind("rat", "GDAL auxiliary file", "application/xml", "inspecting.styles"),
    Kind("sqlite", "SQLite", "application/vnd.sqlite3"),
    Kind("pdf", "PDF", "application/pdf"),
    Kind("png", "PNG", "image/png"),
    Kind("jpeg", "JPEG", "image/jpeg"),
    Kind("gif", "GIF", "image/gif"),
    Kind("gzip", "gzip", "application/gzip", warnings=("What is inside is not looked into.",)),
    Kind("7z", "7z", "application/x-7z-compressed", warnings=("What is inside is not looked into.",)),
    Kind("bzip2", "bzip2", "application/x-bzip2", warnings=("What is inside is not looked into.",)),
    Kind("xz", "xz", "application/x-xz", warnings=("What is inside is not looked into.",)),
    Kind("zstd", "Zstandard", "application/zstd", warnings=("What is inside is not looked into.",)),
    Kind("tar", "tar", "application/x-tar", warnings=("What is inside is not looked into.",)),
    Kind("office", "Office document", "application/octet-stream"),
    Kind("program", "Program", "application/x-executable", warnings=("Programs are not data.",)),
    Kind("script", "Script", "text/x-script", warnings=("Source code is not data.",)),
    Kind(
        "dbf",
        "dBASE table",
        "application/vnd.dbf",
        warnings=("A part of a Shapefile: deposit the parts as one zip.",),
    ),
    Kind("part", "Shapefile part", "application/octet-stream"),
    Kind("xml", "XML", "application/xml", "inspecting.documents"),
    Kind("json", "JSON", "application/json", "inspecting.documents"),
    Kind("html", "HTML", "text/html"),
    Kind("markdown", "Markdown", "text/markdown", "inspecting.documents"),
    Kind("text", "Text", "text/plain", "inspecting.documents"),
)
KINDS = {kind.name: kind for kind in _KINDS}

#: (offset, bytes) -> kind
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"II*\0", "tiff"),
    (0, b"MM\0*", "tiff"),
    (0, b"II+\0", "tiff"),
    (0, b"MM\0+", "tiff"),
    (0, b"\0\0\0\x0cjP  ", "jp2"),
    (0, b"\xff\x4f\xff\x51", "jp2"),
    (0, b"CDF\x01", "netcdf"),
    (0, b"CDF\x02", "netcdf"),
    (0, b"CDF\x05", "netcdf"),
    (0, b"\x89HDF\r\n\x1a\n", "netcdf"),
    (68, b"GPKG", "geopackage"),
    (68, b"GP10", "geopackage"),
    (68, b"GP11", "geopackage"),
    (0, b"SQLite format 3\0", "sqlite"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"PK00PK", "zip"),
    (0, b"PAR1", "parquet"),
    (0, b"\0\0\x27\x0a", "shapefile"),
    (0, b"\x0e\x03\x13\x01", "hdf4"),
    (0, b"GRIB", "grib"),
    (0, b"LASF", "las"),
    (0, b"ply\n", "ply"),
    (0, b"ply\r\n", "ply"),
    (0, b"fgb\x03fgb", "flatgeobuf"),
    (0, b"%PDF", "pdf"),
    (0, b"\x89PNG", "png"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"GIF8", "gif"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\0", "xz"),
    (0, b"\x28\xb5\x2f\xfd", "zstd"),
    (257, b"ustar", "tar"),
    (0, b"\x7fELF", "program"),
    (0, b"MZ", "program"),
    (0, b"\xcf\xfa\xed\xfe", "program"),
    (0, b"\xca\xfe\xba\xbe", "program"),
    (0, b"#!", "script"),
)

#: what a name promises about the bytes
_PROMISES = {
    ".tif": "tiff", ".tiff": "tiff", ".jp2": "jp2", ".nc": "netcdf", ".nc4": "netcdf", ".gpkg": "geopackage",
    ".zip": "zip", ".parquet": "parquet", ".geoparquet": "parquet", ".png": "png", ".pdf": "pdf",
}  # fmt: skip
_TEXTS = {
    ".csv": "csv", ".tsv": "csv", ".cdl": "cdl", ".json": "json", ".jsonld": "json", ".geojson": "geojson",
    ".xml": "xml", ".qml": "xml", ".sld": "xml", ".rdf": "xml", ".html": "html", ".htm": "html", ".md": "markdown",
    ".py": "script", ".r": "script", ".sh": "script", ".bat": "script", ".js": "script", ".m": "script",
    ".prj": "part", ".cpg": "part",
}  # fmt: skip
_BINARIES = {
    ".sgy": "segy", ".segy": "segy", ".mseed": "mseed", ".miniseed": "mseed", ".dbf": "dbf", ".shx": "part",
    ".sbn": "part", ".sbx": "part", ".qix": "part",
}  # fmt: skip
_XML_SUFFIXES = frozenset({".xml", ".qml", ".sld", ".kml", ".gpx"})
#: root of XML -> kind
_XML_ROOTS = (
    (re.compile(rb"<qgis[\s>]"), "style"),
    (re.compile(rb"<(\w+:)?StyledLayerDescriptor[\s>]"), "sld"),
    (re.compile(rb"<PAMDataset[\s>]"), "rat"),
    (re.compile(rb"<(\w+:)?FDSNStationXML[\s>]"), "stationxml"),
    (re.compile(rb"<(\w+:)?quakeml[\s>]"), "quakeml"),
    (re.compile(rb"<kml[\s>]"), "kml"),
    (re.compile(rb"<gpx[\s>]"), "gpx"),
)
_ZARR_ROOTS = frozenset({".zmetadata", ".zgroup", "zarr.json"})
_MSEED = re.compile(rb"[0-9 ]{6}[DRQM][ \0][A-Z0-9 ]{12}")
_OFFICE = frozenset({".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"})


def kind_of(file: Path) -> Kind:
    """The kind of a file; raises `InspectionError` when it is empty, unknown, or not what its name says."""
    try:
        with file.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        raise InspectionError(
            f"'{file.name}' cannot be read: {error.strerror}.", hint="Check who may read it."
        ) from error
    if not head:
        raise InspectionError(f"'{file.name}' is empty.", hint="Upload it again.")
    suffix = file.suffix.lower()
    name = _by_magic(head, suffix) or _by_layout(head) or _by_text(head, suffix, file.name) or _by_suffix(suffix)
    promised = _PROMISES.get(suffix)
    if promised and name != promised and not (promised == "geopackage" and name == "sqlite"):
        raise InspectionError(
            f"'{file.name}' is not {KINDS[promised].format}, although its name says so.",
            hint="It is damaged or has the wrong name: copy it again, or rename it.",
        )
    if not name:
        raise InspectionError(
            f"The kind of '{file.name}' is not known.",
            hint="Prefer an open format (GeoTIFF, NetCDF, GeoPackage, CSV), or describe this one in a README.",
        )
    return KINDS["geopackage" if promised == "geopackage" else name]


def _by_magic(head: bytes, suffix: str) -> str:
    name = next((kind for offset, magic, kind in _MAGIC if head[offset:].startswith(magic)), "")
    if name == "zip" and suffix in _OFFICE:
        return "office"
    return "part" if name == "shapefile" and suffix == ".shx" else name  # both begin alike


def _by_layout(head: bytes) -> str:
    """Formats without magic bytes, by where their fields lie."""
    if _MSEED.match(head):
        return "mseed"
    is_segy = head[:1] == b"\xc3" and head[3200:3600] and _is_segy(head)
    return "segy" if is_segy else ""


def _by_suffix(suffix: str) -> str:
    return "segy" if suffix.startswith((".sgy", ".segy")) else _BINARIES.get(suffix, "")


def _is_segy(head: bytes) -> bool:
    """A text header in EBCDIC, then a known code for the form of samples."""
    code = head[3224:3226]
    known = {1, 2, 3, 5, 6, 8, 10, 11, 16}
    return len(code) == 2 and bool({int.from_bytes(code, "big"), int.from_bytes(code, "little")} & known)


def _by_text(head: bytes, suffix: str, file_name: str) -> str:
    if not is_text(head):
        return ""
    if file_name in _ZARR_ROOTS:
        return "zarr"
    start = head.lstrip(codecs.BOM_UTF8).lstrip()
    if start.startswith((b"<?xml", b"<!DOCTYPE")) or suffix in _XML_SUFFIXES:
        found = next((kind for mark, kind in _XML_ROOTS if mark.search(head)), "")
        if found:
            return found
    if start.startswith(b"<?xml"):
        return "xml"
    if start[:1] == b"{" and suffix in {"", ".json"} and b'"FeatureCollection"' in head and b'"stac_' not in head:
        return "geojson"
    return _TEXTS.get(suffix, "text")


def is_text(head: bytes) -> bool:
    """Whether the first bytes of a file can be text: no zero bytes, few control characters."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    if b"\0" in head:
        return False
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    return controls <= len(head) // 100
