"""Nothing that a whole run writes holds a secret: no log, no row, no artifact."""

from pathlib import Path

from sqlalchemy import create_engine, inspect, text

from tests.support.polling import wait_for
from tests.support.running import Client, Running


def _stored(database_url: str) -> bytes:
    """Return every row of every table."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        rows = [connection.execute(text(f"SELECT {t}::text FROM {t}")).all() for t in tables]
    engine.dispose()
    return repr(rows).encode()


class TestSecrets:
    def test_none_is_written_anywhere(self, running: Running, client: Client) -> None:
        hook = client.http.post("/v1/webhooks", json={"url": "http://127.0.0.1:9/"}).json()
        made = client.http.post("/v1/keys", json={"name": "x"}, headers={"Idempotency-Key": "a"})
        client.http.get("/v1/files", headers={"Authorization": "Bearer tsl_wrong_guess"})
        job = client.finish(client.create()["id"])
        client.finish(job["analysis"])
        deliveries = f"/v1/webhooks/{hook['id']}/deliveries"
        wait_for(lambda: client.http.get(deliveries).json()["data"][0]["tries"], "a try")
        written = _stored(running.settings["TSLOSS_DATABASE_URL"])
        files = [path for path in Path(running.folder).rglob("*") if path.is_file()]
        for path in files:
            written += path.read_bytes()
        assert job["id"].encode() in written
        secrets = [
            client.openai.api_key, made.json()["key"], hook["secret"],
            hook["secret"].removeprefix("whsec_"), running.settings["TSLOSS_SECRET_KEY"],
            "tsl_wrong_guess",
        ]  # fmt: skip
        assert [secret for secret in secrets if secret.encode() in written] == []
