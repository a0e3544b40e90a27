# SPDX-License-Identifier: AGPL-3.0-or-later
"""A first recipe, written from what is found in a folder of images and a reference file."""

from terracite.landcover.starter.guesses import Column, class_column
from terracite.landcover.starter.writing import write_starter

__all__ = ["Column", "class_column", "write_starter"]
