"""An answer whose connection broke: the rest is fetched and joined to it, on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arvae_desktop.demo import texts

if TYPE_CHECKING:
    from tests.e2e.conftest import StartConnectedApp, StartServer
    from tests.support.desktop import Desktop

_TWICE = "still something to"


@pytest.mark.parametrize("by_itself", [False, True])
def test_continue(
    desktop: Desktop, start_server: StartServer, start_connected_app: StartConnectedApp, by_itself: bool
) -> None:
    server = start_server(rate=300)
    app = start_connected_app(server, "demo/cut", continues_once=by_itself)
    app.send("Go on until it breaks.")
    if not by_itself:
        assert _TWICE in app.wait_for_text("transcript", "Continue")
        app.click("transcript")
        # The links of the page by keyboard: the first is Continue.
        desktop.press("Tab", "Return")
    shown = app.wait_for_text("transcript", "as if nothing had happened.")
    assert f"without the {len(_TWICE)} characters" in shown
    assert shown.count(_TWICE) == 1
    assert "Continue" not in app.wait_for_text("transcript", "tokens")
    first, second = (server.wait_for_chat(number)["messages"] for number in (1, 2))
    assert len(first) == 1
    assert second[1] == {"role": "assistant", "content": texts.CUT}
    assert "cut off" in second[2]["content"]
