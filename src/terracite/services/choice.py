# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which registrar an instance uses."""

from __future__ import annotations

from terracite.config import Settings
from terracite.errors import ConfigError
from terracite.services.datacite import DataCiteRegistrar
from terracite.services.embedded_registrar import TestRegistrar
from terracite.services.registrar import Registrar


def registrar_for(settings: Settings) -> Registrar:
    """The registrar that the settings name."""
    if settings.registrar == "test":
        return TestRegistrar(settings.data_dir / "test-registrar.sqlite3", settings.doi_prefix)
    if settings.registrar == "datacite":
        return DataCiteRegistrar(
            settings.datacite_url, settings.doi_prefix, settings.datacite_user, settings.datacite_password
        )
    raise ConfigError(f"There is no registrar '{settings.registrar}'.", hint="Use 'test' or 'datacite'.")
