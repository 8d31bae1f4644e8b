"""Links of the OpenAPI document: what can be done next with the id in an answer."""

from typing import Any


def next_operations(parameter: str, *operations: str) -> dict[int | str, dict[str, Any]]:
    """Return `responses` that say which operations take the new id as `parameter`."""
    parameters = {parameter: "$response.body#/id"}
    links = {
        operation: {"operationId": operation, "parameters": parameters} for operation in operations
    }
    return {200: {"links": links}}
