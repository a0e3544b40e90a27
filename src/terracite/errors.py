# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every error Terracite raises on purpose: what happened, then what to do.

An exception stops the program (`TerraciteError` and its children); a `Problem` is one of possibly many
things a person has to correct, collected and shown all at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class TerraciteError(Exception):
    """Something went wrong that the person at the keyboard can act on.

    ``message`` says what happened and names the thing; ``hint`` says what to do about it.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class Severity(StrEnum):
    """How much a problem matters."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct: where it is, what is wrong, and the cure."""

    where: str
    what: str
    cure: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.cure}".strip()


class ProblemsError(TerraciteError):
    """Several mistakes found at once, so that a person corrects them in one go."""

    def __init__(self, message: str, problems: Iterable[Problem], *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  - {problem}" for problem in self.problems)])


class ConfigError(TerraciteError, ValueError):
    """A setting is missing or cannot be used."""


class RecordError(TerraciteError, ValueError):
    """A metadata record cannot be read or written."""


class RasterError(TerraciteError, OSError):
    """An image cannot be read or written."""


class InspectionError(RasterError):
    """A file could not be looked into: broken, too large, too slow or of an unknown kind."""


class CrateError(TerraciteError, ValueError):
    """A crate is incomplete or does not match its checksums."""


class ArchiveError(TerraciteError, ValueError):
    """An image archive is not what it should be."""


class ModelError(TerraciteError, ValueError):
    """A classifier cannot learn from these samples, or a trained one does not suit."""


class EngineError(TerraciteError, RuntimeError):
    """The workers that make a map block by block cannot go on."""


class RecipeError(ProblemsError, ValueError):
    """A land-cover recipe has mistakes; every one of them is listed."""


class ServiceError(TerraciteError, OSError):
    """An outside system refused or did not answer."""

    def __init__(self, message: str, *, hint: str = "", status: int | None = None, retry: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.retry = retry


class StorageError(TerraciteError, OSError):
    """Bytes could not be kept or found."""


class StoreAwayError(StorageError):
    """A distant store does not answer, or not to us: the same can be asked again later."""


class DepositError(ProblemsError, ValueError):
    """A deposit cannot be taken or moved on; every reason is listed."""


class MoveError(TerraciteError, PermissionError):
    """This move is not allowed, for this person, in this state."""
