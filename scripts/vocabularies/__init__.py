# SPDX-License-Identifier: AGPL-3.0-or-later
"""The parts of `scripts/build_vocabularies.py`, and the tables written by hand for it."""
