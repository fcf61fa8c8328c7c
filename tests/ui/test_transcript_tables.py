"""Tables that are longer than a piece: they look like one, at every moment and at every width."""

import pytest
from answers import answer, running, text_of, user
from pages import fill, looks, settle
from PySide6.QtGui import QTextTable

from arvae_desktop.ui.transcript.formats import Property
from arvae_desktop.ui.transcript.view import TranscriptView

_ROWS = 30


def _table(rows=_ROWS, longest=20):
    lines = ["| number | what it is |", "| ---: | --- |"]
    lines += [f"| {row} | {'word ' * (row if row < longest else 3)} |" for row in range(rows)]
    return "\n".join(lines) + "\n\nEnd\n"


@pytest.fixture
def view(show, theme):
    return show(TranscriptView(theme), 820, 600)


def _pieces(view):
    frames = view.document().rootFrame().childFrames()
    return [frame for frame in frames if isinstance(frame, QTextTable)]


def _widths(piece):
    return [(width.type(), width.rawValue()) for width in piece.format().columnWidthConstraints()]


def test_its_pieces_have_the_same_columns_and_no_gap_between_them(view):
    fill(view, [user("?"), answer(_table())])
    pieces = _pieces(view)
    assert len(pieces) > 2
    assert len({tuple(_widths(piece)) for piece in pieces}) == 1
    for piece in pieces[1:]:
        assert piece.format().topMargin() == 0
    for piece in pieces[:-1]:
        assert piece.format().bottomMargin() == 0
    assert pieces[0].format().topMargin() > 0
    assert pieces[-1].format().bottomMargin() > 0


@pytest.mark.parametrize("step", [1, 7, 100])
def test_streamed_it_is_the_same(view, show, theme, step):
    text = _table()
    message = running()
    view.show_messages([user("?"), message])
    for start in range(0, len(text), step):
        view.append_segment(message.id, text_of(text[start : start + step]))
        settle(view)
        if start % 10 == 0:
            assert len({tuple(_widths(piece)) for piece in _pieces(view)}) <= 1
    view.writer.end_message(answer(text, message_id=message.id))
    other = show(TranscriptView(theme), 820, 600)
    fill(other, [user("?"), answer(text)])
    assert looks(view) == looks(other)


def test_two_tables_keep_their_own_columns(view):
    fill(view, [user("?"), answer(_table(10) + "\n" + _table(10, longest=2))])
    widths = [tuple(_widths(piece)) for piece in _pieces(view)]
    assert len(widths) == 4
    assert widths[0] == widths[1] != widths[2] == widths[3]


def test_another_width_of_the_window_fits_the_columns_anew(view, show, theme):
    text = _table(10, longest=9)
    fill(view, [user("?"), answer(text)])
    wide = _widths(_pieces(view)[0])
    view.resize(420, 600)
    narrow = show(TranscriptView(theme), 420, 600)
    fill(narrow, [user("?"), answer(text)])
    assert [_widths(piece) for piece in _pieces(view)] == [_widths(piece) for piece in _pieces(narrow)]
    assert _widths(_pieces(view)[0]) != wide
    view.resize(820, 600)
    assert _widths(_pieces(view)[0]) == wide
    assert _pieces(view)[0].format().hasProperty(Property.NEEDS)
