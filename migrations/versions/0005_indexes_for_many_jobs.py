"""Indexes for what is asked often when many jobs are stored."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_jobs_unfinished",
        "jobs",
        ["project_id"],
        postgresql_where=sa.text("status NOT IN ('succeeded', 'failed', 'cancelled')"),
    )
    op.create_index(
        "ix_jobs_status_page", "jobs", ["project_id", "kind", "status", "created_at", "id"]
    )
    op.create_index(
        "ix_jobs_metadata",
        "jobs",
        ["metadata"],
        postgresql_using="gin",
        postgresql_ops={"metadata": "jsonb_path_ops"},
    )
    op.create_index("ix_events_page", "events", ["job_id", "created_at", "id"])
    op.drop_index("ix_tuned_models_project_id", "tuned_models")
    op.create_index("ix_tuned_models_page", "tuned_models", ["project_id", "created_at", "id"])
    op.create_index("ix_tuned_models_artifact_key", "tuned_models", ["artifact_key"])


def downgrade() -> None:
    op.drop_index("ix_tuned_models_artifact_key", "tuned_models")
    op.drop_index("ix_tuned_models_page", "tuned_models")
    op.create_index("ix_tuned_models_project_id", "tuned_models", ["project_id"])
    op.drop_index("ix_events_page", "events")
    op.drop_index("ix_jobs_metadata", "jobs")
    op.drop_index("ix_jobs_status_page", "jobs")
    op.drop_index("ix_jobs_unfinished", "jobs")
