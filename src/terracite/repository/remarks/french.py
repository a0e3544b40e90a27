# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sentences that readers of files write, in English and in French."""

from __future__ import annotations

SENTENCES = {
    # what is inside a file, or is not
    "'{a}' takes too long to look into.": "« {a} » est trop long à examiner.",
    "It may be damaged; else it can be deposited as it is, and described by hand.": (
        "Il est peut-être abîmé ; sinon, il peut être déposé tel quel et décrit à la main."
    ),
    "'{a}' stopped the reader ({b}).": "« {a} » a arrêté le programme qui le lit ({b}).",
    "It is damaged, or needs more than {a} MiB: open it in its own program and save it again.": (
        "Il est abîmé, ou demande plus de {a} Mio : ouvrez-le dans son programme et enregistrez-le à nouveau."
    ),
    "It is damaged or not complete: open it in its own program and save it again, or copy it again.": (
        "Il est abîmé ou incomplet : ouvrez-le dans son programme et enregistrez-le à nouveau, ou recopiez-le."
    ),
    "'{a}' cannot be read as {b}: {c}.": "« {a} » ne se lit pas comme {b} : {c}.",
    "'{a}' needs too much memory.": "« {a} » demande trop de mémoire.",
    "'{a}' is empty.": "« {a} » est vide.",
    "'{a}' is not {b}, although its name says so.": "« {a} » n'est pas du {b}, malgré son nom.",
    "The kind of '{a}' is not known.": "La nature de « {a} » n'est pas connue.",
    "What is inside is not looked into.": "Son contenu n'est pas examiné.",
    "Programs are not data.": "Un programme n'est pas une donnée.",
    "Source code is not data.": "Du code source n'est pas une donnée.",
    "A part of a Shapefile: deposit the parts as one zip.": (
        "Une partie d'un Shapefile : déposez toutes ses parties dans un zip."
    ),
    "'{a}' cannot be read: {b}.": "« {a} » est illisible : {b}.",
    "Upload it again.": "Envoyez-le à nouveau.",
    "It is damaged or has the wrong name: copy it again, or rename it.": (
        "Il est abîmé ou mal nommé : recopiez-le, ou renommez-le."
    ),
    "Prefer an open format (GeoTIFF, NetCDF, GeoPackage, CSV), or describe this one in a README.": (
        "Préférez un format ouvert (GeoTIFF, NetCDF, GeoPackage, CSV), ou décrivez celui-ci dans un LISEZMOI."
    ),
    "Check who may read it.": "Vérifiez qui peut le lire.",
    # archives
    "'{a}' holds {b} files.": "« {a} » contient {b} fichiers.",
    "'{a}' would unpack to {b} MiB, {c} times its size.": (
        "« {a} » occuperait {b} Mio une fois ouverte, {c} fois sa taille."
    ),
    "'{a}' would unpack to {b} MiB.": "« {a} » occuperait {b} Mio une fois ouverte.",
    "'{a}' is encrypted.": "« {a} » est chiffrée.",
    "'{a}' is damaged: {b}.": "« {a} » est abîmée : {b}.",
    "'{a}' holds paths that lead out of it, such as '{b}'.": (
        "« {a} » contient des chemins qui en sortent, comme « {b} »."
    ),
    "The archive is empty.": "L'archive est vide.",
    "'{a}' is there twice.": "« {a} » s'y trouve deux fois.",
    "The archive has no README that describes its files.": "L'archive n'a pas de LISEZMOI qui décrive ses fichiers.",
    "'{a}' is an archive inside the archive: take it out, so that others can read it.": (
        "« {a} » est une archive dans l'archive : sortez-la, pour que d'autres puissent la lire."
    ),
    "Deposit several smaller archives.": "Déposez plusieurs archives plus petites.",
    "Deposit the files themselves.": "Déposez les fichiers eux-mêmes.",
    "Deposit it without a password.": "Déposez-la sans mot de passe.",
    "'{a}' inside '{b}' cannot be unpacked: {c}.": "« {a} », dans « {b} », ne s'extrait pas : {c}.",
    "There is no Zarr store in this zip.": "Ce zip ne contient pas de Zarr.",
    "Zip the folder that ends in '.zarr'.": "Compressez le dossier dont le nom finit par « .zarr ».",
    "Save it again in its own program, or copy it again.": (
        "Enregistrez-le à nouveau dans son programme, ou recopiez-le."
    ),
    # images and cubes
    "The image has no overviews: as a cloud-optimised GeoTIFF it would open faster.": (
        "L'image n'a pas d'aperçus : en GeoTIFF optimisé (COG), elle s'ouvrirait plus vite."
    ),
    "Every cell that was looked at is nodata.": "Toutes les cellules examinées sont sans donnée.",
    "The image does not say where it lies: it has no coordinate reference system.": (
        "L'image ne dit pas où elle se place : elle n'a pas de système de coordonnées."
    ),
    "The image does not say where it lies: it has no origin and cell size.": (
        "L'image ne dit pas où elle se place : elle n'a ni origine ni taille de cellule."
    ),
    "No variable of this file can be read as NetCDF.": "Aucune variable de ce fichier ne se lit comme du NetCDF.",
    "The times of '{a}' are not dates ({b}): use CF units such as 'days since 2015-01-01'.": (
        "Les temps de « {a} » ne sont pas des dates ({b}) : employez des unités CF, comme « days since 2015-01-01 »."
    ),
    "The variable '{a}' is empty.": "La variable « {a} » est vide.",
    "Say in a README how to open it, or save it as NetCDF-4.": (
        "Dites dans un LISEZMOI comment l'ouvrir, ou enregistrez-le en NetCDF-4."
    ),
    "HDF4 is hard to reuse: add a copy as NetCDF or GeoTIFF.": (
        "Le HDF4 se réutilise mal : ajoutez une copie en NetCDF ou en GeoTIFF."
    ),
    "This is not CDL.": "Ce n'est pas du CDL.",
    "Save it again with ncdump, or deposit the NetCDF file.": (
        "Enregistrez-le à nouveau avec ncdump, ou déposez le fichier NetCDF."
    ),
    "The text form of NetCDF: deposit the NetCDF file too, which programs read.": (
        "La forme en texte d'un NetCDF : déposez aussi le fichier NetCDF, que lisent les programmes."
    ),
    "The coordinate '{a}' is too large.": "La coordonnée « {a} » est trop grande.",
    "Describe the place by hand.": "Décrivez le lieu à la main.",
    "The file has no coordinates that say where it lies.": (
        "Le fichier n'a pas de coordonnées qui disent où il se place."
    ),
    "The file has x and y but no grid mapping that names their reference system.": (
        "Le fichier a des x et des y, mais aucun « grid mapping » qui nomme leur système de coordonnées."
    ),
    "The latitudes or longitudes of the file are not degrees.": (
        "Les latitudes ou les longitudes du fichier ne sont pas des degrés."
    ),
    "The extent cannot be worked out from x and y.": "L'emprise ne se déduit pas des x et des y.",
    "The store has no array.": "Le Zarr n'a aucun tableau.",
    "Send every file of the folder, or zip it.": "Envoyez tous les fichiers du dossier, ou compressez-le.",
    # points and seismic traces
    "The header has no end.": "L'en-tête n'a pas de fin.",
    "The header is cut short.": "L'en-tête est coupé.",
    "Copy the file again.": "Recopiez le fichier.",
    "The points do not say where they lie: PLY has no reference system.": (
        "Les points ne disent pas où ils se placent : le PLY n'a pas de système de coordonnées."
    ),
    "The points do not say where they lie: they have no reference system.": (
        "Les points ne disent pas où ils se placent : ils n'ont pas de système de coordonnées."
    ),
    "There is no record with a time.": "Aucun enregistrement ne porte de date.",
    "This is not SEG-Y.": "Ce n'est pas du SEG-Y.",
    "Save it again in the format that its name says.": "Enregistrez-le à nouveau dans le format qu'annonce son nom.",
    "The last trace is cut short.": "La dernière trace est coupée.",
    "The document is too large.": "Le document est trop grand.",
    "Deposit it in parts.": "Déposez-le en plusieurs parties.",
    # tables
    "{a} rows do not have {b} cells like the header.": "{a} lignes n'ont pas {b} cellules comme l'en-tête.",
    "{a} cells begin with '=', '@', '+' or '-' like a formula: write the values instead.": (
        "{a} cellules commencent par « = », « @ », « + » ou « - » comme une formule : écrivez plutôt les valeurs."
    ),
    "{a} rows have no possible longitude and latitude: are the two swapped?": (
        "{a} lignes n'ont pas de longitude et de latitude possibles : les deux sont-elles inversées ?"
    ),
    "'{a}' has {b} columns.": "« {a} » a {b} colonnes.",
    "The first line holds values: name the columns in it.": (
        "La première ligne contient des valeurs : nommez-y les colonnes."
    ),
    "'{a}' is not a table.": "« {a} » n'est pas un tableau.",
    "Tables of up to {a} columns are read.": "Les tableaux de {a} colonnes au plus sont lus.",
    "Tables of up to {a} columns are shown.": "Les tableaux de {a} colonnes au plus sont montrés.",
    "A column has no name.": "Une colonne n'a pas de nom.",
    "The table is UTF-16: save it as UTF-8.": "Le tableau est en UTF-16 : enregistrez-le en UTF-8.",
    "The first line must name the columns.": "La première ligne doit nommer les colonnes.",
    "Two columns have the same name.": "Deux colonnes ont le même nom.",
    "The table is not UTF-8 (it was read as cp1252): save it as UTF-8.": (
        "Le tableau n'est pas en UTF-8 (il a été lu en cp1252) : enregistrez-le en UTF-8."
    ),
    "'{a}' has no sheet.": "« {a} » n'a aucune feuille.",
    "'{a}' has no column.": "« {a} » n'a aucune colonne.",
    "Save the table again, or as CSV.": "Enregistrez le tableau à nouveau, ou en CSV.",
    "Save the table again.": "Enregistrez le tableau à nouveau.",
    # layers of features
    "A Shapefile is several files (.shp .shx .dbf .prj): deposit them together, as one zip.": (
        "Un Shapefile se compose de plusieurs fichiers (.shp .shx .dbf .prj) : déposez-les ensemble, dans un zip."
    ),
    "The layer '{a}' has no reference system.": "La couche « {a} » n'a pas de système de coordonnées.",
    "The coordinates of the layer '{a}' do not lie on Earth in its reference system.": (
        "Les coordonnées de la couche « {a} » ne sont pas sur Terre dans son système de coordonnées."
    ),
    "The layer '{a}' is empty.": "La couche « {a} » est vide.",
    "The file has no layer.": "Le fichier n'a aucune couche.",
    "'{a}' has no layer.": "« {a} » n'a aucune couche.",
    "This is not a {a}.": "Ce n'est pas un {a}.",
    "The layers have different reference systems: {a}.": (
        "Les couches ont des systèmes de coordonnées différents : {a}."
    ),
    "Save the layer again; rasters belong in a GeoTIFF.": (
        "Enregistrez la couche à nouveau ; une image va dans un GeoTIFF."
    ),
    "Save the layer again.": "Enregistrez la couche à nouveau.",
    "'{a}' is one part of a Shapefile.": "« {a} » est une partie d'un Shapefile.",
    "The file is not what its name says.": "Le fichier n'est pas ce qu'annonce son nom.",
    "'{a}' holds no geometry.": "« {a} » n'a pas de géométrie.",
    "Deposit .shp, .shx, .dbf and .prj together, or as zip.": (
        "Déposez .shp, .shx, .dbf et .prj ensemble, ou dans un zip."
    ),
    "Save it again, or rename it.": "Enregistrez-le à nouveau, ou renommez-le.",
    "It is shown as a table.": "Il est montré comme un tableau.",
    # previews
    "It is damaged or not complete: its bytes are kept as they are.": (
        "Il est abîmé ou incomplet : ses octets sont gardés tels quels."
    ),
    "'{a}' needs too much memory to be drawn.": "« {a} » demande trop de mémoire pour être dessiné.",
    "Its bytes are kept as they are.": "Ses octets sont gardés tels quels.",
    "'{a}' cannot be drawn: {b}.": "« {a} » ne se dessine pas : {b}.",
    "None of its cells has data.": "Aucune de ses cellules n'a de donnée.",
    "The first {a} of {b} variables and levels are shown.": (
        "Les {a} premières variables ou niveaux sur {b} sont montrés."
    ),
    "The map shows cells of about {a} m; those of the file have {b} m.": (
        "La carte montre des cellules d'environ {a} m ; celles du fichier font {b} m."
    ),
    "No variable lies on a grid of rows and columns.": "Aucune variable n'est sur une grille de lignes et de colonnes.",
    "{a} of {b} steps are shown, evenly chosen.": "{a} pas sur {b} sont montrés, répartis également.",
    "Profiles, tracks and stations are not drawn.": "Les profils, les trajets et les stations ne sont pas dessinés.",
    "There are no variables of numbers in it.": "Il ne contient aucune variable numérique.",
    "The file does not say on a regular grid where its cells lie: they are shown as a picture.": (
        "Le fichier ne place pas ses cellules sur une grille régulière : elles sont montrées en image."
    ),
    "The cells lie beyond 85 degrees, where a web map ends: they are shown as a picture.": (
        "Les cellules sont au-delà de 85 degrés, où finit une carte du web : elles sont montrées en image."
    ),
    "The cells are shown as a picture.": "Les cellules sont montrées en image.",
    "'{a}' is not a picture.": "« {a} » n'est pas une image.",
    "'{a}' has more than {b} million pixels.": "« {a} » a plus de {b} millions de pixels.",
    "Save it again as PNG or JPEG.": "Enregistrez-le à nouveau en PNG ou en JPEG.",
    "It can be downloaded; a picture to look at should be smaller.": (
        "Il peut être téléchargé ; une image à regarder devrait être plus petite."
    ),
    "It may be damaged; else it can be read with its own program.": (
        "Il est peut-être abîmé ; sinon, il se lit avec son programme."
    ),
    "'{a}' takes too long to draw.": "« {a} » est trop long à dessiner.",
    "The preview of '{a}' is too large.": "L'aperçu de « {a} » est trop grand.",
    "The file can be read as it is.": "Le fichier se lit tel quel.",
    "'{a}' stopped the program that draws it ({b}).": "« {a} » a arrêté le programme qui le dessine ({b}).",
    "It is damaged, or needs more than {a} MiB: its bytes are kept as they are.": (
        "Il est abîmé, ou demande plus de {a} Mio : ses octets sont gardés tels quels."
    ),
    "The first {a} of {b} bands are shown.": "Les {a} premières bandes sur {b} sont montrées.",
    "The image has no cells.": "L'image n'a aucune cellule.",
    "The image says that it has {a} cells: too many to be drawn.": (
        "L'image annonce {a} cellules : trop pour être dessinée."
    ),
    "One in {a} x {b} cells is shown.": "Une cellule sur {a} x {b} est montrée.",
    "What lies beyond 85 degrees north or south is not on the map.": (
        "Ce qui est au-delà de 85 degrés nord ou sud n'est pas sur la carte."
    ),
    "Save it again.": "Enregistrez-le à nouveau.",
    "Save it as several files, or coarser.": "Enregistrez-la en plusieurs fichiers, ou moins fine.",
    "Complex numbers are not drawn.": "Les nombres complexes ne sont pas dessinés.",
    "A second file with the amplitude, or another real number, can be.": (
        "Un second fichier avec l'amplitude, ou un autre nombre réel, peut l'être."
    ),
    "The image does not say where it lies: it is shown as a picture.": (
        "L'image ne dit pas où elle se place : elle est montrée en image."
    ),
    "Where the image lies cannot be worked out: it is shown as a picture.": (
        "La place de l'image ne se calcule pas : elle est montrée en image."
    ),
    "The image lies beyond 85 degrees, where a web map ends: it is shown as a picture.": (
        "L'image est au-delà de 85 degrés, où finit une carte du web : elle est montrée en image."
    ),
    "It is shown as a picture.": "Elle est montrée en image.",
    "The disk of the server is full: it is drawn as soon as there is room.": (
        "Le disque du serveur est plein : l'aperçu est dessiné dès qu'il y a de la place."
    ),
    "It was begun {a} times and never ended.": "Il a été commencé {a} fois sans jamais finir.",
    "It failed ({a}).": "Il a échoué ({a}).",
    # values of a record
    "not a day (2022-07-01) nor a moment (2022-07-01T06:30:00Z).": (
        "ce n'est ni un jour (2022-07-01) ni un moment (2022-07-01T06:30:00Z)."
    ),
    "the south of a box lies above its north.": "le sud de la boîte est au-dessus de son nord.",
    "a period starts after its end.": "la période commence après sa fin.",
    "an era starts after its end.": "l'ère commence après sa fin.",
    "an era needs a name, an address or a year.": "une ère demande un nom, une adresse ou une année.",
    "an agent needs a family name or an organisation.": "il faut un nom de famille ou une organisation.",
    "Input should be greater than or equal to {a}.": "elle doit être au moins {a}.",
    "Input should be less than or equal to {a}.": "elle doit être au plus {a}.",
    "Input should be greater than {a}.": "elle doit dépasser {a}.",
    "Input should be less than {a}.": "elle doit être inférieure à {a}.",
    "Input should be a finite number.": "elle doit être un nombre fini.",
    "Input should be a valid number, unable to parse string as a number.": "ce n'est pas un nombre.",
    "Input should be a valid integer, unable to parse string as an integer.": "ce n'est pas un nombre entier.",
    "Input should be a valid string.": "ce n'est pas un texte.",
    "String should have at most {a} characters.": "elle a plus de {a} caractères.",
    "String should have at least {a} character.": "elle doit avoir au moins {a} caractère.",
    "String should match pattern '{a}'.": "elle n'a pas la forme attendue ({a}).",
    "Field required.": "elle est obligatoire.",
    "Extra inputs are not permitted.": "ce champ n'existe pas.",
    # the repository's own
    "The store of files does not answer: this file is looked into as soon as it does.": (
        "Le magasin de fichiers ne répond pas : ce fichier est examiné dès qu'il répond."
    ),
    "The antivirus found '{a}' in '{b}'.": "L'antivirus a trouvé « {a} » dans « {b} ».",
    "'{a}' is a program ({b}), not data.": "« {a} » est un programme ({b}), pas une donnée.",
    "The antivirus could not look: {a}.": "L'antivirus n'a pas pu regarder : {a}.",
    "The antivirus does not take a file of this size: it was not scanned.": (
        "L'antivirus ne prend pas un fichier de cette taille : il n'a pas été examiné."
    ),
    "The antivirus does not answer: {a}.": "L'antivirus ne répond pas : {a}.",
    "It is asked again by itself; see that clamd runs and that 'antivirus_url' names it.": (
        "Il est interrogé à nouveau tout seul ; vérifiez que clamd tourne et qu'« antivirus_url » le nomme."
    ),
    "Raise StreamMaxLength in the settings of clamd.": "Augmentez StreamMaxLength dans les réglages de clamd.",
}
