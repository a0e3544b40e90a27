# SPDX-License-Identifier: AGPL-3.0-or-later
"""A user's own features: a Python function of the channels of a block, tried out before anything is read.

    def my_features(channels, days):
        ndvi = channels["NDVI"]
        return np.stack([ndvi.max(axis=0) - ndvi.min(axis=0)]), ["NDVI span"]

``channels``: by name, (time, y, x) float32 without gaps, (y, x) for what does not change in time; ``days``: (time,)
ordinals of dates. It returns values (feature, y, x) and the names of the features. Each cell must be computed on its
own: blocks are cut anywhere. Cells that were never clear are NaN. It runs with all rights of whoever runs the recipe.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.errors import ConfigError, Problem
from terracite.landcover.features.channels import Channel
from terracite.landcover.recipe import nearest

_SIDE = 8  #: of the block that it is tried on
_WHERE = "features.function"
_SHAPE = "Return (feature, y, x) values and a list of their names."


@dataclass(frozen=True, slots=True)
class UserFunction:
    """A function that was tried out. Its text goes with it, so that every process runs the same."""

    path: Path
    name: str
    text: str
    features: tuple[str, ...] = ()  #: names of what it makes

    def __call__(self, channels: Mapping[str, NDArray[np.float32]], days: NDArray[np.float64]) -> NDArray[np.float32]:
        """Its features (feature, y, x). Raises `ConfigError` where it fails or returns something else than it did."""
        values, names = _called(self, {name: values.copy() for name, values in channels.items()}, days)
        if self.features and names != self.features:
            raise ConfigError(
                f"'{self.name}' of '{self.path.name}' makes other features than when it was tried: {', '.join(names)}.",
                hint="Make the same ones of every block.",
            )
        return values


def load(
    where: Path, channels: Sequence[Channel], days: NDArray[np.float64], problems: list[Problem]
) -> UserFunction | None:
    """The function ``file.py:name``, tried out on an invented block; what is wrong with it goes to ``problems``."""
    file, _, name = str(where).rpartition(":")
    if not file.endswith(".py") or not name.isidentifier():
        what = f"'{where.name}' does not say which function."
        problems.append(Problem(_WHERE, what, 'Write it as function = "my_features.py:name".'))
        return None
    path = Path(file)
    try:
        found = UserFunction(path, name, path.read_text(encoding="utf-8"))
        return _tried(found, channels, days)
    except FileNotFoundError:
        problems.append(Problem(_WHERE, f"there is no file '{path.name}'.", "Check the path, beside the recipe."))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(_WHERE, f"'{path.name}' cannot be read: {error}.", "Check the file."))
    except ConfigError as error:
        problems.append(Problem(_WHERE, error.message, error.hint))
    return None


def _tried(function: UserFunction, channels: Sequence[Channel], days: NDArray[np.float64]) -> UserFunction:
    block = _invented(channels, days.size)
    values, names = _called(function, _copied(block), days)
    if not np.isfinite(values).all():
        place = names[int((~np.isfinite(values)).any(axis=(1, 2)).argmax())]
        raise _wrong(function, f"makes '{place}' of values without gaps, and it is not finite", "Check its divisions.")
    again, _ = _called(function, _copied(block), days)
    if not np.array_equal(values, again):
        raise _wrong(function, "makes other values of the same block the second time", "Fix its seeds.")
    half = {name: one[..., : _SIDE // 2, :].copy() for name, one in block.items()}
    part, _ = _called(function, half, days)
    if not np.allclose(part, values[:, : _SIDE // 2], rtol=1e-4, atol=1e-6):
        cure = "Compute each cell on its own: blocks are cut anywhere."
        raise _wrong(function, "makes other values of half a block", cure)
    return UserFunction(function.path, function.name, function.text, names)


def _invented(channels: Sequence[Channel], dates: int) -> dict[str, NDArray[np.float32]]:
    rng = np.random.default_rng(1)
    shapes = {one.name: (_SIDE, _SIDE) if one.still else (dates, _SIDE, _SIDE) for one in channels}
    return {name: rng.uniform(0.05, 0.95, shape).astype(np.float32) for name, shape in shapes.items()}


def _copied(block: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    return {name: values.copy() for name, values in block.items()}


def _called(
    function: UserFunction, channels: Mapping[str, NDArray[np.float32]], days: NDArray[np.float64]
) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """What it returns, checked. Raises `ConfigError`."""
    shape = next(iter(channels.values())).shape[-2:]
    call = _compiled(function)
    try:
        returned = call(channels, days.copy())
    except (Exception, SystemExit) as error:
        raise _failed(function, error) from error
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise _wrong(function, f"returns {type(returned).__name__}, not two things", _SHAPE)
    values, names = np.asarray(returned[0]), tuple(str(name) for name in returned[1])
    if values.dtype.kind not in "fiub":
        raise _wrong(function, f"returns values of type {values.dtype}", "Return numbers.")
    if values.shape != (len(names), *shape) or not names:
        expected = f"({len(names)}, {shape[0]}, {shape[1]}) for {len(names)} names"
        raise _wrong(function, f"returns values of shape {values.shape}, not {expected}", _SHAPE)
    if len(set(names)) < len(names):
        raise _wrong(function, "gives two features one name", "Name each differently.")
    return values.astype(np.float32), names


@lru_cache(maxsize=8)
def _compiled(function: UserFunction) -> Callable[..., Any]:
    space: dict[str, Any] = {"__name__": function.path.stem, "__file__": str(function.path)}
    try:
        exec(compile(function.text, str(function.path), "exec"), space)
    except (Exception, SystemExit) as error:
        raise _failed(function, error) from error
    if not callable(found := space.get(function.name)):
        choices = [name for name, one in space.items() if inspect.isfunction(one) and not name.startswith("_")]
        cure = nearest(function.name, choices) if choices else f"Write def {function.name}(channels, days): ..."
        raise ConfigError(f"'{function.path.name}' has no function '{function.name}'.", hint=cure)
    if len(inspect.signature(found).parameters) != 2:
        raise _wrong(function, "does not take two values", f"Write def {function.name}(channels, days): ...")
    return found  # type: ignore[no-any-return]


def _wrong(function: UserFunction, what: str, cure: str) -> ConfigError:
    return ConfigError(f"'{function.name}' of '{function.path.name}' {what}.", hint=cure)


def _failed(function: UserFunction, error: BaseException) -> ConfigError:
    """Which line of the file failed."""
    line = error.lineno if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(function.path):
            line = trace.tb_lineno
        trace = trace.tb_next
    place = f", line {line}" if line else ""
    said = error.msg if isinstance(error, SyntaxError) else error
    return ConfigError(f"'{function.path.name}'{place}: {type(error).__name__}: {said}.", hint="Correct the function.")
