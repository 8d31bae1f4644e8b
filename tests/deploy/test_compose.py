"""The compose file and the Dockerfiles, as far as they can be checked without a Docker engine."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from store.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
HOW_TO = ROOT / "docs" / "how-to"
TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
OURS = ("migrate", "api", "worker-gpu", "worker-cpu")


def _environment(service: str) -> dict[str, str | None]:
    environment: dict[str, str | None] = COMPOSE["services"][service]["environment"]
    return environment


class TestCompose:
    def test_every_part_of_the_service_is_there(self) -> None:
        assert {"postgres", "redis", *OURS} <= COMPOSE["services"].keys()

    @pytest.mark.parametrize("service", OURS)
    def test_every_required_setting_is_given(self, service: str) -> None:
        required = {
            f"TSLOSS_{name}".upper()
            for name, field in Settings.model_fields.items()
            if field.is_required()
        }
        assert required <= _environment(service).keys()

    @pytest.mark.parametrize("service", OURS)
    def test_no_setting_is_misspelt(self, service: str) -> None:
        known = {f"TSLOSS_{name}".upper() for name in Settings.model_fields}
        given = {name for name in _environment(service) if name.startswith("TSLOSS_")}
        assert given <= known

    @pytest.mark.parametrize("service", OURS)
    def test_no_secret_has_a_default(self, service: str) -> None:
        for name in ("TSLOSS_SECRET_KEY", "TSLOSS_DATABASE_URL", "TSLOSS_REDIS_URL"):
            assert re.search(r"\$\{\w+:\?\}", _environment(service)[name] or "")

    @pytest.mark.parametrize("service", OURS)
    def test_every_variable_that_s3_needs_is_passed_on(self, service: str) -> None:
        needed = re.findall(r"\b((?:AWS|TSLOSS)_\w+)=", (HOW_TO / "s3.md").read_text("utf-8"))
        assert "AWS_ENDPOINT_URL" in needed
        assert set(needed) <= _environment(service).keys()

    @pytest.mark.parametrize("service", OURS)
    def test_what_aws_finds_by_itself_is_never_set_to_nothing(self, service: str) -> None:
        """boto3 takes an empty region for a region's name."""
        given = {n: v for n, v in _environment(service).items() if n.startswith("AWS_")}
        assert set(given.values()) == {None}

    def test_what_the_page_writes_into_env_is_read(self) -> None:
        page = (HOW_TO / "production.md").read_text("utf-8")
        written = re.findall(r"^([A-Z_]+)=", page, re.MULTILINE)
        read = re.findall(r"\$\{([A-Z_]+)", TEXT) + list(_environment("api"))
        assert "ARTIFACTS_URL" in written
        assert set(written) <= set(read)

    @pytest.mark.parametrize("service", ("api", "worker-gpu", "worker-cpu"))
    def test_it_starts_after_the_migration(self, service: str) -> None:
        after = COMPOSE["services"][service]["depends_on"]["migrate"]["condition"]
        assert after == "service_completed_successfully"

    def test_what_is_depended_on_exists(self) -> None:
        services = COMPOSE["services"]
        named = {name for service in services.values() for name in service.get("depends_on", {})}
        assert named <= services.keys()


class TestDockerfiles:
    @pytest.mark.parametrize("service", OURS)
    def test_the_dockerfile_and_all_it_copies_exist(self, service: str) -> None:
        path = ROOT / COMPOSE["services"][service]["build"]["dockerfile"]
        copies = re.findall(r"^COPY (?!--from)(.+) \S+$", path.read_text("utf-8"), re.MULTILINE)
        copied = [name for line in copies for name in line.split()]
        assert {"pyproject.toml", "api", "worker", "store", "tsloss_core"} <= set(copied)
        assert all((ROOT / name).exists() for name in copied)
