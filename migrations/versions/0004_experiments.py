"""Experiments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "experiments",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "metadata",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "spec", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_experiments_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiments")),
    )
    op.create_index(
        "ix_experiments_project_page", "experiments", ["project_id", "created_at", "id"]
    )
    op.add_column("jobs", sa.Column("experiment_id", sa.String(length=64), nullable=True))
    op.add_column("jobs", sa.Column("arm", sa.String(length=64), nullable=True))
    op.create_foreign_key(
        op.f("fk_jobs_experiment_id"), "jobs", "experiments", ["experiment_id"], ["id"]
    )
    op.create_index(op.f("ix_jobs_experiment_id"), "jobs", ["experiment_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_jobs_experiment_id"), table_name="jobs")
    op.drop_constraint(op.f("fk_jobs_experiment_id"), "jobs", type_="foreignkey")
    op.drop_column("jobs", "arm")
    op.drop_column("jobs", "experiment_id")
    op.drop_index("ix_experiments_project_page", table_name="experiments")
    op.drop_table("experiments")
