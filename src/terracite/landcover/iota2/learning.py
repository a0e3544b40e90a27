# SPDX-License-Identifier: AGPL-3.0-or-later
"""Classifier, samples and validation of an iota2 configuration, as the tables of a recipe."""

from __future__ import annotations

import re
from typing import Any

from terracite.landcover.iota2.report import Fate
from terracite.landcover.iota2.settings import Setting, Settings

_DEEPEST = 60  #: of a recipe; stands for "no limit"
_MANY = 50_000  #: samples per class that stand for "all"
_SCIKIT = {"RandomForestClassifier": "random_forest", "ExtraTreesClassifier": "extra_trees"}
_MODEL = "scikit_models_parameters"


def classifier(settings: Settings) -> dict[str, Any]:
    """The ``[classifier]`` table."""
    table = _of_scikit(settings) if settings.text("model_type", _MODEL) else _of_otb(settings)
    return table | _seed(settings)


def _seed(settings: Settings) -> dict[str, Any]:
    number = settings.number("random_seed")
    return {} if number is None else {"seed": round(number)}


def _of_scikit(settings: Settings) -> dict[str, Any]:
    wanted = settings.text("model_type", _MODEL)
    for name in ("classifier", "otb_classifier_options"):
        fr, en = "scikit_models_parameters en tient lieu", "scikit_models_parameters stands for it"
        settings.tell(name, Fate.UNNEEDED, fr=fr, en=en)
    if wanted not in _SCIKIT:
        fr, en = "ce classifieur n'existe pas ici : forêt aléatoire", "there is no such classifier here: random forest"
        settings.tell("model_type", Fate.LEFT, "classifier.name", fr, en, section=_MODEL)
        return {"name": "random_forest"}
    settings.tell("model_type", Fate.CARRIED, "classifier.name", section=_MODEL)
    table: dict[str, Any] = {"name": _SCIKIT[wanted], "trees": 100, "depth": _DEEPEST, "min_leaf": 1}
    for name, key in (("n_estimators", "trees"), ("max_depth", "depth"), ("min_samples_leaf", "min_leaf")):
        if (number := settings.number(name, _MODEL)) is not None:
            table[key] = max(1, round(number))
        settings.tell(name, Fate.CARRIED, f"classifier.{key}", section=_MODEL)
    for setting in settings.all:
        if setting.section == _MODEL and not setting.name.startswith("cross_validation"):
            fr, en = "ce réglage de scikit-learn n'a pas de place", "this setting of scikit-learn has no place"
            is_harmless = setting.is_off or setting.name in {"n_jobs", "random_state", "verbose"}
            settings.note(setting, Fate.UNNEEDED if is_harmless else Fate.LEFT, fr=fr, en=en)
    return _limited(table)


def _of_otb(settings: Settings) -> dict[str, Any]:
    wanted, options = settings.text("classifier") or "rf", _options(settings.find("otb_classifier_options"))
    if wanted not in {"rf", "sharkrf"}:
        fr, en = "ce classifieur n'existe pas ici : forêt aléatoire", "there is no such classifier here: random forest"
        settings.tell("classifier", Fate.LEFT, "classifier.name", fr, en)
        settings.tell("otb_classifier_options", Fate.LEFT, fr="de l'autre classifieur", en="of the other classifier")
        return {"name": "random_forest"}
    settings.tell("classifier", Fate.CARRIED, "classifier.name")
    if wanted == "sharkrf":
        table = {"trees": options.get("nbtrees", 100), "depth": _DEEPEST, "min_leaf": options.get("nodesize", 25)}
    elif settings.find("otb_classifier_options") is None:
        table = {"trees": 100, "depth": 25, "min_leaf": 5}  # iota2's own
        settings.assume(
            "options", "-classifier.rf.min 5 -classifier.rf.max 25", "classifier.min_leaf, classifier.depth"
        )
    else:  # what is not said is OpenCV's, as Orfeo ToolBox has it
        table = {
            "trees": options.get("nbtrees", 100),
            "depth": options.get("max", 5),
            "min_leaf": options.get("min", 10),
        }
    known = {"nbtrees", "max", "min", "nodesize", "mt"}
    lost = sorted(set(options) - known)
    fr, en = (
        (f"sans place dans une recette : {', '.join(lost)}", f"no place in a recipe: {', '.join(lost)}")
        if lost
        else ("", "")
    )
    fate = Fate.NEAR if lost else Fate.CARRIED
    settings.tell("otb_classifier_options", fate, "classifier.trees, depth, min_leaf", fr, en)
    return _limited({"name": "random_forest"} | {key: round(value) for key, value in table.items()})


def _limited(table: dict[str, Any]) -> dict[str, Any]:
    """Within what a recipe allows."""
    highest = {"trees": 2000, "depth": _DEEPEST}
    return {
        key: max(1, min(value, highest.get(key, value))) if isinstance(value, int) else value
        for key, value in table.items()
    }


def _options(setting: Setting | None) -> dict[str, float]:
    """Options of Orfeo ToolBox by their last word: "-classifier.rf.max 25" is {"max": 25}; of either spelling."""
    if setting is None:
        return {}
    value = setting.value
    pairs = value.items() if isinstance(value, dict) else re.findall(r"-?([\w.]+)\s+(-?[\d.]+)", str(value))
    found = {}
    for name, number in pairs:
        try:
            found[str(name).rsplit(".", 1)[-1]] = float(number)
        except (TypeError, ValueError):
            found[str(name).rsplit(".", 1)[-1]] = 0.0
    return found


def samples(settings: Settings) -> dict[str, Any]:
    """The ``[samples]`` table."""
    table = _seed(settings)
    limit = _options(settings.find("otb_classifier_options")).get("mt", -1.0)
    found = settings.find("sample_selection")
    if found is None:
        table["per_class"] = round(limit) if limit >= 2 else _MANY
        fr = f"iota2 les prend tous ; ici au plus {_MANY} par classe"
        en = f"iota2 takes all; here at most {_MANY} a class"
        if limit < 2:
            settings.assume("sampleSelection", "all", "samples.per_class", fr, en)
        return table
    chosen = found.value if isinstance(found.value, dict) else _words(str(found.value))
    table["per_class"] = _per_class(settings, found, chosen)
    return table


def _per_class(settings: Settings, setting: Setting, chosen: dict[str, Any]) -> int:
    strategy = str(chosen.get("strategy", "all")).strip().lower()
    number = chosen.get("strategy.constant.nb", chosen.get("constant.nb"))
    lost = " (per_model)" if chosen.get("per_model") else ""
    if strategy == "constant" and str(number).isdigit():
        if lost:
            settings.note(setting, Fate.NEAR, "samples.per_class", "sans les choix par modèle", "without per_model")
        is_small = int(str(number)) < 2
        fr, en = ("au moins 2", "at least 2") if is_small else ("", "")
        settings.note(setting, Fate.NEAR if is_small else Fate.CARRIED, "samples.per_class", fr, en)
        return max(2, int(str(number)))
    if strategy == "all":
        fr = f"au plus {_MANY} par classe{lost}"
        en = f"at most {_MANY} a class{lost}"
        settings.note(setting, Fate.NEAR, "samples.per_class", fr, en)
        return _MANY
    fr = f"« {strategy} » n'existe pas : un nombre par classe, à régler d'après « landcover plan »{lost}"
    en = f"there is no '{strategy}': a number a class, to be set by what `landcover plan` says{lost}"
    settings.note(setting, Fate.NEAR, "samples.per_class", fr, en)
    return 1000


def _words(text: str) -> dict[str, Any]:
    """ "-sampler random -strategy constant -strategy.constant.nb 2" as names with values."""
    return dict(re.findall(r"-([a-z_.]+)\s+([^\s-]\S*)", text))


def validation(settings: Settings) -> dict[str, Any]:
    """The ``[validation]`` table."""
    runs, ratio = settings.number("runs"), settings.number("ratio")
    table: dict[str, Any] = {"runs": min(50, max(1, round(runs if runs is not None else 1)))}
    fr = "autant d'épreuves du modèle ; une seule carte, apprise sur tous les polygones"
    en = "as many tests of the model; one map, learnt from all polygons"
    settings.tell("runs", Fate.NEAR, "validation.runs", fr, en)
    if ratio is not None and 0 < ratio < 1:
        table["train_share"] = ratio
        settings.tell("ratio", Fate.CARRIED, "validation.train_share")
    else:
        table["train_share"] = 0.5
        settings.tell("ratio", Fate.NEAR, "validation.train_share", "hors de ]0, 1[ : 0,5", "outside ]0, 1[: 0.5")
        if settings.find("ratio") is None:
            settings.assume("ratio", 0.5, "validation.train_share")
    fr, en = "un modèle n'est jamais éprouvé sur ce qu'il a appris", "a model is never tested on what it learnt from"
    is_split = settings.truth("split_ground_truth", default=True)
    settings.tell("split_ground_truth", Fate.CARRIED if is_split else Fate.NEAR, "validation", fr, en)
    is_seeded = settings.number("random_seed") is not None
    fr, en = ("", "") if is_seeded else ("tiré au sort ; ici toujours le même", "drawn at random; here always the same")
    fate = Fate.CARRIED if is_seeded else Fate.UNNEEDED
    settings.tell("random_seed", fate, "samples.seed, classifier.seed", fr, en)
    return table
