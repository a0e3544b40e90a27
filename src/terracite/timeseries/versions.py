# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which versions of Sen2Chain and Sen2Cor made an image, from the information file beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from terracite.raster.series import SeriesImage

SIMULATED = "simulated"
_LARGEST = 100_000  #: bytes; a true information file has a few hundred


@dataclass(frozen=True, slots=True)
class Versions:
    """Sorted, each once; empty where no image tells."""

    sen2chain: tuple[str, ...] = ()
    sen2cor: tuple[str, ...] = ()

    @property
    def is_simulated(self) -> bool:
        """Whether the images say that no satellite saw them."""
        return SIMULATED in self.sen2chain


def versions_of(images: Iterable[SeriesImage]) -> Versions:
    """The versions told by the ``.xml`` files beside the images; a file that cannot be read tells nothing."""
    told = [_told(image.path) for image in images]
    return Versions(_distinct(first for first, _ in told), _distinct(second for _, second in told))


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))


def _told(image: Path) -> tuple[str, str]:
    path = image.with_suffix(".xml")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        if path.stat().st_size > _LARGEST:
            return "", ""
        root = etree.fromstring(path.read_bytes(), parser)
    except (OSError, etree.XMLSyntaxError):
        return "", ""
    return (root.findtext("SEN2CHAIN_VERSION") or "").strip(), (root.findtext("SEN2COR_VERSION") or "").strip()
