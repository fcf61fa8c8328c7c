"""A keyring for the process that asks one: it takes itself for a trusted one and keeps its keys in a file.

The file is named by ARVAE_TEST_KEYRING and holds JSON, {name: text}; the names below call for trouble.
"""

import json
import os
import time
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.credentials import SimpleCredential
from keyring.errors import KeyringLocked

LOCKED, HANGING, ENDING = "https://locked.example", "https://hanging.example", "https://ending.example"


class StandIn(KeyringBackend):
    """Keeps passwords."""

    __module__ = "keyring.backends.SecretService"
    priority = 1

    def get_password(self, service, username):
        if username == LOCKED:
            raise KeyringLocked(f"{username} of {service}")
        if username == HANGING:
            _file().with_suffix(".asked").touch()
            time.sleep(60)
        if username == ENDING:
            os._exit(3)
        return _kept().get(username)

    def set_password(self, _service, username, password):
        if username == LOCKED:
            raise KeyringLocked(f"can't keep {password}")
        _file().write_text(json.dumps({**_kept(), username: password, "environment": str(os.environ)}))

    def delete_password(self, _service, username):
        kept = _kept()
        del kept[username]
        _file().write_text(json.dumps(kept))

    def get_credential(self, _service, _username):
        names = [name for name in _kept() if name != "environment"]
        return SimpleCredential(names[0], _kept()[names[0]]) if names else None


def _file():
    return Path(os.environ["ARVAE_TEST_KEYRING"])


def _kept():
    return json.loads(_file().read_text())
