# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan kept in a file, so that what was agreed on is what is run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from terracite.crate.disk import write_atomically
from terracite.errors import ConfigError
from terracite.timeseries.options import Options
from terracite.timeseries.planning.plan import Plan
from terracite.timeseries.planning.text import as_json
from terracite.timeseries.units import granularity

_VERSION = 1
_KEYS = {"terracite_plan", "archives", "output", "options", "figures"}


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """What to run: the archives, where to, with which choices."""

    archives: tuple[Path, ...]
    output: Path
    options: Options


def save(path: Path, plan: Plan, archives: Sequence[Path], output: Path, options: Options) -> None:
    """Write the plan with its figures; the way of cutting is the proposed one unless ``options`` chose another."""
    chosen = options if not plan.proposed else replace(options, granularity=plan.proposed)
    content = {
        "terracite_plan": _VERSION,
        "archives": [str(archive.absolute()) for archive in archives],
        "output": str(output.absolute()),
        "options": TypeAdapter(Options).dump_python(chosen, mode="json"),
        "figures": as_json(plan),
    }
    write_atomically(path, (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())


def load(path: Path) -> SavedPlan:
    """The plan in a file that `save` wrote, perhaps corrected by hand. Raises `ConfigError` for anything else."""
    hint = "Make one with `terracite timeseries plan ARCHIVE --output FOLDER --save plan.json`."
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"There is no plan '{path}'.", hint=hint) from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"'{path}' cannot be read as a plan: {error}.", hint=hint) from error
    if not isinstance(content, dict) or content.get("terracite_plan") != _VERSION:
        raise ConfigError(f"'{path}' is not a plan of this version of Terracite.", hint=hint)
    unknown = {*content} - _KEYS | {*content.get("options", {})} - {item.name for item in fields(Options)}
    if unknown:
        raise ConfigError(f"The plan '{path}' has keys that mean nothing: {', '.join(sorted(unknown))}.", hint=hint)
    try:
        options = TypeAdapter(Options).validate_python(content["options"])
        granularity(options.granularity)
        return SavedPlan(tuple(Path(path) for path in content["archives"]), Path(content["output"]), options)
    except (KeyError, TypeError) as error:
        raise ConfigError(f"The plan '{path}' lacks {error}.", hint=hint) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"The plan '{path}' has a mistake in options.{where}: {first['msg']}.", hint=hint) from error
