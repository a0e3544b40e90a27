# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which channels a recipe asks for: images as they are, and indices, each with the bands that it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from terracite.errors import ConfigError, Problem
from terracite.landcover.features import bands
from terracite.landcover.features.bands import Band
from terracite.landcover.features.formulas import names_in
from terracite.landcover.layers import Layer
from terracite.landcover.recipe import FeaturesPart, IndexPart, nearest


@dataclass(frozen=True, slots=True)
class Channel:
    """Values of a cell: of an image, or computed from other channels."""

    name: str  #: "B4", "NDVI"
    still: bool = False  #: it does not change in time
    formula: str = ""  #: "" = an image
    reads: tuple[tuple[str, str], ...] = ()  #: what the formula calls a channel, and that channel's name


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a recipe asks for. Every list is in the order of the features."""

    images: tuple[Channel, ...]  #: that are read
    computed: tuple[Channel, ...]  #: each only from what stands before it
    dated: tuple[str, ...]  #: channels in time that are features
    still: tuple[str, ...]  #: channels without time that are features


@dataclass(slots=True)
class _Known:
    """The channels that a formula can speak of."""

    channels: dict[str, Channel]
    bands: list[Band]
    spelt: dict[str, str] = field(init=False)  #: name as it is compared -> channel

    def __post_init__(self) -> None:
        self.spelt = {}
        for name in self.channels:
            self.spelt.setdefault(bands.spelt(name), name)

    def add(self, channel: Channel) -> None:
        self.channels[channel.name] = channel
        self.spelt.setdefault(bands.spelt(channel.name), channel.name)

    def find(self, name: str) -> str | None:
        """The channel of that name, however it is spelt."""
        return name if name in self.channels else self.spelt.get(bands.spelt(name))

    def playing(self, role: str) -> dict[str, str]:
        """What tells bands of that role from each other -> the channel."""
        return {one.among: one.name for one in self.bands if one.role == role}


def is_still(layer: Layer) -> bool:
    """Whether a layer does not change in time."""
    return bool(getattr(layer, "still", False))


def choose(part: FeaturesPart | None, layers: Sequence[Layer], problems: list[Problem]) -> Chosen:
    """The channels that ``[features]`` asks for; mistakes go to ``problems``. Without it: every image."""
    images = {layer.index: Channel(layer.index, is_still(layer)) for layer in layers}
    seen = [bands.band(layer.index, layer.platforms) for layer in layers] if part and part.indices else []
    known = _Known(dict(images), [one for one in seen if one])
    wanted = part or FeaturesPart()
    dated = _listed(wanted.bands, "bands", known, False, problems)
    still = _listed(wanted.static, "static", known, True, problems)
    computed: list[Channel] = []
    for number, index in enumerate(wanted.indices):
        for channel in _of_index(index, f"features.indices.{number}", known, problems):
            if channel.formula and channel.name not in known.channels:
                computed.append(channel)
                known.add(channel)
            place = still if channel.still else dated
            if channel.name not in place:
                place.append(channel.name)
    used = _used([*dated, *still], wanted, known)
    return Chosen(
        tuple(channel for name, channel in images.items() if name in used),
        tuple(channel for channel in computed if channel.name in used),
        tuple(dated),
        tuple(still),
    )


def _listed(names: Sequence[str] | None, key: str, known: _Known, still: bool, problems: list[Problem]) -> list[str]:
    """The images of a list by their own names; all of that kind where there is no list."""
    there = [name for name, channel in known.channels.items() if channel.still is still]
    if names is None:
        return there
    found: list[str] = []
    for number, name in enumerate(names):
        match, where = known.find(name), f"features.{key}.{number}"
        if match in there and match not in found:
            found.append(str(match))
        elif match is None:
            problems.append(Problem(where, f"there is no image '{name}'.", nearest(name, there or known.channels)))
        elif match in found:
            problems.append(Problem(where, f"'{name}' is given twice.", "Name it once."))
        else:
            other = "bands" if still else "static"
            kind = "changes in time" if still else "does not change in time"
            problems.append(Problem(where, f"'{name}' {kind}.", f"Name it in {other}."))
    return found


def _of_index(index: IndexPart, where: str, known: _Known, problems: list[Problem]) -> list[Channel]:
    """The channels of one index: several where there are several sets of bands, such as two orbits."""
    if not index.formula and (image := known.find(index.name)):
        return [known.channels[image]]
    if index.formula and index.name in known.channels:
        what = f"there is an image or an index '{index.name}' already."
        problems.append(Problem(f"{where}.name", what, "Give another name."))
        return []
    formula = index.formula or _usual(index.name, where, known, problems)
    if formula == bands.ALL_REFLECTANCES and not index.formula:
        return _brightness(index.name, where, known, problems)
    try:
        names = names_in(formula) if formula else ()
    except ConfigError as error:
        problems.append(Problem(f"{where}.formula", error.message, error.hint))
        return []
    if not names:
        if formula:
            problems.append(Problem(f"{where}.formula", "it speaks of no band.", "Name the bands that it is made of."))
        return []
    return _settled(index.name, formula, names, where, known, problems)


def _usual(name: str, where: str, known: _Known, problems: list[Problem]) -> str:
    """The formula of a usual index; "" where there is none."""
    spelt = {bands.spelt(one): formula for one, formula in bands.usual().items()}
    if found := spelt.get(bands.spelt(name)):
        return found
    cure = nearest(name, [*bands.usual(), *known.channels])
    problems.append(Problem(where, f"there is no index '{name}'.", f"{cure} Or give its formula."))
    return ""


def _settled(
    name: str, formula: str, names: Sequence[str], where: str, known: _Known, problems: list[Problem]
) -> list[Channel]:
    """The formula on each set of bands that has all it takes."""
    fixed, roles = {}, []
    for word in names:
        if match := known.find(word):
            fixed[word] = match
        elif word in bands.roles():
            roles.append(word)
        else:
            choices = [*known.channels, *bands.roles()]
            problems.append(Problem(where, f"{name} needs '{word}', which no image is.", nearest(word, choices)))
    if len(fixed) + len(roles) < len(names):
        return []
    sets = _sets(roles, known)
    if not sets:
        lacking = [role for role in roles if not known.playing(role)] or roles
        what = f"{name} needs {' and '.join(bands.label(role) for role in lacking)}, which no image is."
        problems.append(Problem(where, what, f"Add that band to [[images]], or leave {name} out."))
        return []
    found = []
    for among, played in sets.items():
        reads = tuple({**fixed, **played}.items())
        still = all(known.channels[channel].still for _, channel in reads)
        found.append(Channel(f"{name} {among}".strip(), still, formula, reads))
    return found


def _sets(roles: Sequence[str], known: _Known) -> dict[str, dict[str, str]]:
    """For each set of bands that has all roles: role -> channel. One set without a name where there is no role."""
    if not roles:
        return {"": {}}
    played = [known.playing(role) for role in roles]
    common = [among for among in played[0] if all(among in one for one in played)]
    return {among: {role: one[among] for role, one in zip(roles, played, strict=True)} for among in common}


def _brightness(name: str, where: str, known: _Known, problems: list[Problem]) -> list[Channel]:
    """The root of the sum of all squared reflectances."""
    found = bands.reflectances(known.bands)
    if len(found) < 2:
        what = f"{name} needs bands of reflectance, of which there are {len(found)}."
        problems.append(Problem(where, what, f"Add bands to [[images]], or leave {name} out."))
        return []
    channels = []
    for among in dict.fromkeys(one.among for one in found):
        names = [one.name for one in found if one.among == among]
        words = [f"b{number}" for number in range(len(names))]
        formula = f"sqrt({' + '.join(f'{word} * {word}' for word in words)})"
        still = all(known.channels[one].still for one in names)
        channels.append(Channel(f"{name} {among}".strip(), still, formula, tuple(zip(words, names, strict=True))))
    return channels


def _used(features: Sequence[str], part: FeaturesPart, known: _Known) -> set[str]:
    """The channels that are features, and all that these are made of; a user's function is given every one."""
    if part.function is not None:
        return set(known.channels)
    found: set[str] = set()
    more = [*part.phenology, *(part.objects.of if part.objects else ()), *(_said_of_objects(part))]
    waiting = [*features, *(match for name in more if (match := known.find(name)))]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [channel for _, channel in known.channels[name].reads]
    return found


def _said_of_objects(part: FeaturesPart) -> Sequence[str]:
    return (part.objects.channels or ()) if part.objects else ()


def by_name(channels: Mapping[str, Channel], name: str) -> str | None:
    """The channel that a recipe calls ``name``, however it is spelt."""
    if name in channels:
        return name
    return next((one for one in channels if bands.spelt(one) == bands.spelt(name)), None)
