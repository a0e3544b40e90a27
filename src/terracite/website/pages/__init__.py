# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages: one module per subject, short views that call the repository and render."""
