# SPDX-License-Identifier: AGPL-3.0-or-later
"""Curves through the clear dates of cells, and the seasons that show in them. Arrays in, arrays out."""
