"""Lists that come in pages are read to their end."""

from typing import Any

from tests.support.scripted_service import Answer, Script, scripted_service
from tsloss_client import Client


def _page(has_more: bool, *members: dict[str, Any]) -> Answer:
    return 200, {}, {"object": "list", "data": [*members], "has_more": has_more}


def _cloud(at: int, step: int) -> dict[str, Any]:
    return {"input": at, "step": step, "values": {}}


FILES = [
    _page(more, {"id": name, "bytes": 2, "created_at": 0, "filename": "a", "purpose": "fine-tune",
                 "rows": 1})
    for more, name in ((True, "file-1"), (False, "file-2"))
]  # fmt: skip


def _queries(script: Script) -> list[str]:
    return [sent.path.partition("?")[2] for sent in script.sent]


class TestPages:
    def test_the_measures_of_an_analysis_go_on_after_input_and_step(self) -> None:
        pages = _page(True, _cloud(0, 0), _cloud(1, 20)), _page(False, _cloud(1, 30))
        with scripted_service(*pages) as script, Client(script.url, "tsl_x") as client:
            places = [(row.input, row.step) for row in client.analyses.statistics("ana-1")]
        assert places == [(0, 0), (1, 20), (1, 30)]
        assert _queries(script) == ["", "after_input=1&after_step=20"]

    def test_the_topology_of_a_job_goes_on_after_the_step(self) -> None:
        pages = _page(True, _cloud(0, 0)), _page(False, _cloud(0, 5))
        with scripted_service(*pages) as script, Client(script.url, "tsl_x") as client:
            assert [row.step for row in client.jobs.topology("ftjob-1")] == [0, 5]
        assert _queries(script) == ["", "after_step=0"]

    def test_steps_go_on_after_the_last_one(self) -> None:
        pages = [
            _page(more, {"step": step, "values": {}}) for more, step in ((True, 7), (False, 9))
        ]
        with scripted_service(*pages) as script, Client(script.url, "tsl_x") as client:
            assert [row.step for row in client.jobs.metrics("ftjob-1")] == [7, 9]
        assert _queries(script) == ["after_step=0&limit=10000", "after_step=7&limit=10000"]

    def test_all_else_goes_on_after_the_last_id(self) -> None:
        with scripted_service(*FILES) as script, Client(script.url, "tsl_x") as client:
            assert [found.id for found in client.files.list()] == ["file-1", "file-2"]
        assert _queries(script) == ["limit=100", "limit=100&after=file-1"]

    def test_a_member_may_be_deleted_as_it_comes(self) -> None:
        with scripted_service(*FILES) as script, Client(script.url, "tsl_x") as client:
            assert next(client.files.list()).id == "file-1"
        assert _queries(script) == ["limit=100", "limit=100&after=file-1"]
