"""Prints the OpenAPI document; `make docs` writes it into docs/openapi.json."""

import json
import sys

from api.app import create_app


def document() -> str:
    """Return the document as indented JSON."""
    return json.dumps(create_app().openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
