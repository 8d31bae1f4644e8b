"""Serves the dashboard: its page at `/`, its files below `/web`."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from starlette.responses import FileResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

WEB = Path(__file__).resolve().parent.parent / "web"

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # A browser asks each time whether its copy is the newest: an upgrade shows at once.
    "Cache-Control": "no-cache",
}


class DashboardFiles(StaticFiles):
    """The files, with headers that keep a browser from running or framing anything else."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file or a 304. Raises a 404."""
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS)
        return response


def add_dashboard(app: FastAPI) -> None:
    """Add the dashboard's routes, which are no part of the interface."""

    async def page(_: Request) -> Response:
        return FileResponse(WEB / "index.html", headers=HEADERS)

    app.router.routes.append(Route("/", page, name="dashboard"))
    app.router.routes.append(Mount("/web", DashboardFiles(directory=WEB), name="web"))
