# SPDX-License-Identifier: AGPL-3.0-or-later
"""The recipe: one TOML file that says what a map is made from.

`load` reports every mistake at once, each with its line and the nearest right word, before any pixel is read. Paths in
a recipe are relative to the recipe's own folder. What files hold is checked in `terracite.landcover.checks`.
"""

from terracite.landcover.recipe.mistakes import nearest
from terracite.landcover.recipe.parts import (
    PRODUCT_CRATES,
    PRODUCT_STAC,
    PRODUCT_STACK,
    PRODUCT_STILL,
    AreaPart,
    AreasPart,
    ClassifierPart,
    ClassPart,
    CreatorPart,
    EnginePart,
    FeaturesPart,
    ImageSource,
    IndexPart,
    ModelPart,
    NomenclaturePart,
    ObjectsPart,
    OutputPart,
    Part,
    PeriodPart,
    PriorsPart,
    RecordPart,
    ReferencePart,
    SamplePart,
    SamplesPart,
    SmoothPart,
    StrataPart,
    ValidationPart,
)
from terracite.landcover.recipe.reading import Draft, Recipe, load, read

__all__ = [
    "PRODUCT_CRATES",
    "PRODUCT_STAC",
    "PRODUCT_STACK",
    "PRODUCT_STILL",
    "AreaPart",
    "AreasPart",
    "ClassPart",
    "ClassifierPart",
    "CreatorPart",
    "Draft",
    "EnginePart",
    "FeaturesPart",
    "ImageSource",
    "IndexPart",
    "ModelPart",
    "NomenclaturePart",
    "ObjectsPart",
    "OutputPart",
    "Part",
    "PeriodPart",
    "PriorsPart",
    "Recipe",
    "RecordPart",
    "ReferencePart",
    "SamplePart",
    "SamplesPart",
    "SmoothPart",
    "StrataPart",
    "ValidationPart",
    "load",
    "nearest",
    "read",
]
