# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the inner loops are compiled: they allocate nothing, so that they need no counts of references.

A number written in the code is a type of its own to the compiler: where one is handed on, it is made an ``int64``
first, or each such number would have the function compiled once more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

Int = Any  #: a whole number, of Python or of numpy: one and the same, once compiled
int32: Any = np.int32
int64: Any = np.int64
Function = TypeVar("Function", bound=Callable[..., Any])
_OPTIONS: dict[str, Any] = {"cache": True, "no_cfunc_wrapper": True, "_nrt": False}
_INNER: dict[str, Any] = _OPTIONS | {"no_cpython_wrapper": True}


def kernel(function: Function) -> Function:
    """Compile what Python calls; arrays are given to it, as each way to make one would be compiled, too."""
    return cast(Function, njit(**_OPTIONS)(function))


def inner(function: Function) -> Function:
    """Compile what only compiled code calls: without a way in from Python, it is ready in half the time."""
    return cast(Function, njit(**_INNER)(function))
