"""The embedded Valkey starts, hides behind its password, and ends what a killed owner left."""

from pathlib import Path

import pytest
import redis

from cli.embedded import EmbeddedValkey


@pytest.fixture
def server(tmp_path: Path) -> EmbeddedValkey:
    return EmbeddedValkey(tmp_path / "valkey")


class TestStart:
    def test_it_answers_with_the_password_alone(self, server: EmbeddedValkey) -> None:
        url = server.start()
        try:
            assert redis.Redis.from_url(url).ping()
            stranger = redis.Redis.from_url("redis://" + url.split("@")[1])
            with pytest.raises(redis.AuthenticationError):
                stranger.ping()
        finally:
            server.stop()

    def test_a_server_left_behind_is_ended(self, tmp_path: Path) -> None:
        abandoned, heir = EmbeddedValkey(tmp_path), EmbeddedValkey(tmp_path)
        old_url = abandoned.start()
        new_url = heir.start()
        try:
            assert redis.Redis.from_url(new_url).ping()
            with pytest.raises(redis.RedisError):
                redis.Redis.from_url(old_url).ping()
        finally:
            heir.stop()
            abandoned.stop()


class TestStop:
    def test_nothing_answers_any_more(self, server: EmbeddedValkey) -> None:
        url = server.start()
        server.stop()
        with pytest.raises(redis.ConnectionError):
            redis.Redis.from_url(url).ping()
