# SPDX-License-Identifier: AGPL-3.0-or-later
"""The website as a WSGI application, for `terracite serve` or any other server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terracite.website.settings")
application = get_wsgi_application()
