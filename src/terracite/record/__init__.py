# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words: one metadata model, its checks, and every standard written from it."""
