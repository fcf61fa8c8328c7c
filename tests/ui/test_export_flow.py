"""A conversation is exported in the format that the chosen name ends in."""

import json

import pytest
from PySide6.QtWidgets import QWidget

from arvae_desktop.domain.conversations import Conversation, ConversationTree, KeptMessage
from arvae_desktop.ui import dialogs
from arvae_desktop.ui.export_flow import export_conversation
from tests.ui.answers import answer, user


@pytest.fixture
def tree():
    prompt, said = user("Hello?"), answer("**Hi**")
    kept = (KeptMessage(prompt, None, 1.0), KeptMessage(said, prompt.id, 2.0))
    return ConversationTree(Conversation("c1", "Greetings", tip=said.id), kept)


@pytest.fixture
def export(show, qasync_loop, qtbot, monkeypatch, tmp_path, tree):
    """Exports to a file of a given name; gives how it went."""

    def export(name):
        async def choose(_parent, _title, suggested, _kinds):
            assert suggested == "1970-01-01 Greetings.md"
            return name and str(tmp_path / name)

        monkeypatch.setattr(dialogs, "choose_new_file", choose)
        task = qasync_loop.create_task(export_conversation(show(QWidget()), tree))
        qtbot.waitUntil(task.done)
        return task.result()

    return export


@pytest.mark.parametrize(
    ("name", "said"),
    [("a.md", "**Hi**"), ("a.HTML", "<strong>Hi</strong>"), ("a.json", "**Hi**"), ("a.txt", "Hi")],
)
def test_it_is_written_in_the_format_of_its_name(export, tmp_path, name, said):
    assert export(name) == (f"Exported to “{name}”.", False)
    text = (tmp_path / name).read_text("utf-8")
    assert said in text
    assert "Hello?" in text
    if name == "a.json":
        assert len(json.loads(text)["conversations"]) == 1


@pytest.mark.parametrize("name", ["a.docx", "a"])
def test_another_name_is_told(export, tmp_path, name):
    outcome = export(name)
    assert outcome.is_error
    assert ".html" in outcome.sentence
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_takes_nothing_is_told(export):
    outcome = export("no such folder/a.md")
    assert outcome.is_error
    assert "could not be written" in outcome.sentence


def test_nothing_chosen_is_nothing_done(export, tmp_path):
    assert export(None) == ("", False)
    assert list(tmp_path.iterdir()) == []
