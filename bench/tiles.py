# SPDX-License-Identifier: AGPL-3.0-or-later
"""Map tiles of one image beside TiTiler, in one run: read the ratios, not the milliseconds.

    python bench/tiles.py             10,980 x 10,980 cells of 16 bits: some minutes
    python bench/tiles.py --side 4096

Ours is a whole server as `terracite serve` starts it, asked by a stranger for tiles of a published file; the right to
read is looked up for each. The peer is TiTiler (``/cog/tiles``, uvicorn, one worker, in ``.venv-witnesses/titiler``)
reading the same cloud-optimised GeoTIFF of the same disk with the same stretch and a colour map; rio-tiler in the same
environment, without HTTP, is asked too. The same tiles, in the same order, over one connection; each is new to both
when it is asked (no tile twice), the image itself is in the system's cache. Beside: what building the pyramid takes,
once, in the worker.

One line a figure: name, ours, the peer's, ratio, bar, met or not; a summary last; an error when a bar is not met.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from common.figures import Met, bar, bar_is, head, summary

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]
PEER = ["titiler.core==0.24.0", "uvicorn==0.38.0"]
ZOOMS = (10, 12, 14)
LOW, HIGH = 0, 9000
PUBLISH = """
import json, sys
from pathlib import Path
from terracite.repository.instance import open_instance
open_instance()
from django.conf import settings
import published
from terracite.repository.models import StoredFile
from terracite.repository.previews import preview_of
from terracite.services.storage import storage_for
version = published.publish(files={"image.tif": b"II"})
path = Path(sys.argv[1])
size = storage_for(settings.TERRACITE).put_file("objects/im/image", path)
version.files.update(bytes=size, storage_key="objects/im/image", sha256="0" * 64)
preview_of(version.files.get())
print(json.dumps({"uuid": str(version.dataset.uuid)}))
"""
MAKE = """
import json, resource, time
from terracite.repository.instance import open_instance
open_instance()
from terracite.repository.models import Preview
from terracite.repository.previews import make_pending
start = time.perf_counter()
make_pending()
row = Preview.objects.get()
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps({"wall": time.perf_counter() - start, "MB": peak, "facts": row.facts, "problem": row.problem,
                  "bytes": row.bytes}))
"""
RIO = """
import json, sys, time
from rio_tiler.io import Reader
from rio_tiler.colormap import cmap
path, tiles = sys.argv[1], json.loads(sys.argv[2])
found = []
for z, x, y in tiles:
    start = time.perf_counter()
    with Reader(path) as image:
        tile = image.tile(x, y, z)
        tile.rescale(((LOW, HIGH),))
        tile.render(img_format="PNG", colormap=cmap.get("viridis"))
    found.append(time.perf_counter() - start)
print(json.dumps(found))
""".replace("LOW, HIGH", f"{LOW}, {HIGH}")

Tile = tuple[int, int, int]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=10_980)
    parser.add_argument("--tiles", type=int, default=60, help="of each zoom")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        image = write_image(folder / "image.tif", wanted.side)
        with our_server(folder / "ours", image) as (port, uuid, made), titiler() as (other, python):
            return _measured(image, wanted.tiles, wanted.side, made, (port, uuid), (other, python))


def _measured(
    image: Path, count: int, side: int, made: dict[str, object], ours: tuple[int, str], peer: tuple[int, Path]
) -> int:
    address, sizes = quote(str(image)), {"ours": 0, "titiler": 0}
    print(f"pyramid of {side} x {side}, once: {made['wall']:.1f} s, peak {made['MB']:.0f} MB, "
          f"{int(str(made['bytes'])) / 1e6:.0f} MB of a file of {image.stat().st_size / 1e6:.0f} MB")  # fmt: skip
    head()
    met: list[Met] = []
    for zoom in ZOOMS:
        tiles = tiles_at(made["facts"], zoom, count)  # type: ignore[arg-type]
        mine, theirs = (http.client.HTTPConnection("127.0.0.1", port) for port in (ours[0], peer[0]))
        spent: dict[str, list[float]] = {"ours": [], "titiler": []}
        for z, x, y in tiles:
            for way, connection, path in (
                ("ours", mine, f"/datasets/{ours[1]}/v1/tiles/image.tif/{z}/{x}/{y}.png"),
                ("titiler", theirs, f"/tiles/WebMercatorQuad/{z}/{x}/{y}.png?url={address}&rescale={LOW},{HIGH}"
                                    "&colormap_name=viridis"),
            ):  # fmt: skip
                start = time.perf_counter()
                connection.request("GET", path)
                answer = connection.getresponse()
                content = answer.read()
                spent[way].append(time.perf_counter() - start)
                sizes[way] += len(content)
                if answer.status != 200:
                    raise SystemExit(f"{way}: {answer.status} {content[:200]!r}")
        alone = _rio_tiler(image, tiles, peer[1])
        medians = {way: statistics.median(times) * 1000 for way, times in spent.items()}
        met.append(bar(f"a tile of zoom {zoom} / TiTiler, ms", medians["ours"], medians["titiler"], least=2))
        bar(f"a tile of zoom {zoom} / rio-tiler in process, ms", medians["ours"], statistics.median(alone) * 1000)
    print(f"  bytes of the tiles: ours {sizes['ours'] / 1e6:.1f} MB, TiTiler {sizes['titiler'] / 1e6:.1f} MB")
    met.append(
        bar_is(f"memory of making the pyramid: {made['MB']:.0f} MB, under 1,500 MB", float(str(made["MB"])) < 1500)
    )
    return summary(met)


def tiles_at(facts: dict[str, list[float]], zoom: int, count: int) -> list[Tile]:
    """Tiles inside the image, each once, in no order."""
    from terracite.raster.previewing.mercator import tiles_of

    west, south, east, north = facts["box"]
    part = tiles_of((west, south, east, north), zoom)[0]
    found = [(zoom, x, y) for x in range(part.left, part.right + 1) for y in range(part.top, part.bottom + 1)]
    return random.Random(1).sample(found, min(count, len(found)))


def write_image(path: Path, side: int) -> Path:
    """A cloud-optimised GeoTIFF like a band of Sentinel-2: smooth ground, noise, no-data in a corner."""
    import numpy as np
    import rasterio

    rng = np.random.default_rng(1)
    coarse = rng.uniform(500, 6000, (side // 60 + 2, side // 60 + 2))
    cells = np.kron(coarse, np.ones((60, 60)))[:side, :side].astype(np.uint16)
    cells += rng.integers(0, 400, (side, side), np.uint16)
    cells[: side // 8, : side // 8] = 0
    place = rasterio.Affine(10, 0, 300_000, 0, -10, 7_700_020)
    profile = {"driver": "COG", "dtype": "uint16", "count": 1, "width": side, "height": side, "nodata": 0}
    with rasterio.open(
        path, "w", **profile, crs="EPSG:32740", transform=place, compress="deflate", predictor=2
    ) as image:
        image.write(cells, 1)
    return path


@contextmanager
def our_server(folder: Path, image: Path) -> Iterator[tuple[int, str, dict[str, object]]]:
    """`terracite serve` with one published file and its pyramid: port, dataset, how the pyramid was made."""
    from terracite.config import Settings
    from terracite.repository.instance import environment
    from terracite.website.server import start_background

    settings = Settings(data_dir=folder.absolute())
    known = os.environ | environment(settings) | {"PYTHONPATH": str(ROOT / "tests")}
    told = subprocess.run(
        [sys.executable, "-c", PUBLISH, str(image)], env=known, check=True, capture_output=True, text=True
    )
    done = subprocess.run([sys.executable, "-c", MAKE], env=known, check=True, capture_output=True, text=True)
    made: dict[str, object] = json.loads(done.stdout)
    if made["problem"]:
        raise SystemExit(f"the pyramid: {made['problem']}")
    with start_background(settings) as running:
        yield int(running.url.rpartition(":")[2]), json.loads(told.stdout)["uuid"], made


@contextmanager
def titiler() -> Iterator[tuple[int, Path]]:
    """TiTiler's own factory on uvicorn, with the settings that its documentation advises: port, its Python."""
    from ask_witnesses import environment_with

    from terracite.services import ports

    python = environment_with("titiler", PEER) / "bin" / "python"
    port = ports.free_port("127.0.0.1")
    advised = {"GDAL_CACHEMAX": "200", "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "VSI_CACHE": "TRUE"}
    process = subprocess.Popen(
        [python, "-m", "uvicorn", "tile_server:application", "--port", str(port), "--log-level", "error",
         "--timeout-keep-alive", "120"],
        cwd=ROOT / "bench" / "peers", env=os.environ | advised,
    )  # fmt: skip
    try:
        ports.wait_until_open("127.0.0.1", port, 60, lambda: process.poll() is None)
        yield port, python
    finally:
        process.terminate()
        process.wait()


def _rio_tiler(image: Path, tiles: list[Tile], python: Path) -> list[float]:
    command = [python, "-c", RIO, str(image), json.dumps(tiles)]
    found: list[float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


if __name__ == "__main__":
    sys.exit(main())
