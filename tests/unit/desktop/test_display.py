"""Whether a display answers is found out on real sockets, without Qt."""

import contextlib
import socket
import sys

import pytest

from arvae_desktop.desktop.display import missing_display

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looked for on Linux only")


@pytest.fixture
def listener(tmp_path):
    with contextlib.ExitStack() as stack:

        def listen(name):
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            server.bind(name if name.startswith("\0") else str(tmp_path / name))
            server.listen()

        yield listen


def test_no_display_is_said():
    assert "no display" in missing_display({})


def test_a_display_that_does_not_answer_is_named():
    assert ":4711 does not answer" in missing_display({"DISPLAY": ":4711"})
    assert "does not answer" in missing_display({"DISPLAY": "nonsense"})


def test_an_x_server_that_listens_is_enough(listener):
    listener("\0/tmp/.X11-unix/X4712")
    assert missing_display({"DISPLAY": ":4712.0"}) is None
    assert missing_display({"DISPLAY": ":4712", "WAYLAND_DISPLAY": "none"}) is None


def test_an_x_server_over_tcp_is_asked_on_its_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1] - 6000
        assert missing_display({"DISPLAY": f"127.0.0.1:{number}"}) is None
    assert missing_display({"DISPLAY": f"127.0.0.1:{number}"}) is not None


def test_a_compositor_is_looked_for_in_the_runtime_folder(listener, tmp_path):
    environment = {"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert "wayland-9 does not answer" in missing_display(environment)
    listener("wayland-9")
    assert missing_display(environment) is None


def test_platforms_that_need_no_display_are_left_alone():
    assert missing_display({"QT_QPA_PLATFORM": "offscreen"}) is None
