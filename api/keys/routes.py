"""API keys: create, list, revoke. All of it needs the scope admin."""

from fastapi import APIRouter

from api.dependencies import After, Limit, PathId, SessionDep, SettingsDep
from api.keys.schemas import CreateKey, KeyObject, NewKeyObject, key_object, new_key_object
from api.links import next_operations
from api.schemas import Deleted, ListOf, list_of
from api.security import AdminDep
from store.keys import Keys, create_key

router = APIRouter(prefix="/v1/keys", tags=["keys"])


@router.post("", responses=next_operations("key_id", "revoke_api_key"))
def create_api_key(
    caller: AdminDep, session: SessionDep, settings: SettingsDep, request: CreateKey
) -> NewKeyObject:
    """Make a key of the caller's project. The answer is the only place where it is told."""
    row, key = create_key(
        session,
        settings.secret_key.get_secret_value(),
        caller.project_id,
        request.name,
        tuple(request.scopes),
        request.expires_at,
    )
    return new_key_object(row, key)


@router.get("")
def list_api_keys(
    caller: AdminDep, session: SessionDep, after: After = None, limit: Limit = 20
) -> ListOf[KeyObject]:
    """List keys, newest first, the revoked and expired ones among them."""
    return list_of(Keys(session, caller.project_id).page(after, limit), key_object)


@router.delete("/{key_id}")
def revoke_api_key(caller: AdminDep, session: SessionDep, key_id: PathId) -> Deleted:
    """End a key now and for good. It stays in the list, with the time of its end."""
    Keys(session, caller.project_id).revoke(key_id)
    return Deleted(id=key_id, object="api_key")
