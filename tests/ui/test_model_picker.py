"""The model picker: a choice is told once, and filling the list is none."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from arvae_desktop.ui.model_picker import ModelPicker

_MODELS = ["alpha/one", "alpha/two", "beta/three"]


@pytest.fixture
def picker(show, theme, qtbot):
    window = QWidget()
    QLineEdit(window)  # takes the focus when the picker gives it up
    picker = ModelPicker(theme, window)
    picker.move(0, 40)
    picker.set_current("alpha/one")
    show(window)
    window.activateWindow()
    picker.setFocus()
    qtbot.waitUntil(picker.lineEdit().hasFocus)
    return picker


@pytest.fixture
def chosen(picker):
    heard = []
    picker.chosen.connect(heard.append)
    return heard


def _type(picker, qtbot, text):
    picker.lineEdit().selectAll()
    qtbot.keyClicks(picker.lineEdit(), text)


def test_filling_the_list_is_no_choice(picker, chosen):
    picker.set_models(_MODELS)
    picker.set_models([])
    picker.set_models(_MODELS[1:])
    assert chosen == []
    assert picker.currentText() == "alpha/one"


def test_showing_a_model_is_no_choice(picker, chosen):
    picker.set_models(_MODELS)
    picker.set_current("beta/three")
    assert picker.currentText() == "beta/three"
    assert chosen == []


def test_a_typed_model_is_told_once(picker, chosen, qtbot):
    picker.set_models(_MODELS)
    _type(picker, qtbot, " gamma/four ")
    assert chosen == []
    qtbot.keyClick(picker.lineEdit(), Qt.Key.Key_Return)
    assert chosen == ["gamma/four"]
    picker.window().findChild(QLineEdit).setFocus()
    picker.set_models(_MODELS)
    assert chosen == ["gamma/four"]
    assert picker.currentText().strip() == "gamma/four"


def test_a_model_typed_before_leaving_the_field_is_told(picker, chosen, qtbot):
    _type(picker, qtbot, "gamma/four")
    picker.window().findChild(QLineEdit).setFocus()
    qtbot.waitUntil(lambda: chosen == ["gamma/four"])


def test_a_model_of_the_list_is_told_once(picker, chosen, qtbot):
    picker.set_models(_MODELS)
    picker.showPopup()
    qtbot.waitUntil(picker.view().isVisible)
    picker.view().setCurrentIndex(picker.model().index(2, 0))
    qtbot.keyClick(picker.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: chosen == ["beta/three"])
    picker.window().findChild(QLineEdit).setFocus()
    assert chosen == ["beta/three"]
    assert picker.currentText() == "beta/three"


def test_the_same_model_again_is_no_choice(picker, chosen, qtbot):
    picker.set_models(_MODELS)
    _type(picker, qtbot, "alpha/one")
    qtbot.keyClick(picker.lineEdit(), Qt.Key.Key_Return)
    assert chosen == []


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_emptied_field_gets_its_model_back(picker, chosen, qtbot, typed):
    picker.lineEdit().clear()
    qtbot.keyClicks(picker.lineEdit(), typed)
    qtbot.keyClick(picker.lineEdit(), Qt.Key.Key_Return)
    assert picker.currentText() == "alpha/one"
    assert chosen == []


def test_typing_offers_models_that_hold_the_words(picker, qtbot):
    picker.set_models(_MODELS)
    _type(picker, qtbot, "TWO")
    completer = picker.completer()
    qtbot.waitUntil(completer.popup().isVisible)
    assert completer.completionCount() == 1
    assert completer.currentCompletion() == "alpha/two"
    completer.popup().hide()


def test_a_model_that_the_user_types_stays_while_the_list_arrives(picker, qtbot):
    _type(picker, qtbot, "gamma/fo")
    picker.set_models(_MODELS)
    assert picker.currentText() == "gamma/fo"


def test_it_is_as_wide_as_its_model_within_a_bound(picker):
    widths = []
    for model in ("a/b", "some/longer-model", "m" * 500):
        picker.set_current(model)
        widths.append(picker.width())
    assert widths == sorted(set(widths))
    assert widths[-1] <= 340


def test_escape_takes_back_what_was_typed(picker, chosen, qtbot):
    _type(picker, qtbot, "gam")
    qtbot.keyClick(picker.lineEdit(), Qt.Key.Key_Escape)
    assert picker.currentText() == "alpha/one"
    assert chosen == []


def test_the_list_marks_the_model_in_use_and_tells_when_it_is_looked_at(picker, qtbot):
    opened = []
    picker.opened.connect(lambda: opened.append(True))
    picker.set_current("beta/three")
    picker.set_models(_MODELS)
    picker.showPopup()
    qtbot.waitUntil(picker.view().isVisible)
    assert picker.view().currentIndex().data() == "beta/three"
    picker.set_current("alpha/two")
    assert picker.currentIndex() == 1
    assert opened == [True]
    picker.hidePopup()
