"""A prompt is typed, its answer arrives word by word, on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.app_process import AppProcess
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import StartConnectedApp, StartServer
    from tests.support.desktop import Desktop


def test_answer_appears_while_it_streams(
    desktop: Desktop, start_server: StartServer, start_connected_app: StartConnectedApp
) -> None:
    server = start_server(rate=20)
    app = start_connected_app(server, "demo/tour")
    app.send("Show me around")
    request = server.wait_for_chat()
    assert request["stream"] is True
    server.wait_for("first_byte", request)
    app.wait_for_text("transcript", "Welcome to Arvae Desktop")
    early = app.element("transcript")
    text, box = early.text, early.box
    picture = desktop.screen.region(box)
    wait_until(lambda: len(app.element("transcript").text) > len(text) + 40, "more text arrives")
    wait_until(lambda: desktop.screen.region(box) != picture, "more text is painted")
    assert app.is_showing("stopButton")
    assert not app.is_showing("sendButton")
    assert not server.events("finished") or server.events("finished")[-1]["id"] != request["id"]


def test_whole_answer_can_be_copied_and_the_next_prompt_takes_it_along(
    desktop: Desktop, start_server: StartServer, start_connected_app: StartConnectedApp
) -> None:
    server = start_server(rate=500)
    app = start_connected_app(server, "demo/echo")
    app.send("Every word of this comes back.")
    server.wait_for("finished", server.wait_for_chat())
    app.element("sendButton")
    app.click("transcript")
    desktop.press("ctrl+a", "ctrl+c")
    wait_until(
        lambda: desktop.clipboard().count("Every word of this comes back.") == 2,
        "prompt and answer are copied",
    )
    desktop.press("ctrl+l")
    app.send("And once more.")
    roles_and_texts = [
        (message["role"], message["content"]) for message in server.wait_for_chat(2)["messages"]
    ]
    assert roles_and_texts == [
        ("user", "Every word of this comes back."),
        ("assistant", "Every word of this comes back."),
        ("user", "And once more."),
    ]


def test_demo_mode_says_so_and_leaves_no_trace(desktop: Desktop, tmp_path: Path) -> None:
    names = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "TMPDIR")
    places = {name: tmp_path / name for name in names}
    for place in places.values():
        place.mkdir()
    environment = {name: str(place) for name, place in places.items()}
    app = AppProcess(desktop, tmp_path, "--demo", data_dir=None, environment=environment)
    app.wait_for_focus("composer")
    wait_until(lambda: desktop.windows("demo"), "the title says that it is a demo")
    app.send("Show me around")
    app.wait_for_text("transcript", "This is a scripted demo.")
    (kept,) = places["TMPDIR"].glob("arvae-demo-*")
    assert (kept / "conversations.db").exists()
    app.quit_with("ctrl+q")
    assert [path for place in places.values() for path in place.rglob("*")] == []
