# SPDX-License-Identifier: AGPL-3.0-or-later
"""Yearly maps made consistent: a hidden Markov chain per cell, with changes that cannot happen forbidden."""
