"""Checks a request for an analysis and queues it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.analyses.schemas import CreateAnalysis, InputRequest
from api.errors import ApiError, about
from store.files import Files
from store.jobs import Jobs, analysis_job
from store.schema import Job
from store.settings import Settings
from store.sources import keep_sources, require_finished
from store.trajectories import snapshots_by_id
from tsloss_core.spec import AnalysisInput, AnalysisSettings, AnalysisSpec
from tsloss_core.spec.analysis import FEWEST_POINTS


def queue_analysis(
    session: Session, project_id: str, request: CreateAnalysis, settings: Settings
) -> Job:
    """Queue an analysis. Raises a 404, 409 or 422 that names the field, and stores nothing then."""
    _keep(session, project_id, [given for _, given in request.named_inputs()])
    checks = InputChecks(session, project_id, request.settings, settings)
    inputs = [checks.resolve(given, at) for at, given in request.named_inputs()]
    _refuse_doubles(inputs)
    spec = AnalysisSpec(inputs=tuple(inputs), settings=request.settings)
    jobs = Jobs(session, project_id, "analysis")
    return jobs.create(analysis_job(spec), settings.max_queued_jobs)


def _keep(session: Session, project_id: str, given: list[InputRequest]) -> None:
    jobs = [one.fine_tuning_job for one in given if one.fine_tuning_job is not None]
    checkpoints = [id_ for one in given for id_ in one.checkpoints or ()]
    keep_sources(session, project_id, job_ids=jobs, checkpoint_ids=checkpoints)


@dataclass(frozen=True)
class InputChecks:
    """Finds what inputs name in the caller's project, and holds it against the limits."""

    session: Session
    project_id: str
    asked: AnalysisSettings
    settings: Settings

    def resolve(self, given: InputRequest, at: str) -> AnalysisInput:
        """Return an input as it is stored. `at` leads the names of its fields."""
        if given.point_cloud_file is not None:
            self._check_file(given.point_cloud_file, f"{at}point_cloud_file")
            return AnalysisInput(point_cloud_file=given.point_cloud_file)
        if given.checkpoints is not None:
            return self._checkpoints(given.checkpoints, f"{at}checkpoints")
        job_id = str(given.fine_tuning_job)
        self._check_job(job_id, f"{at}fine_tuning_job")
        return AnalysisInput(fine_tuning_job=job_id)

    def _check_file(self, file_id: str, param: str) -> None:
        with about(param, "file_not_found"):
            file = Files(self.session, self.project_id).hold(file_id)
        if file.purpose != "point-cloud":
            message = f"{param}: the file has purpose '{file.purpose}', not 'point-cloud'."
            raise ApiError(422, message, param=param, code="wrong_purpose")
        if file.rows is not None:
            self._check_points(file.rows, param)

    def _check_job(self, job_id: str, param: str) -> None:
        with about(param, "job_not_found"):
            source = Jobs(self.session, self.project_id, "tuning").get(job_id)
        require_finished(job_id, source.status, param)
        self._check_points(source.spec["num_virtual_tokens"], param)

    def _checkpoints(self, ids: list[str], param: str) -> AnalysisInput:
        with about(param, "checkpoint_not_found"):
            found = snapshots_by_id(self.session, self.project_id, ids)
        jobs = {snapshot.job_id for snapshot in found}
        if len(jobs) > 1:
            message = (
                f"{param}: the checkpoints are of {len(jobs)} jobs, the limit is 1: prompts of "
                "different runs make no trajectory. Give those of each job as an input of its own."
            )
            raise ApiError(422, message, param=param, code="over_limit")
        (job_id,) = jobs
        source = Jobs(self.session, self.project_id, "tuning").get(job_id)
        self._check_points(source.spec["num_virtual_tokens"], param)
        return AnalysisInput(fine_tuning_job=job_id, checkpoints=tuple(row.id for row in found))

    def _check_points(self, count: int, param: str) -> None:
        limit = self._most_points()
        if count < FEWEST_POINTS:
            message = f"{param}: {count} point is under the limit of {FEWEST_POINTS}."
        elif count > limit:
            where = " in homology dimension 2" if self.asked.max_dimension == 2 else ""
            message = f"{param}: {count} points are over the limit of {limit}{where}."
        else:
            return
        raise ApiError(422, message, param=param, code="over_limit")

    def _most_points(self) -> int:
        limit = self.settings.max_points
        if self.asked.max_dimension < 2:
            return limit
        return min(limit, self.settings.max_points_in_dimension_2)


def _refuse_doubles(inputs: list[AnalysisInput]) -> None:
    for at, one in enumerate(inputs):
        if one in inputs[:at]:
            message = f"inputs.{at}: the same as inputs.{inputs.index(one)}."
            raise ApiError(422, message, param=f"inputs.{at}", code="duplicate")
