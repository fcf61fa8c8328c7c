"""Keyring backends of every kind. What `storage.credentials` trusts is told by a backend's module."""

import threading

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

TRUSTED_MODULE = "keyring.backends.SecretService"
SLOW_TEST_S = 10


def in_module(backend_class, module):
    """The same backend as if it had been defined in `module`."""
    return type(backend_class.__name__, (backend_class,), {"__module__": module})


class Working(KeyringBackend):
    """Keeps passwords."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.passwords = {}

    def get_password(self, service, username):
        return self.passwords.get((service, username))

    def set_password(self, service, username, password):
        self.passwords[service, username] = password

    def delete_password(self, service, username):
        if (service, username) not in self.passwords:
            raise PasswordDeleteError("not found")
        del self.passwords[service, username]


class Forgetful(Working):
    """Takes every password and keeps none, as keyring's null backend does."""

    def set_password(self, service, username, password):
        pass


class Mangling(Working):
    """Gives back something else than it took."""

    def set_password(self, service, username, password):
        super().set_password(service, username, password[:-1])


class Raising(Working):
    """Fails with an exception whose text quotes what was to be stored."""

    error = RuntimeError

    def get_password(self, service, username):
        raise self.error(f"can't read {service} {username}")

    def set_password(self, service, username, password):
        raise self.error(f"can't store {service} {username} {password}")

    def delete_password(self, service, username):
        raise self.error(f"can't delete {service} {username}")


class Hanging(Working):
    """Blocks as a locked keyring does, until it is released."""

    def __init__(self):
        super().__init__()
        self.entered = threading.Event()
        self.released = threading.Event()

    def get_password(self, service, username):
        self._hang()
        return super().get_password(service, username)

    def set_password(self, service, username, password):
        self._hang()
        super().set_password(service, username, password)

    def delete_password(self, service, username):
        self._hang()
        super().delete_password(service, username)

    def _hang(self):
        self.entered.set()
        self.released.wait(SLOW_TEST_S)
