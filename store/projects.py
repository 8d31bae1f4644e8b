"""Projects by name."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.errors import NotFoundError
from store.ids import new_id
from store.schema import Project


def find_project(session: Session, name: str) -> Project:
    """Return the project called `name`. Raises NotFoundError."""
    project = session.scalar(select(Project).where(Project.name == name))
    if project is None:
        raise NotFoundError("project", name)
    return project


def hold_project(session: Session, project_id: str) -> None:
    """Let nobody else who does this go on until this transaction ends.

    For limits of a project: two that look at once could both see the last free place.
    """
    # The lock lets rows be added that refer to the project.
    query = select(Project.id).where(Project.id == project_id)
    session.execute(query.with_for_update(key_share=True))


def get_or_create_project(session: Session, name: str) -> Project:
    """Return the project called `name`; make it if there is none."""
    project = session.scalar(select(Project).where(Project.name == name))
    if project is None:
        project = Project(id=new_id("proj"), name=name)
        session.add(project)
        session.flush()
    return project
