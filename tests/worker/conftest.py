"""The store's fixtures: what a worker does is seen there."""

from tests.store.conftest import bell, board, database, project, queue

__all__ = ["bell", "board", "database", "project", "queue"]
