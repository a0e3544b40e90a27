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
    assert [(scheme, recipe.runs_of(scheme)) for scheme in recipe.scores] == [("polygon", 5), ("block", 3)]
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
        "[classifer] (line 13)": "is not part of a recipe. Did you mean 'classifier'?",
        "reference.class_colum (line 10)": "is not a key of this table. Did you mean 'class_column'?",
        "reference.kind (line 11)": "cannot be 'feature'. Did you mean 'features'?",
        "samples.per_class (line 17)": "is 'many', which is not a whole number. Write a number without quotes.",
        "validation.scores.0 (line 21)": "cannot be 'poligon'. Did you mean 'polygon'?",
        "validation.train_share (line 20)": "is 1.5. It has to be below 1.0.",
        "validation.sample.file (line 23)": "is missing. Add file = ...",
    }


def test_a_recipe_without_images_or_reference(tmp_path: Path) -> None:
    assert sorted(_mistakes(tmp_path, "[samples]\nper_class = 5\n")) == ["[[images]]", "[reference]"]


def test_keys_inside_lists_and_tables_are_checked_too(tmp_path: Path) -> None:
    text = SHORT + '[[record.creators]]\nfamilly_name = "Hoarau"\n[[nomenclature.classes]]\ncod = 1\n'
    found = _mistakes(tmp_path, text)
    assert found["record.creators.0.familly_name (line 10)"].endswith("Did you mean 'family_name'?")
    assert found["nomenclature.classes.0.cod (line 12)"].endswith("Did you mean 'code'?")
    assert found["nomenclature.classes.0.code (line 11)"] == "is missing. Add code = ..."


def test_a_period_that_ends_before_it_starts(tmp_path: Path) -> None:
    found = _mistakes(tmp_path, SHORT + "[period]\nstart = 2023-01-01\nend = 2022-01-01\n")
    assert found == {"period (line 9)": "start comes after end. Correct its value."}


def test_what_is_right_is_kept_for_further_checks(tmp_path: Path) -> None:
    draft = read(_write(tmp_path, SHORT + 'colour = "red"\n'))
    assert len(draft.problems) == 1
    assert draft.sections["reference"].file == tmp_path / "polygons.gpkg"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("[images]\nfolder = 'a'\n", "should be a list. Write [[images]], with two brackets."),
        ("[[reference]]\nfile = 'a'\n", "should be a table. Write [reference], once."),
        ("samples = 3\n", "is 3, which is not a table. Write it as a table, with keys of its own."),
        ("[period]\nstart = '2023-13-01'\n", "is '2023-13-01', which is not a date. Write dates as 2023-07-31"),
        ("[period]\nstep_days = '10'\n[reference]\nfile = 3\n", "is 3, which is not a path. Put the path between"),
        ("[record]\nkeywords = 'a'\n", "is 'a', which is not a list. Put it between brackets: [...]."),
        ("[[nomenclature.classes]]\ncode = 1\ncolour = 'red'\n", """is 'red'. Write a colour as "#2f7d4f"."""),
        ("[[nomenclature.classes]]\ncode = 300\n", "is 300. It has to be at most 255."),
        ("[classifier]\ntrees = 2.5\n", "is 2.5, which is not a whole number. Leave the decimals out."),
    ],
)
def test_each_mistake_is_said_in_words(tmp_path: Path, wrong: str, told: str) -> None:
    assert any(said.startswith(told) for said in _mistakes(tmp_path, wrong).values())


def test_every_line_is_found_whatever_stands_between(tmp_path: Path) -> None:
    text = '''# [reference]
samples."per_class" = "x"   # a = [
[[images]]
folder = "a # [b]"
indices = [
  "NDVI",  # first
  3,
]
[[images]]
folder = """
[period]
"""
fold = 1
[record.place]
fr = 2
[reference]
file = "f"
x = { a = 1, b = [1, 2] }
'''
    assert list(_mistakes(tmp_path, text)) == [
        "samples.per_class (line 2)",
        "images 1.indices.1 (line 7)",
        "images 2.fold (line 13)",
        "record.place.fr (line 15)",
        "reference.x (line 18)",
    ]


def test_a_recipe_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SHORT.replace("\n", "\r\n").encode())
    assert load(path).reference.class_column == "class"


@pytest.mark.parametrize("text", ["[[images]", "\x00"])
def test_what_is_not_toml_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RecipeError, match="not valid TOML"):
        load(_write(tmp_path, text))


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="no recipe"):
        load(tmp_path / "none.toml")
