"""What endpoints ask for."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from api.security import Caller, caller_of
from api.services import Services


def services_of(request: Request) -> Services:
    """Return what the application opened at its start."""
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(services_of)]
CallerDep = Annotated[Caller, Depends(caller_of)]


def open_session(services: ServicesDep) -> Iterator[Session]:
    """Yield the session of this request's one transaction."""
    with services.database.transaction() as session:
        yield session


SessionDep = Annotated[Session, Depends(open_session, scope="function")]
"""Its scope ends with the endpoint, so a client reads of nothing that is not committed."""
