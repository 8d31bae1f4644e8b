"""API keys, straight in the database: the first one cannot come over HTTP."""

from cli.keys.keys import create_key, is_valid, list_keys, revoke_key

__all__ = ["create_key", "is_valid", "list_keys", "revoke_key"]
