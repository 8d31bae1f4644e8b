"""All that can be said of one trajectory, in one call."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tsloss_core.analysis.evolution import Settling, count_settled, evolve, settle
from tsloss_core.analysis.figures import Subject, landmarks
from tsloss_core.analysis.null_trajectory import Drive, null_reach, null_trajectory
from tsloss_core.analysis.performance import Performance, relate
from tsloss_core.analysis.trajectory import CloudAnalysis, PointCloud, analyze_trajectory
from tsloss_core.analysis.vocabulary import vocabulary_evolution
from tsloss_core.analysis.words import reach_words, relation_words, settling_words
from tsloss_core.spec import AnalysisSettings

OnProgress = Callable[[str, int, int], None]
"""Told of a phase, how many of its clouds are done, and of how many."""


@dataclass(frozen=True)
class Trajectory:
    """The clouds of one source in the order of their steps, and what is known of its run.

    `clouds` may load each as it is asked for. `nearest` are the nearest vocabulary tokens of each
    cloud, `drive` what moved the prompt; a run without them has no control by null trajectories.
    """

    clouds: Sequence[PointCloud]
    steps: Sequence[Mapping[str, Any]] = ()
    performance: Performance | None = None
    nearest: Sequence[Sequence[Mapping[str, Any]]] = ()
    drive: Drive | None = None


@dataclass(frozen=True)
class Study:
    """What was found. `null_settling` says of each null trajectory when its structure settles.

    `null_reach`: see the function.
    """

    subject: Subject
    null_settling: Sequence[Sequence[Settling]]
    null_reach: float | None

    def to_json(self) -> dict[str, Any]:
        """Return the findings by name; None for what the trajectory has no data for."""
        subject, nulls = self.subject, self.null_settling
        return {
            **subject.evolution.to_json(),
            "null_settling": [settling.to_json() for settling in nulls[0]] if nulls else None,
            "null_settled": count_settled(nulls) if nulls else None,
            "vocabulary": subject.vocabulary,
            "performance": _performance(subject.performance),
            "null_trajectories": len(nulls),
            "null_reach": self.null_reach,
            "relations": list(subject.relations),
        }

    def words(self) -> list[str]:
        """Return the findings in sentences; none for a single cloud."""
        if len(self.subject.analyses) < 2:
            return []
        return [
            *settling_words(self.subject.evolution.settling, count_settled(self.null_settling)),
            *reach_words(self.null_reach),
            *relation_words(self.subject.relations, self.subject.performance),
        ]


def study_trajectory(
    trajectory: Trajectory,
    settings: AnalysisSettings,
    *,
    on_cloud: Callable[[CloudAnalysis], None] | None = None,
    on_progress: OnProgress | None = None,
    threads: int = 1,
) -> Study:
    """Study a trajectory: persistence, movement, when it settles, what goes with performance.

    `on_cloud` is told of each cloud's analysis in order, `on_progress` after each cloud of every
    phase; either may raise to end the study. The cost is linear in clouds and in null trajectories.
    Raises ValueError for clouds of different shapes, or with NaN or infinite coordinates.
    """
    told = on_progress or (lambda phase, done, of: None)
    clouds = trajectory.clouds
    analyses = _analyses(clouds, settings, on_cloud, told, threads)
    evolution = evolve(
        analyses, lambda done: told("diagram distances", done, len(analyses)), threads
    )
    steps = [analysis.step for analysis in analyses]
    nulls = list(_nulls(trajectory, steps, settings, told, threads))
    performance = trajectory.performance
    subject = Subject(
        analyses=analyses,
        landmarks=[clouds[at] for at in landmarks(len(clouds))],
        evolution=evolution,
        steps=trajectory.steps,
        performance=performance,
        vocabulary=vocabulary_evolution(steps, trajectory.nearest),
        relations=[] if performance is None else relate(analyses, performance, nulls),
    )
    null_settling = [settle(null, threads) for null in nulls]
    return Study(subject, null_settling, null_reach(analyses, nulls))


def _analyses(
    clouds: Sequence[PointCloud],
    settings: AnalysisSettings,
    on_cloud: Callable[[CloudAnalysis], None] | None,
    told: OnProgress,
    threads: int,
) -> list[CloudAnalysis]:
    done = 0

    def count(analysis: CloudAnalysis) -> None:
        nonlocal done
        done += 1
        if on_cloud is not None:
            on_cloud(analysis)
        told("persistence", done, len(clouds))

    return analyze_trajectory(clouds, settings, count, threads)


def _nulls(
    trajectory: Trajectory,
    steps: Sequence[int],
    settings: AnalysisSettings,
    told: OnProgress,
    threads: int,
) -> Iterator[list[CloudAnalysis]]:
    """Null trajectories of a run whose drive is known; one cloud alone has none."""
    if trajectory.drive is None or len(steps) < 2:
        return
    first = trajectory.clouds[0]
    total, done = settings.null_trajectories * len(steps), 0

    def count(_: CloudAnalysis) -> None:
        nonlocal done
        done += 1
        told("null trajectories", done, total)

    for number in range(settings.null_trajectories):
        clouds = null_trajectory(first.points, trajectory.drive, steps, number)
        yield analyze_trajectory(clouds, settings, count, threads)


def _performance(performance: Performance | None) -> dict[str, Any] | None:
    if performance is None:
        return None
    steps = sorted(performance.values)
    return {
        "name": performance.name,
        "steps": steps,
        "values": [performance.values[step] for step in steps],
    }
