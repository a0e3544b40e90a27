# SPDX-License-Identifier: AGPL-3.0-or-later
"""Configurations of iota2 become recipes, and every setting is accounted for."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terracite.cli import main
from terracite.errors import RecipeError
from terracite.landcover import iota2
from terracite.landcover.iota2.nomenclature import coded, read_classes, read_colours
from terracite.landcover.iota2.settings import Settings, known, normal
from terracite.landcover.iota2.syntax import parse
from terracite.landcover.recipe import Recipe, load

OLD = """
chain:
{
    outputPath:'/maps/reunion 2022'
    remove_outputPath:True
    nomenclaturePath:'nomenclature.txt'
    colorTable:'colours.txt'
    listTile:'T40KCB'
    L8Path:'None'
    S2Path:'sentinel2'
    groundTruth:'reference/fields.shp'
    dataField:'CODE'
    regionPath:'regions.shp'
    regionField:'zone'
    runs:'3'
    ratio:'0.7'
    random_seed:5
    cloud_threshold:1
    spatialResolution:10
    jobsPath:'None'
}
argTrain:
{
    classifier :'rf'
    options :' -classifier.rf.min 7 -classifier.rf.max 30 -classifier.rf.nbtrees 200 '
    samplesOptions:'-sampler random -strategy constant -strategy.constant.nb 300 '
}
argClassification: { classifMode :'separate' noLabelManagement:'maxConfidence' }
Sentinel_2: { temporalResolution:15 startDate:'20220101' endDate:'20221231' keepBands:["B2", "B8A"] }
GlobChain: { proj : "EPSG:2975" autoDate:'False' features:["NDVI"] useGapFilling:True }
iota2FeatureExtraction: { extractBands:True }
"""
NEW = """
chain :
{
    output_path : '/maps/reunion 2022'
    remove_output_path : True
    nomenclature_path : 'nomenclature.txt'
    color_table : 'colours.txt'
    list_tile : 'T40KCB'
    s2_path : 'sentinel2'
    ground_truth : 'reference/fields.shp'
    data_field : 'CODE'
    region_path : 'regions.shp'
    region_field : 'zone'
    cloud_threshold : 1
    spatial_resolution : 10
    proj : 'EPSG:2975'
}
arg_train :
{
    runs : 3
    ratio : 0.7
    random_seed : 5
    classifier : 'rf'
    otb_classifier_options : {'classifier.rf.min': 7, 'classifier.rf.max': 30, 'classifier.rf.nbtrees': 200}
    sample_selection : { sampler : 'random' strategy : 'constant' 'strategy.constant.nb' : 300 }
    features : ["NDVI"]
}
arg_classification : { classif_mode : 'separate' no_label_management : 'maxConfidence' }
Sentinel_2 : { temporal_resolution : 15 start_date : '20220101' end_date : '20221231' keep_bands : ["B2", "B8A"] }
sensors_data_interpolation : { auto_date : False use_gapfilling : True }
iota2_feature_extraction : { extract_bands : True }
builders : { builders_class_name : ["I2Classification"] }
task_retry_limits : { allowed_retry : 1 maximum_ram : 20.0 maximum_cpu : 24 }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nomenclature.txt").write_bytes("Forêt:1\nDéfriché:311\n\nville;3\n".encode("cp1252"))
    (tmp_path / "colours.txt").write_text("0 255 255 255\n1 0 156 0\n311 255 85 0\nnone\n3 256 0 0\n")
    return tmp_path


def _converted(folder: Path, text: str, name: str = "config") -> tuple[Recipe, dict[str, iota2.Item]]:
    path = folder / f"{name}.cfg"
    path.write_text(text, encoding="utf-8")
    found = iota2.write(path, folder / f"{name}.toml")
    return load(folder / f"{name}.toml"), {item.name.rpartition(".")[2]: item for item in found.items}


@pytest.mark.parametrize("text", [OLD, NEW], ids=["old", "new"])
def test_old_and_new_spellings_make_the_same_recipe(folder: Path, text: str) -> None:
    recipe, items = _converted(folder, text)
    source = recipe.images[0]
    assert (source.folder, source.product, source.tile) == (folder / "sentinel2", "theia-l2a", "40KCB")
    assert source.indices == ("B02", "B04", "B08", "B8A")
    assert recipe.features is not None
    assert recipe.features.bands == ("B2", "B8A")  # the others are read for the index
    assert [index.name for index in recipe.features.indices] == ["NDVI"]
    assert (recipe.area.crs, recipe.area.cell_size_m) == ("EPSG:2975", 0)
    assert (recipe.period.start, recipe.period.end) == (dt.date(2022, 1, 1), dt.date(2022, 12, 31))
    assert recipe.period.step_days == 15
    assert (recipe.reference.file, recipe.reference.class_column) == (folder / "reference" / "fields.shp", "CODE")
    assert recipe.strata is not None
    assert (recipe.strata.file, recipe.strata.column) == (folder / "regions.shp", "zone")
    assert (recipe.samples.per_class, recipe.samples.seed) == (300, 5)
    assert recipe.classifier.model_dump(exclude_defaults=True) == {
        "name": "random_forest", "trees": 200, "depth": 30, "min_leaf": 7, "seed": 5,
    }  # fmt: skip
    assert (recipe.validation.runs, recipe.validation.train_share) == (3, 0.7)
    assert recipe.name == "reunion-2022"
    assert [(item.code, item.fr, item.colour, item.reference) for item in recipe.nomenclature.classes] == [
        (1, "Forêt", "#009c00", "1"),
        (2, "Défriché", "#ff5500", "311"),
        (3, "ville", "", "3"),
    ]
    assert not [item for item in items.values() if item.fate is iota2.Fate.LEFT]
    assert not [item for item in items.values() if item.fate is iota2.Fate.UNKNOWN]


def test_every_setting_is_accounted_for_once(folder: Path) -> None:
    path = folder / "config.cfg"
    path.write_text(OLD)
    found = iota2.write(path, folder / "recipe.toml")
    told = [item.name for item in found.items if item.line]
    assert sorted(told) == sorted(setting.full_name for setting in Settings.of(parse(OLD)).all)
    assert all(item.why or item.to for item in found.items)


@pytest.mark.parametrize(
    ("old", "new", "name", "fate", "said"),
    [
        ("'rf'", "'libsvm'", "classifier", "left", "there is no such classifier here: random forest"),
        ("S2Path:'sentinel2'", "S2Path:'None'", "s2_path", "left", "to be filled in"),
        ("L8Path:'None'", "L8Path:'/l8'", "L8Path", "left", "Landsat 8 (Theia) images are not read yet"),
        ("L8Path:'None'", "S2_L3A_Path:'/l3a'", "S2_L3A_Path", "carried", "its bands are called L3A.B4"),
        ("listTile:'T40KCB'", "listTile:$tiles", "listTile", "left", "does not say"),
        ("runs:'3'", "run:3", "run", "unknown", "no such setting is known"),
        ("jobsPath", "joobsPath", "joobsPath", "unknown", "'jobs_path' may have been meant"),
        ("20220101", "2022/01", "startDate", "left", "is not a date YYYYMMDD"),
        ("autoDate:'False'", "autoDate:'True'", "startDate", "unneeded", "auto_date is on"),
        ("extractBands:True", "extractBands:False", "keepBands", "unneeded", "iota2 takes all bands"),
        ('keepBands:["B2", "B8A"]', 'keepBands:[[1,"blue"]]', "keepBands", "near", "names no band"),
        ("useGapFilling:True", "useGapFilling:False", "useGapFilling", "near", "the images' own dates are kept"),
        ("cloud_threshold:1", "cloud_threshold:3", "cloud_threshold", "left", "one clear date is enough"),
        ("L8Path:'None'", "S1Path:'s1.cfg'", "S1Path", "left", "this file says where the images are"),
        ("L8Path:'None'", "S1Path:'/radar'", "S1Path", "near", "without iota2's speckle filter"),
        ("L8Path:'None'", "S1Path:'/radar'", "keepBands", "near", "the bands that indices need are features, too"),
        ("L8Path:'None'", "userFeatPath:'/mine'", "userFeatPath", "near", "every image of the tile's folder"),
        ('features:["NDVI"]', 'features:["NDVI", "EVI5"]', "features", "left", "there is no such index here: EVI5"),
        ("extractBands:True", "extractBands:True acorFeat:True", "acorFeat", "left", "corrected for the atmosphere"),
        ("extractBands:True", "extractBands:True relRefl:True", "relRefl", "near", "bands themselves stay features"),
        ("regionField:'zone'", "regionField:'zone' enable_boundary_fusion:True boundary_interior_buffer_size:300",
         "enable_boundary_fusion", "near", "over this width"),
        ("temporalResolution:15", "temporalResolution:15 additionalFeatures:'b1 / b99'", "additionalFeatures", "left",
         "no formula here: b1 / b99"),
        ("classifMode :'separate'", "classifMode :'fusion'", "classifMode", "left", "no fusion of maps"),
        ("ratio:'0.7'", "ratio:1.5", "ratio", "near", "0.5"),
        ("groundTruth:'reference/fields.shp'", "groundTruth:'None'", "groundTruth", "left", "to be filled in"),
        ("'nomenclature.txt'", "'elsewhere.txt'", "colorTable", "left", "no colours without classes"),
        ("'colours.txt'", "'elsewhere.txt'", "colorTable", "left", "colours will be chosen"),
        ("regionField:'zone'", "regionField:'zone' mode:'one_region'", "regionPath", "unneeded", "no regions"),
        ("-strategy constant", "-strategy all", "samplesOptions", "near", "at most 50000 a class"),
        ("-strategy constant", "-strategy byclass", "samplesOptions", "near", "there is no 'byclass'"),
        ("nbtrees 200", "acc 0.1", "options", "near", "no place in a recipe: acc"),
        ("runs:'3'", "runs:3 splitGroundTruth:False", "splitGroundTruth", "near", "never tested on what it learnt"),
    ],
)  # fmt: skip
def test_what_is_not_carried_over_is_said(folder: Path, old: str, new: str, name: str, fate: str, said: str) -> None:
    assert old in OLD
    _, items = _converted(folder, OLD.replace(old, new))
    assert items[name].fate == fate
    assert said in items[name].why.en
    assert items[name].why.fr


def test_what_iota2_computes_becomes_features(folder: Path) -> None:
    (folder / "s1.cfg").write_text("[Paths]\nOutput = radar/out\n[Processing]\nGeoidFile = x\n")
    text = """chain: { list_tile:'T40KCB' s2_path:'s2' l8_usgs_path:'l8' s1_path:'s1.cfg' user_feat_path:'mine/'
    spatial_resolution:20 output_path:'map' }
    iota2_feature_extraction: { rel_refl:True keep_duplicates:False }
    Sentinel_2: { additional_features:"b1 + b2, sqrt(im1b7 * b3)" } userFeat: { patterns:"ALT" }
    arg_classification: { enable_probability_map:True }"""
    recipe, items = _converted(folder, text)
    s2, l8, s1, mine = recipe.images
    assert (s2.product, s2.tile, len(s2.indices)) == ("theia-l2a", "40KCB", 10)
    assert (l8.product, l8.tile, l8.prefix, l8.indices) == ("landsat-c2-l2", "", "L8", ())
    assert (s1.folder, s1.product, s1.tile) == (folder / "radar" / "out", "s1tiling", "40KCB")
    assert (mine.folder, mine.product) == (folder / "mine" / "T40KCB", "still")
    assert recipe.features is not None
    assert recipe.features.bands is None
    made = {index.name: index.formula for index in recipe.features.indices}
    assert list(made)[:4] == ["NDVI", "NDWI", "BRIGHTNESS", "B2 REL"]
    assert made["L8.B5 REL"] == "(L8.B5 - L8.B4) / (L8.B5 + L8.B4)"
    assert (made["USER 1"], made["USER 2"]) == ("B2 + B3", "sqrt(B8 * B4)")
    assert (recipe.area.cell_size_m, recipe.output.probabilities) == (20, True)
    assert {name: str(items[name].fate) for name in ("features", "s1_path", "patterns", "keep_duplicates")} == {
        "features": "carried", "s1_path": "near", "patterns": "near", "keep_duplicates": "near",
    }  # fmt: skip


def test_all_tiles_are_taken(folder: Path) -> None:
    recipe, items = _converted(folder, OLD.replace("listTile:'T40KCB'", "listTile:'T40KCB T40KDB'"))
    assert (recipe.images[0].tile, recipe.images[0].tiles) == ("", ("40KCB", "40KDB"))
    assert (items["listTile"].fate, items["listTile"].to) == ("carried", "images.tiles")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("classifier:'rf'", (100, 25, 5)),  # iota2's own options
        ("classifier:'rf' options:'-classifier.rf.nbtrees 50'", (50, 5, 10)),  # what is not said is OpenCV's
        ("classifier:'sharkrf' options:'-classifier.sharkrf.nodesize 9 '", (100, 60, 9)),
        ("options:'-classifier.rf.max 99 -classifier.rf.min 0'", (100, 60, 1)),
    ],
)
def test_forests_have_the_sizes_that_iota2_gives_them(
    folder: Path, options: str, expected: tuple[int, int, int]
) -> None:
    recipe, _ = _converted(folder, f"chain: {{ listTile:'T40KCB' }} argTrain: {{ {options} }}")
    found = recipe.classifier
    assert (found.trees, found.depth, found.min_leaf) == expected


def test_scikit_learn_stands_for_the_other_classifier(folder: Path) -> None:
    text = """chain: { listTile:'T40KCB' } argTrain: { classifier:'svm' }
    scikit_models_parameters: { model_type:"ExtraTreesClassifier" n_estimators:50 min_samples_leaf:2 random_state:0
    class_weight:'balanced' cross_validation_parameters:{'n_estimators':[50, 100]} }"""
    recipe, items = _converted(folder, text)
    assert recipe.classifier.model_dump(exclude={"seed"}, exclude_defaults=True) == {
        "name": "extra_trees", "trees": 50, "depth": 60, "min_leaf": 2,
    }  # fmt: skip
    fates = {name: str(item.fate) for name, item in items.items()}
    assert fates["class_weight"] == fates["cross_validation_parameters"] == "left"
    assert fates["classifier"] == fates["random_state"] == "unneeded"


def test_a_file_that_is_no_configuration_is_refused(folder: Path) -> None:
    with pytest.raises(RecipeError, match="no configuration of an iota2 map"):
        _converted(folder, "Classes: { Level1: { Urban: { code:100 } } }")
    with pytest.raises(RecipeError, match="already there"):
        iota2.write(folder / "nomenclature.txt", folder / "colours.txt")


def test_a_nomenclature_of_several_levels_gives_its_deepest(tmp_path: Path) -> None:
    text = """Classes: { Level1: { "Urbain": { code:100 alias:'Urbain' color:'#b106b1' } }
    Level2: { "Urbain dense": { code:41 color:'#FF00FF' parent:100 } "Eau": { code:300 color:'blue' parent:170 } } }"""
    (tmp_path / "levels.cfg").write_text(text)
    found = coded(read_classes(tmp_path / "levels.cfg"), {"300": "#0000ff"})
    assert [(item.name, item.code, item.colour, item.parent) for item in found] == [
        ("Urbain dense", 41, "#ff00ff", "100"),
        ("Eau", 1, "#0000ff", "170"),
    ]


def test_labels_that_are_words_are_numbered(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("# classes\nThe wheat:wheat\n7:forest\nbroken\n")
    found = coded(read_classes(tmp_path / "words.csv"), {})
    assert [(item.name, item.label, item.code) for item in found] == [("The wheat", "wheat", 1), ("forest", "7", 7)]


def test_the_table_names_no_setting_twice() -> None:
    groups = (*known()["unneeded"], *known()["left"])
    names = [normal(key) for group in groups for key in group["keys"]]
    assert sorted(names) == sorted(set(names))
    assert all(group["fr"] and group["en"] for group in groups)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(OLD)), st.sampled_from("{}[]:'\", \n1é")), min_size=1, max_size=8))
def test_any_configuration_makes_a_recipe_that_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, str]]
) -> None:
    text = OLD
    for place, letter in changes:
        text = text[:place] + letter + text[place + 1 :]
    folder = tmp_path_factory.mktemp("any")
    try:
        found = iota2.convert(text, folder / "a.cfg", folder / "a.toml")
    except RecipeError:
        return
    (folder / "a.toml").write_text(found.text, encoding="utf-8")
    load(folder / "a.toml")


def test_the_command_reports_in_both_languages(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "config.cfg").write_text(OLD + "odd\n")
    arguments = ["landcover", "convert-iota2", str(folder / "config.cfg"), "--output"]
    main([*arguments, str(folder / "a.toml"), "--language", "fr"])
    out, err = capsys.readouterr()
    assert out.startswith("Repris à peu près (4)")
    assert "Lecture\n  ligne 32: « odd » n'a pas de valeur" in out
    assert "landcover check" in err
    main([*arguments, str(folder / "b.toml"), "--json"])
    facts = json.loads(capsys.readouterr().out)
    assert facts["counts"]["left"] == 0
    assert facts["settings"][0] == {
        "line": 4, "name": "chain.outputPath", "value": "/maps/reunion 2022", "fate": "near", "to": "output.name",
        "why": {"fr": "le nom seulement ; --output dit où", "en": "the name only; --output says where"},
    }  # fmt: skip


def test_the_real_nomenclature_of_iota2s_own_tests_is_read(shared_data: Path) -> None:
    folder = shared_data / "theia-s2-iota2" / "data" / "spot_6_data"
    found = coded(read_classes(folder / "Nomenclature_thrs"), read_colours(folder / "colorFile_thrs"))
    assert [(item.code, item.name, item.colour) for item in found][-1] == (6, "ligneux haut resineux", "#16571a")
    assert len(found) == 5
