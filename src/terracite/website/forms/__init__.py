# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people type, read into values: one module per form."""
