"""Which program this is, and whose its parts are."""

import dataclasses
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPlainTextEdit, QPushButton, QWidget

from arvae_desktop.app import wishes
from arvae_desktop.domain import program
from arvae_desktop.domain.program import Build, Licence
from arvae_desktop.services.tasks import Tasks
from arvae_desktop.ui.about_dialog import AboutDialog

BUILD = Build("1.2.3", "0123456789abcdef0123456789abcdef01234567", "2026-01-02")
LICENCES = [
    Licence("Arvae Desktop", "1.2.3", "MIT", "Do what you like."),
    Licence("Part", "", "ISC", "<b>May</b> be used."),
]


@pytest.fixture
def make(show, theme):
    def make(build=BUILD, licences=LICENCES, *, offers_check=True):
        return show(AboutDialog(build, licences, theme, show(QWidget()), offers_check=offers_check))

    return make


def _said(dialog):
    return [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]


def _check(dialog):
    return next(b for b in dialog.findChildren(QPushButton) if "version" in b.text())


def test_it_says_what_was_built_and_from_which_commit(make):
    assert _said(make()) == ["Arvae Desktop 1.2.3 (0123456789ab, 2026-01-02)"]


def test_of_many_parts_some_are_shown_and_the_rest_is_scrolled_to(make, qtbot):
    dialog = make(licences=[Licence(f"Part {number}", "", "MIT", "A text.") for number in range(100)])
    parts = dialog.findChild(QComboBox)
    parts.showPopup()
    qtbot.waitUntil(parts.view().isVisible)
    assert parts.view().window().height() < dialog.height()
    parts.hidePopup()


def test_each_part_has_its_licence_as_text(make):
    dialog = make()
    parts, text = dialog.findChild(QComboBox), dialog.findChild(QPlainTextEdit, "aboutLicence")
    assert [parts.itemText(row) for row in range(parts.count())] == ["Arvae Desktop 1.2.3", "Part"]
    assert text.toPlainText() == "MIT\n\nDo what you like."
    parts.setCurrentIndex(1)
    assert text.toPlainText() == "ISC\n\n<b>May</b> be used."


def test_where_parts_are_installed_beside_it_there_is_nothing_to_choose(make):
    dialog = make(Build("1.2.3"), [])
    assert _said(dialog)[0] == "Arvae Desktop 1.2.3"
    assert _said(dialog)[1].startswith("MIT licence.")
    assert not dialog.findChild(QComboBox).isVisible()


def test_looking_for_a_new_version_is_asked_for_and_answered(make, qtbot):
    dialog = make()
    with qtbot.waitSignal(dialog.check_requested):
        qtbot.mouseClick(_check(dialog), Qt.MouseButton.LeftButton)
    dialog.tell("This is the newest version, 1.2.3.")
    assert _said(dialog)[1] == "This is the newest version, 1.2.3."


def test_without_a_proof_it_is_not_offered(make):
    assert not _check(make(offers_check=False)).isVisible()


def test_the_window_asks_for_it_and_its_looking_is_that_of_the_app(
    show, theme, preferences, notifier, qapp, qasync_loop, qtbot, monkeypatch
):
    monkeypatch.setattr(program, "build", lambda: dataclasses.replace(BUILD, update_key="ab" * 32))
    tasks = Tasks(notifier.report)
    parts = SimpleNamespace(
        application=qapp, theme=theme, preferences=preferences, notifier=notifier, tasks=tasks
    )
    parts.window = show(QWidget())
    asked = wishes.Wishes(parts)
    showing = qasync_loop.create_task(asked.show_about())
    qtbot.waitUntil(lambda: parts.window.findChild(AboutDialog) is not None)
    dialog = parts.window.findChild(AboutDialog)
    assert _check(dialog).isVisible()
    asked.updates.checked.emit("This is the newest version, 1.2.3.")
    assert "This is the newest version, 1.2.3." in _said(dialog)
    dialog.reject()
    qtbot.waitUntil(showing.done)
    asked.deleteLater()
