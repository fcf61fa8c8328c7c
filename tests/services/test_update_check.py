"""Telling of new versions: off until asked, once a day, one sentence, and never more than telling."""

import datetime as dt
import functools
import http.server

import pytest

from arvae_desktop.domain.program import Build
from arvae_desktop.services import update_check
from arvae_desktop.services.update_check import UpdateCheck
from tests.support.http_server import serving
from tests.unit.api.test_release_file import GOOD, PUBLIC, signed

BUILD = Build("1.0.0", update_key=PUBLIC.hex())
FRESH = {**GOOD, "good_until": "9999-01-01"}


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def folder(tmp_path):
    """What the server has."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "release.json").write_bytes(signed(FRESH))
    return folder


@pytest.fixture
def asked(folder):
    """A server; gives its URL and the paths that were asked for."""
    paths = []

    class Noting(Handler):
        def do_GET(self):
            paths.append(self.path)
            super().do_GET()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Noting, directory=folder))
    with serving(server):
        yield f"http://127.0.0.1:{server.server_port}/release.json", paths


@pytest.fixture
def make(asked, preferences, notifier, notices, tasks):
    """Makes a check that looks at once; gives it, the notices of releases and the sentences said."""
    checks = []

    def make(build=BUILD):
        check = UpdateCheck(build, preferences, notifier, tasks, url=asked[0], first_after_ms=0)
        found, said = notices, []
        check.checked.connect(said.append)
        check.begin()
        checks.append(check)
        return check, found, said

    yield make
    for check in checks:
        check._timer.stop()


def let_it_look(check, qtbot):
    """Wait until the timer has had its turn, if it runs at all."""
    qtbot.waitUntil(lambda: not check._timer.isActive() or check._timer.interval() > 1000)


def test_off_until_asked(make, asked, preferences, qtbot):
    check, found, _ = make()
    assert preferences.settings.checks_updates is False
    assert not check._timer.isActive()
    preferences.change(checks_updates=True)
    qtbot.waitUntil(lambda: len(found) == 1)
    assert found[0].title == "Version 1.10.0 of Arvae Desktop is out."
    assert found[0].hint == "This is 1.0.0. Nothing is installed by itself."
    assert found[0].link == GOOD["page"]
    assert asked[1] == ["/release.json"]


def test_once_a_day(make, asked, preferences, qtbot, monkeypatch):
    monkeypatch.setattr(update_check, "_today", lambda: dt.date(2026, 3, 1))
    today = "2026-03-01"
    preferences.change(checks_updates=True, updates_checked_on=today)
    check, found, _ = make()
    let_it_look(check, qtbot)
    assert (found, asked[1]) == ([], [])
    preferences.change(updates_checked_on="2020-01-01")
    check._look()
    qtbot.waitUntil(lambda: len(found) == 1)
    assert preferences.settings.updates_checked_on == today


def test_turned_off_it_stops(make, asked, preferences, qtbot):
    preferences.change(checks_updates=True)
    check, found, _ = make()
    qtbot.waitUntil(lambda: len(found) == 1)
    preferences.change(checks_updates=False)
    assert not check._timer.isActive()
    assert len(asked[1]) == 1


def test_a_version_is_told_once_a_run(make, preferences, qtbot, run):
    preferences.change(checks_updates=True)
    check, found, _ = make()
    qtbot.waitUntil(lambda: len(found) == 1)
    preferences.change(updates_checked_on=None)
    run(check._check(is_asked=False))
    assert len(found) == 1


def test_asked_by_hand_it_says_a_sentence(make, folder, qtbot):
    check, found, said = make()
    check.check_now()
    qtbot.waitUntil(lambda: len(said) == 1)
    assert said == ["Version 1.10.0 is out."]
    assert len(found) == 1
    (folder / "release.json").write_bytes(signed({**FRESH, "version": "1.0.0"}))
    check.check_now()
    qtbot.waitUntil(lambda: len(said) == 2)
    assert said[1] == "This is the newest version, 1.0.0."
    (folder / "release.json").write_bytes(b"{}")
    check.check_now()
    qtbot.waitUntil(lambda: len(said) == 3)
    assert "names no release" in said[2]
    assert len(found) == 1


def test_by_itself_it_keeps_quiet_about_what_goes_wrong_and_waits_a_day(
    make, asked, folder, preferences, qtbot
):
    (folder / "release.json").unlink()
    preferences.change(checks_updates=True)
    check, found, said = make()
    qtbot.waitUntil(lambda: len(asked[1]) == 1)
    qtbot.waitUntil(lambda: not check._is_asking)
    check._look()
    qtbot.wait(50)
    assert (found, said, len(asked[1])) == ([], [], 1)


def test_a_build_without_a_key_never_asks(make, asked, preferences):
    preferences.change(checks_updates=True)
    check, _, said = make(Build("1.0.0"))
    assert not check.is_offered
    assert not check._timer.isActive()
    check.check_now()
    assert "can’t prove" in said[0]
    assert asked[1] == []
