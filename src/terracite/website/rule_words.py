# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each check looks for, in a few words: where faults are counted, no dataset's own message can be shown."""

from __future__ import annotations

from terracite.record.model import Text

RULES = {
    "suggested_not_read": Text(fr="Texte proposé que personne n'a confirmé", en="Suggested text that nobody confirmed"),
    "title_missing": Text(fr="Titre absent", en="No title"),
    "abstract_missing": Text(fr="Résumé absent", en="No abstract"),
    "lineage_missing": Text(fr="Rien sur la production des données", en="Nothing on how the data were made"),
    "discipline_missing": Text(fr="Discipline absente", en="No discipline"),
    "topic_missing": Text(fr="Thème ISO absent", en="No ISO topic"),
    "keyword_missing": Text(fr="Mots-clés absents", en="No keyword"),
    "creator_missing": Text(fr="Auteur absent", en="No author"),
    "contact_missing": Text(fr="Contact absent", en="No contact"),
    "created_missing": Text(fr="Date de création absente", en="No date of creation"),
    "extent_missing": Text(fr="Lieu absent", en="No place"),
    "period_missing": Text(fr="Période absente", en="No period"),
    "licence_missing": Text(fr="Licence absente", en="No licence"),
    "licence_unknown": Text(fr="Licence inconnue", en="Unknown licence"),
    "access_unknown": Text(fr="Accès non précisé", en="Access not stated"),
    "file_missing": Text(fr="Aucun fichier", en="No file"),
    "title_not_explicit": Text(
        fr="Titre qui ne dit pas quoi, où ni quand", en="Title that says neither what, where nor when"
    ),
    "abstract_is_technique": Text(
        fr="Résumé qui raconte la méthode plutôt que les données", en="Abstract on the method rather than the data"
    ),
    "abstract_repeats_title": Text(fr="Résumé qui répète le titre", en="Abstract that repeats the title"),
    "abstract_too_long": Text(fr="Résumé trop long", en="Abstract too long"),
    "keywords_without_thesaurus": Text(
        fr="Moins de trois mots-clés d'un thésaurus", en="Fewer than three keywords from a thesaurus"
    ),
    "languages_in_one_text": Text(fr="Deux langues dans un même texte", en="Two languages in one text"),
    "title_in_one_language": Text(fr="Titre dans une seule langue", en="Title in one language only"),
    "abstract_in_one_language": Text(fr="Résumé dans une seule langue", en="Abstract in one language only"),
    "lineage_without_source": Text(fr="Données d'origine non identifiées", en="Source data not identified"),
    "lineage_without_process": Text(fr="Traitements non décrits", en="Processing not described"),
    "references_in_lineage": Text(
        fr="Références citées dans le texte sans ressource associée",
        en="References in the text, not as related resources",
    ),
    "cited_but_not_related": Text(
        fr="Outil ou données cités sans ressource associée", en="Tool or data named, not as a related resource"
    ),
    "relation_unknown": Text(fr="Relation inconnue", en="Unknown relation"),
    "related_without_address": Text(fr="Ressource associée sans adresse", en="Related resource without an address"),
    "extent_nearly_whole_world": Text(fr="Emprise presque mondiale", en="Extent almost the whole world"),
    "extent_is_null_island": Text(fr="Emprise à 0, 0", en="Extent at 0, 0"),
    "extent_disagrees": Text(fr="Données hors de l'emprise indiquée", en="Data outside the stated extent"),
    "extent_swapped": Text(fr="Longitudes et latitudes inversées", en="Longitudes and latitudes swapped"),
    "reference_system_missing": Text(fr="Système de coordonnées absent", en="No coordinate system"),
    "resolution_missing": Text(fr="Résolution absente", en="No resolution"),
    "place_missing": Text(fr="Nom de lieu absent", en="No name of place"),
    "created_before_period": Text(fr="Créé avant la période des données", en="Created before the period of the data"),
    "period_without_end": Text(fr="Période sans fin", en="Period without an end"),
    "period_disagrees": Text(fr="Données hors de la période indiquée", en="Data outside the stated period"),
    "time_resolution_unreadable": Text(fr="Pas de temps illisible", en="Unreadable time step"),
    "embargo_too_long": Text(fr="Embargo trop long", en="Embargo too long"),
    "restricted_without_conditions": Text(
        fr="Accès restreint sans conditions", en="Restricted access without conditions"
    ),
    "email_in_name": Text(fr="Adresse électronique dans un nom", en="E-mail address in a name"),
    "orcid_wrong": Text(fr="ORCID faux", en="Wrong ORCID"),
    "ror_wrong": Text(fr="ROR faux", en="Wrong ROR"),
    "contact_without_email": Text(fr="Contact sans adresse électronique", en="Contact without an e-mail address"),
    "orcid_missing": Text(fr="Auteurs sans ORCID", en="Authors without ORCID"),
    "affiliation_missing": Text(fr="Auteurs sans affiliation", en="Authors without affiliation"),
    "executable_file": Text(fr="Programme exécutable", en="Executable program"),
    "executable_in_archive": Text(fr="Programme dans une archive", en="Program in an archive"),
    "source_code": Text(fr="Code source", en="Source code"),
    "code_in_archive": Text(fr="Code source dans une archive", en="Source code in an archive"),
    "archive_in_archive": Text(fr="Archive dans une archive", en="Archive in an archive"),
    "archive_undescribed": Text(fr="Archive non décrite", en="Archive not described"),
    "readme_missing": Text(fr="README absent", en="No README"),
    "readme_leaves_files_out": Text(fr="README qui oublie des fichiers", en="README that leaves files out"),
    "closed_format": Text(fr="Format fermé", en="Closed format"),
    "data_in_pdf": Text(fr="Données dans un PDF", en="Data in a PDF"),
    "duplicate_files": Text(fr="Fichiers en double", en="Duplicate files"),
    "empty_file": Text(fr="Fichier vide", en="Empty file"),
    "file_not_read": Text(fr="Fichier illisible", en="File that cannot be read"),
    "file_not_scanned": Text(fr="Fichier que l'antivirus n'a pas examiné", en="File that the antivirus did not scan"),
    "file_put_aside": Text(fr="Fichier écarté", en="File put aside"),
    "files_far_apart": Text(fr="Fichiers de lieux très éloignés", en="Files of places far apart"),
    "files_licences_differ": Text(fr="Licences différentes selon les fichiers", en="Files with different licences"),
    "files_periods_far_apart": Text(fr="Fichiers de périodes très éloignées", en="Files of periods far apart"),
    "files_resolutions_differ": Text(fr="Résolutions différentes", en="Files with different resolutions"),
    "files_systems_differ": Text(fr="Systèmes de coordonnées différents", en="Files with different coordinate systems"),
    "formulas_in_table": Text(fr="Formules dans un tableau", en="Formulas in a table"),
    "licence_disagrees": Text(fr="Licence autre que celle des fichiers", en="Licence other than that of the files"),
    "licence_not_open": Text(fr="Licence non ouverte", en="Licence that is not open"),
    "odd_file_names": Text(fr="Noms de fichiers difficiles", en="Awkward file names"),
    "published_before": Text(fr="Fichier déjà publié", en="File published already"),
    "shapefile_incomplete": Text(fr="Shapefile incomplet", en="Incomplete shapefile"),
    "thumbnail_not_a_file": Text(fr="Image d'aperçu absente", en="Picture that is no file"),
    "unit_missing": Text(fr="Unité absente", en="No unit"),
    "class_codes_repeated": Text(fr="Codes de classes répétés", en="Class codes repeated"),
    "topic_unknown": Text(fr="Thème ISO inconnu", en="Unknown ISO topic"),
    "standard_name_unknown": Text(fr="Nom standard CF inconnu", en="Unknown CF standard name"),
    "characters_forbidden": Text(fr="Caractères interdits", en="Forbidden characters"),
}


def rule(code: str) -> Text:
    """What a check looks for; its code when it is unknown."""
    return RULES.get(code, Text(en=code))
