"""What a finished run leaves beside its prompt: the analysis, the figures and the summary."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cli.figures import draw_figures
from cli.tune.folder import RunFolder
from tsloss_core.analysis import (
    CloudAnalysis,
    PointCloud,
    Trajectory,
    performance_of,
    study_trajectory,
)
from tsloss_core.models import LoadedBase
from tsloss_core.prompts import load_prompt
from tsloss_core.spec import AnalysisSettings, resolve
from tsloss_core.tuning import Evaluation, TuningResult
from worker.tuning.measuring import device_name
from worker.tuning.results import Outcome


@dataclass(frozen=True)
class Analysis:
    """The topology of each snapshot, and the figures by their path in the folder."""

    clouds: Sequence[CloudAnalysis]
    figures: dict[str, bytes]

    def topology(self) -> list[dict[str, Any]]:
        """Return the structural measures of each snapshot, as the service's `topology` has them."""
        return [{"step": cloud.step, "values": cloud.measures} for cloud in self.clouds]


def analyse(folder: RunFolder) -> Analysis:
    """Compute the persistent homology of every snapshot and draw the figures."""
    snapshots = folder.snapshots()
    clouds = [
        PointCloud(at, load_prompt(folder.snapshot_path(at).read_bytes())[0].numpy())
        for at in (snapshot["step"] for snapshot in snapshots)
    ]
    trajectory = Trajectory(
        clouds,
        folder.steps(),
        performance_of({snapshot["step"]: _metrics(snapshot) for snapshot in snapshots}),
        [each["nearest_tokens"] for each in snapshots],
    )
    subject = study_trajectory(trajectory, AnalysisSettings()).subject
    return Analysis(subject.analyses, draw_figures(subject))


def _metrics(snapshot: dict[str, Any]) -> dict[str, float]:
    """What was measured at a snapshot, in the words of the service."""
    named = {
        "full_valid_accuracy": snapshot["validation_accuracy"],
        "train_loss": snapshot["training_loss"],
    }
    return {name: value for name, value in named.items() if value is not None}


def summarize(
    folder: RunFolder,
    base: LoadedBase,
    result: TuningResult,
    graded: tuple[Evaluation, Evaluation],
    analysis: Analysis,
    seconds: float,
) -> dict[str, Any]:
    """Return the run in the words of a job of the service.

    `seconds` are those of the process that ended it.
    """
    request = folder.request
    rows = len(request.data.rows())
    config = resolve(request.config, rows).model_dump(mode="json")
    seed = config.pop("seed")
    evaluated_on = "validation_file" if request.validation else "training_file"
    device = base.model.get_input_embeddings().weight.device
    return {
        "model": request.model.name,
        "training_file": request.data.model_dump(mode="json"),
        "validation_file": request.validation and request.validation.model_dump(mode="json"),
        "seed": seed,
        "method": {"type": "soft_prompt", "soft_prompt": config},
        "outcome": Outcome(result, *graded, evaluated_on, co_tuned=1, rates=None).summary(),
        "trained_tokens": result.state.tokens,
        "topology": analysis.topology(),
        "started_at": int(request.started_at.timestamp()),
        "seconds": round(seconds, 1),
        "device": device_name(device),
        "folder": str(folder.path.resolve()),
    }
