# SPDX-License-Identifier: AGPL-3.0-or-later
"""Maps from image series and reference data, with their accuracy."""
