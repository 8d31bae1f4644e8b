"""Analyses of several inputs, and what they found between snapshots."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evolutions",
        sa.Column("job_id", sa.String(length=64), nullable=False),
        sa.Column(
            "values", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk_evolutions_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_evolutions")),
    )
    for table in ("diagrams", "statistics"):
        op.add_column(table, sa.Column("input", sa.Integer(), server_default="0", nullable=False))
    op.drop_constraint("uq_diagrams_job_id_step_dimension", "diagrams", type_="unique")
    op.create_unique_constraint(
        op.f("uq_diagrams_job_id_input_step_dimension"),
        "diagrams",
        ["job_id", "input", "step", "dimension"],
    )
    op.drop_constraint("pk_statistics", "statistics", type_="primary")
    op.create_primary_key(op.f("pk_statistics"), "statistics", ["job_id", "input", "step"])
    op.execute(
        """
        UPDATE jobs SET spec = jsonb_build_object(
            'settings', spec,
            'inputs', jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
                'point_cloud_file', point_cloud_file_id, 'fine_tuning_job', source_job_id))))
        WHERE kind = 'analysis'
        """
    )
    op.drop_index("ix_jobs_point_cloud_file_id", table_name="jobs")
    op.drop_column("jobs", "point_cloud_file_id")
    op.create_index(
        "ix_jobs_analysis_inputs",
        "jobs",
        [sa.text("(spec -> 'inputs') jsonb_path_ops")],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("kind = 'analysis'"),
    )


def downgrade() -> None:
    op.drop_index("ix_jobs_analysis_inputs", table_name="jobs")
    op.add_column("jobs", sa.Column("point_cloud_file_id", sa.String(length=64), nullable=True))
    op.create_index("ix_jobs_point_cloud_file_id", "jobs", ["point_cloud_file_id"], unique=False)
    op.execute(
        """
        UPDATE jobs SET point_cloud_file_id = spec #>> '{inputs,0,point_cloud_file}',
            spec = spec -> 'settings'
        WHERE kind = 'analysis'
        """
    )
    op.execute("DELETE FROM statistics WHERE input > 0")
    op.execute("DELETE FROM diagrams WHERE input > 0")
    op.drop_constraint("pk_statistics", "statistics", type_="primary")
    op.create_primary_key(op.f("pk_statistics"), "statistics", ["job_id", "step"])
    op.drop_constraint("uq_diagrams_job_id_input_step_dimension", "diagrams", type_="unique")
    op.create_unique_constraint(
        op.f("uq_diagrams_job_id_step_dimension"), "diagrams", ["job_id", "step", "dimension"]
    )
    for table in ("diagrams", "statistics"):
        op.drop_column(table, "input")
    op.drop_table("evolutions")
