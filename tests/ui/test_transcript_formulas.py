"""Formulas in the transcript: pictures in place of sources, whenever they come, and nothing else moves."""

import itertools
import random
import time

import pytest
from answers import answer, conversation, running, text_of, user
from drawn_by_hand import DrawnByHand
from pages import blocks, fill, fragments, looks, page_text, settle
from PySide6.QtCore import QPoint, QProcess, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication

from arvae_desktop.markup.stream import parse
from arvae_desktop.services.formulas import Formulas
from arvae_desktop.ui import paper
from arvae_desktop.ui.theme import DARK
from arvae_desktop.ui.transcript.finding import Finder
from arvae_desktop.ui.transcript.formats import Property
from arvae_desktop.ui.transcript.formula_pictures import FormulaPictures
from arvae_desktop.ui.transcript.lines import OBJECT
from arvae_desktop.ui.transcript.view import TranscriptView

_WITHIN_S = 20
_SNIPPETS = [
    "Inline $x$, then $a^2 + b^2$ and $x$ again: $x$!",
    "## A heading with \\(\\alpha\\).",
    "$$\n\\frac{1}{2}\n$$",
    "\\[ y = \\frac{a}{b} \\]",
    "- one $x_1$\n- two ($x_2$), **bold $x_3$.** and *$x_4$*, so\n  1. three $x$",
    "| Name | Formula |\n|---|:-:|\n| a $x$ | $\\frac{x}{y}$ |\n| b | $z$. and $x$ |",
    "> Quoted $q$.\n> And $\\unknown{x}$ more.",
    "A note.[^1]\n\n[^1]: With $\\sigma$ in it.",
    "השטח הוא $A = r^2$, והיקף $U$.",
    "It costs $5 or $10 😀 $x$, and $\U0001d465$; half a $\\frac{1",
    "Text $$\\sum$$ and more text.",
]


@pytest.fixture
def formulas(qapp):
    formulas = DrawnByHand(qapp)
    yield formulas
    formulas.deleteLater()


@pytest.fixture
def view(show, theme, formulas):
    return show(TranscriptView(theme, formulas=formulas), 820, 600)


def pictures_of(view):
    return view.document().findChild(FormulaPictures)


def finish(view, formulas=None):
    """Wait until all is written, and all that was drawn is on the page."""
    settle(view)
    deadline = time.monotonic() + _WITHIN_S
    while (formulas is not None and formulas.asked) or not pictures_of(view).is_settled:
        if formulas is not None and formulas.asked:
            formulas.draw()
        assert time.monotonic() < deadline
        QApplication.processEvents()
    settle(view)


def place_of(view, words):
    return view.document().toPlainText().index(words)


def select(view, start, end):
    cursor = view.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)


def copied(view):
    return view.createMimeDataFromSelection().text()


# --- real ones ---


@pytest.fixture
def real(qapp):
    formulas = Formulas(qapp)
    yield formulas
    formulas.close()
    formulas.deleteLater()


def test_real_formulas_become_pictures(show, theme, real):
    view = show(TranscriptView(theme, formulas=real), 820, 600)
    fill(view, [user("$x$?"), answer("A $\\frac{a}{b}$ and $\\nosuchcommand$.\n\n$$\\sum_i x_i$$")])
    assert "\\frac{a}{b}" in page_text(view)
    finish(view)
    assert page_text(view) == f"$x$?\nA {OBJECT} and \\nosuchcommand.\n{OBJECT}\nsome/model"
    shown = next(block for block in blocks(view) if block.text() == OBJECT)
    place = view.document().documentLayout().blockBoundingRect(shown).toRect()
    place.translate(0, -view.verticalScrollBar().value())
    image = view.viewport().grab(place).toImage()
    colors = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert theme.colors.text in colors


def test_a_page_without_formulas_starts_no_process(show, theme, real):
    view = show(TranscriptView(theme, formulas=real), 820, 600)
    fill(view, [user("$x$"), answer("It costs $5 or $10, `$y$`, and US$7.\n\n```\n$z$\n```")])
    assert not real.findChildren(QProcess)
    assert pictures_of(view).is_settled


# --- as they come ---


def _stream(view, message, formulas, seed):
    """Stream a message in pieces while formulas are drawn at any time."""
    chance = random.Random(seed)
    view.show_messages([user("?")])
    view.writer.add_message(running(message.id))
    text = message.text
    while text:
        length = chance.randint(1, 12)
        view.append_segment(message.id, text_of(text[:length]))
        text = text[length:]
        if formulas.asked and chance.random() < 0.4:
            formulas.draw(*chance.sample(list(formulas.asked), chance.randint(1, len(formulas.asked))))
        for _ in range(chance.randint(0, 3)):
            QApplication.processEvents()
        if chance.random() < 0.3:
            settle(view)
    view.writer.end_message(message)
    finish(view, formulas)
    return looks(view)


@pytest.mark.parametrize("seed", range(25))
def test_whenever_pictures_come_the_page_is_the_same(view, theme, show, formulas, qapp, seed):
    chance = random.Random(seed)
    message = answer("\n\n".join(chance.sample(_SNIPPETS, 6)))
    streamed = _stream(view, message, formulas, seed)
    assert not formulas.asked
    fill(view, [user("?"), message])  # all of them known before
    assert looks(view) == streamed
    late = DrawnByHand(qapp)
    other = show(TranscriptView(theme, formulas=late), 820, 600)
    fill(other, [user("?"), message])
    assert OBJECT not in page_text(other)
    finish(other, late)  # all of them known afterwards
    assert looks(other) == streamed
    late.deleteLater()


def test_half_a_formula_is_not_asked_for(view, formulas):
    message = running()
    view.show_messages([user("?"), message])
    for letter in "See $\\frac{a}{b}$":
        view.append_segment(message.id, text_of(letter))
        settle(view)
        assert not formulas.asked
    view.append_segment(message.id, text_of(" and"))
    settle(view)
    assert list(formulas.asked) == [("\\frac{a}{b}", False)]


def test_a_known_formula_is_a_picture_at_once(view, formulas):
    fill(view, [answer("$x$")])
    finish(view, formulas)
    message = running()
    view.writer.add_message(message)
    view.append_segment(message.id, text_of("Again $x$ and"))
    assert f"Again {OBJECT} and" in page_text(view)


def test_another_conversation_takes_no_pictures_of_the_first(view, formulas):
    fill(view, [answer("$x$")])
    view.show_messages([answer("y and $z$")])
    finish(view, formulas)
    assert page_text(view) == f"y and {OBJECT}\nsome/model"


def test_what_is_read_stays_in_its_place(view, formulas):
    texts = "\n\n".join(f"Line $\\frac{{a}}{{{number}}}$ of it" for number in range(40))
    fill(view, [answer(texts), *conversation(6)])
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() - 300)
    cursor = view.cursorForPosition(QPoint(5, 5))
    before = view.cursorRect(cursor).top()
    height = view.document().size().height()
    finish(view, formulas)
    assert view.document().size().height() != height
    assert view.cursorRect(cursor).top() == before


def test_the_end_stays_in_view(view, formulas):
    fill(
        view, [*conversation(6), answer("\n\n".join(f"$$\\frac{{1}}{{{number}}}$$" for number in range(20)))]
    )
    finish(view, formulas)
    assert view.is_following
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()


@pytest.mark.usefixtures("no_garbage")
def test_many_formulas_come_without_a_stall(view, formulas):
    paragraph = "Words before $x_{{{0}}}$ and $y_{{{0}}}$, so $z_{{{0}}}$ or $w_{{{0}}}$.\n\n"
    took = []  # of this thread's own work: a busy machine is no stall of ours
    pictures = pictures_of(view)
    began = []
    numbers = itertools.count()  # no formula twice, for known ones are there at once
    pictures.about_to_shift.connect(lambda: began.append(time.thread_time()))
    pictures.shifted.connect(lambda: took.append(time.thread_time() - began[-1]))

    def shifts():
        fill(view, [answer("".join(paragraph.format(next(numbers)) for _ in range(5))) for _ in range(50)])
        assert len(formulas.asked) == 1000
        took.clear()
        formulas.draw()
        finish(view, formulas)
        assert page_text(view).count(OBJECT) == 1000
        assert len(took) > 10
        return sorted(took)

    def is_smooth(shifts):
        # All at once would take much longer.
        return shifts[len(shifts) * 9 // 10] < 0.016 and shifts[-1] < 0.05

    assert is_smooth(shifts()) or is_smooth(shifts())


# --- selection and copy ---


@pytest.mark.parametrize("source", ["x", "a^2", "\U0001d465"])
@pytest.mark.parametrize("is_backward", [False, True])
@pytest.mark.parametrize("around", ["", "wor"])
def test_a_selection_survives(view, formulas, source, is_backward, around):
    fill(view, [answer(f"Some wor${source}$wor.\n\nEnd".replace("wor$", "wor $").replace("$wor", "$ wor"))])
    text = view.document().toPlainText()
    start = place_of(view, source)
    begin = start - 4 if around else start
    end = text.index(" wor", start) + (4 if around else 0)
    shift = len(text[:end].encode("utf-16-le")) // 2 - end
    select(view, *((end + shift, begin) if is_backward else (begin, end + shift)))
    expected = f"wor ${source}$ wor" if around else f"${source}$"
    assert copied(view) == expected
    finish(view, formulas)
    assert copied(view) == expected
    cursor = view.textCursor()
    assert (cursor.position() < cursor.anchor()) is is_backward


def test_a_selection_behind_a_formula_survives_while_it_streams(view, formulas):
    message = running()
    view.show_messages([user("?"), message])
    view.append_segment(message.id, text_of("A $x_1$ and some words"))
    settle(view)
    start = place_of(view, "some")
    select(view, start, start + 4)
    formulas.draw()
    view.append_segment(message.id, text_of(" more"))
    finish(view, formulas)
    view.append_segment(message.id, text_of(" and more"))
    settle(view)
    assert copied(view) == "some"
    assert OBJECT in page_text(view)


def test_whole_blocks_are_copied_as_they_were_written(view, formulas):
    text = "A $x$, \\(y\\).\n\n$$\nz\n$$\n\n| a |\n|---|\n| $b$ |"
    fill(view, [answer(text)])
    for _ in range(2):
        view.selectAll()
        assert copied(view).startswith(text)
        finish(view, formulas)


def test_parts_are_copied_with_the_source(view, formulas):
    fill(view, [answer("A \\(x\\), $y$ and $y$.")])
    finish(view, formulas)
    start = place_of(view, OBJECT)
    select(view, start, view.document().toPlainText().index("and") + 3)
    assert copied(view) == "\\(x\\), $y$ and"


# --- looks ---


def test_the_theme_recolours_formulas(view, theme, formulas):
    fill(view, [answer("A $x$")])
    finish(view, formulas)
    theme.set_appearance("dark")
    view.restyle()
    settle(view)
    colors = [
        fragment.charFormat().foreground().color().name()
        for block in blocks(view)
        for fragment in fragments(block)
        if fragment.text() == OBJECT
    ]
    assert colors == [DARK.text]


def test_zoom_makes_formulas_larger(view, formulas):
    fill(view, [answer("$$x$$")])
    finish(view, formulas)
    heights = []
    for percent in (100, 200):
        view.set_zoom(percent)
        settle(view)
        layout = view.document().documentLayout()
        heights.append(layout.blockBoundingRect(next(blocks(view))).height())
    assert heights[1] > 1.6 * heights[0]


def test_a_formula_that_could_not_be_read_stays_as_it_is(view, formulas):
    long = "x + " * 200 + "y"
    fill(view, [answer(f"$${long}$$")])
    finish(view, formulas)
    assert long in page_text(view)


@pytest.mark.parametrize("signs", [".", ",", "),", "。"])
def test_the_sign_behind_a_formula_is_not_wrapped_alone(show, theme, formulas, signs):
    view = show(TranscriptView(theme, formulas=formulas), 300, 300)
    fill(view, [answer(f"Some words that end with $x_2${signs}")])
    finish(view, formulas)
    block = next(blocks(view))
    assert block.text().endswith(OBJECT + signs)
    for width in range(120, 260):
        view.document().setTextWidth(width)
        view.document().documentLayout().documentSize()
        last = block.layout().lineAt(block.layout().lineCount() - 1)
        assert block.text()[last.textStart() :] != signs
    assert signs in view.toPlainText()


# --- elsewhere ---


def test_columns_are_fitted_to_pictures(view, formulas):
    fill(view, [answer("| a |\n|---|\n| $\\frac{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}{b}$ |")])
    cell = next(block for block in blocks(view) if "frac" in block.text())
    table = QTextCursor(cell).currentTable()
    before = table.format().columnWidthConstraints()[0].rawValue()
    finish(view, formulas)
    assert table.format().columnWidthConstraints()[0].rawValue() != before


def test_tex_is_found_in_pictures(view, theme, formulas, qtbot):
    fill(view, [answer("An alpha, $\\alpha$ and $\\beta$.")])
    finish(view, formulas)
    finder = Finder(view, theme)
    counts = []
    finder.counted.connect(lambda *count: counts.append(count))
    finder.find("Alpha")
    qtbot.waitUntil(lambda: bool(counts) and counts[-1] == (1, 2, False))
    finder.go(1)
    assert counts[-1] == (2, 2, False)


def test_paper_has_pictures(view, formulas, qasync_loop, qtbot):
    made = paper._Paper([answer("A $x$ and $\\unknown$.")], view.font(), formulas)
    written = qasync_loop.create_task(made.written())
    QTimer.singleShot(50, formulas.draw)
    qtbot.waitUntil(written.done)
    assert made.document.toPlainText().startswith(f"A {OBJECT} and \\unknown.")
    made.deleteLater()


def test_prices_are_no_formulas():
    for text in ("It costs $5 or $10.", "US$5 and US$6", "$5-$10 a day"):
        (block,) = parse(text)
        assert not any(span.source for span in block.spans)


def test_a_source_is_marked_with_how_it_was_written(view, formulas):
    fill(view, [answer("\\(x\\)")])
    (fragment, *_) = fragments(next(blocks(view)))
    assert fragment.charFormat().stringProperty(Property.SOURCE) == "\\(x\\)"
    assert fragment.charFormat().fontItalic()
    formulas.draw()
    finish(view)


def test_a_new_width_does_not_change_what_a_formula_is_shown_as(view, formulas):
    long = " + ".join(f"x_{{{number}}}" for number in range(40))
    message = running()
    view.show_messages([user("?"), message])
    view.append_segment(message.id, text_of(f"A ${long}$ and "))
    settle(view)
    formulas.draw()
    finish(view)
    before = page_text(view)
    assert long in before
    view.resize(2000, 600)
    view.writer.set_column(2000.0)
    view.append_segment(message.id, text_of("$y$ and "))
    settle(view)
    formulas.draw()
    finish(view)
    view.append_segment(message.id, text_of("more"))
    assert page_text(view) == f"{before} {OBJECT} and more"
