# SPDX-License-Identifier: AGPL-3.0-or-later
"""Classifiers: trained by a library, kept as plain arrays, applied by compiled code."""
