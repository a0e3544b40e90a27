# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the API takes and answers, one module a noun. A reader of answers must ignore fields it does not know."""
