# SPDX-License-Identifier: AGPL-3.0-or-later
"""Probability samples: designed, drawn, interpreted by people, and put together again."""

from terracite.landcover.sampling.planning import Plan, plan
from terracite.landcover.sampling.sample import Sample, drawn
from terracite.landcover.sampling.sizes import allocate, sample_size
from terracite.landcover.sampling.wanted import Wanted

__all__ = ["Plan", "Sample", "Wanted", "allocate", "drawn", "plan", "sample_size"]
