# SPDX-License-Identifier: AGPL-3.0-or-later
"""The examples in docstrings are run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import terracite.record

MODULES = [item.name for item in pkgutil.walk_packages(terracite.record.__path__, "terracite.record.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_module_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
