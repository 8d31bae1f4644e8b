"""All that can be said of one trajectory, in one call."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tsloss_core.analysis.evolution import count_settled, evolve
from tsloss_core.analysis.figures import Subject, landmarks
from tsloss_core.analysis.null_summary import NullSummary, null_reach, summarize_null
from tsloss_core.analysis.null_trajectory import Drive, null_trajectory
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
    """What was found of a trajectory and of its null trajectories."""

    subject: Subject
    nulls: Sequence[NullSummary]

    def to_json(self) -> dict[str, Any]:
        """Return the findings by name; None for what the trajectory has no data for."""
        subject, settling = self.subject, [null.settling for null in self.nulls]
        return {
            **subject.evolution.to_json(),
            "null_settling": [each.to_json() for each in settling[0]] if settling else None,
            "null_settled": count_settled(settling) if settling else None,
            "vocabulary": subject.vocabulary,
            "performance": _performance(subject.performance),
            "null_trajectories": len(self.nulls),
            "null_reach": self._reach(),
            "relations": list(subject.relations),
        }

    def words(self) -> list[str]:
        """Return the findings in sentences; none for a single cloud."""
        if len(self.subject.analyses) < 2:
            return []
        settled = count_settled([null.settling for null in self.nulls])
        return [
            *settling_words(self.subject.evolution.settling, settled),
            *reach_words(self._reach()),
            *relation_words(self.subject.relations, self.subject.performance),
        ]

    def _reach(self) -> float | None:
        return null_reach(self.subject.analyses, self.nulls)


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
        relations=relate(analyses, performance, [null.series for null in nulls])
        if performance is not None
        else [],
    )
    return Study(subject, nulls)


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
) -> Iterator[NullSummary]:
    """Null trajectories of a run whose drive is known; one cloud alone has none.

    Each is reduced as it ends: all their diagrams would outweigh the run's own by their number.
    """
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
        yield summarize_null(analyze_trajectory(clouds, settings, count, threads), threads)


def _performance(performance: Performance | None) -> dict[str, Any] | None:
    if performance is None:
        return None
    steps = sorted(performance.values)
    return {
        "name": performance.name,
        "steps": steps,
        "values": [performance.values[step] for step in steps],
    }
