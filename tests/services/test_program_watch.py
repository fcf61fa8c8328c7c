"""A program whose file is exchanged or removed while it runs."""

import pytest

from arvae_desktop.services.notifier import Notifier, Severity
from arvae_desktop.services.program_watch import ProgramWatch


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "program"
    path.write_bytes(b"one")
    return path


@pytest.fixture
def watch(program, qtbot):  # noqa: ARG001  (there is a Qt application)
    watch = ProgramWatch(program, Notifier(), look_after_ms=5)
    yield watch
    watch.deleteLater()


@pytest.fixture
def told(watch):
    """What the user is told."""
    notices = []
    watch._notifier.noticed.connect(notices.append)
    return notices


def replace(program, content):
    """As package managers do: the new file takes the old one's name."""
    new = program.with_suffix(".new")
    new.write_bytes(content)
    new.rename(program)


def test_another_version_is_told(told, program, qtbot):
    replace(program, b"two")
    qtbot.waitUntil(lambda: told != [])
    (notice,) = told
    assert notice.severity is Severity.INFO
    assert "another version" in notice.title
    assert "start it again" in notice.hint


def test_one_that_is_written_a_while_after_the_old_one_went_is_told(watch, told, program, qtbot):
    program.unlink()
    qtbot.waitUntil(lambda: watch._missed > 0)
    program.write_bytes(b"two")
    qtbot.waitUntil(lambda: told != [])
    assert "another version" in told[0].title


def test_a_program_that_is_gone_is_told(told, program, qtbot):
    program.unlink()
    qtbot.waitUntil(lambda: told != [])
    (notice,) = told
    assert notice.severity is Severity.WARNING
    assert "removed" in notice.title
    assert "conversations stay" in notice.hint


def test_what_changes_nothing_is_not_told_and_what_follows_it_is(watch, told, program, qtbot):
    qtbot.waitUntil(lambda: not watch._timer.isActive())
    with qtbot.waitSignal(watch._timer.timeout):
        program.chmod(0o700)
    assert told == []
    replace(program, b"two")
    qtbot.waitUntil(lambda: told != [])


def test_one_that_was_replaced_before_it_was_watched_is_told(program, qtbot):
    running = program.with_name("running")
    running.hardlink_to(program)
    replace(program, b"two")
    notifier = Notifier()
    with qtbot.waitSignal(notifier.noticed) as told:
        watch = ProgramWatch(program, notifier, started_from=running, look_after_ms=5)
    assert "another version" in told.args[0].title
    watch.deleteLater()
