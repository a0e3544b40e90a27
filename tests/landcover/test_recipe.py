# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recipes: ten lines are enough, and every mistake is told at once with its cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from terracite.errors import RecipeError
from terracite.landcover.recipe import load, read

SHORT = """
[[images]]
folder = "archive"
indices = ["NDVI"]

[reference]
file = "polygons.gpkg"
class_column = "class"
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "my-map.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _mistakes(folder: Path, text: str) -> dict[str, str]:
    with pytest.raises(RecipeError) as refusal:
        load(_write(folder, text))
    return {problem.where: f"{problem.what} {problem.cure}".strip() for problem in refusal.value.problems}


def test_a_first_recipe_is_eight_lines(tmp_path: Path) -> None:
    recipe = load(_write(tmp_path, SHORT))
    assert recipe.name == "my-map"
    assert recipe.images[0].folder == tmp_path / "archive"
    assert recipe.reference.file == tmp_path / "polygons.gpkg"
    assert (recipe.period.step_days, recipe.classifier.trees, recipe.output.block) == (10, 100, 512)
    assert recipe.scores == ("polygon",)
    assert recipe.text == SHORT


def test_labelled_series_are_scored_at_random_and_by_block(tmp_path: Path) -> None:
    assert load(_write(tmp_path, SHORT + 'kind = "series"\n')).scores == ("random", "block")


def test_every_mistake_is_told_at_once_with_the_nearest_word(tmp_path: Path) -> None:
    text = (
        SHORT
        + """
class_colum = "x"
kind = "feature"

[classifer]
trees = 5

[samples]
per_class = "many"

[validation]
train_share = 1.5
scores = ["poligon"]

[validation.sample]
design = "strata"
"""
    )
    assert _mistakes(tmp_path, text) == {
        "[classifer]": "is not part of a recipe. Did you mean 'classifier'?",
        "reference.class_colum": "is not a key of this table. Did you mean 'class_column'?",
        "reference.kind": "cannot be 'feature'. Did you mean 'features'?",
        "samples.per_class": "input should be a valid integer (it is 'many'). Correct its value.",
        "validation.scores.0": "cannot be 'poligon'. Did you mean 'polygon'?",
        "validation.train_share": "input should be less than 1 (it is 1.5). Correct its value.",
        "validation.sample.file": "is missing. Add file = ...",
    }


def test_a_recipe_without_images_or_reference(tmp_path: Path) -> None:
    assert sorted(_mistakes(tmp_path, "[samples]\nper_class = 5\n")) == ["[[images]]", "[reference]"]


def test_keys_inside_lists_and_tables_are_checked_too(tmp_path: Path) -> None:
    text = SHORT + '[[record.creators]]\nfamilly_name = "Hoarau"\n[[nomenclature.classes]]\ncod = 1\n'
    found = _mistakes(tmp_path, text)
    assert found["record.creators.0.familly_name"].endswith("Did you mean 'family_name'?")
    assert found["nomenclature.classes.0.cod"].endswith("Did you mean 'code'?")
    assert "nomenclature.classes.0.code" in found


def test_a_period_that_ends_before_it_starts(tmp_path: Path) -> None:
    found = _mistakes(tmp_path, SHORT + "[period]\nstart = 2023-01-01\nend = 2022-01-01\n")
    assert found == {"period": "start comes after end. Correct its value."}


def test_what_is_right_is_kept_for_further_checks(tmp_path: Path) -> None:
    draft = read(_write(tmp_path, SHORT + 'colour = "red"\n'))
    assert len(draft.problems) == 1
    assert draft.sections["reference"].file == tmp_path / "polygons.gpkg"


@pytest.mark.parametrize("text", ["[[images]", "\x00"])
def test_what_is_not_toml_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RecipeError, match="not valid TOML"):
        load(_write(tmp_path, text))


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="no recipe"):
        load(tmp_path / "none.toml")
