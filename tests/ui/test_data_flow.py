"""What the user does with all their data, through the dialogs, over a real store."""

import gc
import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QComboBox, QLabel, QMessageBox, QPushButton, QWidget

from arvae_desktop.domain.conversations import Conversation
from arvae_desktop.domain.errors import KeyringError
from arvae_desktop.domain.library import RECENT
from arvae_desktop.domain.messages import Role
from arvae_desktop.domain.secret import Secret
from arvae_desktop.services.tasks import Tasks
from arvae_desktop.services.transfers import Transfers
from arvae_desktop.ui import dialogs, paper, progress_dialog
from arvae_desktop.ui.data_dialog import DataDialog
from arvae_desktop.ui.data_flow import DataFlow
from arvae_desktop.ui.export_dialog import ExportDialog
from arvae_desktop.ui.progress_dialog import ProgressDialog
from tests.unit.storage.keeping import done, said

_URL = "http://127.0.0.1:9/v1"


@pytest.fixture(autouse=True)
def _no_garbage_of_other_tests(qapp):
    """An import computes on a thread of its own, and what it would collect is not for that thread to end."""
    assert qapp is not None
    gc.collect()


@pytest.fixture
def window(qtbot):
    """Goes after the dialogs over it: qtbot would close it before fixtures end."""
    window = QWidget()
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def wiped():
    return []


@pytest.fixture
def flow(keeping, preferences, conversations, connection, notifier, theme, window, wiped, qasync_loop, qtbot):
    for name in ("first", "second"):
        done(keeping.store.put(Conversation(name, name.title(), created_at=86_400.0)))
        done(keeping.store.add_message(name, said(f"{name} 1", "Why?")))
        done(keeping.store.add_message(name, said(f"{name} 2", "So.", f"{name} 1", role=Role.ASSISTANT)))
    tasks = Tasks(notifier.report)

    async def write_pdf(tree, path, progress):
        messages = [kept.message for kept in tree.branch]
        return await paper.write_pdf(messages, path, tree.conversation.title, progress, QFont())

    transfers = Transfers(keeping, preferences)
    yield DataFlow(
        keeping,
        transfers,
        conversations,
        connection,
        theme,
        tasks,
        window,
        write_pdf,
        lambda: wiped.append(True),
    )
    ending = qasync_loop.create_task(tasks.shutdown(5))
    qtbot.waitUntil(ending.done)


@pytest.fixture
def opened(flow, window, qasync_loop, qtbot):
    """The dialog about the user's data."""
    showing = qasync_loop.create_task(flow.show())
    qtbot.waitUntil(lambda: bool(window.findChildren(DataDialog)))
    (dialog,) = window.findChildren(DataDialog)
    yield dialog
    dialog.accept()
    qtbot.waitUntil(showing.done)
    showing.result()


@pytest.fixture
def choose(monkeypatch):
    """Says what the user picks in the next file dialog."""

    def choose(path):
        async def pick(*_args):
            return None if path is None else str(path)

        for name in ("choose_file", "choose_new_file", "choose_folder"):
            monkeypatch.setattr(dialogs, name, pick)

    return choose


def _button(widget, words):
    return next(b for b in widget.findChildren(QPushButton) if b.text().replace("&", "") == words)


def _press(widget, words, qtbot):
    qtbot.mouseClick(_button(widget, words), Qt.MouseButton.LeftButton)


def _answer(over, qtbot, words="OK"):
    """Waits for a message over a window, answers it, and gives what it said."""
    qtbot.waitUntil(lambda: any(box.isVisible() for box in over.findChildren(QMessageBox)))
    box = next(box for box in over.findChildren(QMessageBox) if box.isVisible())
    text = box.text().replace("\n\n", " ")
    _press(box, words, qtbot)
    return text


def _titles(keeping):
    return sorted(entry.title for entry in done(keeping.store.list_conversations(RECENT)))


def test_it_says_where_everything_is(opened, keeping):
    assert any(keeping.folder in label.text() for label in opened.findChildren(QLabel))
    for button in opened.findChildren(QPushButton):
        assert button.text()


def test_a_file_is_imported(opened, keeping, choose, tmp_path, qtbot):
    path = tmp_path / "list.json"
    path.write_text(json.dumps([{"role": "user", "content": "Imported?"}]))
    choose(path)
    _press(opened, "Import…", qtbot)
    assert "1 conversation with 1 message added." in _answer(opened, qtbot)
    assert _titles(keeping) == ["First", "Imported?", "Second"]
    _press(opened, "Import…", qtbot)
    assert "1 message were here already" not in (words := _answer(opened, qtbot))
    assert "1 message was here already" in words


def test_what_is_broken_is_said_with_its_place(opened, choose, tmp_path, qtbot):
    path = tmp_path / "lists.jsonl"
    path.write_text('{"messages": [{"role": "user", "content": "a"}]}\n{"messages": [{"role": \n')
    choose(path)
    _press(opened, "Import…", qtbot)
    words = _answer(opened, qtbot)
    assert words.startswith("Done, with problems 1 conversation")
    assert "Conversation 2" in words


def test_a_file_that_is_gone_is_said(opened, choose, tmp_path, qtbot):
    choose(tmp_path / "none.json")
    _press(opened, "Import…", qtbot)
    assert "No such file" in _answer(opened, qtbot)


def test_nothing_chosen_is_nothing_done(opened, choose, qtbot, qasync_loop):
    choose(None)
    for words in ("Import…", "Back up everything…", "Restore a backup…"):
        _press(opened, words, qtbot)
    qtbot.waitUntil(lambda: not [box for box in opened.findChildren(QMessageBox) if box.isVisible()])
    assert qasync_loop.is_running()


def test_a_backup_is_made_and_restored(opened, keeping, choose, tmp_path, qtbot):
    choose(tmp_path / "all.arvae")
    _press(opened, "Back up everything…", qtbot)
    assert "2 conversations." in _answer(opened, qtbot)
    done(keeping.store.purge(["first"]))
    _press(opened, "Restore a backup…", qtbot)
    assert "1 conversation with 2 messages added." in _answer(opened, qtbot)
    assert _titles(keeping) == ["First", "Second"]


def test_a_daily_backup_is_restored(opened, flow, keeping, conversations, qasync_loop, qtbot):
    done(keeping.store.back_up())
    qasync_loop.create_task(flow._list_backups(opened))
    combo = opened.findChild(QComboBox, "dataBackups")
    qtbot.waitUntil(combo.isEnabled)
    done(keeping.store.purge(["first"]))
    conversations.open("second")
    qtbot.waitUntil(lambda: conversations.current.id == "second")
    _press(opened, "Restore…", qtbot)
    _answer(opened, qtbot, "Restore")
    assert "as they were" in _answer(opened, qtbot)
    assert _titles(keeping) == ["First", "Second"]
    assert conversations.current.is_empty


@pytest.mark.parametrize(("form", "ending"), [("Markdown", "md"), ("PDF, one file each", "pdf")])
def test_everything_is_exported_to_a_folder(opened, choose, tmp_path, qtbot, form, ending):
    folder = tmp_path / "out"
    folder.mkdir()
    choose(folder)
    _press(opened, "Export everything…", qtbot)
    qtbot.waitUntil(lambda: bool(opened.findChildren(ExportDialog)))
    dialog = opened.findChild(ExportDialog)
    dialog.findChild(QComboBox).setCurrentText(form)
    dialog._one_each.setChecked(True)
    _press(dialog, "Choose where…", qtbot)
    assert "2 conversations." in _answer(opened, qtbot)
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"1970-01-02 First.{ending}", f"1970-01-02 Second.{ending}"]
    assert all(path.stat().st_size > 20 for path in folder.iterdir())


def test_some_are_exported_to_one_file(flow, window, choose, tmp_path, qasync_loop, qtbot):
    choose(tmp_path / "out.json")
    qasync_loop.create_task(flow.export(["second"]))
    qtbot.waitUntil(lambda: bool(window.findChildren(ExportDialog)))
    dialog = window.findChild(ExportDialog)
    dialog.findChild(QComboBox).setCurrentText("JSON with all branches")
    _press(dialog, "Choose where…", qtbot)
    assert "1 conversation." in _answer(window, qtbot)
    (kept,) = json.loads((tmp_path / "out.json").read_text("utf-8"))["conversations"]
    assert kept["title"] == "Second"


def test_a_long_import_shows_its_progress_and_can_be_stopped(
    opened, keeping, choose, tmp_path, qtbot, monkeypatch
):
    monkeypatch.setattr(progress_dialog, "_SHOW_AFTER_MS", 0)
    messages = [{"role": "user", "content": "x" * 300}] * 20
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(json.dumps({"title": str(n), "messages": messages}) for n in range(4_000)))
    choose(path)
    _press(opened, "Import…", qtbot)

    def shown():
        found = [each for each in opened.findChildren(ProgressDialog) if each.isVisible()]
        return found[0] if found and "conversations" in found[0].findChild(QLabel).text() else None

    qtbot.waitUntil(lambda: shown() is not None)
    _press(shown(), "Stop", qtbot)
    assert _answer(opened, qtbot).startswith("Stopped")
    assert 2 <= len(done(keeping.store.conversation_ids())) < 4_002


def test_everything_is_deleted_with_the_keys(
    opened, keeping, connection, credentials, wiped, qasync_loop, qtbot
):
    connecting = qasync_loop.create_task(connection.connect_to(_URL, Secret("sk-1")))
    qtbot.waitUntil(connecting.done)
    _press(opened, "Delete all my data…", qtbot)
    _answer(opened, qtbot, "Cancel")
    assert _titles(keeping) == ["First", "Second"]
    assert credentials._keys
    _press(opened, "Delete all my data…", qtbot)
    _answer(opened, qtbot, "Delete everything")
    qtbot.waitUntil(lambda: wiped == [True])
    assert _titles(keeping) == []
    assert credentials._keys == {}
    assert connection.endpoint is None


def test_a_keyring_that_keeps_its_keys_is_said_and_all_else_goes(
    opened, keeping, credentials, wiped, monkeypatch, qtbot
):
    async def refuse(_origins):
        raise KeyringError("The system keyring does not answer.", "The key is still in it.")

    monkeypatch.setattr(credentials, "delete_all", refuse)
    _press(opened, "Delete all my data…", qtbot)
    _answer(opened, qtbot, "Delete everything")
    assert "The key is still in it." in _answer(opened, qtbot)
    qtbot.waitUntil(lambda: wiped == [True])
    assert _titles(keeping) == []
