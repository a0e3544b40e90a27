# SPDX-License-Identifier: AGPL-3.0-or-later
"""How sure a map is of each cell: calibrated probabilities, sets of classes, dissimilarity to the training data."""
