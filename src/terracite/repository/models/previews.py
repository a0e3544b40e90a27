# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was made from a file so that a page can show it."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models

from terracite.repository.models.people import choices


class PreviewKind(StrEnum):
    """How a file is shown."""

    RASTER = "raster"  #: map tiles with a legend
    CUBE = "cube"  #: map tiles with a time slider, and the series of a clicked pixel
    VECTOR = "vector"  #: features on a map, and their attributes
    TABLE = "table"  #: columns with their types and histograms, first rows
    TEXT = "text"  #: a README or another text, rendered
    IMAGE = "image"
    DOCUMENT = "document"  #: a PDF: a link


class PreviewState(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"  #: ``problem`` says why; the page says it too
    NONE = "none"  #: nothing to show for this format


class Preview(models.Model):
    """One preview, made once per content: files of the same bytes and format share it."""

    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=20)  #: suffix in lower case: a name decides how bytes are read
    kind = models.CharField(max_length=10, blank=True, default="", choices=choices(PreviewKind))
    state = models.CharField(max_length=10, default=PreviewState.WAITING.value, choices=choices(PreviewState))
    facts = models.JSONField(default=dict, blank=True)  #: what the page needs: legend, bounds, times, columns...
    prefix = models.CharField(max_length=300, blank=True, default="")  #: where its own files are in the store
    bytes = models.BigIntegerField(default=0)
    problem = models.TextField(blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sha256", "format"], name="one_preview_per_content"),
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]}{self.format}: {self.state}"
