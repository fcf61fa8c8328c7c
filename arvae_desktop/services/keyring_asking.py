"""Asking the keyring in a process of its own (see keyring_process.py)."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from arvae_desktop import ASK_KEYRING
from arvae_desktop.domain.errors import NoKeyringError
from arvae_desktop.services import own_process
from arvae_desktop.storage.keyring_backend import NO_KEYRING, BackendError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from arvae_desktop.storage.keyring_backend import Backend

_MODULE = "arvae_desktop.services.keyring_process"


@contextmanager
def keyring_in_own_process() -> Iterator[Backend]:
    """Ask the keyring from a process that is there until the block ends.

    Raises `NoKeyringError` where there is none to be trusted, `BackendError` for whatever else goes wrong.
    """
    # The way to the keyring is in the environment, under many names.
    environment = {name: value for name, value in os.environ.items() if name != "ARVAE_API_KEY"}
    with own_process.start(own_process.command(ASK_KEYRING, _MODULE), environment) as process:
        try:
            yield _KeyringThere(process)
        finally:
            process.kill()


class _KeyringThere:
    """The keyring, as another process tells of it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.kind = self._answer() or ""

    def get(self, service: str, name: str) -> str | None:
        return self._ask("get", service, name)

    def set(self, service: str, name: str, text: str) -> None:
        self._ask("set", service, name, text)

    def delete(self, service: str, name: str) -> None:
        self._ask("delete", service, name)

    def any_name(self, service: str) -> str | None:
        return self._ask("any_name", service)

    def _ask(self, *call: str) -> str | None:
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):  # the answer tells
                # Past the buffer: what can't be written must not be tried again at the end.
                os.write(self._process.stdin.fileno(), json.dumps(call).encode() + b"\n")
        return self._answer()

    def _answer(self) -> str | None:
        line = self._process.stdout.readline() if self._process.stdout is not None else b""
        match json.loads(line or b"{}"):
            case [None | str() as result]:
                return result
            case {"error": NoKeyringError.__name__}:
                raise NoKeyringError(NO_KEYRING)
            case {"error": str(kind)}:
                raise BackendError(kind)
        raise BackendError(EOFError.__name__)  # something ended the process
