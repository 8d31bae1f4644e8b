"""How an uploaded file is refused."""

from api.errors import ApiError


def refused(message: str) -> ApiError:
    """Return the 422 about the field `file`."""
    return ApiError(422, message, param="file", code="invalid_file")
