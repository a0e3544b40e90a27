# SPDX-License-Identifier: AGPL-3.0-or-later
"""The states of a dataset version and the table of moves between them. Pure: no database, no clock.

`MOVES` is the whole table; `decide` says, for one move in one `Situation`, where it leads or every reason why
it is refused, in both languages. `terracite.repository.moderation` gathers the situation and acts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from terracite.errors import MoveError
from terracite.record.model import Text

NOTHING = Text()


class State(StrEnum):
    """Where a dataset version stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


class Role(StrEnum):
    """What a person (or the machine) is to one dataset version; one person may be several at once.

    ``MODERATOR`` means: of a desk that this version goes to. Everybody else is nobody in particular.
    """

    OWNER = "owner"
    MODERATOR = "moderator"
    CURATOR = "curator"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class FileState(StrEnum):
    """Where an uploaded file stands: only ``ok`` ones can be published."""

    INCOMING = "incoming"
    SCANNING = "scanning"
    OK = "ok"
    QUARANTINED = "quarantined"


class DeskDecision(StrEnum):
    """What one desk says of one submission."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    CHANGES = "changes"
    REJECTED = "rejected"


class ProposalState(StrEnum):
    """Whether a suggested edit or a correction was taken."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  #: taken back by who proposed it


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that the guards look at. The defaults are those of a situation where nothing stands in the way."""

    state: State
    roles: frozenset[Role] = frozenset()
    is_author: bool = False  #: the person owns, shares or signs the dataset
    has_own_desk: bool = True  #: this moderator has a desk here that has not decided yet
    blockers: int = 0  #: findings that stop a submission
    file_count: int = 1
    files_not_ready: int = 0  #: files that are not hashed, scanned and well
    terms_accepted: bool = True
    open_threads: int = 0
    snapshot_unchanged: bool = True
    page_is_current: bool = True  #: what this moderator read is what is decided about
    other_desks_waiting: int = 0  #: desks whose acceptance is missing once this one has given its own
    accepted_another_desk: bool = False  #: this moderator already accepted for another discipline
    reason: str = "given"
    doi_registered: bool = True
    protected_changes: tuple[str, ...] = ()  #: fields that a correction may not touch, but does
    newer_version: bool = False  #: the dataset has a version after this one that is under way or public
    embargo_over: bool = True
    content_is_kept: bool = True  #: what was thrown away is still there
    heir_is_moderator: bool = True  #: the person handed over to may moderate this version


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a move is not allowed, and what to do about it."""

    code: str
    message: Text
    cure: Text = NOTHING


Guard = Callable[[Situation], Refusal | None]


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table. ``target`` None: the state stays."""

    sources: frozenset[State]
    target: State | None
    by: frozenset[Role]
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What `decide` says: allowed, and to which state; or every reason why not."""

    move: str
    target: State
    refusals: tuple[Refusal, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.refusals


class MoveRefusedError(MoveError):
    """A move that was refused, with every reason in both languages (``refusals``)."""

    def __init__(self, move: str, refusals: Iterable[Refusal]) -> None:
        self.move = move
        self.refusals = tuple(refusals)
        super().__init__(
            " ".join(refusal.message.en for refusal in self.refusals),
            hint=" ".join(refusal.cure.en for refusal in self.refusals if refusal.cure.en),
        )


def _guard(code: str, fails: Callable[[Situation], bool], message: Text, cure: Text = NOTHING) -> Guard:
    refusal = Refusal(code, message, cure)
    return lambda situation: refusal if fails(situation) else None


not_an_author = _guard(
    "author",
    lambda at: at.is_author,
    Text(en="Nobody moderates their own dataset.", fr="Personne ne modère son propre jeu de données."),
    Text(en="Leave it to another moderator of the desk.", fr="Laissez-le à un autre modérateur du bureau."),
)
no_blockers = _guard(
    "blockers",
    lambda at: at.blockers > 0,
    Text(en="Some required information is missing.", fr="Il manque des informations obligatoires."),
    Text(
        en="Correct what the checks call blockers.",
        fr="Corrigez ce que les contrôles signalent comme bloquant.",
    ),
)
has_files = _guard(
    "no_files",
    lambda at: at.file_count == 0,
    Text(en="The dataset has no file.", fr="Le jeu de données n'a aucun fichier."),
    Text(en="Add at least one file.", fr="Ajoutez au moins un fichier."),
)
files_ready = _guard(
    "files_not_ready",
    lambda at: at.files_not_ready > 0,
    Text(
        en="Some files are not checked yet or were put aside.",
        fr="Des fichiers ne sont pas vérifiés ou ont été écartés.",
    ),
    Text(
        en="Wait for the checks to end; remove or replace the files that were put aside.",
        fr="Attendez la fin des contrôles ; retirez ou remplacez les fichiers écartés.",
    ),
)
terms_accepted = _guard(
    "terms",
    lambda at: not at.terms_accepted,
    Text(en="The terms of deposit are not accepted.", fr="Les conditions de dépôt ne sont pas acceptées."),
    Text(en="Read and accept them.", fr="Lisez-les et acceptez-les."),
)
thread_open = _guard(
    "no_thread",
    lambda at: at.open_threads == 0,
    Text(en="No change is asked for.", fr="Aucune modification n'est demandée."),
    Text(en="Write what should change.", fr="Écrivez ce qui doit changer."),
)
threads_closed = _guard(
    "open_threads",
    lambda at: at.open_threads > 0,
    Text(en="A conversation is still open.", fr="Une conversation est encore ouverte."),
    Text(en="Close every conversation first.", fr="Fermez d'abord toutes les conversations."),
)
content_unchanged = _guard(
    "content_changed",
    lambda at: not at.snapshot_unchanged,
    Text(en="The content changed since it was submitted.", fr="Le contenu a changé depuis sa soumission."),
    Text(en="Ask for it to be submitted again.", fr="Demandez une nouvelle soumission."),
)
page_is_current = _guard(
    "stale_page",
    lambda at: not at.page_is_current,
    Text(
        en="The content changed since you opened the page: it was submitted again.",
        fr="Le contenu a changé depuis que vous avez ouvert la page : il a été soumis à nouveau.",
    ),
    Text(en="Read what changed, then decide.", fr="Lisez ce qui a changé, puis décidez."),
)
own_desk_waiting = _guard(
    "desk_decided",
    lambda at: not at.has_own_desk,
    Text(en="Your desk has already decided.", fr="Votre bureau s'est déjà prononcé."),
)
different_moderator = _guard(
    "same_moderator",
    lambda at: at.accepted_another_desk,
    Text(
        en="You have already accepted it for another discipline: two disciplines need two moderators.",
        fr="Vous l'avez déjà accepté pour une autre discipline : deux disciplines demandent deux modérateurs.",
    ),
    Text(en="Hand it over to another moderator.", fr="Confiez-le à un autre modérateur."),
)
reason_given = _guard(
    "no_reason",
    lambda at: not at.reason.strip(),
    Text(en="A reason is needed.", fr="Il faut donner un motif."),
    Text(en="Write the reason: the owner will read it.", fr="Écrivez le motif : le déposant le lira."),
)
doi_is_registered = _guard(
    "doi_not_registered",
    lambda at: not at.doi_registered,
    Text(en="The DOI is not registered yet.", fr="Le DOI n'est pas encore enregistré."),
    Text(en="It is tried again by itself.", fr="Une nouvelle tentative aura lieu d'elle-même."),
)
identity_unchanged = _guard(
    "identity_changed",
    lambda at: bool(at.protected_changes),
    Text(
        en="Identifiers, files, licence and access of a published version never change.",
        fr="Les identifiants, fichiers, licence et accès d'une version publiée ne changent jamais.",
    ),
    Text(en="Make a new version instead.", fr="Faites plutôt une nouvelle version."),
)
is_latest = _guard(
    "newer_version",
    lambda at: at.newer_version,
    Text(en="There is already a version after this one.", fr="Il existe déjà une version après celle-ci."),
    Text(en="Go on with that one.", fr="Continuez avec celle-là."),
)
still_there = _guard(
    "emptied",
    lambda at: not at.content_is_kept,
    Text(
        en="It was thrown away too long ago: its files are gone.",
        fr="Il a été jeté il y a trop longtemps : ses fichiers ne sont plus là.",
    ),
    Text(en="Begin a new dataset.", fr="Commencez un nouveau jeu de données."),
)
embargo_is_over = _guard(
    "embargo",
    lambda at: not at.embargo_over,
    Text(en="The embargo is not over.", fr="L'embargo n'est pas terminé."),
)
heir_may_moderate = _guard(
    "heir",
    lambda at: not at.heir_is_moderator,
    Text(
        en="This person cannot moderate the dataset.",
        fr="Cette personne ne peut pas modérer ce jeu de données.",
    ),
    Text(
        en="Choose a moderator of one of its disciplines who is not an author.",
        fr="Choisissez un modérateur d'une de ses disciplines qui n'en est pas auteur.",
    ),
)


def _move(sources: tuple[State, ...], target: State | None, by: tuple[Role, ...], *guards: Guard) -> Move:
    return Move(frozenset(sources), target, frozenset(by), guards)


_OPEN = (State.DRAFT, State.CHANGES_REQUESTED)
_AT_DESK = (State.SUBMITTED, State.IN_REVIEW)
_OWNER, _MODERATOR, _CURATOR, _SYSTEM = (Role.OWNER,), (Role.MODERATOR,), (Role.CURATOR,), (Role.SYSTEM,)

MOVES: dict[str, Move] = {
    "edit": _move(_OPEN, None, _OWNER),
    "submit": _move(_OPEN, State.SUBMITTED, _OWNER, has_files, files_ready, no_blockers, terms_accepted),
    "discard": _move((State.DRAFT,), State.DISCARDED, _OWNER),
    "restore": _move((State.DISCARDED,), State.DRAFT, _OWNER, still_there),
    "take": _move(_AT_DESK, State.IN_REVIEW, _MODERATOR, not_an_author, own_desk_waiting),
    "assign": _move(_AT_DESK, State.IN_REVIEW, _MODERATOR, not_an_author, heir_may_moderate),
    "hand_over": _move((State.IN_REVIEW,), None, _MODERATOR, not_an_author, heir_may_moderate),
    "comment": _move((*_AT_DESK, State.CHANGES_REQUESTED), None, (*_OWNER, *_MODERATOR)),
    "close_thread": _move((*_AT_DESK, State.CHANGES_REQUESTED), None, _MODERATOR, not_an_author),
    "suggest": _move((State.IN_REVIEW,), None, _MODERATOR, not_an_author),
    "answer_suggestion": _move((State.CHANGES_REQUESTED,), None, _OWNER),
    "request_changes": _move(
        (State.IN_REVIEW,), State.CHANGES_REQUESTED, _MODERATOR, not_an_author, page_is_current, thread_open
    ),
    "accept": _move(
        (State.IN_REVIEW,),
        State.ACCEPTED,
        _MODERATOR,
        not_an_author,
        page_is_current,
        own_desk_waiting,
        threads_closed,
        content_unchanged,
        different_moderator,
    ),
    "reject": _move((State.IN_REVIEW,), State.REJECTED, _MODERATOR, not_an_author, page_is_current, reason_given),
    "publish": _move((State.ACCEPTED,), State.PUBLISHED, _SYSTEM, doi_is_registered),
    "correct_metadata": _move((State.PUBLISHED,), None, _OWNER, identity_unchanged),
    "take_back_correction": _move((State.PUBLISHED,), None, _OWNER),
    "approve_correction": _move((State.PUBLISHED,), None, _MODERATOR, not_an_author, identity_unchanged),
    "refuse_correction": _move((State.PUBLISHED,), None, _MODERATOR, not_an_author, reason_given),
    # of a superseded one too: the version after it may have been withdrawn
    "new_version": _move((State.PUBLISHED, State.SUPERSEDED), None, _OWNER, is_latest),
    "supersede": _move((State.PUBLISHED,), State.SUPERSEDED, _SYSTEM),
    "end_embargo": _move((State.PUBLISHED, State.SUPERSEDED), None, _SYSTEM, embargo_is_over),
    # an older version may have to go too, for the law knows nothing of version numbers
    "withdraw": _move((State.PUBLISHED, State.SUPERSEDED), State.WITHDRAWN, _CURATOR, reason_given),
}


def allowed(state: State, roles: Iterable[Role]) -> tuple[str, ...]:
    """The moves that the table offers to these roles in this state, before any guard is asked."""
    mine = frozenset(roles)
    return tuple(name for name, move in MOVES.items() if state in move.sources and mine & move.by)


def decide(name: str, situation: Situation) -> Decision:
    """Where the move leads in this situation, or every reason why it is refused.

    The role is asked first and the state next: a stranger learns nothing else. Raises KeyError for a move that
    is not in the table.
    """
    move = MOVES[name]
    target = _target(name, move, situation)
    if not situation.roles & move.by:
        return Decision(name, target, (_wrong_role(name, move),))
    if situation.state not in move.sources:
        return Decision(name, target, (_wrong_state(name, situation.state),))
    refusals = tuple(refusal for guard in move.guards if (refusal := guard(situation)) is not None)
    return Decision(name, target, refusals)


def _target(name: str, move: Move, situation: Situation) -> State:
    if name == "accept" and situation.other_desks_waiting:
        return situation.state
    return move.target or situation.state


def _wrong_role(name: str, move: Move) -> Refusal:
    by = ", ".join(sorted(move.by))
    return Refusal(
        "role",
        Text(
            en=f"'{name}' is not yours to do here: it belongs to {by}.",
            fr=f"« {name} » ne vous revient pas ici : {by}.",
        ),
    )


def _wrong_state(name: str, state: State) -> Refusal:
    return Refusal(
        "state",
        Text(
            en=f"'{name}' is not possible while the dataset is '{state}'.",
            fr=f"« {name} » n'est pas possible tant que le jeu de données est « {state} ».",
        ),
        Text(en="Reload the page to see where it stands.", fr="Rechargez la page pour voir où il en est."),
    )
