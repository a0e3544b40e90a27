# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names, in both languages, of what the website alone shows: states, moves, fields of the form."""

from __future__ import annotations

from terracite.record.model import Text

STATES = {
    "draft": Text(fr="Brouillon", en="Draft"),
    "submitted": Text(fr="Soumis", en="Submitted"),
    "in_review": Text(fr="En cours d'examen", en="In review"),
    "changes_requested": Text(fr="Modifications demandées", en="Changes requested"),
    "accepted": Text(fr="Accepté, DOI en cours", en="Accepted, DOI on its way"),
    "published": Text(fr="Publié", en="Published"),
    "rejected": Text(fr="Refusé", en="Rejected"),
    "superseded": Text(fr="Remplacé par une version plus récente", en="Replaced by a newer version"),
    "discarded": Text(fr="Jeté", en="Thrown away"),
    "withdrawn": Text(fr="Retiré", en="Withdrawn"),
}
MOVES = {
    "create_deposit": Text(fr="Dépôt créé", en="Deposit made"),
    "create": Text(fr="Brouillon créé", en="Draft made"),
    "share": Text(fr="Partagé", en="Shared"),
    "unshare": Text(fr="Partage retiré", en="Shared no more"),
    "invite": Text(fr="Invitation envoyée", en="Invitation sent"),
    "join": Text(fr="Invitation acceptée", en="Invitation taken up"),
    "leave": Text(fr="Parti", en="Left"),
    "change_role": Text(fr="Rôle changé", en="Role changed"),
    "give_away": Text(fr="Dépôt cédé", en="Deposit given away"),
    "make_review_link": Text(fr="Lien de relecture créé", en="Reviewer link made"),
    "revoke_review_link": Text(fr="Lien de relecture révoqué", en="Reviewer link revoked"),
    "import": Text(fr="Importé", en="Imported"),
    "edit": Text(fr="Modifié", en="Edited"),
    "submit": Text(fr="Soumis", en="Submitted"),
    "take": Text(fr="Pris en charge", en="Taken in charge"),
    "assign": Text(fr="Attribué", en="Assigned"),
    "hand_over": Text(fr="Confié à un autre modérateur", en="Handed over"),
    "comment": Text(fr="Commenté", en="Commented"),
    "close_thread": Text(fr="Conversation close", en="Conversation closed"),
    "suggest": Text(fr="Modification suggérée", en="Edit suggested"),
    "answer_suggestion": Text(fr="Réponse à une suggestion", en="Suggestion answered"),
    "request_changes": Text(fr="Modifications demandées", en="Changes requested"),
    "accept": Text(fr="Accepté", en="Accepted"),
    "publish": Text(fr="Publié", en="Published"),
    "reject": Text(fr="Refusé", en="Rejected"),
    "correct_metadata": Text(fr="Correction proposée", en="Correction proposed"),
    "take_back_correction": Text(fr="Correction reprise", en="Correction taken back"),
    "approve_correction": Text(fr="Correction acceptée", en="Correction approved"),
    "refuse_correction": Text(fr="Correction refusée", en="Correction refused"),
    "new_version": Text(fr="Nouvelle version commencée", en="New version begun"),
    "supersede": Text(fr="Remplacé", en="Replaced"),
    "end_embargo": Text(fr="Fin de l'embargo", en="Embargo ended"),
    "withdraw": Text(fr="Retiré", en="Withdrawn"),
    "discard": Text(fr="Jeté", en="Thrown away"),
    "restore": Text(fr="Repris", en="Taken back"),
    "ask_for_access": Text(fr="Accès demandé", en="Access asked for"),
    "grant_access": Text(fr="Accès accordé", en="Access granted"),
    "refuse_access": Text(fr="Accès refusé", en="Access refused"),
    "embargo_ends_within_30_days": Text(fr="Embargo : fin dans moins de 30 jours", en="Embargo ends within 30 days"),
    "embargo_ends_within_7_days": Text(fr="Embargo : fin dans moins de 7 jours", en="Embargo ends within 7 days"),
    "add_file": Text(fr="Fichier ajouté", en="File added"),
    "remove_file": Text(fr="Fichier retiré", en="File removed"),
}
FIELDS = {
    "": Text(fr="L'ensemble", en="The whole"),
    "title": Text(fr="Titre", en="Title"),
    "abstract": Text(fr="Résumé", en="Abstract"),
    "lineage": Text(fr="Comment les données ont été produites", en="How the data were made"),
    "purpose": Text(fr="But", en="Purpose"),
    "notes": Text(fr="Notes", en="Notes"),
    "disciplines": Text(fr="Disciplines", en="Disciplines"),
    "topics": Text(fr="Thèmes ISO", en="ISO topics"),
    "keywords": Text(fr="Mots-clés", en="Keywords"),
    "variables": Text(fr="Variables", en="Variables"),
    "classes": Text(fr="Légende", en="Legend"),
    "creators": Text(fr="Auteurs", en="Authors"),
    "contributors": Text(fr="Contributeurs", en="Contributors"),
    "contacts": Text(fr="Contacts", en="Contacts"),
    "funding": Text(fr="Financements", en="Funding"),
    "dates": Text(fr="Dates", en="Dates"),
    "extents": Text(fr="Lieu", en="Place"),
    "reference_systems": Text(fr="Système de coordonnées", en="Coordinate system"),
    "resolutions": Text(fr="Résolution", en="Resolution"),
    "representation": Text(fr="Type de données", en="Kind of data"),
    "periods": Text(fr="Période", en="Period"),
    "time_resolution": Text(fr="Pas de temps", en="Time step"),
    "platforms": Text(fr="Plateformes", en="Platforms"),
    "quality": Text(fr="Qualité", en="Quality"),
    "licence": Text(fr="Licence", en="Licence"),
    "access": Text(fr="Accès", en="Access"),
    "related": Text(fr="Ressources associées", en="Related resources"),
    "version": Text(fr="Version", en="Version"),
    "files": Text(fr="Fichiers", en="Files"),
    "language": Text(fr="Langue de la description", en="Language of the description"),
    "data_languages": Text(fr="Langue des données", en="Language of the data"),
    "resource_type": Text(fr="Type de ressource", en="Type of resource"),
    "nomenclature": Text(fr="Nomenclature", en="Nomenclature"),
    "thumbnail": Text(fr="Image", en="Picture"),
}
REJECTION_REASONS = {
    "out_of_scope": Text(fr="Hors du champ de l'entrepôt", en="Outside the scope of the repository"),
    "not_data": Text(fr="Ce ne sont pas des données", en="Not data"),
    "duplicate": Text(fr="Déjà publié ailleurs", en="Already published elsewhere"),
    "rights": Text(fr="Droits insuffisants", en="Rights not sufficient"),
    "quality": Text(fr="Description ou qualité insuffisante", en="Description or quality not sufficient"),
    "personal": Text(fr="Données personnelles ou protégées", en="Personal or protected data"),
    "other": Text(fr="Autre motif", en="Another reason"),
}
DESK_ROLES = {
    "moderator": Text(fr="Modérateur", en="Moderator"),
    "curator": Text(fr="Curateur", en="Curator"),
    "administrator": Text(fr="Administrateur", en="Administrator"),
}


def state(code: str) -> Text:
    """The name of a state; the code itself when it is unknown."""
    return STATES.get(code, Text(en=code))


def move(code: str) -> Text:
    """What happened, in words."""
    return MOVES.get(code, Text(en=code))


def field(name: str) -> Text:
    """The name of a field of the record by its dotted name: only the first part counts."""
    return FIELDS.get(name.partition(".")[0], Text(en=name))


def rejection_reason(code: str) -> Text:
    return REJECTION_REASONS.get(code, Text(en=code))


def desk_role(code: str) -> Text:
    return DESK_ROLES.get(code, Text(en=code))
