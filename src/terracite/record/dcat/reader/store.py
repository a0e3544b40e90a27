# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where rdflib puts what it parses: in the order of the document. RDF has no order; authors and files have one."""

from __future__ import annotations

from typing import Any

from rdflib.store import Store
from rdflib.term import Node


class InOrder(Store):
    """Keeps each triple once, in the order they came."""

    context_aware = True

    def __init__(self) -> None:
        super().__init__()
        self.order: dict[tuple[Node, Node, Node], None] = {}

    def add(self, triple: Any, context: Any = None, quoted: bool = False) -> None:  # noqa: ARG002
        self.order[triple] = None

    def namespace(self, prefix: str) -> None:  # noqa: ARG002
        return None

    def prefix(self, namespace: Any) -> None:  # noqa: ARG002
        return None

    def bind(self, prefix: str, namespace: Any, override: bool = True) -> None:
        """Prefixes say nothing."""
