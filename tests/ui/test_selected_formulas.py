"""Formulas that are selected have the colour of selected text, at full strength."""

import pytest
from answers import answer
from drawn_by_hand import DrawnByHand
from pages import fill, settle
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from arvae_desktop.ui.transcript.formula_pictures import FormulaPictures
from arvae_desktop.ui.transcript.lines import OBJECT
from arvae_desktop.ui.transcript.view import TranscriptView


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("text", ["A $x$ and", "A $\\frac{1}{2}$ and", "| a | $x$ |\n|---|---|\n| b | c |"])
def test_the_picture_is_not_pale(show, theme, qapp, qtbot, look, text):
    theme.set_appearance(look)
    formulas = DrawnByHand(qapp)
    view = show(TranscriptView(theme, formulas=formulas), 820, 600)
    fill(view, [answer(text)])
    formulas.draw()
    qtbot.waitUntil(lambda: view.document().findChild(FormulaPictures).is_settled)
    settle(view)
    formula = view.document().find(OBJECT)
    box = view.cursorRect(formula)
    view.selectAll()
    QApplication.processEvents()
    picture = view.viewport().grab().toImage()
    group = QPalette.ColorGroup.Active if view.hasFocus() else QPalette.ColorGroup.Inactive
    wanted = view.palette().color(group, QPalette.ColorRole.HighlightedText)
    column = [picture.pixelColor(box.left() - 8, y) for y in range(box.top(), box.bottom())]
    assert wanted in column
    formulas.deleteLater()
