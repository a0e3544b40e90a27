# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plain upload with SHA-256 as Django's documentation has it, for gunicorn: ``gunicorn plain_upload:application``.

``/form``: the file of a form, received by Django's own handlers (on the disk), then hashed and stored. ``/body``: the
body read by hand, hashed and written as it comes; nothing is synchronised to the disk, nothing can be resumed.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

FOLDER = Path(os.environ["PLAIN_FOLDER"])
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="only-for-benches",
    ROOT_URLCONF=__name__,
    FILE_UPLOAD_TEMP_DIR=str(FOLDER),
    FILE_UPLOAD_HANDLERS=["django.core.files.uploadhandler.TemporaryFileUploadHandler"],
)


def form(request: HttpRequest) -> JsonResponse:
    """The usual view."""
    sent = request.FILES["file"]
    digest = hashlib.sha256()
    for chunk in sent.chunks():
        digest.update(chunk)
    name = FileSystemStorage(FOLDER / "kept").save("file.bin", sent)
    return JsonResponse({"sha256": digest.hexdigest(), "name": name})


def body(request: HttpRequest) -> JsonResponse:
    """The same without a form."""
    digest = hashlib.sha256()
    with (FOLDER / "body.bin").open("wb") as file:
        while chunk := request.read(1 << 20):
            digest.update(chunk)
            file.write(chunk)
    return JsonResponse({"sha256": digest.hexdigest()})


urlpatterns = [path("form", form), path("body", body)]
application = get_wsgi_application()
