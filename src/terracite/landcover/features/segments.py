# SPDX-License-Identifier: AGPL-3.0-or-later
"""Image objects: neighbouring cells that are alike (SLIC, Achanta et al. 2012, doi:10.1109/TPAMI.2012.120).

Everything is summed in one order by one thread, so that the same window has the same objects on any number of cores.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_LOOKED_AT = 4096  #: cells that principal components are computed from, at most
_TURNS = 40  #: of the power iteration
_SPREAD = 3.0  #: standard deviations beyond which a value is cut, so that a few cells do not make all others alike


def segment(
    values: NDArray[np.float32], channels: Sequence[int], size: int, components: int, compactness: float
) -> NDArray[np.int32]:
    """The object of each cell, (y, x), from 1 on; 0 where a value is missing.

    ``values``: (feature, y, x); ``channels``: of each feature, the number of its channel, since all dates of a channel
    are scaled alike; ``size``: cells of an object, about; ``compactness``: more is rounder, less follows the image.
    """
    from skimage.segmentation import slic

    there = np.isfinite(values).all(axis=0)
    count = round(there.size / size)
    if count < 2 or not there.any():
        return np.where(there, np.int32(1), np.int32(0))
    image = np.zeros((*there.shape, min(components, len(values))), np.float32)
    image[there] = _components(values[:, there], np.asarray(channels), components).T
    found = slic(image, n_segments=count, compactness=compactness, start_label=1, channel_axis=-1, convert2lab=False)
    labels: NDArray[np.int32] = found.astype(np.int32)
    labels[~there] = 0
    return labels


def describe(values: NDArray[np.float32], labels: NDArray[np.int32], statistics: Sequence[str]) -> NDArray[np.float32]:
    """The statistics of each object: (object, statistic x feature), those of object 0 NaN.

    ``values``: (feature, y, x), missing ones not counted; ``statistics``: "mean", "sd" (divided by their number).
    """
    flat, count = labels.ravel(), int(labels.max()) + 1
    found = np.full((count, len(statistics), len(values)), np.nan, np.float32)
    for number, one in enumerate(values):
        there = np.isfinite(one.ravel()) & (flat > 0)
        cells, ours = one.ravel()[there].astype(np.float64), flat[there]
        cover = np.bincount(ours, minlength=count)
        mean = np.bincount(ours, cells, count) / np.where(cover > 0, cover, np.nan)
        for place, statistic in enumerate(statistics):
            found[:, place, number] = mean if statistic == "mean" else _spread(cells, ours, mean, cover)
    return found.reshape(count, -1)


def _spread(
    cells: NDArray[np.float64], ours: NDArray[np.int32], mean: NDArray[np.float64], cover: NDArray[np.int64]
) -> NDArray[np.float64]:
    apart = np.bincount(ours, (cells - mean[ours]) ** 2, len(mean))
    return np.asarray(np.sqrt(apart / np.where(cover > 0, cover, np.nan)))


def _components(values: NDArray[np.float32], channels: NDArray[np.int64], wanted: int) -> NDArray[np.float64]:
    """The first principal components of features (feature, cell), each channel scaled to the same spread."""
    found = values - values.mean(axis=1, dtype=np.float64)[:, None]
    for channel in np.unique(channels):
        ours = channels == channel
        spread = np.sqrt((found[ours] ** 2).mean())
        found[ours] /= spread if spread > 0 else 1.0
    if len(found) > wanted:
        axes = _axes(found[:, :: max(1, found.shape[1] // _LOOKED_AT)], wanted)
        found = np.einsum("kf,fc->kc", axes, found)
    limit = _SPREAD * np.sqrt((found**2).mean(axis=1).max())
    return np.asarray(np.clip(found, -limit, limit))


def _axes(sample: NDArray[np.float64], wanted: int) -> NDArray[np.float64]:
    """The directions of most spread, (axis, feature), by power iteration: their sign does not matter here."""
    products = np.einsum("ac,bc->ab", sample, sample) / sample.shape[1]
    axes = np.zeros((wanted, len(sample)))
    for number in range(wanted):
        axis = products[int(products.diagonal().argmax())].copy()
        for _ in range(_TURNS):
            length = np.sqrt((axis**2).sum())
            if length < 1e-12:  # nothing is left that varies
                return axes
            axis = (products * (axis / length)).sum(axis=1)
        length = np.sqrt((axis**2).sum())
        axes[number] = axis / length if length > 0 else 0.0
        products = products - length * axes[number][:, None] * axes[number]
    return axes
