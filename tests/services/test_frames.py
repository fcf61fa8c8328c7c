"""Frames: the first after a pause at once, the next ones a frame apart."""

import pytest
from PySide6.QtCore import QObject

from arvae_desktop.services.frames import Frames


@pytest.fixture
def frames(qtbot):
    parent = QObject()
    frames = Frames(parent)
    yield frames
    frames.shown()
    parent.deleteLater()
    assert qtbot


def test_after_a_pause_a_frame_is_due_at_once(frames, qtbot):
    with qtbot.waitSignal(frames.due):
        frames.ask()
        assert frames._timer.interval() == 0


def test_after_a_frame_the_next_is_a_whole_one_away(frames, qtbot):
    frames.shown()
    with qtbot.waitSignal(frames.due):
        frames.ask()
        assert 10 <= frames._timer.interval() <= 16


def test_what_is_shown_before_a_frame_is_due_needs_none(frames, qtbot):
    frames.shown()
    frames.ask()
    with qtbot.assertNotEmitted(frames.due, wait=20):
        frames.shown()
