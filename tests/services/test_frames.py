"""Frames: the first after a pause at once, the next ones a frame apart."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject

from arvae_desktop.services import frames as frames_module
from arvae_desktop.services.frames import Frames


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(frames_module, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


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


@pytest.mark.parametrize(("later_ms", "wait_ms"), [(0, 16), (10, 6), (16, 0), (500, 0)])
def test_after_a_frame_the_next_is_a_whole_one_away(clock, frames, qtbot, later_ms, wait_ms):
    frames.shown()
    clock.now += later_ms / 1000
    with qtbot.waitSignal(frames.due):
        frames.ask()
        assert frames._timer.interval() == wait_ms


def test_what_is_shown_before_a_frame_is_due_needs_none(frames, qtbot):
    frames.shown()
    frames.ask()
    with qtbot.assertNotEmitted(frames.due, wait=20):
        frames.shown()
