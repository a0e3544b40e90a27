# SPDX-License-Identifier: AGPL-3.0-or-later
"""A map at other resolutions and in other nomenclatures: shares of classes on coarser cells, merged classes."""
