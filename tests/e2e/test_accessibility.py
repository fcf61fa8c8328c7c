"""The real app's accessibility tree: every control has a name and a role, and Tab comes to it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.support.announcements import Announcements
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from tests.e2e.conftest import StartApp, StartConnectedApp, StartServer
    from tests.support.accessibility import Element
    from tests.support.app_process import AppProcess
    from tests.support.desktop import Desktop

_CONTROLS = {
    *("push button", "toggle button", "button menu", "check box", "radio button"),
    *("text", "password text", "combo box", "list", "list item", "slider", "spin button", "tab"),
}
# What arrow keys or a click come to.
_NOT_BY_TAB = {"list item", "label"}
# Qt's class of what can be clicked within a field.
_IN_A_FIELD = "QLineEditIconButton"
_TRANSCRIPT = "transcript"
_MOST_TABS = 40


def _last_name(element: Element) -> str:
    return element.identifier.rpartition(".")[2]


def _named(element: Element) -> str:
    return f"{element.role} {element.name!r} ({_last_name(element)})"


def _check_names(root: Element) -> None:
    shown = list(root.shown())
    unnamed = [_named(each) for each in shown if each.role in _CONTROLS and not each.name.strip()]
    unnamed += [_named(each) for each in shown if each.takes_focus and not each.name.strip()]
    assert unnamed == []
    # A role that says nothing of what can be done.
    dumb = {"unknown", "invalid", "filler", "panel"}
    assert [_named(each) for each in shown if each.takes_focus and each.role in dumb] == []


def _check_tab(desktop: Desktop, window: Element, part: Element | None = None) -> None:
    """Walk with Tab until it begins anew; it must have come to all of a part that takes the focus."""
    wanted = {_named(each) for each in (part or window).shown() if each.is_enabled and _wants_tab(each)}
    assert wanted
    reached: set[str] = set()
    for _ in range(_MOST_TABS):
        desktop.press("Tab")
        reached |= set(wait_until(lambda: _focused(window), "something has the focus"))
        if wanted <= reached:
            break
    assert wanted - reached == set()


def _focused(root: Element) -> list[str]:
    return [_named(each) for each in root.shown() if each.takes_focus and each.has_focus]


def _wants_tab(element: Element) -> bool:
    name = _last_name(element)
    if name == _IN_A_FIELD:
        return False
    is_control = element.takes_focus or element.role in _CONTROLS
    return name == _TRANSCRIPT or (is_control and element.role not in _NOT_BY_TAB)


def _window(desktop: Desktop, app: AppProcess, name: str) -> Element:
    def find() -> Element | None:
        root = desktop.accessibility.application(app.process.pid)
        children = root.children() if root else []
        return next((each for each in children if _last_name(each) == name and each.is_showing), None)

    return wait_until(find, f"{name} is on the screen")


@pytest.fixture
def told_app(start_server: StartServer, start_connected_app: StartConnectedApp) -> AppProcess:
    """The app with an answer that has everything on the page."""
    server = start_server(rate=1000)
    app = start_connected_app(server, "demo/tour")
    app.send("Show me around")
    server.wait_for("finished", server.wait_for_chat())
    app.wait_for_text(_TRANSCRIPT, "tokens")
    app.element("sendButton")
    return app


def test_the_welcome_page(desktop: Desktop, start_app: StartApp) -> None:
    app = start_app()
    app.wait_for_focus("welcomeKey")
    window = _window(desktop, app, "mainWindow")
    _check_names(window)
    _check_tab(desktop, window)


def test_the_window_with_a_conversation(desktop: Desktop, told_app: AppProcess) -> None:
    window = _window(desktop, told_app, "mainWindow")
    _check_names(window)
    _check_tab(desktop, window)


def test_the_find_bar(desktop: Desktop, told_app: AppProcess) -> None:
    desktop.press("ctrl+f")
    told_app.wait_for_focus("findField")
    desktop.type("demo")
    wait_until(lambda: told_app.element("findCount").name != "", "the places are counted")
    bar = told_app.element("findBar")
    _check_names(bar)
    _check_tab(desktop, _window(desktop, told_app, "mainWindow"), bar)


def test_the_actions_of_a_message(desktop: Desktop, told_app: AppProcess) -> None:
    desktop.press("alt+Up", "alt+Up")
    told_app.wait_for_focus(_TRANSCRIPT)
    transcript = told_app.element(_TRANSCRIPT)
    wait_until(
        lambda: transcript.text[transcript.caret :].startswith("Show me around"),
        "the caret is at the message",
    )
    bar = told_app.element("messageBar")
    _check_names(bar)
    wanted = {_named(each) for each in bar.shown()}
    reached: set[str] = set()
    # One stop for Tab, with arrows inside.
    for key in ["Tab", *["Right"] * (len(wanted) - 1)]:
        desktop.press(key)
        reached.add(wait_until(lambda: next((n for n in _focused(bar) if n not in reached), None), key))
    assert len(wanted) >= 2
    assert reached == wanted
    desktop.press("Tab")
    wait_until(lambda: not _focused(bar), "Tab leaves the bar")


def test_the_settings(desktop: Desktop, told_app: AppProcess) -> None:
    desktop.press("ctrl+comma")
    dialog = _window(desktop, told_app, "settingsDialog")
    told_app.wait_for_focus("settingsBaseUrl")
    _check_names(dialog)
    _check_tab(desktop, dialog)


def test_the_list_of_models(desktop: Desktop, told_app: AppProcess) -> None:
    desktop.press("ctrl+m")
    window = _window(desktop, told_app, "mainWindow")
    wait_until(lambda: "list 'Model' (QComboBoxListView)" in _focused(window), "the list has the focus")


def test_the_status_line_is_read(
    start_server: StartServer, start_connected_app: StartConnectedApp, desktop: Desktop
) -> None:
    app = start_connected_app(start_server(rate=20), "demo/long")
    app.send("Hello")
    wait_until(lambda: "Answering" in app.element("statusLine").name, "the status line says what goes on")
    desktop.press("Escape")
    wait_until(lambda: app.element("statusLine").name == "Status", "the status line is empty")


def test_the_page_is_read_in_order(told_app: AppProcess) -> None:
    text = told_app.element(_TRANSCRIPT).text
    in_order = [
        "Show me around",
        "Welcome to Arvae Desktop",
        "This is a scripted demo.",
        "1.\tStop me. Press Stop",
        "2.\tWrite something.",
        "Scroll up while I write",
        "•\tEnter sends",
        "What it does",
        "demo/echo",
        "gives your own words back",
        'arvae-desktop ask "Explain rainbows in two sentences."',
        "That was the tour.",
        "demo/tour",
    ]
    places = [text.index(in_order[0])]
    for words in in_order[1:]:
        places.append(text.index(words, places[-1]))
    assert all(before < after for before, after in pairwise(places))
    for marks in ("**", "```", "|---", "# Welcome"):
        assert marks not in text


def test_a_link_is_reached_by_tab_and_told(
    desktop: Desktop, start_server: StartServer, start_connected_app: StartConnectedApp
) -> None:
    server = start_server(rate=500)
    app = start_connected_app(server, "demo/echo")
    app.send("Read [the manual](https://example.org/manual) first.")
    server.wait_for("finished", server.wait_for_chat())
    app.wait_for_text(_TRANSCRIPT, "Read the manual first.")
    app.element("sendButton")
    with Announcements(desktop.accessibility.address) as reader:
        for _ in range(_MOST_TABS):
            desktop.press("Tab")
            if app.element(_TRANSCRIPT).selected_text == "the manual":
                break
        assert app.element(_TRANSCRIPT).selected_text == "the manual"
        reader.wait_for("the manual, link to example.org.")
