"""Requests with an Idempotency-Key: each is carried out once, and its answer is given again.

A claim comes before the request. The request's own transaction confirms it together with its
writes, so that of two attempts under one key only one can ever commit. The answer is stored last.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.errors import ConflictError
from store.schema import IdempotentRequest

KEPT = timedelta(days=1)
"""For so long an answer is given again."""

_ABANDONED = timedelta(minutes=1)
"""A claim that neither committed nor was let go for so long may be taken over."""


@dataclass(frozen=True)
class RequestKey:
    """A request of a project: the key that its client chose, and what it asks for."""

    project_id: str
    key: str
    route: str


@dataclass(frozen=True)
class StoredAnswer:
    """What the first request got."""

    status: int
    body: bytes
    body_digest: bytes


class InFlightError(ConflictError):
    """The first request with this key is still being carried out."""


class OtherRequestError(ConflictError):
    """The key belongs to another request."""


def claim(session: Session, request: RequestKey) -> UUID | StoredAnswer:
    """Return a token to carry out the request under, or the answer that it got already.

    Raises OtherRequestError, InFlightError, or ConflictError if its answer was lost.
    """
    token = uuid4()
    statement = insert(IdempotentRequest).values(
        project_id=request.project_id, key=request.key, route=request.route, token=token
    )
    if session.execute(statement.on_conflict_do_nothing().returning(IdempotentRequest.token)).all():
        return token
    row = session.execute(
        select(IdempotentRequest, _age() > _ABANDONED)
        .where(*_is(request))
        .with_for_update(of=IdempotentRequest)
    ).one_or_none()
    if row is None:
        raise InFlightError("The request with this key was just let go; send it again.")
    earlier, abandoned = row
    return _answer_again(request, earlier, abandoned, token)


def _answer_again(
    request: RequestKey, earlier: IdempotentRequest, abandoned: bool, token: UUID
) -> UUID | StoredAnswer:
    if earlier.route != request.route:
        raise OtherRequestError(f"The key was used for '{earlier.route}'.")
    if earlier.status is not None:
        answer, digest = earlier.answer or b"", earlier.body_digest or b""
        return StoredAnswer(earlier.status, answer, digest)
    if earlier.committed and abandoned:
        raise ConflictError("The request was carried out; its answer was lost. List what there is.")
    if not abandoned:
        raise InFlightError("The request with this key is still being carried out.")
    earlier.token = token
    earlier.created_at = func.clock_timestamp()
    return token


def confirm(session: Session, request: RequestKey, token: UUID) -> None:
    """Tie the request's own writes to its claim. Raises ConflictError if another has taken it."""
    statement = (
        update(IdempotentRequest)
        .where(*_is(request), IdempotentRequest.token == token)
        .values(committed=True)
        .returning(IdempotentRequest.key)
    )
    if not session.execute(statement).all():
        raise ConflictError("Another request with this key was quicker.")


def store_answer(session: Session, request: RequestKey, token: UUID, answer: StoredAnswer) -> None:
    """Keep the answer for the next request with this key."""
    session.execute(
        update(IdempotentRequest)
        .where(*_is(request), IdempotentRequest.token == token)
        .values(status=answer.status, answer=answer.body, body_digest=answer.body_digest)
    )


def let_go(session: Session, request: RequestKey, token: UUID) -> None:
    """Forget a claim whose request changed nothing, so that it can be sent again."""
    session.execute(
        delete(IdempotentRequest).where(
            *_is(request),
            IdempotentRequest.token == token,
            IdempotentRequest.committed.is_(False),
        )
    )


def forget_old_requests(session: Session) -> None:
    """Remove what is older than `KEPT`."""
    session.execute(delete(IdempotentRequest).where(_age() > KEPT))


def _age() -> ColumnElement[timedelta]:
    return func.clock_timestamp() - IdempotentRequest.created_at


def _is(request: RequestKey) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    mine = IdempotentRequest.project_id == request.project_id
    return mine, IdempotentRequest.key == request.key
