# SPDX-License-Identifier: AGPL-3.0-or-later
"""The only code that opens a connection: one file per outside system."""
