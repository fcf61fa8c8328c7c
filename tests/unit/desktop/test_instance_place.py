"""Where instances meet, and who may be the one."""

import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile

import pytest

from arvae_desktop.desktop.instance import claim, place
from arvae_desktop.desktop.instance.place import place_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets of Unix")

_HOLD = """
import sys, time
from pathlib import Path
from arvae_desktop.desktop.instance.claim import take
from arvae_desktop.desktop.instance.place import Place
claim = take(Place(Path(sys.argv[1]), "app"))
print("mine" if claim else "taken", flush=True)
time.sleep(60)
"""


@pytest.fixture
def here(tmp_path):
    return place.Place(tmp_path, "app")


@pytest.fixture
def take(here):
    claims = []

    def take():
        claims.append(claim.take(here))
        return claims[-1]

    yield take
    for each in claims:
        if each is not None:
            each.let_go()


def test_there_is_one_at_a_time(take):
    first = take()
    assert first is not None
    assert take() is None
    first.let_go()
    assert take() is not None


def test_the_socket_is_the_users_alone(take, here):
    take()
    assert stat.S_IMODE(here.socket_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(here.lock_file.stat().st_mode) == 0o600


def test_others_are_spoken_to_as_soon_as_the_place_is_taken(take, here):
    taken = take()
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(here.socket_file))
        caller.sendall(b"early\n")
        connection, _ = taken.listener.accept()
        with connection:
            connection.setblocking(True)
            assert connection.recv(10) == b"early\n"


def test_what_a_crash_leaves_is_no_obstacle(take, here):
    holder = subprocess.Popen([sys.executable, "-c", _HOLD, here.folder], stdout=subprocess.PIPE, text=True)
    with holder:
        assert holder.stdout.readline() == "mine\n"
        assert take() is None
        holder.send_signal(signal.SIGKILL)
        holder.wait(10)
    assert here.socket_file.exists()
    with socket.socket(socket.AF_UNIX) as caller, pytest.raises(ConnectionRefusedError):
        caller.connect(str(here.socket_file))
    assert take() is not None


def test_each_data_folder_has_a_place_of_its_own(tmp_path):
    environment = {"XDG_RUNTIME_DIR": os.environ["XDG_RUNTIME_DIR"]}
    names = {place_for(data, environment).name for data in (tmp_path / "a", tmp_path / "b", None)}
    assert len(names) == 3
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert place_for(tmp_path / "link", environment) == place_for(tmp_path / "a", environment)


def test_a_runtime_folder_that_others_may_enter_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    open_to_all = tmp_path / "run"
    open_to_all.mkdir(mode=0o755)
    link = tmp_path / "link"
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    link.symlink_to(private)
    own = tmp_path / f"arvae-desktop-{os.getuid()}"
    for given in (str(open_to_all), str(link), str(tmp_path / "none"), "", f"{private}/{'x' * 100}"):
        assert place_for(None, {"XDG_RUNTIME_DIR": given}).folder == own
    assert stat.S_IMODE(own.stat().st_mode) == 0o700
    assert place_for(None, {"XDG_RUNTIME_DIR": str(private)}).folder == private


def test_a_folder_that_somebody_put_in_our_place_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / f"arvae-desktop-{os.getuid()}").mkdir(mode=0o777)
    (tmp_path / f"arvae-desktop-{os.getuid()}").chmod(0o777)
    with pytest.raises(PermissionError):
        place_for(None, {})


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="takes on other users")
def test_two_users_do_not_meet(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    places = set()
    for user in (12345, 12346):
        folder = tmp_path / f"arvae-desktop-{user}"
        folder.mkdir(mode=0o700)
        os.chown(folder, user, user)
        monkeypatch.setattr(os, "getuid", lambda user=user: user)
        # Each by its own folder, even where both are given the runtime folder of one of them.
        places.add(place_for(None, {"XDG_RUNTIME_DIR": str(tmp_path / "arvae-desktop-12345")}).socket_file)
    assert len(places) == 2


def test_names_fit_a_socket(tmp_path):
    assert len(os.fsencode(place_for(tmp_path).socket_file)) <= 103
