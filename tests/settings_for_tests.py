# SPDX-License-Identifier: AGPL-3.0-or-later
"""The website's settings, over data thrown away afterwards: no test ever sees a real instance.

pytest-django loads the settings before any conftest, so this is where the folder has to be chosen.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

#: what tells the tests something, not an instance
_FOR_TESTS = (
    "TERRACITE_CHROMIUM",
    "TERRACITE_DATABASE_URL",
    "TERRACITE_GOLDEN",
    "TERRACITE_SHARED_DATA",
    "TERRACITE_TEST",
)
for name in [name for name in os.environ if name.startswith("TERRACITE_") and not name.startswith(_FOR_TESTS)]:
    del os.environ[name]
os.environ["TERRACITE_DATA_DIR"] = tempfile.mkdtemp(prefix="terracite-tests-")
os.environ["TERRACITE_SECRET_KEY"] = "only-for-tests"
atexit.register(shutil.rmtree, os.environ["TERRACITE_DATA_DIR"], ignore_errors=True)

from terracite.website.settings import *  # noqa: E402, F403

# A database in memory would be one connection, shared by the test and every thread of the site it drives: two
# transactions at once would be one inside the other. In a file each thread has its own, as in an instance.
_database = DATABASES["default"]  # noqa: F405
if _database["ENGINE"].endswith("sqlite3"):
    _database["TEST"] = {"NAME": f"{os.environ['TERRACITE_DATA_DIR']}/tests.sqlite3"}
    _database["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"  # thrown away: need not outlive a power cut
