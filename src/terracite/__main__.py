# SPDX-License-Identifier: AGPL-3.0-or-later
"""``python -m terracite`` is ``terracite``, also where the folder of scripts is not on the path."""

from terracite.cli import main

if __name__ == "__main__":
    main()
