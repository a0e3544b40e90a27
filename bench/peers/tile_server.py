# SPDX-License-Identifier: AGPL-3.0-or-later
"""TiTiler as its documentation starts it. Runs in the peer's own environment (``.venv-witnesses/titiler``)."""

from __future__ import annotations

from fastapi import FastAPI
from titiler.core.factory import TilerFactory

application = FastAPI()
application.include_router(TilerFactory().router)
