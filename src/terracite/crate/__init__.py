# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hand-over: a folder that is an RO-Crate."""

from terracite.crate.identity import stable_uuid

__all__ = ["stable_uuid"]
