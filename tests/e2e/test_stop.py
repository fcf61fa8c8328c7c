"""Stopping, in every phase: the server sees the socket close, and what had arrived stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.processes import wait_until

if TYPE_CHECKING:
    from tests.e2e.conftest import StartConnectedApp, StartServer
    from tests.support.desktop import Desktop

STOP_WITHIN_S = 1.0
_PROMPT = "Stop me."
# Each model, and whether it says something first.
PHASES = [
    pytest.param("demo/silent", False, id="before the first byte"),
    pytest.param("demo/long", True, id="while words arrive"),
    pytest.param("demo/stall", True, id="while the server is silent"),
]


@pytest.mark.parametrize("way", ["Escape", "stopButton"])
@pytest.mark.parametrize(("model", "speaks"), PHASES)
def test_stop(
    desktop: Desktop,
    start_server: StartServer,
    start_connected_app: StartConnectedApp,
    model: str,
    speaks: bool,
    way: str,
) -> None:
    server = start_server(rate=50)
    app = start_connected_app(server, model)
    app.send(_PROMPT)
    request = server.wait_for_chat()
    app.element("stopButton")
    before = ""
    if speaks:
        server.wait_for("first_byte", request)
        before = wait_until(
            lambda: text if len(text := app.element("transcript").text) > len(_PROMPT) + 20 else None,
            "words arrive",
        )
    if way == "Escape":
        desktop.press("Escape")
    else:
        app.click(way)
    closed = server.wait_for("client_closed", request, within_s=STOP_WITHIN_S)
    assert (closed["sent_tokens"] > 0) == speaks
    after = app.wait_for_text("transcript", "Stopped.")
    if speaks:
        assert before.rstrip()[:-1] in after
    app.element("sendButton")
    app.wait_for_focus("composer")
    app.send("Still there?")
    assert server.wait_for_chat(2)["messages"][0]["content"] == _PROMPT


def test_stopping_one_of_two_streams_leaves_the_other(
    desktop: Desktop, start_server: StartServer, start_connected_app: StartConnectedApp
) -> None:
    server = start_server(rate=20)
    app = start_connected_app(server, "demo/tour")
    app.send("The first chat")
    first = server.wait_for_chat(1)
    desktop.press("ctrl+n")
    app.send("The second chat")
    second = server.wait_for_chat(2)
    assert [message["content"] for message in second["messages"]] == ["The second chat"]
    app.wait_for_text("transcript", "Welcome")
    desktop.press("Escape")
    server.wait_for("client_closed", second, within_s=STOP_WITHIN_S)
    assert all(event["id"] != first["id"] for event in server.events("client_closed"))
    app.quit_with("ctrl+q")
    server.wait_for("client_closed", first, within_s=STOP_WITHIN_S)
