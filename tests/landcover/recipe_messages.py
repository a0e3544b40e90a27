# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every message about a recipe, read from the code itself: each ``Problem(...)`` with "7" for its values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import terracite.landcover

ROOM = Path(terracite.landcover.__file__).parent
_VALUE = "7"


def messages(pattern: str) -> Iterator[tuple[str, str]]:
    """(file and line, message) of all files that ``pattern`` names."""
    for path in sorted(ROOM.glob(pattern)):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)] or [tree]:
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    for words in _told(call):
                        for text in _texts(words, function):
                            yield f"{path.name}:{call.lineno}", text


def _told(call: ast.Call) -> list[ast.expr]:
    """The arguments of a call that people read."""
    hints = [keyword.value for keyword in call.keywords if keyword.arg in ("hint", "what", "cure")]
    if call.func.id == "Problem":  # type: ignore[attr-defined]
        return [*call.args[1:3], *hints]
    return [*call.args[:1], *hints] if call.func.id == "RecipeError" else []  # type: ignore[attr-defined]


def _texts(node: ast.AST, function: ast.AST) -> list[str]:
    if isinstance(node, ast.Constant):
        return [re.sub(r"\{[^}]*\}", _VALUE, node.value)] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else _VALUE for part in node.values)]
    if isinstance(node, ast.IfExp):
        return _texts(node.body, function) + _texts(node.orelse, function)
    if isinstance(node, ast.BinOp):
        sides = _texts(node.left, function) or [_VALUE], _texts(node.right, function) or [_VALUE]
        return ["".join(pair) for pair in product(*sides)]
    if isinstance(node, ast.Call):
        return _texts(node.func.value, function) if getattr(node.func, "attr", "") == "format" else []  # type: ignore[attr-defined]
    if isinstance(node, ast.Name):
        given = (item for item in ast.walk(function) if isinstance(item, ast.Assign))
        return [text for item in given for text in _assigned(item, node.id, function)]
    return []


def _assigned(item: ast.Assign, name: str, function: ast.AST) -> list[str]:
    target, value = item.targets[0], item.value
    if isinstance(target, ast.Name) and target.id == name:
        speaks_of_itself = any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(value))
        return _texts(value.orelse if speaks_of_itself and isinstance(value, ast.IfExp) else value, function)
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = zip(target.elts, value.elts, strict=False)
        return [text for one, said in pairs if getattr(one, "id", "") == name for text in _texts(said, function)]
    return []
