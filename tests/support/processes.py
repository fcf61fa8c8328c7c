"""Waiting for conditions, and processes that end with the test that started them."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Mapping, Sequence

_T = TypeVar("_T")
_POLL_S = 0.01


def wait_until(condition: Callable[[], _T], what: str, *, within_s: float = 10.0) -> _T:
    """Ask `condition` until its answer is true, and return that. `what` names it if it never is."""
    deadline = time.monotonic() + within_s
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {within_s} s in vain: {what}")
        time.sleep(_POLL_S)
    return answer


class Process:
    """A program that a test runs beside itself.

    Its output goes to files in `folder`, so that it never blocks on a full pipe.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        pass_fds: Sequence[int] = (),
    ) -> None:
        name = Path(command[0]).name
        number = len(list(folder.glob("*.stdout")))
        self.command = list(command)
        self._stdout_file = folder / f"{number}-{name}.stdout"
        self._stderr_file = folder / f"{number}-{name}.stderr"
        with self._stdout_file.open("wb") as stdout, self._stderr_file.open("wb") as stderr:
            self._popen = subprocess.Popen(
                self.command,
                cwd=folder,
                env=None if environment is None else dict(environment),
                stdin=subprocess.PIPE,
                stdout=stdout,
                stderr=stderr,
                pass_fds=pass_fds,
                # A Ctrl-C in the terminal is for pytest alone.
                start_new_session=True,
            )
        with self._popen.stdin as pipe:
            pipe.write(stdin)

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def stdout(self) -> str:
        return self._stdout_file.read_text("utf-8", "replace")

    @property
    def stderr(self) -> str:
        return self._stderr_file.read_text("utf-8", "replace")

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None

    def first_line(self) -> str:
        """The first line of its standard output, waited for."""

        def line() -> str | None:
            assert self.is_running, f"{self.command} ended with {self._popen.returncode}: {self.stderr}"
            head, end, _ = self.stdout.partition("\n")
            return head if end else None

        return wait_until(line, f"{self.command} says something")

    def send_signal(self, number: signal.Signals) -> None:
        self._popen.send_signal(number)

    def wait(self, within_s: float) -> int:
        """Its exit code, waited for at most `within_s` seconds."""
        try:
            return self._popen.wait(within_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {within_s} s: {self.command}") from None

    def end(self) -> None:
        """End it, whatever it does."""
        if self.is_running:
            self._popen.terminate()
            try:
                self._popen.wait(2)
            except subprocess.TimeoutExpired:
                self._popen.kill()
        self._popen.wait()


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for yet has, too."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return True
