# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where an instance under test keeps its files: a folder, or a fresh corner of the S3 server of `scripts/with-s3`."""

from __future__ import annotations

import os
import uuid


def files_url() -> str:
    """The setting ``files_url``: "" for the folder; below ``TERRACITE_TEST_FILES_URL`` where that is set."""
    server = os.environ.get("TERRACITE_TEST_FILES_URL", "")
    return f"{server}/{uuid.uuid4().hex}" if server else ""
