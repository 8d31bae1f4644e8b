"""`tsloss analyze` computes what is known of known shapes, and names what it cannot read."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from safetensors.numpy import save_file
from typer.testing import CliRunner

from cli.main import app
from tsloss_core.clouds import READERS

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["analyze", *map(str, arguments)], catch_exceptions=False)


def _clouds(*arguments: object) -> list[dict[str, Any]]:
    result = _run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)["clouds"]


class TestHelp:
    def test_it_names_every_format(self) -> None:
        told = _run("--help").output
        assert [ending for ending in READERS if ending not in told] == []


@pytest.fixture(params=["npy", "csv", "safetensors"])
def square(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"square.{request.param}"
    match request.param:
        case "npy":
            np.save(path, SQUARE)
        case "csv":
            np.savetxt(path, SQUARE, delimiter=",")
        case _:
            save_file({"prompt_embeddings": SQUARE}, path)
    return path


class TestOneCloud:
    def test_the_loop_of_a_square(self, square: Path) -> None:
        (cloud,) = _clouds(square)
        assert (cloud["points"], cloud["width"]) == (4, 2)
        zero, one = cloud["diagrams"]
        assert (zero["deaths"], zero["essential"]) == ([1.0, 1.0, 1.0], [0.0])
        assert (one["births"], one["deaths"]) == ([1.0], [2**0.5])
        assert set(cloud["distances_from_previous"].values()) == {None}

    def test_text_is_a_row_per_dimension(self, square: Path) -> None:
        lines = [line.split("\t") for line in _run(square).stdout.splitlines()]
        assert [line[2:5] for line in lines] == [["H0", "4", "1"], ["H1", "1", "0"]]

    def test_results_and_figures_go_to_a_folder(self, square: Path, tmp_path: Path) -> None:
        out = tmp_path / "new" / "out"
        assert _run(square, "--out", out).exit_code == 0
        assert len(json.loads((out / "analysis.json").read_text())["clouds"]) == 1
        assert (out / "figures" / "diagram.svg").read_bytes().startswith(b"<?xml")

    def test_settings_count(self, square: Path) -> None:
        (cloud,) = _clouds(square, "--max-dimension", 0, "--max-edge-length", 0.5)
        assert [len(diagram["essential"]) for diagram in cloud["diagrams"]] == [4]


class TestSeveralClouds:
    def test_the_distances_between_them(self, tmp_path: Path) -> None:
        paths = [tmp_path / f"step-{step:06d}.npy" for step in (10, 20)]
        for path, scale in zip(paths, (1.0, 2.0), strict=True):
            np.save(path, scale * SQUARE)
        first, second = _clouds(*paths)
        assert (first["step"], second["step"]) == (10, 20)
        assert second["distances_from_previous"]["bottleneck_h0"] == 1.0
        assert second["statistics"]["geometry"]["mean_displacement"] > 0


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "content", "told"),
        [
            ("a.npy", b"no array", "not a .npy array"),
            ("a.csv", b"1,2\nx,y\n", "not a CSV of numbers"),
            ("a.csv", b"1,nan\n", "NaN"),
            ("a.txt", b"1,2\n", "must end in one of"),
        ],
    )
    def test_what_is_no_cloud_is_named(
        self, tmp_path: Path, name: str, content: bytes, told: str
    ) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        result = _run(path)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"{path}: " in result.stderr
        assert told in result.stderr
        assert len(result.stderr.splitlines()) == 1

    def test_a_dimension_over_the_limit(self, square: Path) -> None:
        result = _run(square, "--max-dimension", 3)
        assert (result.exit_code, "max_dimension: " in result.stderr) == (2, True)

    def test_clouds_that_do_not_fit_together(self, tmp_path: Path) -> None:
        for name, points in (("a", SQUARE), ("b", SQUARE[:2])):
            np.save(tmp_path / f"{name}.npy", points)
        result = _run(tmp_path / "a.npy", tmp_path / "b.npy")
        assert (result.exit_code, "differ in shape" in result.stderr) == (2, True)
