"""The keyring, asked in a process of its own."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from arvae_desktop import ASK_KEYRING
from arvae_desktop.domain.errors import KeyringError, NoKeyringError
from arvae_desktop.domain.secret import Secret
from arvae_desktop.services import keyring_asking, own_process
from arvae_desktop.services.daemon_threads import DaemonWorker
from arvae_desktop.services.keyring_asking import keyring_in_own_process
from arvae_desktop.storage.credentials import KeyringCredentials
from arvae_desktop.storage.keyring_backend import BackendError
from tests.services.keyring_stand_in import ENDING, HANGING, LOCKED, StandIn
from tests.support.processes import is_gone, wait_until

ORIGIN = "https://arvae.ai:443"
KEY = Secret("sk-arvae-0123456789-é")
SERVICE = "Arvae Desktop"


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The file in which the stand-in keeps keys."""
    file = tmp_path / "keys.json"
    file.write_text("{}")
    monkeypatch.setenv("ARVAE_TEST_KEYRING", str(file))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"tests.services.keyring_stand_in.{StandIn.__qualname__}")
    return file


@pytest.fixture
def processes(monkeypatch):
    """All processes that were started."""
    started = []
    start = own_process.start

    def start_and_note(command, environment):
        started.append(start(command, environment))
        return started[-1]

    monkeypatch.setattr(own_process, "start", start_and_note)
    return started


def _store(**options):
    return KeyringCredentials(DaemonWorker(), open_keyring=keyring_in_own_process, **options)


def test_a_key_is_kept_read_and_forgotten(kept, processes):
    async def main():
        store = _store()
        assert await store.get(ORIGIN) is None
        await store.set(ORIGIN, KEY)
        assert json.loads(kept.read_text())[ORIGIN] == KEY.reveal()
        assert store.place == "the system keyring (Secret Service)"
        assert await _store().get(ORIGIN) == KEY
        await store.delete(ORIGIN)
        assert await store.get(ORIGIN) is None

    asyncio.run(main())
    assert len(processes) == 5
    assert all(process.returncode is not None for process in processes)


def test_all_keys_that_are_found_are_deleted(kept):
    kept.write_text(json.dumps({ORIGIN: "one", "https://other.example:443": "two"}))
    asyncio.run(_store().delete_all([]))
    assert json.loads(kept.read_text()) == {}


def test_no_key_is_on_the_command_line_or_in_the_environment(kept, processes, monkeypatch):
    monkeypatch.setenv("ARVAE_API_KEY", "sk-from-the-environment")
    asyncio.run(_store().set(ORIGIN, KEY))
    assert KEY.reveal() not in " ".join(processes[0].args)
    known = json.loads(kept.read_text())["environment"]
    assert "ARVAE_TEST_KEYRING" in known
    assert "sk-from-the-environment" not in known


@pytest.mark.parametrize("call", ["get", "set"])
@pytest.mark.expected_log("keyring call failed: KeyringLocked")
@pytest.mark.usefixtures("kept")
def test_what_a_backend_raises_is_told_by_its_name_alone(call, caplog):
    arguments = (LOCKED, KEY) if call == "set" else (LOCKED,)
    with pytest.raises(KeyringError, match=r"\(KeyringLocked\)") as caught:
        asyncio.run(getattr(_store(), call)(*arguments))
    assert KEY.reveal() not in f"{caught.value!r} {caplog.text}"


def test_a_system_without_a_keyring_is_told(monkeypatch):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    with pytest.raises(NoKeyringError):
        asyncio.run(_store().get(ORIGIN))


@pytest.mark.usefixtures("kept")
def test_a_process_that_dies_is_told():
    with keyring_in_own_process() as keyring:
        for _ in range(2):
            with pytest.raises(BackendError, match="EOFError"):
                keyring.get(SERVICE, ENDING)


@pytest.mark.usefixtures("kept")
def test_a_python_without_our_modules_is_told(monkeypatch):
    monkeypatch.setattr(own_process, "paths", lambda: "[]")
    with pytest.raises(BackendError, match="EOFError"), keyring_in_own_process():
        pass


def test_a_keyring_that_never_answers_is_given_up_and_its_process_ends_with_the_app(kept, processes):
    with pytest.raises(KeyringError, match="does not answer"):
        asyncio.run(_store(time_limit_s=2).get(HANGING))
    wait_until(kept.with_suffix(".asked").exists, "the keyring was asked")
    (process,) = processes
    assert process.poll() is None, "the answer may come yet, and may have to be undone"
    process.stdin.close()
    assert process.wait(10) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in Linux’s /proc")
@pytest.mark.usefixtures("kept")
def test_it_ends_when_the_app_is_killed():
    script = (
        "from arvae_desktop.services import own_process\n"
        "from arvae_desktop.services.keyring_asking import keyring_in_own_process\n"
        "with keyring_in_own_process() as keyring:\n"
        "    print(keyring._process.pid, flush=True)\n"
        f"    keyring.get('x', {HANGING!r})\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as app:
        asking = int(app.stdout.readline())
        app.send_signal(signal.SIGKILL)
    wait_until(lambda: is_gone(asking), "the process is gone")


def test_it_loads_no_qt():
    script = (
        "import sys, arvae_desktop.services.keyring_process\n"
        "print(any(name.partition('.')[0] == 'PySide6' for name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.split() == ["False"]


def test_asking_loads_no_keyring():
    script = (
        "import sys, arvae_desktop.app.parts\n"
        "print({name.partition('.')[0] for name in sys.modules} & {'keyring', 'cryptography', 'jeepney'})"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stdout.strip() == "set()"


def test_on_windows_it_is_the_program_with_standard_streams(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "Arvae Desktop.exe"))
    assert own_process.program() == sys.executable
    (tmp_path / "arvae-desktop.exe").touch()
    assert own_process.command(ASK_KEYRING, "any")[0] == str(tmp_path / "arvae-desktop.exe")


@pytest.mark.usefixtures("kept")
def test_a_frozen_app_is_the_process_itself(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(sys, "frozen", True, raising=False)
        assert own_process.command(ASK_KEYRING, keyring_asking._MODULE) == [sys.executable, ASK_KEYRING]
    command = [sys.executable, "-m", "arvae_desktop", ASK_KEYRING]
    with own_process.start(command, os.environ) as process:
        assert process.stdout.readline() == b'["keyring.backends.SecretService"]\n'
        process.stdin.write(b'["get", "x", "y"]\n')
        process.stdin.flush()
        assert process.stdout.readline() == b"[null]\n"
        ending = threading.Timer(10, process.kill)
        ending.start()
        process.stdin.close()
        assert process.wait() == 0
        ending.cancel()
