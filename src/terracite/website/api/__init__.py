# SPDX-License-Identifier: AGPL-3.0-or-later
"""The REST API, under ``/api/v1/``; it describes itself (OpenAPI) at ``/api/v1/openapi.json`` and ``/api/v1/docs``."""
