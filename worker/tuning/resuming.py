"""Where a run goes on that an earlier attempt began."""

from store.artifacts import ArtifactMissingError
from store.runs import Run
from tsloss_core.tuning import StateError, TuningState
from worker.errors import JobFailedError
from worker.storage import PatientArtifacts


def newest_state(run: Run, artifacts: PatientArtifacts) -> TuningState | None:
    """Return the newest resume state and tell of it, or None where the run must begin at the start.

    A state whose artifact is gone costs time and nothing else: a backup names the state that was
    the newest when the database was dumped, and may not hold it. Raises JobFailedError.
    """
    stored = run.newest_state()
    if stored is None:
        return None
    try:
        state = TuningState.from_bytes(artifacts.read(stored.artifact_key))
    except ArtifactMissingError:
        message = f"The state of step {stored.step} is gone: beginning anew"
        run.record_event(message, level="warn", data={"step": stored.step})
        return None
    except StateError as error:
        raise JobFailedError(error.code, str(error)) from error
    run.record_event(f"Going on after step {state.step}", data={"step": state.step})
    return state
