"""The index of queued jobs in the order in which a project's jobs are claimed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

QUEUED = sa.text("status = 'queued'")
ORDER = (
    "project_id",
    "priority DESC",
    "(CASE WHEN lost_workers > 1 THEN eligible_at ELSE created_at END)",
    "id",
)


def upgrade() -> None:
    op.drop_index("ix_jobs_queued", table_name="jobs")
    columns = [sa.text(column) for column in ("queue", *ORDER)]
    op.create_index("ix_jobs_queued", "jobs", columns, unique=False, postgresql_where=QUEUED)


def downgrade() -> None:
    op.drop_index("ix_jobs_queued", table_name="jobs")
    columns = ["queue", "priority", "created_at"]
    op.create_index("ix_jobs_queued", "jobs", columns, unique=False, postgresql_where=QUEUED)
