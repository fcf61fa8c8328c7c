"""The ear of the one instance, spoken to over its real socket."""

import os
import socket
import struct
import subprocess
import sys
import threading

import pytest

from arvae_desktop.desktop.instance import server as server_module
from arvae_desktop.desktop.instance.claim import take
from arvae_desktop.desktop.instance.client import NoAnswerError, NobodyThereError, ask
from arvae_desktop.desktop.instance.messages import MAX_BYTES, Request, Verb
from arvae_desktop.desktop.instance.place import Place, place_for
from arvae_desktop.desktop.instance.server import InstanceServer
from tests.support.processes import wait_until

_ASK = """
import sys
from pathlib import Path
from arvae_desktop.desktop.instance.client import ask
from arvae_desktop.desktop.instance.messages import Request, Verb
from arvae_desktop.desktop.instance.place import Place
{first}
try:
    ask(Place(Path(sys.argv[1]), "app"), Request(Verb.QUICK, "from outside", "token-1"), within_s=10)
except OSError as error:
    print(error)
else:
    print("done", "PySide6" in sys.modules)
"""

pytestmark = [
    pytest.mark.usefixtures("qapp"),
    pytest.mark.skipif(sys.platform == "win32", reason="sockets of Unix"),
]


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path, "app")


@pytest.fixture
def server(place):
    claim = take(place)
    server = InstanceServer(claim)
    yield server
    server.close()
    claim.let_go()
    server.deleteLater()


@pytest.fixture
def asked(server):
    heard = []
    server.asked.connect(heard.append)
    return heard


@pytest.fixture
def speak(place, qtbot):
    """Sends bytes and gives what comes back until the other side hangs up."""

    def speak(said):
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(place.socket_file))
            caller.sendall(said)
            return _rest(caller, qtbot)

    return speak


def _rest(caller, qtbot):
    caller.setblocking(False)
    heard = bytearray()

    def is_over():
        try:
            more = caller.recv(4096)
        except BlockingIOError:
            return False
        except ConnectionResetError:  # it hung up with bytes unread
            return True
        heard.extend(more)
        return not more

    qtbot.waitUntil(is_over, timeout=5000)
    return bytes(heard)


def run_outside(place, qtbot, first=""):
    with subprocess.Popen(
        [sys.executable, "-c", _ASK.format(first=first), str(place.folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        qtbot.waitUntil(lambda: process.poll() is not None, timeout=10_000)
        return process.stdout.read().strip()


@pytest.mark.usefixtures("server")
def test_another_process_is_heard(asked, place, qtbot):
    assert run_outside(place, qtbot) == "done False"
    assert asked == [Request(Verb.QUICK, "from outside", "token-1")]


def test_the_command_speaks_to_it_and_loads_no_qt(tmp_path, qtbot):
    claim = take(place_for(tmp_path))
    server = InstanceServer(claim)
    heard = []
    server.asked.connect(heard.append)
    command = [sys.executable, "-X", "importtime", "-m", "arvae_desktop", "--data-dir", str(tmp_path)]
    environment = {**os.environ, "XDG_ACTIVATION_TOKEN": "token-2"}
    with subprocess.Popen(
        [*command, "quick", "Why is the sky blue?"], env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        qtbot.waitUntil(lambda: len(heard) == 1, timeout=10_000)
        loaded = process.stderr.read()
    assert process.returncode == 0
    assert heard == [Request(Verb.QUICK, "Why is the sky blue?", "token-2")]
    assert "arvae_desktop.cli" in loaded
    assert "PySide6" not in loaded
    assert "shiboken" not in loaded
    server.close()
    claim.let_go()
    server.deleteLater()


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="takes on another user")
@pytest.mark.expected_log("a caller was turned away")
@pytest.mark.usefixtures("server")
def test_another_user_gets_nothing(asked, place, qtbot):
    # Even one who gets past the folder's and the socket's permissions.
    place.folder.chmod(0o755)
    for folder in place.folder.parents:
        if not folder.stat().st_mode & 0o001:
            folder.chmod(0o755)
    place.socket_file.chmod(0o666)
    said = run_outside(place, qtbot, "import os; os.setgid(65534); os.setuid(65534)")
    assert said.endswith("did not answer.")
    assert asked == []


@pytest.mark.expected_log("a caller was not understood")
@pytest.mark.parametrize("said", [b"hello\n", b'{"version": 1, "verb": "explode"}\n', b"\0\xff\n"])
def test_junk_gets_nothing(speak, asked, said):
    assert speak(said) == b""
    assert asked == []


def test_a_flood_gets_nothing(speak, asked):
    assert speak(b"x" * (MAX_BYTES + 1)) == b""
    assert asked == []


def test_another_version_hears_no(speak, asked):
    assert b'"done": false' in speak(b'{"version": 9, "verb": "raise"}\n')
    assert asked == []


@pytest.mark.usefixtures("server")
def test_who_says_nothing_is_hung_up_on(place, qtbot, monkeypatch):
    monkeypatch.setattr(server_module, "_SPOKEN_WITHIN_MS", 50)
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(place.socket_file))
        caller.sendall(b'{"version": 1')
        assert _rest(caller, qtbot) == b""


@pytest.mark.expected_log("a caller was turned away")
@pytest.mark.usefixtures("server")
def test_there_is_a_bound_on_callers(place, qtbot):
    callers = [socket.socket(socket.AF_UNIX) for _ in range(17)]
    try:
        for caller in callers:
            caller.connect(str(place.socket_file))
            qtbot.wait(1)
        assert _rest(callers[-1], qtbot) == b""
    finally:
        for caller in callers:
            caller.close()


def test_the_reply_comes_when_it_is_done(server, place, qtbot):
    order = []
    server.asked.connect(lambda _request: order.append("shown"))

    def second_start():
        ask(place, Request(Verb.RAISE), within_s=5)
        order.append("told")

    thread = threading.Thread(target=second_start)
    thread.start()
    qtbot.waitUntil(lambda: not thread.is_alive(), timeout=5000)
    assert order == ["shown", "told"]


def test_nobody_there(place):
    with pytest.raises(NobodyThereError):
        ask(place, Request(Verb.RAISE), within_s=1)


def test_an_app_that_hangs_is_not_waited_for_long(place):
    claim = take(place)
    try:
        with pytest.raises(NoAnswerError):
            ask(place, Request(Verb.RAISE), within_s=0.05)
    finally:
        claim.let_go()


def test_a_server_that_closes_leaves_no_socket(server, place):
    server.close()
    assert not place.socket_file.exists()
    with pytest.raises(NobodyThereError):
        ask(place, Request(Verb.RAISE), within_s=1)


@pytest.mark.usefixtures("server")
def test_a_caller_that_goes_at_once_does_no_harm(asked, place, qtbot):
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(place.socket_file))
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert run_outside(place, qtbot) == "done False"
    wait_until(lambda: len(asked) == 1, "the next one is heard")
