"""Listing, showing, downloading and deleting files."""

import pytest

from store.runs import add_result_files
from store.schema import File, Job
from store.tuned_models import add_tuned_model
from tests.api.support import Door, jsonl, ok, refused


class TestList:
    def test_pages_follow_each_other(self, door: Door) -> None:
        ids = [door.file() for _ in range(5)]
        seen: list[str] = []
        more = True
        while more:
            after = {"after": seen[-1]} if seen else {}
            page = door.get("/v1/files", limit=2, **after)
            seen += [file["id"] for file in page["data"]]
            more = page["has_more"]
        assert seen == ids[::-1]

    def test_the_purpose_narrows(self, door: Door) -> None:
        door.file()
        cloud = door.cloud()
        page = door.get("/v1/files", purpose="point-cloud")
        assert [file["id"] for file in page["data"]] == [cloud]

    def test_an_unknown_purpose_is_refused(self, door: Door) -> None:
        refused(door.client.get("/v1/files?purpose=batch"), 422, "purpose")


class TestShow:
    def test_a_file(self, door: Door) -> None:
        file = ok(door.upload())
        assert door.get(f"/v1/files/{file['id']}") == file

    def test_not_found(self, door: Door) -> None:
        assert "file-x" in refused(door.client.get("/v1/files/file-x"), 404)


class TestDownload:
    @pytest.mark.parametrize("name", ["rows.jsonl", "für.jsonl", 'a"; x="b.jsonl', "日本.jsonl"])
    def test_the_name_is_safe_in_its_header(self, door: Door, name: str) -> None:
        file_id = door.file(name=name)
        response = door.client.get(f"/v1/files/{file_id}/content")
        disposition = response.headers["content-disposition"]
        assert disposition.startswith("attachment; filename*=UTF-8''")
        assert disposition.isascii()
        assert '"' not in disposition
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-length"] == str(len(response.content))

    def test_a_file_longer_than_a_chunk_comes_whole(self, door: Door) -> None:
        row = {"question": "q" * 5000, "answer": "4"}
        content = jsonl(*[row] * 45)
        file_id = door.file(content)
        assert door.client.get(f"/v1/files/{file_id}/content").content == content

    def test_lost_bytes_are_not_found(self, door: Door) -> None:
        file_id = door.file()
        for key in door.artifacts():
            door.service.artifacts.delete(key)
        refused(door.client.get(f"/v1/files/{file_id}/content"), 404)


class TestDelete:
    def test_row_and_bytes_go(self, door: Door) -> None:
        file_id = door.file()
        answer = ok(door.client.delete(f"/v1/files/{file_id}"))
        assert answer == {"id": file_id, "object": "file", "deleted": True}
        assert door.count(File) == 0
        assert door.artifacts() == []
        refused(door.client.delete(f"/v1/files/{file_id}"), 404)

    def test_a_file_of_an_unfinished_job_stays(self, door: Door) -> None:
        job = door.job()
        response = door.client.delete(f"/v1/files/{job['training_file']}")
        assert job["id"] in refused(response, 409)
        assert response.headers["x-should-retry"] == "false"
        assert len(door.artifacts()) == 1

    def test_the_prompt_of_a_tuned_model_stays(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        key = run.key.artifact_key("result", "prompt")
        with run.transaction() as (session, job):
            file = File(filename="prompt", bytes=1, rows=None, artifact_key=key)
            add_result_files(session, job, [file])
            model = add_tuned_model(session, job, key)
        door.succeed(run)
        assert model.id in refused(door.client.delete(f"/v1/files/{file.id}"), 409)

    def test_a_file_of_a_finished_job_goes(self, door: Door) -> None:
        job = door.job()
        ok(door.client.post(f"/v1/fine_tuning/jobs/{job['id']}/cancel"))
        ok(door.client.delete(f"/v1/files/{job['training_file']}"))
        assert door.count(Job) == 1
        shown = door.get(f"/v1/fine_tuning/jobs/{job['id']}")
        assert shown["training_file"] == job["training_file"]
