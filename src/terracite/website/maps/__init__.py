# SPDX-License-Identifier: AGPL-3.0-or-later
"""Maps drawn by the server as SVG, on our own base map: no third party learns who looks at what."""
