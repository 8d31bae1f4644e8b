"""A store full of finished jobs, inserted by SQL."""

import json

from sqlalchemy import Connection, create_engine, text

from tsloss_core.spec import AnalysisSettings, SoftPromptSpec, resolve

_JOBS = """
INSERT INTO jobs (id, project_id, kind, queue, status, model_id, training_file_id, spec, metadata,
                  created_at, started_at, finished_at, attempt, last_event, outcome, trained_tokens)
SELECT 'ftjob-' || lpad(n::text, 24, '0'), :project, 'tuning', 'cpu', 'succeeded', 'tiny', :file,
       :spec, jsonb_build_object('team', 'team-' || n % 50), made, made, made + interval '1 minute',
       1, 5, '{"accuracy_before": 0.25, "accuracy_after": 0.75}', 1000
FROM generate_series(1, :count) AS n,
     LATERAL (SELECT now() - interval '90 days' + n * interval '1 minute' AS made) AS times
"""
_ANALYSES = """
INSERT INTO jobs (id, project_id, kind, queue, status, source_job_id, spec, metadata,
                  created_at, started_at, finished_at, attempt, last_event, outcome)
SELECT 'ana-' || lpad(n::text, 24, '0'), :project, 'analysis', 'analysis', 'succeeded',
       'ftjob-' || lpad(n::text, 24, '0'), :settings, '{}', made, made, made, 1, 5, '{"clouds": 3}'
FROM generate_series(1, :count) AS n,
     LATERAL (SELECT now() - interval '90 days' + n * interval '1 minute' AS made) AS times
"""
_MODELS = """
INSERT INTO tuned_models (id, project_id, job_id, base_model_id, artifact_key)
SELECT 'st:tiny::' || n, :project, 'ftjob-' || lpad(n::text, 24, '0'), 'tiny', 'prompt-' || n
FROM generate_series(1, :count) AS n
"""
_FILES = """
INSERT INTO files (id, project_id, job_id, purpose, filename, bytes, artifact_key)
SELECT 'file-' || lpad(n::text, 20, '0') || m, :project, 'ftjob-' || lpad(n::text, 24, '0'),
       'fine-tune-results', 'result', 1000, 'result-' || n || '-' || m
FROM generate_series(1, :count) AS n, generate_series(1, 4) AS m
"""


def fill(database_url: str, project_id: str, file_id: str, count: int) -> None:
    """Insert `count` finished jobs of a project, each with model, four files and an analysis."""
    engine = create_engine(database_url)
    values = {
        "project": project_id,
        "file": file_id,
        "count": count,
        "spec": json.dumps(resolve(SoftPromptSpec(), 80).model_dump(mode="json")),
        "settings": json.dumps(AnalysisSettings().model_dump(mode="json")),
    }
    with engine.begin() as connection:
        for statement in (_JOBS, _ANALYSES, _MODELS, _FILES):
            connection.execute(text(statement), values)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def job_before_page(connection: Connection, project_id: str, page: int, size: int) -> str:
    """Return the id that `after` names to get a page, counted from 1."""
    query = """
        SELECT id FROM jobs WHERE project_id = :project AND kind = 'tuning'
        ORDER BY created_at DESC, id DESC OFFSET :offset LIMIT 1
    """
    offset = (page - 1) * size - 1
    found = connection.scalar(text(query), {"project": project_id, "offset": offset})
    return str(found)
