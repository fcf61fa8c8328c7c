"""The shortcut over the portal, on a bus of the test's own with a stand-in that knows the documentation."""

import sys

import pytest

from arvae_desktop.desktop.shortcut.combination import Combination
from arvae_desktop.desktop.shortcut.report import ShortcutState

if sys.platform != "linux":
    pytest.skip("portals are of Linux", allow_module_level=True)

from arvae_desktop.desktop.shortcut.portal import PortalShortcut
from tests.support.desktop import SessionBus, missing_programs
from tests.support.portal import StandInPortal

pytestmark = pytest.mark.usefixtures("qapp")
SPACE = Combination.parse("Ctrl+Alt+Space")


@pytest.fixture(scope="module")
def bus(tmp_path_factory):
    if "dbus-daemon" in missing_programs():
        pytest.skip("not installed: dbus-daemon")
    bus = SessionBus(tmp_path_factory.mktemp("bus"))
    yield bus
    bus.end()


@pytest.fixture
def shortcut(bus):
    shortcut = PortalShortcut("arvae-desktop", address=bus.address)
    yield shortcut
    shortcut.close()


@pytest.fixture
def bind(shortcut, qtbot):
    """Asks for a combination and waits for the answer."""

    def bind(combination=SPACE):
        shortcut.bind(combination)
        qtbot.waitUntil(lambda: shortcut.report.state is not ShortcutState.ASKING)
        return shortcut.report

    return bind


@pytest.fixture
def portal(bus):
    with StandInPortal(bus.address) as portal:
        yield portal
    assert portal.mistakes == []


def test_nothing_is_asked_before_it_is_wanted(portal, shortcut):
    assert shortcut.report.state is ShortcutState.OFF
    assert portal.calls == []


def test_the_calls_and_their_order(portal, bind):
    report = bind()
    assert report.state is ShortcutState.ACTIVE
    assert report.trigger == "Press <Control><Alt>space"
    register, create, bound = portal.calls
    assert register == ("Register", ("arvae-desktop", {}))
    assert create.member == "CreateSession"
    assert set(create.body[0]) == {"handle_token", "session_handle_token"}
    session, shortcuts, window, options = bound.body
    assert (bound.member, window, set(options)) == ("BindShortcuts", "", {"handle_token"})
    assert session.startswith("/org/freedesktop/portal/desktop/session/")
    assert shortcuts == [
        (
            "quick-prompt",
            {
                "description": ("s", "Bring up the quick prompt"),
                "preferred_trigger": ("s", "CTRL+ALT+space"),
            },
        )
    ]
    assert all(trial.is_good for trial in report.trials)


def test_a_press_brings_its_token(portal, shortcut, bind, qtbot):
    bind()
    heard = []
    shortcut.pressed.connect(lambda time, token: heard.append((time, token)))
    portal.press(shortcut="somebody-elses")
    portal.press(token="")
    portal.press()
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard == [(12345678, ""), (12345678, "token-7")]


def test_another_combination_is_another_session(portal, bind):
    bind()
    bind(Combination.parse("Meta+Shift+F5"))
    calls = ["Register", "CreateSession", "BindShortcuts"]
    assert portal.members == [*calls, "Close", *calls]
    assert portal.calls[-1].body[1][0][1]["preferred_trigger"] == ("s", "SHIFT+LOGO+F5")


def test_given_back(portal, shortcut, bind, qtbot):
    bind()
    shortcut.release()
    qtbot.waitUntil(lambda: portal.members[-1] == "Close")
    assert shortcut.report.state is ShortcutState.OFF


def test_the_desktop_changes_the_key(portal, shortcut, bind, qtbot):
    bind()
    portal.rename("Press Meta+J")
    qtbot.waitUntil(lambda: shortcut.report.trigger == "Press Meta+J")
    assert shortcut.report.state is ShortcutState.ACTIVE


def test_the_desktop_ends_it(portal, shortcut, bind, qtbot):
    bind()
    portal.close_session()
    qtbot.waitUntil(lambda: shortcut.report.state is ShortcutState.UNAVAILABLE)
    assert "ended" in shortcut.report.reason


def test_an_older_portal_has_no_registry(bus, bind):
    with StandInPortal(bus.address, has_registry=False) as portal:
        report = bind()
    assert report.state is ShortcutState.ACTIVE
    assert portal.members == ["Register", "CreateSession", "BindShortcuts"]
    assert [trial.is_good for trial in report.trials][:2] == [False, True]
    assert "UnknownMethod" in report.trials[0].answer


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ({"has_shortcuts": False}, "no portal for global shortcuts"),
        ({"session_code": 2}, "refused a session"),
        ({"bind_code": 1}, "declined"),
        ({"bind_code": 2}, "did not grant"),
        ({"trigger": None}, "no key"),
    ],
)
def test_why_it_can_not_be_had(bus, bind, behaviour, words):
    with StandInPortal(bus.address, **behaviour):
        report = bind()
    assert report.state is ShortcutState.UNAVAILABLE
    assert words in report.reason
    assert behaviour == {"trigger": None} or not all(trial.is_good for trial in report.trials)


def test_no_portal_at_all(bind):
    report = bind()
    assert report.state is ShortcutState.UNAVAILABLE
    assert "no portal for global shortcuts" in report.reason


def test_a_portal_that_comes_back_is_asked_again(bus, shortcut, bind, qtbot):
    with StandInPortal(bus.address):
        bind()
    qtbot.waitUntil(lambda: shortcut.report.state is ShortcutState.UNAVAILABLE)
    with StandInPortal(bus.address) as portal:
        qtbot.waitUntil(lambda: shortcut.report.state is ShortcutState.ACTIVE)
        assert portal.members == ["Register", "CreateSession", "BindShortcuts"]
        with qtbot.waitSignal(shortcut.pressed):
            portal.press()


@pytest.mark.expected_log("watching ended")
def test_no_bus_at_all(tmp_path, qtbot):
    shortcut = PortalShortcut("arvae-desktop", address=f"unix:path={tmp_path}/none")
    shortcut.bind(SPACE)
    qtbot.waitUntil(lambda: shortcut.report.state is ShortcutState.UNAVAILABLE)
    assert "session bus" in shortcut.report.reason
    shortcut.close()
