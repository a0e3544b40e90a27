# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading the syntax of iota2 configurations: nested ``name : value`` in braces, as written over ten years by hand.

Colons or equals signs, commas or line ends, quoted or bare words, comments, ``$references``, expressions in backticks,
texts joined with ``+``: all are read. What makes no sense is remarked with its line and passed over; nothing is raised.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_TOKENS = re.compile(
    r"""(?P<space>[ \t\r\f\v\ufeff]+)|(?P<end>\n)|(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?\*/)
    |(?P<text>'''.*?'''|\"\"\".*?\"\"\"|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    |(?P<code>`[^`\n]*`)
    |(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))
    |(?P<mark>[{}\[\]():=,;+])
    |(?P<open>['"][^\n]*)
    |(?P<word>[^\s{}\[\]():=,;+\#'"`]+)|(?P<odd>.)""",
    re.VERBOSE | re.DOTALL,
)
_CONSTANTS = {"true": True, "false": False, "none": None}
_CLOSING = {"{": "}", "[": "]", "(": ")"}
_DEEPEST = 50  #: levels of braces; no configuration has more than five


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its line: a text, a number, a truth, None, a list of nodes, or nodes by name."""

    value: Any
    line: int

    def plain(self) -> Any:
        """The value without lines."""
        if isinstance(self.value, dict):
            return {name: node.plain() for name, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that could not be read. ``what``: a key of the texts of the report."""

    line: int
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


@dataclass(slots=True)
class Configuration:
    """What a configuration holds, by section, and what of it could not be read."""

    sections: dict[str, Node]
    remarks: list[Remark] = field(default_factory=list)


def parse(text: str) -> Configuration:
    """The content of a configuration. Never raises.

    >>> found = parse("chain: { listTile: 'T31TCJ T31TDJ' # two\\n runs: 3 }")
    >>> found.sections["chain"].plain()
    {'listTile': 'T31TCJ T31TDJ', 'runs': 3}
    """
    reader = _Reader(text)
    content = reader.mapping("", 0)
    return Configuration(_resolved(content, reader.remarks), reader.remarks)


class _Reader:
    """Goes through the tokens once."""

    def __init__(self, text: str) -> None:
        self.remarks: list[Remark] = []
        self._tokens = list(self._cut(text))
        self._at = 0

    def _cut(self, text: str) -> Iterator[_Token]:
        line = 1
        for match in _TOKENS.finditer(text):
            kind, found = str(match.lastgroup), match[0]
            if kind == "open":  # a quote that is never closed: the text goes to the end of the line
                self.remarks.append(Remark(line, "unclosed", found[:40]))
                yield _Token("text", f"{found.split('#')[0].rstrip()}{found[0]}", line)
            elif kind not in {"space", "end", "comment"}:
                yield _Token(kind, found, line)
            line += found.count("\n")

    def _peek(self, ahead: int = 0) -> _Token:
        last = self._tokens[-1].line if self._tokens else 1
        return self._tokens[self._at + ahead] if self._at + ahead < len(self._tokens) else _Token("end", "", last)

    def _take(self) -> _Token:
        token = self._peek()
        self._at += 1
        return token

    def mapping(self, closing: str, depth: int) -> dict[str, Node]:
        """Names with their values, up to ``closing`` or the end."""
        found: dict[str, Node] = {}
        while (token := self._take()).kind != "end" and token.text != closing:
            if token.text in {",", ";"}:
                continue
            if token.kind not in {"text", "word", "number"}:
                self.remarks.append(Remark(token.line, "odd", token.text[:40]))
                continue
            name = _text(token) if token.kind == "text" else token.text
            node = self._after(token, depth)
            if node is None:
                self.remarks.append(Remark(token.line, "no_value", name[:40]))
                continue
            if name in found:
                self.remarks.append(Remark(token.line, "twice", name[:40]))
            found[name] = node
        if token.kind == "end" and closing:
            self.remarks.append(Remark(token.line, "not_closed", closing))
        return found

    def _after(self, name: _Token, depth: int) -> Node | None:
        """The value of the name just read; None when there is nothing that is one."""
        token = self._peek()
        if token.text in {":", "="}:
            self._take()
            following, then = self._peek(), self._peek(1)
            is_next_name = following.line > token.line and then.text in {":", "="} and following.kind != "mark"
            if is_next_name or following.text in {"}", ",", ";"} or following.kind == "end":
                return Node("", name.line)
            return self.value(depth)
        return self.value(depth) if token.text == "{" else None

    def value(self, depth: int) -> Node:
        """A value; texts that are joined with plus signs are one."""
        token = self._take()
        if token.text in _CLOSING and token.kind == "mark":
            return Node(self._inside(token, depth + 1), token.line)
        found = self._scalar(token)
        while self._peek().text == "+" and self._peek(1).kind in {"text", "word", "number"}:
            self._take()
            found = f"{found}{self._scalar(self._take())}"
        while self._continues(token, found):
            found = f"{found}{self._take().text}"
        return Node(found, token.line)

    def _continues(self, first: _Token, found: object) -> bool:
        """Whether a bare word goes on: ``EPSG:2154`` and ``C:/data`` without quotes."""
        following = self._peek()
        if not isinstance(found, str) or first.kind != "word" or following.line != first.line:
            return False
        return following.text == ":" or (found.endswith(":") and following.kind in {"word", "number"})

    def _inside(self, opening: _Token, depth: int) -> Any:
        closing = _CLOSING[opening.text]
        if depth > _DEEPEST:
            self.remarks.append(Remark(opening.line, "deep"))
            self._at = len(self._tokens)
            return {}
        if closing == "}":
            return self.mapping(closing, depth)
        elements: list[Node] = []
        while self._peek().kind != "end" and self._peek().text != closing:
            if self._peek().text in {",", ";", ":", "=", "}", "]", ")", "+"}:
                self._take()
                continue
            elements.append(self.value(depth))
        self._take()
        return elements

    def _scalar(self, token: _Token) -> Any:
        if token.kind == "text":
            return _text(token)
        if token.kind == "number":
            return float(token.text) if re.search(r"[.eE]", token.text) else int(token.text)
        if token.kind == "code":
            self.remarks.append(Remark(token.line, "code", token.text[:40]))
            return None
        return _CONSTANTS.get(token.text.lower(), token.text)


def _text(token: _Token) -> str:
    """The text between quotes, with its escapes."""
    try:
        return str(ast.literal_eval(token.text))
    except (ValueError, SyntaxError):  # a Windows path: its backslashes are no escapes
        return token.text.strip("'\"")


def _resolved(sections: dict[str, Node], remarks: list[Remark]) -> dict[str, Node]:
    """The sections, ``$section.name`` replaced by what it stands for."""

    def resolve(node: Node, depth: int = 0) -> Node:
        if isinstance(node.value, dict):
            return Node({name: resolve(inner, depth) for name, inner in node.value.items()}, node.line)
        if isinstance(node.value, list):
            return Node([resolve(inner, depth) for inner in node.value], node.line)
        if isinstance(node.value, str) and re.fullmatch(r"\$[\w.]+", node.value):
            target = _followed(sections, node.value[1:].split("."))
            if target is None or depth > 5 or isinstance(target.value, dict):
                remarks.append(Remark(node.line, "reference", node.value[:40]))
                return node
            return Node(resolve(target, depth + 1).value, node.line)
        return node

    return {name: resolve(node) for name, node in sections.items()}


def _followed(sections: dict[str, Node], steps: list[str]) -> Node | None:
    node: Node | None = Node(sections, 0)
    for step in steps:
        node = node.value.get(step) if node is not None and isinstance(node.value, dict) else None
    return node
