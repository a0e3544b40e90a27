# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures made again, smaller and without what a camera wrote into them. Runs in the child process of `previews`."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from terracite.errors import InspectionError
from terracite.raster.previewing import Made

PICTURE_FILE, THUMBNAIL_FILE = "picture.webp", "thumbnail.webp"
PICTURE_SIDE, THUMBNAIL_SIDE = 1280, 320
MOST_PIXELS = 200_000_000
_ORIENTATION, _LYING = 0x0112, 5  #: a tag of EXIF, and its first value for a picture on its side
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


def make(path: Path, folder: Path) -> Made:
    """Facts ``width``, ``height`` (of the file), ``shown_width``, ``shown_height``, ``frames``."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow raises at twice this, and warns from here on
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(path, formats=_FORMATS) as picture:
                return _made(picture, folder)
        except UnidentifiedImageError as error:
            raise InspectionError(f"'{path.name}' is not a picture.", hint="Save it again as PNG or JPEG.") from error
        except Image.DecompressionBombError as error:
            raise InspectionError(
                f"'{path.name}' has more than {MOST_PIXELS // 1_000_000} million pixels.",
                hint="It can be downloaded; a picture to look at should be smaller.",
            ) from error


def _made(picture: Image.Image, folder: Path) -> Made:
    width, height = picture.size
    frames = int(getattr(picture, "n_frames", 1))
    picture.draft("RGB", (PICTURE_SIDE, PICTURE_SIDE))  # a JPEG is read at a fraction of its size
    if picture.getexif().get(_ORIENTATION, 1) >= _LYING:
        width, height = height, width
    plain = _plain(ImageOps.exif_transpose(picture))
    plain.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    plain.save(folder / PICTURE_FILE, quality=82)
    shown = plain.size
    plain.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    plain.save(folder / THUMBNAIL_FILE, quality=75)
    facts = {"width": width, "height": height, "shown_width": shown[0], "shown_height": shown[1], "frames": frames}
    return Made(facts=facts, warnings=())


def _plain(picture: Image.Image) -> Image.Image:
    """Pixels only, in red, green, blue and perhaps alpha; 16-bit grey is stretched to what a screen shows."""
    if picture.mode.startswith(("I", "F")):
        cells = np.asarray(picture, dtype=np.float32)
        low, high = float(np.nanmin(cells)), float(np.nanmax(cells))
        picture = Image.fromarray(((cells - low) * (255 / ((high - low) or 1))).astype(np.uint8), "L")
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    made = picture.convert("RGBA" if has_alpha else "RGB")
    made.info = {}
    return made
