"""Refuses query parameters that a route does not know: a misspelt filter must not match all."""

from fastapi import Request

from api.errors import ApiError


async def refuse_unknown_parameters(request: Request) -> None:
    """Raise a 422 that names the first one. `metadata[team]` belongs to `metadata`."""
    known = _documented(request)
    for name in request.query_params:
        if name.partition("[")[0] not in known:
            message = f"{name}: there is no such query parameter here."
            raise ApiError(422, message, param=name, code="extra_forbidden")


def _documented(request: Request) -> set[str]:
    operations = request.app.openapi()["paths"][request.scope["route"].path_format]
    parameters = operations[request.method.lower()].get("parameters", [])
    return {parameter["name"] for parameter in parameters if parameter["in"] == "query"}
