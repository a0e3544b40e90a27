# SPDX-License-Identifier: AGPL-3.0-or-later
"""The settings of iota2 that no table of a recipe takes: known and not needed, known and lost, or not known."""

from __future__ import annotations

from terracite.landcover.iota2.report import Fate
from terracite.landcover.iota2.settings import Setting, Settings, known, normal
from terracite.landcover.recipe import nearest

_FUSION = frozenset({"classifmode", "fusionoptions", "nolabelmanagement"})  #: a fusion needs several models
_VECTORS = frozenset({"simplification", "vectorisation"})
_VECTOR_STEPS = frozenset({"regularisation", "vectorisation", "lcstatistics"})


def account_for_the_rest(settings: Settings) -> None:
    """Note what became of every setting of which nothing was noted yet."""
    reasons = {
        normal(key): (fate, group)
        for fate in (Fate.UNNEEDED, Fate.LEFT)
        for group in known()[str(fate)]
        for key in group["keys"]
    }
    for setting in settings.rest():
        fate, group = reasons.get(setting.meaning, (Fate.UNKNOWN, {}))
        if fate is Fate.LEFT and (setting.is_off or _is_switched_off(settings, setting)):
            settings.note(setting, Fate.UNNEEDED, fr="non demandé", en="not asked for")
        elif fate is Fate.UNKNOWN:
            settings.note(setting, Fate.UNKNOWN, en=_known_name(setting.name), fr=_known_name(setting.name, "fr"))
        else:
            settings.note(setting, fate, fr=group["fr"], en=group["en"])


def _is_switched_off(settings: Settings, setting: Setting) -> bool:
    """Whether it says how to do what another setting, which is off unless said, asks for."""
    here = setting.meaning
    if here in _FUSION:
        return settings.text("classif_mode") != "fusion"
    switches = [switch for switch, ruled in known()["switches"].items() if here in map(normal, ruled)]
    found = [settings.find(switch) for switch in switches]
    if normal(setting.section) in _VECTORS:
        return settings.text("last_step") not in _VECTOR_STEPS
    return bool(switches) and all(switch is None or switch.is_off for switch in found)


def _known_name(name: str, language: str = "en") -> str:
    """The setting that may have been meant."""
    groups = (*known()["unneeded"], *known()["left"])
    names = [key for group in groups for key in group["keys"]] + list(known()["sensors"])
    cure = nearest(normal(name), names)
    if not cure.startswith("Did"):
        return "no such setting is known" if language == "en" else "aucun réglage connu de ce nom"
    meant = cure.removeprefix("Did you mean '").removesuffix("'?")
    return f"'{meant}' may have been meant" if language == "en" else f"peut-être « {meant} »"
