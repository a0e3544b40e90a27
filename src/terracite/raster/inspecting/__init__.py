# SPDX-License-Identifier: AGPL-3.0-or-later
"""One reader per family of formats; each runs in the child process of `terracite.raster.inspect`."""
