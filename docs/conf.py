# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the documentation is built."""

from terracite import __version__

project = "Terracite"
author = "The Terracite developers"
copyright = "2026, the Terracite developers"
version = release = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"Terracite {version}"
html_static_path: list[str] = []
