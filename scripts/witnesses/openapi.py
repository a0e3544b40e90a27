# SPDX-License-Identifier: AGPL-3.0-or-later
"""openapi-spec-validator reads a description of an API: ``openapi.py FILE``. One JSON line: an answer a question.

The schema of OpenAPI 3.1 first, then that each operation has one name, and each parameter of a path is in it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

PACKAGES = ["openapi-spec-validator==0.9.0"]


def main() -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator

    content = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    wrong = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in _errors(content)]
    print(json.dumps({"validator": OpenAPIV31SpecValidator.__name__, "wrong": wrong[:20]}))


def _errors(content: dict[str, object]) -> list[object]:
    from openapi_spec_validator import OpenAPIV31SpecValidator

    return list(OpenAPIV31SpecValidator(content).iter_errors())  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
