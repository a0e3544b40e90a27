# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the moderation desks: the queue, the review, the moves, and what a desk keeps for itself."""
