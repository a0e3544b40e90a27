# SPDX-License-Identifier: AGPL-3.0-or-later
"""Formulas of a recipe: parsed with a whitelist, never run as code.

A formula has numbers, names of channels, ``+ - * / **``, comparisons, ``and or not`` and the functions of `FUNCTIONS`.
A name with spaces stands between quotes: ``"'VH ASC 15' - 'VV ASC 15'"``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import lru_cache, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.errors import ConfigError
from terracite.landcover.recipe import nearest

LONGEST = 600  #: letters of a formula
DEEPEST = 100  #: operations within each other

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: np.negative,
    ast.UAdd: np.positive,
    ast.Not: np.logical_not,
}


def _least(*values: Any) -> Any:
    return reduce(np.minimum, values)


def _largest(*values: Any) -> Any:
    return reduce(np.maximum, values)


#: name -> fewest and most arguments, and what it does; ``where(condition, then, otherwise)``
FUNCTIONS: dict[str, tuple[int, int, Callable[..., Any]]] = {
    "sqrt": (1, 1, np.sqrt),
    "abs": (1, 1, np.abs),
    "log": (1, 1, np.log),
    "exp": (1, 1, np.exp),
    "min": (2, 20, _least),
    "max": (2, 20, _largest),
    "where": (3, 3, np.where),
}


def names_in(text: str) -> tuple[str, ...]:
    """The channels that a formula speaks of, in its order, each once.

    Raises `ConfigError` for whatever a formula may not have, with what to write instead.
    """
    found: list[str] = []
    _check(_parsed(text), found, 0)
    return tuple(dict.fromkeys(found))


def value_of(text: str, channels: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    """What a formula makes of its channels, float32, of the shape that theirs give together.

    What cannot be computed (a division by 0, the root of a negative number) is NaN or infinite.
    """
    with np.errstate(all="ignore"):
        found = _value(_parsed(text), channels)
    return np.asarray(found, np.float32)


@lru_cache(maxsize=256)
def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise ConfigError(f"It has {len(text)} letters.", hint=f"Write it with at most {LONGEST}, or use a function.")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = f" near letter {error.offset}" if isinstance(error, SyntaxError) and error.offset else ""
        hint = "Write it as (B8 - B4) / (B8 + B4 + 0.5)."
        raise ConfigError(f"It is not a formula{place}.", hint=hint) from error


def _check(node: ast.AST, found: list[str], depth: int) -> None:
    """Go through the formula; the names of channels are added to ``found``."""
    if depth > DEEPEST:
        raise ConfigError("It is nested too deep.", hint="Make an index of a part of it, and use that one's name.")
    if name := _name(node):
        found.append(name)
        return
    if isinstance(node, ast.Constant):
        _check_constant(node, found)
        return
    for part in _parts(node):
        _check(part, found, depth + 1)


def _name(node: ast.AST) -> str:
    """The channel that is named, "B8" or "L8.B5"; "" for anything else."""
    if isinstance(node, ast.Attribute):
        first = _name(node.value)
        return f"{first}.{node.attr}" if first else ""
    return node.id if isinstance(node, ast.Name) else ""


def _check_constant(node: ast.Constant, found: list[str]) -> None:
    if isinstance(node.value, str):
        found.append(node.value)
    elif isinstance(node.value, bool) or not isinstance(node.value, int | float):
        raise ConfigError(f"'{ast.unparse(node)}' is no number.", hint="Write numbers and names of bands.")


def _parts(node: ast.AST) -> list[ast.expr]:
    """What an operation is made on. Raises `ConfigError` where it is none of those allowed."""
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
        return [node.operand]
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.Compare) and all(type(op) in _COMPARED for op in node.ops):
        return [node.left, *node.comparators]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return _arguments(node, node.func.id)
    raise ConfigError(
        f"'{ast.unparse(node)[:60]}' may not stand in a formula.",
        hint=f"Use + - * / **, comparisons, numbers, names of bands and {', '.join(FUNCTIONS)}.",
    )


def _arguments(node: ast.Call, name: str) -> list[ast.expr]:
    if name not in FUNCTIONS:
        raise ConfigError(f"There is no function '{name}'.", hint=nearest(name, FUNCTIONS))
    fewest, most, _ = FUNCTIONS[name]
    if not fewest <= len(node.args) <= most or any(isinstance(one, ast.Starred) for one in node.args):
        takes = str(fewest) if fewest == most else f"{fewest} or more"
        raise ConfigError(f"'{name}' takes {takes} values, not {len(node.args)}.", hint="Correct what is in brackets.")
    return node.args


def _value(node: ast.AST, channels: Mapping[str, NDArray[np.float32]]) -> Any:
    if name := _name(node):
        return channels[name]
    if isinstance(node, ast.Constant):
        return channels[node.value] if isinstance(node.value, str) else np.float32(float(node.value))  # type: ignore[arg-type]
    values = [_value(part, channels) for part in _parts(node)]
    if isinstance(node, ast.BinOp):
        return _BINARY[type(node.op)](*values)
    if isinstance(node, ast.UnaryOp):
        return _UNARY[type(node.op)](*values)
    if isinstance(node, ast.BoolOp):
        return reduce(np.logical_and if isinstance(node.op, ast.And) else np.logical_or, values)
    if isinstance(node, ast.Compare):
        pairs = zip(node.ops, values[:-1], values[1:], strict=True)
        return reduce(np.logical_and, [_COMPARED[type(op)](one, other) for op, one, other in pairs])
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name)  # noqa: PT018 # `_parts` let nothing else pass
    return FUNCTIONS[node.func.id][2](*values)
