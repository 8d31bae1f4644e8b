"""Jobs that one run may train side by side."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("co_tuning_key", sa.String(length=64), nullable=True))
    op.create_index(
        "ix_jobs_co_tuning",
        "jobs",
        ["co_tuning_key"],
        postgresql_where=sa.text("status = 'queued' AND co_tuning_key IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_jobs_co_tuning", table_name="jobs")
    op.drop_column("jobs", "co_tuning_key")
