# SPDX-License-Identifier: AGPL-3.0-or-later
"""Binary trees as plain arrays, walked by compiled code: several times faster than scikit-learn, same leaves.

What bounds such a walk is the latency of memory, so a node is 8 bytes: the threshold, and feature and way to the
children packed into one number. The right child follows the left one. A leaf is its own left child and its threshold
is not a number, so that no value ever goes right of it and no branch is needed; the bits of that "not a number" say
which leaf it is. Four dozen cells go down a tree together, so that the processor waits for all of them at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from terracite.errors import ModelError
from terracite.landcover.classifiers.contract import Arrays

CHUNK = 240  #: cells handled by one thread at a time: their features and a tree stay in the second-level cache
FLIGHT = 48  #: cells walked down a tree together
_NAN = 0x7FC00000  #: bits of a float32 that is not a number; the 22 lower ones are free
MOST_LEAVES = 1 << 22


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree as a library grew it. Going left means ``value <= threshold``."""

    left: NDArray[np.int64]  #: number of the left child; -1 = leaf
    right: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    samples: NDArray[np.float64]  #: how many came by: the way most of them took is kept close together
    leaf: NDArray[np.int64]  #: which leaf it is, counted over all trees; of no meaning elsewhere


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees, packed. ``nodes``: (nodes, 2) of 32 bits: threshold; feature above the lower ``shift`` bits, way below."""

    nodes: NDArray[np.uint32]
    roots: NDArray[np.uint32]  #: first node of each tree
    depths: NDArray[np.int32]  #: depth of each tree
    shift: int

    @property
    def flat(self) -> NDArray[np.uint32]:
        """The nodes as the walk takes them."""
        return self.nodes.reshape(-1)

    def arrays(self) -> Arrays:
        return {"nodes": self.nodes, "roots": self.roots, "depths": self.depths, "shift": np.array(self.shift)}

    @classmethod
    def from_arrays(cls, arrays: Arrays, features: int, leaves: int) -> Trees:
        """The trees again. Raises `ValueError` where a walk would leave the arrays."""
        found = cls(
            np.ascontiguousarray(arrays["nodes"], np.uint32),
            np.asarray(arrays["roots"], np.uint32),
            np.asarray(arrays["depths"], np.int32),
            int(arrays["shift"]),
        )
        if not found._sound(features, leaves):
            raise ValueError("a walk down its trees would lead nowhere")
        return found

    def _sound(self, features: int, leaves: int) -> bool:
        size = len(self.nodes)
        if self.nodes.shape != (size, 2) or not 0 < self.shift < 32 or self.roots.shape != self.depths.shape:
            return False
        way = (self.nodes[:, 1] & ((1 << self.shift) - 1)).astype(np.int64)
        leaf = np.isnan(self.nodes[:, 0].view(np.float32))
        return bool(
            self.roots.size > 0
            and (self.roots < size).all()
            and (leaf == (way == 0)).all()
            and (np.arange(size) + way + ~leaf < size).all()
            and (self.nodes[:, 1] >> self.shift < features).all()
            and (self.nodes[leaf, 0] & (MOST_LEAVES - 1) < leaves).all()
            and _all_end(self.nodes, self.roots, self.depths, self.shift)
        )


def pack(trees: Sequence[Tree], features: int) -> Trees:
    """The trees as arrays. Raises `ModelError` where a tree is larger than 32 bits can say."""
    shift = 32 - max(1, int(features - 1).bit_length())
    sizes = [tree.left.size for tree in trees]
    roots = np.cumsum([0, *sizes[:-1]])
    nodes = np.empty((sum(sizes), 2), np.uint32)
    depths = np.empty(len(trees), np.int32)
    for number, (tree, root) in enumerate(zip(trees, roots, strict=True)):
        place = np.empty(tree.left.size, np.int64)
        depths[number] = _arrange(tree.left, tree.right, tree.samples, place)
        way = np.where(tree.left < 0, 0, place[tree.left] - place)
        if way.max(initial=0) >= 1 << shift or tree.leaf.max(initial=0) >= MOST_LEAVES:
            raise ModelError(
                f"A tree of {tree.left.size} nodes on {features} features is too large.",
                hint="Set a smaller depth, or a larger smallest leaf.",
            )
        inner = tree.left >= 0
        own = nodes[root : root + tree.left.size]
        own[place, 0] = np.where(inner, below(tree.threshold).view(np.uint32), _NAN | tree.leaf)
        own[place, 1] = np.where(inner, tree.feature << shift | way, 0)
    return Trees(nodes, roots.astype(np.uint32), depths, shift)


def below(thresholds: NDArray[np.float64]) -> NDArray[np.float32]:
    """The greatest float32 that is not above each threshold: the same side for every float32 value."""
    with np.errstate(over="ignore"):
        single = thresholds.astype(np.float32)
    return np.where(single > thresholds, np.nextafter(single, np.float32(-np.inf)), single).astype(np.float32)


@njit(cache=True)
def _arrange(left, right, samples, place):  # type: ignore[no-untyped-def] # pragma: no cover
    """Give each node its place, siblings side by side and most-travelled pairs first; returns the depth."""
    place[0], free, top, deepest = 0, 1, 1, 0
    stack = np.empty(left.size + 1, np.int64)
    depth = np.zeros(left.size, np.int64)
    stack[0] = 0
    while top:
        top -= 1
        node = stack[top]
        if left[node] < 0:
            continue
        one, other = left[node], right[node]
        place[one], place[other] = free, free + 1
        free += 2
        depth[one] = depth[other] = depth[node] + 1
        deepest = max(deepest, depth[one])
        if samples[one] > samples[other]:
            one, other = other, one
        stack[top], stack[top + 1] = one, other  # the busier one comes off the stack first
        top += 2
    return deepest


@njit(cache=True)
def _all_end(nodes, roots, depths, shift):  # type: ignore[no-untyped-def] # pragma: no cover
    """Whether every way down each tree ends in a leaf within its depth."""
    mask = (np.int64(1) << shift) - 1
    level = np.full(len(nodes), -1, np.int64)
    for tree in range(roots.size):
        if level[roots[tree]] >= 0:
            return False
        level[roots[tree]] = 0
    ends = np.zeros(len(nodes), np.int64)
    for tree in range(roots.size):
        ends[roots[tree]] = depths[tree]
    for node in range(len(nodes)):  # children come after their parent
        way = np.int64(nodes[node, 1]) & mask
        if level[node] < 0 or way == 0:
            continue
        if level[node] >= ends[node]:
            return False
        for child in (node + way, node + way + 1):
            level[child], ends[child] = level[node] + 1, ends[node]
    return True


@njit(cache=True, inline="always")
def climb(own, first, features, size, nodes, cuts, root, depth, shift, at):  # type: ignore[no-untyped-def] # pragma: no cover
    """Walk ``size`` cells together down one tree; ``at`` then holds their leaves.

    ``own``: the features of cell after cell, those of the first one from ``first``; ``nodes``: flat; ``cuts``: the same
    as float32. Every number is unsigned: a signed index costs a test for "from the end", which halves the speed.
    """
    mask = np.uint32((1 << shift) - 1)
    bits = np.uint32(shift)
    for i in range(size):
        at[i] = root
    for _ in range(depth):
        moved = np.uint32(0)
        cell = first
        for i in range(size):
            here = at[i]
            place = np.uint64(2) * np.uint64(here)
            packed = nodes[place + np.uint64(1)]
            value = own[cell + np.uint64(packed >> bits)]
            there = here + (packed & mask) + np.uint32(np.float32(value) > cuts[place])
            moved |= there ^ here
            at[i] = there
            cell += features
        if moved == 0:
            break


def walkable(values: NDArray[Any]) -> NDArray[Any]:
    """Values as the walk takes them: whole numbers of 16 bits as they are, for they are half as long; else float32."""
    return np.ascontiguousarray(values, None if values.dtype.name in {"int16", "uint16"} else np.float32)


@njit(cache=True)
def transposed(values, first, size):  # type: ignore[no-untyped-def] # pragma: no cover
    """The features of cell after cell of a chunk, flat: those of one cell are neighbours in memory."""
    features = values.shape[0]
    own = np.empty((size, features), values.dtype)
    for top in range(0, size, 16):
        for left in range(0, features, 16):
            for i in range(top, min(top + 16, size)):
                for f in range(left, min(left + 16, features)):
                    own[i, f] = values[f, first + i]
    return own.reshape(-1)


def grown(tree: Any, first_leaf: int) -> Tree:
    """A tree of scikit-learn; its leaves are counted from ``first_leaf``."""
    left = np.asarray(tree.children_left, np.int64)
    leaf = np.cumsum(left < 0) - 1 + first_leaf
    return Tree(
        left=left,
        right=np.asarray(tree.children_right, np.int64),
        feature=np.where(left < 0, 0, tree.feature).astype(np.int64),
        threshold=np.asarray(tree.threshold, np.float64),
        samples=np.asarray(tree.weighted_n_node_samples, np.float64),
        leaf=leaf,
    )
