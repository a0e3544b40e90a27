# SPDX-License-Identifier: AGPL-3.0-or-later
"""From values to the bytes of a picture: PNG with a palette for values and classes, WebP for true colours."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from typing import Any

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray
from PIL import Image

from terracite.repository.previews.colours import Palette

PNG, WEBP = "png", "webp"
MEDIA_TYPES = {PNG: "image/png", WEBP: "image/webp"}
_QUALITY = 82
_FASTEST = 1


def numbered(values: NDArray[Any], mask: NDArray[np.bool_], low: float, high: float) -> NDArray[np.uint8]:
    """Places on a ramp, 1 to 255; 0 where there are no data."""
    shown = (values.astype(np.float32) - np.float32(low)) * np.float32(254 / (high - low))
    places = np.clip(shown, 0, 254).astype(np.uint8) + np.uint8(1)
    return np.where(mask, places, np.uint8(0))


def numbered_classes(values: NDArray[Any], mask: NDArray[np.bool_], codes: NDArray[Any]) -> NDArray[np.uint8]:
    """Places in the list of ``codes`` (ascending), 1 to 255; 0 where there are no data or no such class."""
    if not codes.size:
        return np.zeros(values.shape, np.uint8)
    if values.dtype == np.uint8:
        table = np.zeros(256, np.uint8)
        known = codes[(codes >= 0) & (codes < 256)]
        table[known] = np.searchsorted(codes, known) + 1
        return np.where(mask, table[values], np.uint8(0))
    places = np.searchsorted(codes, values).clip(0, codes.size - 1)
    return np.where(mask & (codes[places] == values), places + 1, 0).astype(np.uint8)


def of_numbers(numbers: NDArray[np.uint8], palette: Palette, kind: str) -> bytes:
    """A picture of numbers with a palette, of which 0 is transparent."""
    if kind == PNG:
        return _png(numbers, palette)
    alpha = np.where(numbers > 0, np.uint8(255), np.uint8(0))
    return _saved(np.dstack([palette[numbers], alpha]), "WEBP", lossless=True, quality=0, method=0)


def of_colours(values: NDArray[np.uint8], mask: NDArray[np.bool_], kind: str) -> bytes:
    """A picture of three bands, (band, y, x)."""
    bands = [*values] if mask.all() else [*values, np.where(mask, np.uint8(255), np.uint8(0))]
    pixels = np.ascontiguousarray(np.stack(bands, -1))
    if kind == PNG:
        return _saved(pixels, "PNG", compress_level=_FASTEST)
    return _saved(pixels, "WEBP", quality=_QUALITY, method=0)


@cache
def empty(kind: str, side: int = 256) -> bytes:
    """Nothing at all, as a picture."""
    return of_numbers(np.zeros((side, side), np.uint8), np.zeros((256, 3), np.uint8), kind)


def _saved(pixels: NDArray[np.uint8], name: str, **how: Any) -> bytes:
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, name, **how)
    return content.getvalue()


def _png(numbers: NDArray[np.uint8], palette: Palette) -> bytes:
    """Pillow needs five times as long: rows without filter, compressed by ISA-L."""
    height, width = numbers.shape
    rows = np.zeros((height, width + 1), np.uint8)
    rows[:, 1:] = numbers
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    body = isal_zlib.compress(rows.tobytes(), _FASTEST)
    used = int(numbers.max(initial=0)) + 1
    parts = (b"IHDR", head), (b"PLTE", palette[:used].tobytes()), (b"tRNS", b"\0"), (b"IDAT", body), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in parts)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
