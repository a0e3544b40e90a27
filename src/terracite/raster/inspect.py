# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a data file holds: where, when, what. Files of strangers are opened in a child process with limits.

The child may not use more memory or time than it is given, has no network and opens only the drivers named here;
when it dies, whoever asked lives on and gets an `InspectionError`. This module loads none of the heavy libraries.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from terracite.errors import InspectionError
from terracite.raster.inspect_kinds import Kind, kind_of

ANSWER_BYTES = 8 * 2**20  #: more than this is not an answer
_KEPT_VARIABLES = frozenset({"PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "HOME", "TMPDIR", "SYSTEMROOT"})


@dataclass(frozen=True, slots=True)
class VariableFact:
    """One variable, band or column."""

    name: str
    label: str = ""
    standard_name: str = ""  #: as the file says
    unit: str = ""
    is_word: bool = False  #: a column of words or days, which has no unit


@dataclass(frozen=True, slots=True)
class ClassFact:
    """One class of a categorical raster."""

    code: int
    label: str = ""
    colour: str = ""  #: "#rrggbb"


@dataclass(frozen=True, slots=True)
class Document:
    """A text that describes data, as found in or beside them; whoever knows the metadata standards reads it."""

    name: str  #: of the file or of the member of an archive
    text: str
    kind: str = ""  #: "acdd", "eml", "readme", "cff", "bag-info", or "" for what its content tells


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read from a file; what it does not say is "", None or empty."""

    format: str  #: "COG", "GeoTIFF", "NetCDF", "GeoPackage", "CSV", ...
    media_type: str
    box: tuple[float, float, float, float] | None = None  #: west, south, east, north; west > east: antimeridian
    crs: str = ""  #: "EPSG:32740", or a name
    crs_wkt: str = ""
    resolution_m: float | None = None
    representation: str = ""  #: "grid", "vector", "textTable" or ""
    start: str | None = None  #: ISO 8601, date or UTC time
    end: str | None = None
    variables: tuple[VariableFact, ...] = ()
    classes: tuple[ClassFact, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)  #: title, summary, licence, creator_name, ...
    rows: int | None = None
    columns: int | None = None
    bands: int | None = None
    warnings: tuple[str, ...] = ()
    footprint: tuple[Point, ...] = ()  #: closed ring of lon lat around the valid data, where it says more than the box
    lowest_m: float | None = None  #: heights of points
    highest_m: float | None = None
    time_step: str = ""  #: ISO 8601 duration, where the times are even
    created: str | None = None  #: ISO 8601 day when the file says it was made
    programs: tuple[str, ...] = ()  #: members of an archive that are programs or source code
    documents: tuple[Document, ...] = ()  #: read by `terracite.repository.described`, then gone
    described: dict[str, Any] = field(default_factory=dict)  #: fields of a record, as JSON, that documents gave

    def to_dict(self) -> dict[str, Any]:
        """Only what JSON knows."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Facts:
        """The opposite of `to_dict`."""
        box = values.get("box")
        return cls(
            **values
            | {
                "box": tuple(box) if box else None,
                "variables": tuple(VariableFact(**item) for item in values.get("variables", ())),
                "classes": tuple(ClassFact(**item) for item in values.get("classes", ())),
                "warnings": tuple(values.get("warnings", ())),
                "footprint": tuple((lon, lat) for lon, lat in values.get("footprint", ())),
                "programs": tuple(values.get("programs", ())),
                "documents": tuple(Document(**item) for item in values.get("documents", ())),
            }
        )


def inspect(
    path: str | Path, *, timeout_s: float = 60, memory_mb: int = 2048, child: str = "terracite.raster.inspect_child"
) -> Facts:
    """What the file holds.

    Raises `InspectionError` with a cure for a file that is missing, empty, broken, of an unknown kind, or that needs
    more than ``timeout_s`` seconds or ``memory_mb`` MiB. Never follows addresses or GDAL's virtual paths.
    ``child``: the module that runs in the child process, with the arguments of `terracite.raster.inspect_child`.
    """
    file = _regular_file(path)
    kind = kind_of(file)
    if not kind.reader:
        return Facts(kind.format, kind.media_type, warnings=kind.warnings)
    with tempfile.TemporaryFile() as answer:
        status = _run_child(file, kind, answer, (child, timeout_s, memory_mb))
        answer.seek(0)
        return _facts(answer.read(ANSWER_BYTES + 1), status, file, memory_mb)


def iso_or_none(text: str | None) -> str | None:
    """``text`` as a day, or as a moment in the extended form of ISO 8601; None for anything else."""
    said = (text or "").strip()
    try:
        moment = dt.datetime.fromisoformat(said)
    except ValueError:
        return None
    return said if said[4:5] == "-" else moment.isoformat()


def _regular_file(path: str | Path) -> Path:
    try:
        file = Path(path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise InspectionError(f"There is no file '{path}'.", hint="Give the path of a file on this machine.") from error
    if not file.is_file():
        raise InspectionError(f"'{path}' is not a file.", hint="Give one file at a time; zip a folder.")
    return file


def _run_child(file: Path, kind: Kind, answer: IO[bytes], how: tuple[str, float, int]) -> int:
    """Run the reader; its answer goes to ``answer``. Returns its exit status (negative: killed by that signal)."""
    child_module, timeout_s, memory_mb = how
    command = [sys.executable, "-m", child_module]
    command += [str(file), kind.name, str(memory_mb), str(timeout_s)]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env=child_environment(),
        start_new_session=True,
    ) as child:
        try:
            return child.wait(timeout_s + 2)  # starting takes a moment
        except subprocess.TimeoutExpired:
            raise _too_slow(file) from None
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)


def child_environment() -> dict[str, str]:
    """What the child may know: no secrets, one thread per library, no virtual or network drivers."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT_VARIABLES}
    return kept | {
        "PYTHONSAFEPATH": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "GDAL_NUM_THREADS": "1",
        "GDAL_CACHEMAX": "67108864",
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
        "GDAL_SKIP": "VRT,GTI,WMS,WMTS,WCS,HTTP,PLMOSAIC,DAAS,EEDAI,OGCAPI,STACIT,STACTA,DERIVED",
        "OGR_SKIP": "OGR_VRT,WFS,OAPIF,CSW,HTTP,PLSCENES,CARTO,Elastic,EEDA,GMLAS,MEM,Memory",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    }


def _facts(answer: bytes, status: int, file: Path, memory_mb: int) -> Facts:
    if status == -signal.SIGXCPU:
        raise _too_slow(file)
    try:
        if status != 0 or len(answer) > ANSWER_BYTES:
            raise ValueError(f"exit status {status}")
        content = json.loads(answer)
        if "error" in content:
            raise InspectionError(content["error"], hint=content["hint"])
        return Facts.from_dict(content)
    except (ValueError, TypeError, KeyError) as error:
        raise InspectionError(
            f"'{file.name}' stopped the reader ({error}).",
            hint=f"It is damaged, or needs more than {memory_mb} MiB: open it in its own program and save it again.",
        ) from error


def _too_slow(file: Path) -> InspectionError:
    return InspectionError(
        f"'{file.name}' takes too long to look into.",
        hint="It may be damaged; else it can be deposited as it is, and described by hand.",
    )
