"""Who changed what: a row with the change, and none without one."""

from store.schema import AuditEntry
from tests.api.support import JOBS, Door, ok, refused


def _entries(door: Door) -> list[AuditEntry]:
    with door.service.database.transaction() as session:
        query = session.query(AuditEntry).filter_by(project_id=door.project_id)
        return query.order_by(AuditEntry.number).all()


class TestAudit:
    def test_a_write_is_noted_with_its_key_and_request(self, door: Door) -> None:
        key_id = door.get("/v1/keys")["data"][0]["id"]
        job = door.job()
        response = door.client.post(f"{JOBS}/{job['id']}/cancel")
        upload, create, cancel = _entries(door)
        assert (upload.method, upload.path) == ("POST", "/v1/files")
        assert (create.method, create.path) == ("POST", JOBS)
        assert (cancel.method, cancel.path) == ("POST", f"{JOBS}/{job['id']}/cancel")
        assert {entry.key_id for entry in _entries(door)} == {key_id}
        assert cancel.request_id == response.headers["x-request-id"]

    def test_keys_and_webhooks_are_noted_too(self, door: Door) -> None:
        hook = ok(door.client.post("/v1/webhooks", json={"url": "https://example.com"}))
        key = ok(door.client.post("/v1/keys", json={"name": "ci"}))
        ok(door.client.delete(f"/v1/webhooks/{hook['id']}"))
        ok(door.client.delete(f"/v1/keys/{key['id']}"))
        assert [(entry.method, entry.path) for entry in _entries(door)] == [
            ("POST", "/v1/webhooks"),
            ("POST", "/v1/keys"),
            ("DELETE", f"/v1/webhooks/{hook['id']}"),
            ("DELETE", f"/v1/keys/{key['id']}"),
        ]

    def test_what_changed_nothing_leaves_nothing(self, door: Door) -> None:
        refused(door.post_job(training_file="file-none"), 404, "training_file")
        refused(door.client.delete("/v1/files/file-none"), 404)
        door.get("/v1/files")
        assert _entries(door) == []
