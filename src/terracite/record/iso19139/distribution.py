# SPDX-License-Identifier: AGPL-3.0-or-later
"""How to get the data: formats, publisher, files (``gmd:MD_Distribution``)."""

from __future__ import annotations

from terracite.record.iso19115 import distribution as newer
from terracite.record.iso19139.elements import Gmd


def write(gmd: Gmd) -> str:
    if not gmd.record.files:
        return ""
    return gmd.element(
        "gmd:distributionInfo/gmd:MD_Distribution",
        *(_format(gmd, name) for name in newer.formats(gmd.record)),
        newer.distributor(gmd),
        *newer.files(gmd),
        _more(gmd),
    )


def _format(gmd: Gmd, name: str) -> str:
    """The name of a format, which may end with its version."""
    return gmd.element(
        "gmd:distributionFormat/gmd:MD_Format",
        gmd.string("gmd:name", name),
        gmd.missing("gmd:version", "inapplicable"),
    )


def _more(gmd: Gmd) -> str:
    """How many files are not listed, when some are not."""
    words = gmd.text("gmd:unitsOfDistribution", newer.more(gmd))
    return gmd.element("gmd:transferOptions/gmd:MD_DigitalTransferOptions", words)
