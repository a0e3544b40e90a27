# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pixels: grids, images, time-series files and what can be read from them."""
