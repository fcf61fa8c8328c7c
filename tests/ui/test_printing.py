"""PDF and paper: whole, on A4, in slices, and never half a file."""

import pytest
from PySide6.QtCore import QMarginsF, QUrl
from PySide6.QtGui import QColor, QImage, QPageLayout, QPainter, QTextCursor, QTextDocument, QTextTableFormat
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QDialog, QLabel, QProgressBar, QPushButton, QWidget
from stalls import Stalls

from arvae_desktop.ui import dialogs, pages, progress_dialog
from arvae_desktop.ui.pages import Pages, a4
from arvae_desktop.ui.printing import print_document, save_pdf
from arvae_desktop.ui.progress_dialog import ProgressDialog

_LINE = "Words that go on for a while until the line is full and wraps over to the next one. " * 2


@pytest.fixture
def window(show):
    return show(QWidget())


@pytest.fixture
def document():
    return _document(200)


def _document(paragraphs):
    document = QTextDocument()
    QTextCursor(document).insertText("\n".join([_LINE] * paragraphs))
    return document


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The file that the user chooses."""
    chosen = tmp_path / "chat.pdf"

    async def choose(_parent, _title, name, _kinds):
        assert name == "Chat.pdf"
        return str(chosen)

    monkeypatch.setattr(dialogs, "choose_new_file", choose)
    return chosen


@pytest.fixture
def run(qasync_loop, qtbot):
    def run(coroutine):
        task = qasync_loop.create_task(coroutine)
        qtbot.waitUntil(task.done)
        return task.result()

    return run


def _page_count(data):
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    return data.count(b"/Type /Page\n")


# --- PDF ---


def test_a_document_becomes_a_whole_pdf_on_a4(window, document, file, run):
    outcome = run(save_pdf(window, document, "Chat"))
    assert outcome == ("Saved as “chat.pdf”.", False)
    data = file.read_bytes()
    pages_of = Pages(document, a4())
    assert _page_count(data) == run(pages_of.lay_out(lambda: None)) > 5
    assert b"/MediaBox [0 0 595" in data


def test_an_empty_document_is_one_page(window, file, run):
    run(save_pdf(window, QTextDocument(), "Chat"))
    assert _page_count(file.read_bytes()) == 1


def _state(document):
    return document.pageSize(), document.toPlainText(), document.textWidth(), document.isModified()


def test_the_document_stays_as_it_is(window, document, file, run):
    before = _state(document)
    run(save_pdf(window, document, "Chat"))
    assert file.exists()
    assert _state(document) == before


def test_nobody_chooses_a_file(window, document, monkeypatch, run):
    async def choose(*_given):
        return None

    monkeypatch.setattr(dialogs, "choose_new_file", choose)
    assert run(save_pdf(window, document, "Chat")) == ("", False)


def test_a_place_that_cannot_be_written(window, document, file, run, monkeypatch):
    async def choose(*_given):
        return str(file.parent / "gone" / "chat.pdf")

    monkeypatch.setattr(dialogs, "choose_new_file", choose)
    outcome = run(save_pdf(window, document, "Chat"))
    assert outcome.is_error
    assert outcome.sentence.startswith("“chat.pdf” could not be saved: ")


def _progress(window):
    return window.findChild(QDialog, "progressDialog")


def test_stop_keeps_the_file_that_was_there(window, document, file, run, monkeypatch):
    file.write_bytes(b"old")
    shown = []

    def tell(progress, words, *numbers, original=ProgressDialog.tell):
        shown.append(words)
        if words.startswith("Page 2 "):
            next(b for b in progress.findChildren(QPushButton) if b.text() == "Stop").click()
        original(progress, words, *numbers)

    monkeypatch.setattr(ProgressDialog, "tell", tell)
    assert run(save_pdf(window, document, "Chat")) == ("", False)
    assert [words.partition(" of ")[0] for words in shown] == ["Page 1", "Page 2"]
    assert file.read_bytes() == b"old"
    assert [path.name for path in file.parent.iterdir()] == ["chat.pdf"]


def test_cancelling_keeps_the_file_that_was_there(window, file, qasync_loop, qtbot):
    file.write_bytes(b"old")
    task = qasync_loop.create_task(save_pdf(window, _document(20_000), "Chat"))
    qtbot.waitUntil(lambda: _progress(window) is not None)
    label = _progress(window).findChild(QLabel)
    qtbot.waitUntil(lambda: label.text().startswith("Page "))
    task.cancel()
    qtbot.waitUntil(task.done)
    assert task.cancelled()
    assert file.read_bytes() == b"old"
    assert _progress(window) is None or not _progress(window).isVisible()


def test_progress_is_shown_where_it_takes_long(window, file, qasync_loop, qtbot, monkeypatch):
    monkeypatch.setattr(progress_dialog, "_SHOW_AFTER_MS", 0)
    task = qasync_loop.create_task(save_pdf(window, _document(5000), "Chat"))
    qtbot.waitUntil(lambda: _progress(window) is not None and _progress(window).isVisible())
    dialog = _progress(window)
    qtbot.waitUntil(lambda: dialog.findChild(QLabel).text().startswith("Page "))
    assert dialog.findChild(QProgressBar).maximum() > 100
    qtbot.waitUntil(task.done)
    qtbot.waitUntil(lambda: _progress(window) is None)
    assert file.exists()


@pytest.mark.usefixtures("no_garbage")
def test_the_window_lives_on(window, file, run):
    document = _document(2000)

    def turns():
        stalls = Stalls()
        run(save_pdf(window, document, "Chat"))
        assert file.exists()
        gaps = stalls.stop()
        assert len(gaps) > 10
        return gaps

    def are_short(gaps):
        return gaps[-1] < 0.12 and gaps[-2] < 0.04  # the document is copied at once, and painted in slices

    assert are_short(turns()) or are_short(turns())


# --- pages ---


def _painted(pages_of, number):
    """A page as a picture, one pixel a unit."""
    image = QImage(pages_of.size.toSize(), QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    pages_of._paint_page(painter, number)
    painter.end()
    return image


def _inked_rows(image):
    return [
        y
        for y in range(image.height())
        if any(image.pixelColor(x, y).lightness() < 128 for x in range(0, image.width(), 2))
    ]


def test_no_line_is_lost_or_cut_between_pages(document, run):
    pages_of = Pages(document, a4())
    count = run(pages_of.lay_out(lambda: None))
    layouts = [pages_of._copy.findBlockByNumber(n) for n in range(pages_of._copy.blockCount())]
    height = pages_of.size.height()
    for block in layouts:
        top = pages_of._copy.documentLayout().blockBoundingRect(block).top()
        for index in range(block.layout().lineCount()):
            line = block.layout().lineAt(index)
            begin, end = top + line.y(), top + line.y() + line.height()
            assert int(begin // height) == int((end - 0.01) // height)
    assert _inked_rows(_painted(pages_of, 1))
    assert _inked_rows(_painted(pages_of, count))


def test_margins_are_those_of_the_paper():
    margins = a4().margins(QPageLayout.Unit.Millimeter)
    assert margins == QMarginsF(20, 20, 20, 20)
    size = Pages(QTextDocument(), a4()).size
    assert size.width() == pytest.approx(170 / 25.4 * 96, abs=2)
    assert size.height() == pytest.approx(257 / 25.4 * 96, abs=2)


def test_what_stands_under_the_text_is_painted_page_by_page(document, run):
    spans = []

    def paint_under(painter, copy, top, bottom):
        assert copy is not document
        spans.append((top, bottom))
        painter.fillRect(0, int(top), 50, 50, QColor("#00ff00"))

    pages_of = Pages(document, a4(), paint_under)
    run(pages_of.lay_out(lambda: None))
    assert _painted(pages_of, 2).pixelColor(49, 1) == QColor("#00ff00")
    height = pages_of.size.height()
    assert spans == [(height, 2 * height)]


def test_tables_and_formats_come_along(run):
    document = QTextDocument()
    cursor = QTextCursor(document)
    cursor.insertText("before")
    table = cursor.insertTable(2, 2, QTextTableFormat())
    table.cellAt(1, 1).firstCursorPosition().insertText("cell")
    pages_of = Pages(document, a4())
    run(pages_of.lay_out(lambda: None))
    assert "cell" in pages_of._copy.toPlainText()
    (frame,) = pages_of._copy.rootFrame().childFrames()
    assert (frame.rows(), frame.columns()) == (2, 2)


def test_a_picture_comes_from_the_document_and_never_from_the_disk(tmp_path, run):
    image = QImage(20, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    image.save(str(tmp_path / "secret.png"))

    class Safe(QTextDocument):
        def loadResource(self, _kind, _name):
            return QImage()

    document = Safe()
    image.fill(QColor("#0000ff"))
    document.addResource(QTextDocument.ResourceType.ImageResource, QUrl("ours:1"), image)
    cursor = QTextCursor(document)
    cursor.insertImage("ours:1")
    cursor.insertImage((tmp_path / "secret.png").as_uri())
    cursor.insertImage(str(tmp_path / "secret.png"))
    pages_of = Pages(document, a4())
    run(pages_of.lay_out(lambda: None))
    painted = _painted(pages_of, 1)
    colors = {painted.pixelColor(x, y).name() for x in range(0, 200, 3) for y in range(0, 60, 3)}
    assert "#0000ff" in colors
    assert "#ff0000" not in colors


# --- printing ---


@pytest.fixture
def print_to(monkeypatch, tmp_path):
    """Answers the print dialog, and prints into a file."""
    file = tmp_path / "printed.pdf"

    def print_to(*, accepted=True, pages_wanted=None):
        async def finished(dialog):
            assert isinstance(dialog, QPrintDialog)
            dialog.printer().setOutputFileName(str(file))
            if pages_wanted:
                dialog.printer().setFromTo(*pages_wanted)
            dialog.deleteLater()
            return int(accepted)

        monkeypatch.setattr(dialogs, "finished", finished)
        return file

    return print_to


def test_printing(window, document, print_to, run):
    file = print_to()
    assert run(print_document(window, document)) == ("Sent to the printer.", False)
    assert _page_count(file.read_bytes()) > 5


def test_printing_some_pages(window, document, print_to, run):
    file = print_to(pages_wanted=(2, 4))
    run(print_document(window, document))
    assert _page_count(file.read_bytes()) == 3


def test_nobody_wants_to_print(window, document, print_to, run):
    file = print_to(accepted=False)
    assert run(print_document(window, document)) == ("", False)
    assert not file.exists()


def test_a_printer_that_takes_nothing(window, document, print_to, run, monkeypatch):
    print_to()
    monkeypatch.setattr(pages.QPainter, "begin", lambda _painter, _device: False)
    outcome = run(print_document(window, document))
    assert outcome.is_error
    assert "printer" in outcome.sentence
