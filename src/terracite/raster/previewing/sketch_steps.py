# SPDX-License-Identifier: AGPL-3.0-or-later
"""How fine a sketch is; apart, so that a page learns it without loading what makes sketches."""

from __future__ import annotations

STEPS = 1000  #: the longer side of the box
