# SPDX-License-Identifier: AGPL-3.0-or-later
"""Terracite: from satellite images to datasets that can be cited."""

__version__ = "0.1.0"
