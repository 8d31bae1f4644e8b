"""Alembic's entry: migrates in one transaction under an advisory lock."""

from alembic import context
from sqlalchemy import create_engine, text

from store.migrations import check_server
from store.schema import Base

_MIGRATION_LOCK = 0x751055C0


def run() -> None:
    """Migrate the database of `config.attributes["url"]`."""
    engine = create_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        check_server(connection)
        context.configure(connection=connection, target_metadata=Base.metadata)
        with context.begin_transaction():
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            context.run_migrations()
    engine.dispose()


run()
