"""A conversation on paper: whole, light, without the words that only do something on a screen."""

import pytest
from answers import answer, conversation, user
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QWidget

from arvae_desktop.ui import dialogs, paper, printing


@pytest.fixture
def run(qasync_loop, qtbot):
    def run(coroutine):
        task = qasync_loop.create_task(coroutine)
        qtbot.waitUntil(task.done, timeout=30_000)
        return task.result()

    return run


@pytest.fixture
def printed(monkeypatch):
    """The text of what would have been printed, instead of printing it."""
    texts = []

    async def take(_parent, document, *_rest):
        assert isinstance(document, QTextDocument)
        texts.append(document.toPlainText())
        return printing.Outcome("")

    monkeypatch.setattr(printing, "print_document", take)
    return texts


def test_everything_is_on_it_but_what_only_does_something(run, printed, show):
    code = "```python\nx = 1\n```"
    long = "word " * 6_000  # a prompt that the page shows the start of
    messages = [user(long), *conversation(150), answer(code, state="interrupted")]
    run(paper.print_messages(show(QWidget()), messages, QApplication.font()))
    (text,) = printed
    assert text.replace("\n", "").startswith(long.strip())  # a long line stands in several blocks
    assert all(message.text.strip() in text for message in messages[1:-1])
    assert "python\t " in text
    assert "x = 1" in text
    for words in ("Show all", "Copy", "Open", "Regenerate", "Continue"):
        assert words not in text


def test_it_becomes_a_pdf(run, show, tmp_path, monkeypatch):
    async def choose(_parent, _title, name, _kinds):
        return str(tmp_path / name)

    monkeypatch.setattr(dialogs, "choose_new_file", choose)
    outcome = run(paper.save_pdf(show(QWidget()), conversation(3), "Chat", QApplication.font()))
    assert outcome == ("Saved as “Chat.pdf”.", False)
    assert (tmp_path / "Chat.pdf").read_bytes().startswith(b"%PDF-")
