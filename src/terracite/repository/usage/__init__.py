# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often datasets are read and taken, after the COUNTER code of practice for research data.

No cookie is set and nobody's address is kept: who came is a hash that changes every day, used to count a double click
once. A reading is a line in a journal at once, so that a killed server loses nothing, with that hash; half a minute
later the worker has added it to the table of days, which knows of nobody, and the line is gone.
"""

from __future__ import annotations

from terracite.repository.usage.adding import take_in
from terracite.repository.usage.agents import Reader, reader_of
from terracite.repository.usage.counting import Request, count
from terracite.repository.usage.report import report
from terracite.repository.usage.totals import Month, Sums, Usage, usage_of

__all__ = ["Month", "Reader", "Request", "Sums", "Usage", "count", "reader_of", "report", "take_in", "usage_of"]
