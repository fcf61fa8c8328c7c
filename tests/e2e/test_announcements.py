"""What a screen reader hears of the real app while an answer arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.announcements import Announcements
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.conftest import StartApp, StartConnectedApp, StartServer
    from tests.support.desktop import Desktop

_LATE_S = 0.3  # may the first one be


@pytest.fixture
def reader(desktop: Desktop) -> Iterator[Announcements]:
    with Announcements(desktop.accessibility.address) as reader:
        yield reader


def test_an_answer_is_announced_by_sentences(
    reader: Announcements, start_server: StartServer, start_connected_app: StartConnectedApp
) -> None:
    server = start_server(rate=90)
    app = start_connected_app(server, "demo/tour")
    app.send("Show me around")
    reader.wait_for("Answer complete.", within_s=30)
    assert reader.heard[0].words == "Answering. Esc stops."
    assert len(reader.heard) > 4
    # Each comes over the bus when the machine has time for it, so all of them together show their pace.
    assert reader.heard[-1].at - reader.heard[0].at > 0.95 * (len(reader.heard) - 1) - _LATE_S
    assert not any(each.is_urgent for each in reader.heard)
    for sentence in (
        "Welcome to Arvae Desktop.",
        "This is a scripted demo.",
        "1. Stop me.",
        "demo/echo, gives your own words back.",
        "Code block, 1 line.",
    ):
        assert reader.words.count(sentence) == 1
    assert "arvae-desktop ask" not in reader.words
    assert reader.heard[-1].words.endswith("Press Ctrl+N, and ask away.\nAnswer complete.")


@pytest.mark.parametrize(
    ("model", "words", "is_urgent"),
    [
        ("demo/length", "The answer reached the model’s length limit and ends here.", False),
        ("demo/filtered", "The server’s content filter ended this answer.", False),
        ("demo/cut", "The connection", True),
        ("demo/html", "web page", True),
    ],
)
def test_the_way_it_ended_is_announced(
    reader: Announcements,
    start_server: StartServer,
    start_connected_app: StartConnectedApp,
    model: str,
    words: str,
    is_urgent: bool,
) -> None:
    app = start_connected_app(start_server(rate=500), model)
    app.send("Hello?")
    assert reader.wait_for(words).is_urgent == is_urgent
    assert "complete." not in reader.words.replace("answer was complete.", "")


def test_a_stop_is_announced(
    desktop: Desktop,
    reader: Announcements,
    start_server: StartServer,
    start_connected_app: StartConnectedApp,
) -> None:
    app = start_connected_app(start_server(rate=20), "demo/long")
    app.send("Stop me.")
    wait_until(lambda: len(reader.heard) > 1, "a sentence is announced")
    desktop.press("Escape")
    reader.wait_for("Stopped.")


def test_hints_and_what_is_wrong_with_a_form_are_announced(
    desktop: Desktop, reader: Announcements, start_server: StartServer, start_app: StartApp
) -> None:
    app = start_app()
    app.wait_for_focus("welcomeKey")
    desktop.press("Tab", "ctrl+a")
    desktop.type("no address")
    desktop.press("Return")
    assert reader.wait_for("address").is_urgent
    desktop.press("ctrl+a")
    desktop.type(start_server().base_url)
    desktop.press("Return")
    app.wait_for_focus("composer")
    desktop.press("ctrl+shift+Delete")
    wait_until(lambda: not reader.heard[-1].is_urgent, "a hint is announced")
