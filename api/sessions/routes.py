"""Signing in and out in a browser: a key for a cookie that scripts cannot read."""

from fastapi import APIRouter, Request, Response

from api.cookies import COOKIE, session_token, set_cookie
from api.dependencies import SessionDep, SettingsDep
from api.schemas import Deleted
from api.security import Caller, ReaderDep
from api.sessions.schemas import SessionObject
from store.browser_sessions import LIFETIME, close_session, open_session

router = APIRouter(prefix="/v1/session", tags=["session"])


@router.post("")
def create_session(
    caller: ReaderDep,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
) -> SessionObject:
    """Sign a browser in: the key of this request for a cookie of 12 hours.

    The cookie is HttpOnly and SameSite=Strict, and Secure but on plain HTTP to this machine. It
    holds a random token and nothing of the key; it ends with the key.
    """
    secret = settings.secret_key.get_secret_value()
    token = open_session(session, secret, caller.key_id)
    set_cookie(response, request.scope, token, int(LIFETIME.total_seconds()))
    return _session_object(caller)


@router.get("")
def retrieve_session(caller: ReaderDep) -> SessionObject:
    """Tell who asks."""
    return _session_object(caller)


@router.delete("")
def delete_session(
    caller: ReaderDep,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
) -> Deleted:
    """Sign the browser out. Without a session, nothing changes."""
    token = session_token(request.headers)
    if token is not None:
        close_session(session, settings.operator_keys, token)
    response.delete_cookie(COOKIE, path="/")
    return Deleted(id=caller.key_id, object="session")


def _session_object(caller: Caller) -> SessionObject:
    return SessionObject(
        organization_id=caller.project_id, key_id=caller.key_id, scopes=sorted(caller.scopes)
    )
