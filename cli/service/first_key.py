"""The first API key of a service, kept in a file that its owner alone reads."""

from cli.embedded.data_folder import DataFolder, write_private
from cli.keys.keys import create_key, is_valid
from store.keys import ALL_SCOPES
from store.settings import Settings


def ensure_key(folder: DataFolder, settings: Settings) -> tuple[str, bool]:
    """Return the key of the folder's file and whether it is new.

    A key that the database does not know, for it is another one by now, is replaced.
    """
    if folder.key_file.exists():
        key = folder.key_file.read_text("ascii").strip()
        if is_valid(key, settings):
            return key, False
    key = create_key("first", "default", settings, (*ALL_SCOPES, "metrics"))
    write_private(folder.key_file, key + "\n")
    return key, True
