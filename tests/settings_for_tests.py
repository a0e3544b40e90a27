# SPDX-License-Identifier: AGPL-3.0-or-later
"""The website's settings, over data thrown away afterwards: no test ever sees a real instance.

pytest-django loads the settings before any conftest, so this is where the folder has to be chosen.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

for name in [name for name in os.environ if name.startswith("TERRACITE_") and name != "TERRACITE_DATABASE_URL"]:
    if not name.startswith(("TERRACITE_TEST", "TERRACITE_SHARED")):
        del os.environ[name]
os.environ["TERRACITE_DATA_DIR"] = tempfile.mkdtemp(prefix="terracite-tests-")
os.environ["TERRACITE_SECRET_KEY"] = "only-for-tests"
atexit.register(shutil.rmtree, os.environ["TERRACITE_DATA_DIR"], ignore_errors=True)

from terracite.website.settings import *  # noqa: E402, F403
