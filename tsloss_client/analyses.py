"""Analyses: create, follow, and read diagrams, measures and figures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tsloss_client.downloads import save
from tsloss_client.objects import Analysis, Deleted, Diagram, Figure, Statistics
from tsloss_client.transport import Transport
from tsloss_client.waiting import Followed

PATH = "/v1/analyses"
PAGE = 100

Measures = list[Statistics]
Figures = list[Figure]
Paths = list[Path]


class Analyses(Followed[Analysis]):
    """The analyses of the key's project."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, **request: Any) -> Analysis:
        """Queue an analysis: of a `point_cloud_file` or a `fine_tuning_job`, with `settings`."""
        return self._transport.post(PATH, Analysis, request)

    def list(self, limit: int = PAGE) -> Iterator[Analysis]:
        """Yield the analyses, newest first; `limit` is the size of a page."""
        return self._transport.get_pages(PATH, Analysis, {"limit": limit})

    def retrieve(self, analysis_id: str) -> Analysis:
        """Return an analysis."""
        return self._transport.get(f"{PATH}/{analysis_id}", Analysis)

    def cancel(self, analysis_id: str) -> Analysis:
        """Cancel a queued analysis at once, or ask the run of another to stop."""
        return self._transport.post(f"{PATH}/{analysis_id}/cancel", Analysis)

    def retry(self, analysis_id: str) -> Analysis:
        """Queue a failed analysis again, from its start: an analysis saves no state."""
        return self._transport.post(f"{PATH}/{analysis_id}/retry", Analysis)

    def delete(self, analysis_id: str) -> Deleted:
        """Delete a finished analysis with its diagrams, measures and figures."""
        return self._transport.delete(PATH, analysis_id)

    def diagrams(self, analysis_id: str) -> Iterator[Diagram]:
        """Yield the persistence diagrams, newest first."""
        query = {"limit": PAGE}
        return self._transport.get_pages(f"{PATH}/{analysis_id}/diagrams", Diagram, query)

    def diagram(self, diagram_id: str) -> Diagram:
        """Return a persistence diagram."""
        return self._transport.get(f"/v1/diagrams/{diagram_id}", Diagram)

    def statistics(self, analysis_id: str) -> Measures:
        """Return the structural measures of every cloud, in the order of inputs and steps."""
        path = f"{PATH}/{analysis_id}/statistics"
        return [*self._transport.get_pages(path, Statistics, {}, _after_cloud)]

    def figures(self, analysis_id: str) -> Figures:
        """Return what figures there are."""
        return self._transport.get_all(f"{PATH}/{analysis_id}/figures", Figure)

    def download_figures(self, analysis_id: str, folder: Path) -> Paths:
        """Write the figures into a folder; return their paths."""
        return [
            save(self._transport, figure.url, folder, f"{figure.name}.{figure.format}")
            for figure in self.figures(analysis_id)
        ]


def _after_cloud(last: Statistics) -> dict[str, int]:
    return {"after_input": last.input, "after_step": last.step}
