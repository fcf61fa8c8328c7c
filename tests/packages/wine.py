"""A Windows, played by Wine in a Debian of its own. Needs root, debootstrap.

It has no UAC, and its "runas" gives no rights; `limited` runs a program without those of an administrator.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tests.packages.chroot import CACHE, Chroot, environment
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence

PACKAGES = ("wine", "wine32", "wine64", "gcc-mingw-w64-x86-64")
HAND = Path(__file__).with_name("hand.c")
_HAND = r"C:\hand.exe"
_LONG_S = 120


def debian_with_wine() -> Path:
    """The root of a Debian with Wine and a compiler for Windows programs; made once."""
    folder = CACHE / "bookworm-wine"
    if not folder.exists():
        new = Chroot("bookworm", CACHE / "bookworm-wine.new")
        new.run("dpkg", "--add-architecture", "i386")
        new.run("apt-get", "-qq", "update")
        new.apt("install", *PACKAGES)
        new.run("apt-get", "clean")
        new.root.rename(folder)
    return folder


class Wine:
    """One Windows.

    Attributes:
        drive: its drive C.
        user: this user's folder there.
        small: a folder on it with room for 5 MB.
        held: a folder that can't be moved, as if a file in it were in use.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = debian_with_wine()
        self._started: list[subprocess.Popen[bytes]] = []
        self.drive = folder / ".wine" / "drive_c"
        self.user = self.drive / "users" / "root"
        self.small = self.drive / "Small"
        self.held = self.drive / "Held" / "_internal"
        for place in (self.small, self.held):
            place.mkdir(parents=True)
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", str(place)], check=True)
        shutil.copy(HAND, folder)
        for name, option in (("hand.exe", "-mconsole"), ("program.exe", "-mwindows")):
            compiler = "x86_64-w64-mingw32-gcc"
            self._run([compiler, "-Os", "-s", option, "-o", f"/mnt/{name}", f"/mnt/{HAND.name}"])
        self._run(["wineserver", "--persistent"])  # else each program waits for a new one
        self._run(["wineboot", "--init"])
        self._run(["winecfg", "-v", "win10"])
        # Windows without a screen to show them on.
        self.set_value(r"HKCU\Software\Wine\Drivers", "Graphics", "null")
        self._restart()  # what runs already would wait for a screen
        shutil.copy(self.program("hand.exe"), self.drive)

    def end(self) -> None:
        """End all that runs in it."""
        self._run(["wineserver", "--kill"])
        self._run(["wineserver", "--wait"])
        self.clear()
        subprocess.run(["umount", str(self.small), str(self.held)], check=True)

    def program(self, name: str) -> Path:
        """`hand.exe`, or `program.exe`: what is to be installed."""
        return self._folder / name

    def run(self, program: str, arguments: str = "") -> int:
        """Run a Windows program to its end; returns its exit code (the lowest byte, in Wine)."""
        return self._run(_by_hand("run", program, arguments), check=False).returncode

    def limited(self, program: str, arguments: str = "") -> int:
        """The same without an administrator's rights."""
        return self._run(_by_hand("limited", program, arguments), check=False).returncode

    def start(self, program: str, *, limited: bool = True) -> subprocess.Popen[bytes]:
        """Start a Windows program."""
        command = self._command(_by_hand("limited" if limited else "run", program, ""))
        process = subprocess.Popen(
            command, env=self._environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._started.append(process)
        return process

    def clear(self) -> None:
        """End what was started and is there still."""
        if any(process.poll() is None for process in self._started):
            self._restart()
        while self._started:
            self._started.pop().wait(_LONG_S)

    def texts(self) -> list[str]:
        """The words in the window of a setup."""
        return self._run(["wine", _HAND, "texts"]).stdout.splitlines()

    def wait_for_text(self, words: str) -> list[str]:
        """Wait until a setup's window shows these words; returns all words in it."""
        seen: list[str] = []

        def is_there() -> bool:
            seen[:] = self.texts()
            return any(words in line for line in seen)

        wait_until(is_there, f"the setup shows {words!r}")
        return seen

    def press(self, words: str) -> None:
        """Press a button in the window of a setup."""
        command = ["wine", _HAND, "press", words]
        wait_until(lambda: self._run(command, check=False).returncode == 0, f"there is a button {words!r}")

    def values(self, key: str) -> dict[str, str]:
        """What is in a key of the registry; nothing if there is no such key."""
        lines = self._run(["wine", "reg", "query", key, "/reg:64"], check=False).stdout.splitlines()
        parts = [line.strip().split("    ", 2) for line in lines if line.startswith("    ")]
        return {part[0]: part[2] if len(part) > 2 else "" for part in parts}

    def set_value(self, key: str, name: str, value: str) -> None:
        """Write a text into the registry."""
        self._run(["wine", "reg", "add", key, "/v", name, "/d", value, "/f", "/reg:64"])

    def _restart(self) -> None:
        self._run(["wineserver", "--kill"])
        self._run(["wineserver", "--wait"])
        self._run(["wineserver", "--persistent"])  # else each program waits for a new one

    def _run(self, command: Sequence[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
        # No pipes for what stays: the Wine server would keep them open.
        with (self._folder / "said.txt").open("w+") as said:
            done = subprocess.run(
                self._command(command), env=self._environment(), check=False, stdin=subprocess.DEVNULL,
                stdout=said, stderr=subprocess.STDOUT, text=True, timeout=_LONG_S,
            )  # fmt: skip
            said.seek(0)
            done.stdout = said.read()
        assert not check or done.returncode == 0, f"{command}: {done.returncode}: {done.stdout}"
        return done

    def _command(self, command: Sequence[str]) -> list[str]:
        root = self._root
        steps = ["set -e", f"mount --rbind /proc '{root}/proc'", f"mount --rbind /dev '{root}/dev'"]
        steps += [f"mount --rbind '{self._folder}' '{root}/mnt'", f"exec chroot '{root}' \"$@\""]
        return ["unshare", "--mount", "--propagation=slave", "sh", "-c", "\n".join(steps), "sh", *command]

    def _environment(self) -> dict[str, str]:
        # No offers to download what web pages and .NET need.
        own = {"HOME": "/mnt", "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml="}
        return {**environment("root"), **own}


def _by_hand(how: str, program: str, arguments: str) -> list[str]:
    # Wine would put quotes around an argument with a space in it, which a setup doesn't understand.
    return ["wine", _HAND, how, f'"{program}" {arguments}'.strip()]
