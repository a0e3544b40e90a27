# SPDX-License-Identifier: AGPL-3.0-or-later
"""From an archive of images to inventories, series and records."""
