# SPDX-License-Identifier: AGPL-3.0-or-later
"""Real records with their own keywords, and plain ways of finding these: parts of `bench/suggestions.py`."""
