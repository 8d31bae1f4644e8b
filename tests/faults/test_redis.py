"""Redis forgets everything."""

from redis import Redis

from tests.support.running import Client, Running


class TestFlushall:
    def test_queued_and_running_jobs_still_end(
        self, running: Running, client: Client, own_redis_url: str
    ) -> None:
        running.start_worker()
        jobs = [
            client.create(hyperparameters={"n_epochs": 20, "batch_size": 2})["id"] for _ in range(3)
        ]
        client.wait_for_step(jobs[0], 2)
        Redis.from_url(own_redis_url).flushall()
        ended = [client.finish(job) for job in jobs]
        assert [(job["status"], job["attempt"]) for job in ended] == [("succeeded", 1)] * 3
