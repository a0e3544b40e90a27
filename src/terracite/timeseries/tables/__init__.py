# SPDX-License-Identifier: AGPL-3.0-or-later
"""geoflow's tables of a run: entities, contacts, a workflow; and crates made from the tables of others."""

from terracite.timeseries.tables.crates import crates_of_table
from terracite.timeseries.tables.family import family
from terracite.timeseries.tables.writing import CONTACTS, ENTITIES, WORKFLOW, write_tables

__all__ = ["CONTACTS", "ENTITIES", "WORKFLOW", "crates_of_table", "family", "write_tables"]
