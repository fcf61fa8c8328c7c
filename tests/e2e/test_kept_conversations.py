"""What was said is there after the next start, however the app ended."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

from tests.support.processes import Process, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import StartApp, StartConnectedApp, StartServer
    from tests.support.app_process import AppProcess
    from tests.support.desktop import Desktop

_PROMPT = "Every word of this comes back."


def _choose(desktop: Desktop, app: AppProcess, title: str) -> None:
    """Find a conversation by the keyboard alone, and open it."""
    desktop.press("ctrl+k")
    app.wait_for_focus("searchField")
    desktop.type(f'in:title "{title}"')
    wait_until(lambda: title in _names(app, "searchResults"), "it is found")
    desktop.press("Return")


def _names(app: AppProcess, name: str) -> str:
    return "\n".join(element.name for element in app.element(name).descendants())


def test_a_conversation_and_a_draft_are_there_after_the_next_start(
    desktop: Desktop, start_server: StartServer, start_connected_app: StartConnectedApp, start_app: StartApp
) -> None:
    server = start_server()
    app = start_connected_app(server, "demo/echo")
    app.send(_PROMPT)
    wait_until(lambda: app.element("transcript").text.count(_PROMPT) == 2, "it is answered")
    wait_until(lambda: app.is_showing("sendButton"), "the answer has ended")
    app.wait_for_focus("composer")
    desktop.type("half a thou")
    app.wait_for_text("composer", "half a thou")
    app.quit_with("ctrl+q")
    again = start_app()
    again.wait_for_focus("composer")
    wait_until(lambda: _PROMPT in _names(again, "conversationList"), "it is listed")
    _choose(desktop, again, _PROMPT)
    wait_until(lambda: again.element("transcript").text.count(_PROMPT) == 2, "it is shown")
    again.wait_for_text("composer", "half a thou")


def test_after_a_crash_the_answer_is_there_up_to_the_last_word_that_was_seen(
    start_server: StartServer, start_connected_app: StartConnectedApp, start_app: StartApp
) -> None:
    server = start_server(rate=40)
    app = start_connected_app(server, "demo/tour")
    app.send("Show me around")
    seen = app.wait_for_text("transcript", "Welcome to Arvae Desktop")
    wait_until(lambda: len(app.element("transcript").text) > len(seen) + 40, "more text arrives")
    seen = app.element("transcript").text
    app.process.send_signal(signal.SIGKILL)
    app.process.wait(5)
    again = start_app()
    text = again.wait_for_text("transcript", "This answer ended before it was complete.")
    # The last line may have been half a construct then.
    words = [line for line in seen.splitlines() if line.strip()][:-1]
    assert all(line in text for line in words)
    assert "Continue" in text
    app.process.end()


def test_two_never_have_the_same_data(
    desktop: Desktop, start_app: StartApp, tmp_path: Path, data_dir: Path
) -> None:
    app = start_app("--demo")
    app.wait_for_focus("composer")
    folder, elsewhere = tmp_path / "second", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir(mode=0o700)
    # Where the two don't find each other: another runtime folder, as in another session.
    environment = {**desktop.environment, "XDG_RUNTIME_DIR": str(elsewhere)}
    command = [sys.executable, "-m", "arvae_desktop", "--demo", "--data-dir", str(data_dir)]
    second = Process(command, folder=folder, environment=environment)
    wait_until(lambda: "open in another window" in second.stderr, "the second says so")
    wait_until(lambda: len(desktop.windows("The conversations are open")) == 1, "and shows it")
    desktop.press("Return")
    assert second.wait(5) == 1
    second.end()
