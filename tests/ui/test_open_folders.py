"""Folders in the list are as open as they were when the app ran last."""

from arvae_desktop.ui.sidebar.model import ConversationModel
from tests.support.fake_library import entries


def test_folders_that_were_open_are_open_again(library, qtbot):
    library.create_folder("Work")
    library.put(*entries("ab"))
    library.move(["a", "b"], "Work")
    model = ConversationModel(library)
    model.restore_open_folders(["Work", "Gone"])
    model.restart()
    qtbot.waitUntil(lambda: model.index_of("a").isValid())
    heard = []
    model.open_folders_changed.connect(heard.append)
    model.set_open("Work", is_open=False)
    assert heard == [("Gone",)]


def test_folders_that_are_listed_already_are_opened(library, qtbot):
    library.create_folder("Work")
    library.put(*entries("ab"))
    library.move(["a", "b"], "Work")
    model = ConversationModel(library)
    qtbot.waitUntil(lambda: model.folder_index("Work").isValid())
    assert not model.index_of("a").isValid()
    model.restore_open_folders(["Work"])
    qtbot.waitUntil(lambda: model.index_of("a").isValid())
