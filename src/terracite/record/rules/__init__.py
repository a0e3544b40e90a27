# SPDX-License-Identifier: AGPL-3.0-or-later
"""The checks of a record: the same while drafting, in moderation and in the report of a run.

One rule is one small function, registered with `rule`. A rule yields the faults it sees: the field, why it matters
and the cure, in both languages.
"""

from __future__ import annotations

from terracite.record.rules.registry import RULES, Fault, Finding, Level, blockers, check, rule

__all__ = ["RULES", "Fault", "Finding", "Level", "blockers", "check", "rule"]
