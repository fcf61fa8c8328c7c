"""A picture in a window of its own: fitted, zoomed, copied, saved; and an SVG reads no file."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QToolButton, QWidget
from shiboken6 import isValid

from arvae_desktop.services.tasks import Tasks
from arvae_desktop.ui import picture_view
from arvae_desktop.ui.picture_window import PictureFile, PictureWindow

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50">'
    '<rect width="100" height="50" fill="#00ff00"/></svg>'
)
_CONTROL = Qt.KeyboardModifier.ControlModifier


def _image(width=400, height=200, color="#ff0000"):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    return image


@pytest.fixture
def tasks(notifier, qasync_loop):
    assert qasync_loop.is_running()
    return Tasks(notifier.report)


@pytest.fixture
def parent(show):
    return show(QWidget())


@pytest.fixture
def open_window(parent, theme, tasks, qtbot):
    windows = []

    def open_window(picture=None, title="A picture", file=None):
        window = PictureWindow(picture or _image(), title, file, theme, tasks, parent)
        windows.append(window)
        with qtbot.waitExposed(window):
            window.show()
        return window

    yield open_window
    for window in filter(isValid, windows):
        window.close()


def _pixel(window, x=None, y=None):
    image = window.view.viewport().grab().toImage()
    return image.pixelColor(image.width() // 2 if x is None else x, image.height() // 2 if y is None else y)


def _status(window):
    label = window.findChild(QLabel, "codeStatus")
    return label.text() if label.isVisible() else ""


def _scale_words(window):
    return window.findChild(QLabel, "codeCount").text()


def test_a_small_image_keeps_its_size_in_the_middle(open_window, theme):
    window = open_window()
    assert window.view.scale == 1
    assert _scale_words(window) == "100%"
    assert _pixel(window) == QColor("#ff0000")
    assert _pixel(window, 2, 2) == QColor(theme.colors.page)


@pytest.mark.parametrize("size", [(4000, 300), (300, 4000), (6000, 6000)])
def test_a_large_image_fits(open_window, size):
    view = open_window(_image(*size)).view
    assert view.scale < 1
    assert view.horizontalScrollBar().maximum() == view.verticalScrollBar().maximum() == 0
    shown = QSize(*size) * view.scale
    assert shown.width() <= view.viewport().width()
    assert shown.height() <= view.viewport().height()
    assert _pixel(view.window()) == QColor("#ff0000")


def test_it_fits_anew_after_a_resize_but_not_after_a_zoom(open_window):
    window = open_window(_image(4000, 3000))
    before = window.view.scale
    window.resize(500, 400)
    assert window.view.scale < before
    window.view.zoom(1)
    zoomed = window.view.scale
    window.resize(700, 500)
    assert window.view.scale == zoomed


def test_keys_zoom(open_window, qtbot):
    window = open_window(_image(4000, 3000))
    fitting = window.view.scale
    qtbot.keyClick(window.view, Qt.Key.Key_Plus, _CONTROL)
    assert window.view.scale == pytest.approx(fitting * 1.25)
    qtbot.keyClick(window.view, Qt.Key.Key_Minus, _CONTROL)
    assert window.view.scale == pytest.approx(fitting)
    qtbot.keyClick(window.view, Qt.Key.Key_0, _CONTROL)
    assert window.view.scale == 1
    assert _scale_words(window) == "100%"
    assert window.view.horizontalScrollBar().maximum() > 0
    qtbot.keyClick(window.view, Qt.Key.Key_9, _CONTROL)
    assert window.view.scale == pytest.approx(fitting)


def test_zoom_has_bounds(open_window):
    view = open_window().view
    view.zoom(100)
    assert view.scale == 16
    view.zoom(-1000)
    assert view.scale == pytest.approx(0.02)


def test_zoom_keeps_the_middle(open_window):
    view = open_window(_image(4000, 3000)).view
    view.zoom(0)
    bar = view.horizontalScrollBar()
    bar.setValue(1000)
    middle = bar.value() + bar.pageStep() / 2
    view.zoom(2)
    assert bar.value() + bar.pageStep() / 2 == pytest.approx(middle * 1.25**2, abs=1)


def test_the_wheel_zooms_with_ctrl_and_the_mouse_drags(open_window, qtbot):
    view = open_window(_image(4000, 3000)).view
    before = view.scale
    nowhere = QPointF(5, 5)
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    wheel = QWheelEvent(nowhere, nowhere, QPoint(), QPoint(0, 120), buttons, _CONTROL, phase, False)
    QApplication.sendEvent(view.viewport(), wheel)
    assert view.scale == pytest.approx(before * 1.25)
    view.zoom(0)
    view.verticalScrollBar().setValue(500)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.mouseMove(view.viewport(), QPoint(200, 150))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton)
    assert view.verticalScrollBar().value() == 550


def test_a_reduced_image_shows_what_the_whole_one_does(open_window):
    image = QImage(4000, 4000, QImage.Format.Format_RGB32)
    for y in range(4000):  # fine stripes of two colours: their mean is what one sees from afar
        image.scanLine(y)[:] = bytes([255, 255, 255, 255] if y % 2 else [0, 0, 0, 255]) * 4000
    window = open_window(image)
    assert 60 < _pixel(window).lightness() < 200


# --- SVG ---


def test_an_svg_fills_the_window_sharply(open_window):
    window = open_window(_SVG)
    assert window.view.scale > 4
    assert _pixel(window) == QColor("#00ff00")


@pytest.mark.qt_log_ignore("Could not create image", extend=True)  # said of one spelling by Qt alone, below
def test_an_svg_reads_no_file(open_window, tmp_path, monkeypatch):
    secret = tmp_path / "secret.png"
    assert _image().save(str(secret))
    size = 'width="100" height="50"'
    hostile = _SVG.replace("<svg ", '<svg xmlns:xlink="http://www.w3.org/1999/xlink" ').replace(
        "</svg>",
        f'<image xlink:href="{secret}" {size}/><image xlink:href="{secret.as_uri()}" {size}/></svg>',
    )
    assert _pixel(open_window(hostile)) == QColor("#00ff00")
    # Qt itself would have read it.
    monkeypatch.setattr(picture_view, "clean_svg", lambda svg: svg)
    assert _pixel(open_window(hostile)) == QColor("#ff0000")


@pytest.mark.parametrize("svg", ["", "<svg", "<html/>", "<!DOCTYPE x><svg/>"])
def test_what_is_no_svg_is_refused(parent, theme, tasks, svg):
    with pytest.raises(ValueError, match=r"\w"):
        PictureWindow(svg, "x", None, theme, tasks, parent)


# --- the rest ---


def test_title_is_plain_text_and_names_the_picture(open_window):
    window = open_window(title="<b>x</b>")
    assert window.windowTitle() == "<b>x</b> – Arvae Desktop"
    assert window.findChild(QLabel, "codeLanguage").textFormat() is Qt.TextFormat.PlainText
    assert window.view.accessibleName() == "Picture: <b>x</b>"


def test_copy(open_window, qtbot):
    window = open_window()
    qtbot.keyClick(window.view, Qt.Key.Key_C, _CONTROL)
    assert QGuiApplication.clipboard().image().size() == QSize(400, 200)
    assert _status(window) == "Copied."
    open_window(_SVG).copy()
    assert QGuiApplication.clipboard().text() == _SVG


def test_save(open_window, qtbot, tmp_path):
    window = open_window(file=PictureFile("diagram.png", b"bytes"))
    qtbot.keyClick(window.view, Qt.Key.Key_S, _CONTROL)
    qtbot.waitUntil(lambda: any(map(QWidget.isVisible, window.findChildren(QFileDialog))))
    (picker,) = window.findChildren(QFileDialog)
    field = picker.findChild(QLineEdit, "fileNameEdit")
    assert field.text() == "diagram.png"
    field.setText(str(tmp_path / "mine.png"))
    picker.accept()
    qtbot.waitUntil(lambda: _status(window) == "Saved as “mine.png”.")
    assert (tmp_path / "mine.png").read_bytes() == b"bytes"


def test_without_a_file_there_is_nothing_to_save(open_window, qtbot):
    window = open_window()
    names = [button.accessibleName() for button in window.findChildren(QToolButton) if button.isVisible()]
    assert "Save the picture as a file" not in names
    qtbot.keyClick(window.view, Qt.Key.Key_S, _CONTROL)
    assert not window.findChildren(QFileDialog)


def test_every_button_is_named_and_has_a_tip(open_window):
    for button in open_window(file=PictureFile("x", b"")).findChildren(QToolButton):
        assert button.accessibleName()
        assert button.toolTip()


def test_escape_closes_it_and_it_goes(open_window, parent, qtbot, qapp):
    window = open_window()
    qtbot.keyClick(window.view, Qt.Key.Key_Escape)
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not parent.findChildren(PictureWindow)
