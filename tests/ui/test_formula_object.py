"""Formulas in a document, by their pixels: the text's baseline, colour and size; sharp; within the column."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPainter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)

from arvae_desktop.services.formulas import Picture
from arvae_desktop.ui.transcript.formula_object import (
    OBJECT_TYPE,
    FormulaObject,
    formula_format,
)

OBJECT = "\ufffc"
INK, PAPER = QColor("#102030"), QColor("#ffffff")
FORMULA = QColor("#cc0000")
WIDTH, HEIGHT = 400, 200


def bar(width=1.0, ascent=0.8, descent=0.0, *, inked_below=0.0):
    """A picture that is inked from its upper edge to its baseline, or this far below it."""
    box = f"0 {-ascent} {width} {ascent + descent}"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" fill="currentColor" viewBox="{box}">'
        f'<rect x="0" y="{-ascent}" width="{width}" height="{ascent + inked_below}"/></svg>'
    )
    return Picture(svg.encode(), width, ascent, descent)


class Page:
    """A document with text and formulas, and what it looks like."""

    def __init__(self, points=11.9, width=WIDTH):
        self.document = QTextDocument()
        font = QFont("DejaVu Sans")
        font.setPointSizeF(points)
        self.document.setDefaultFont(font)
        self.document.setDocumentMargin(0)
        self.document.setTextWidth(width)
        self._handler = FormulaObject()
        self.document.documentLayout().registerHandler(OBJECT_TYPE, self._handler)
        self.cursor = QTextCursor(self.document)

    def text(self, words, color=INK):
        self.cursor.insertText(words, self.chars(color))
        return self

    def formula(self, picture, color=FORMULA, *, tex=None, **more):
        made = formula_format(self.chars(color), tex or repr(picture), picture, False, **more)
        self.cursor.insertText(OBJECT, made)
        return self

    @staticmethod
    def chars(color):
        chars = QTextCharFormat()
        chars.setForeground(color)
        return chars

    def image(self, density=1):
        image = QImage(WIDTH * density, HEIGHT * density, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(density)
        image.fill(PAPER)
        painter = QPainter(image)
        self.document.drawContents(painter)
        painter.end()
        return image


def is_near(color, other):
    return all(abs(a - b) < 60 for a, b in zip(color.getRgb()[:3], other.getRgb()[:3], strict=True))


def inked(image, color):
    """The rectangle (left, top, right, bottom) of pixels in about a colour; the last two are outside."""
    pixels = memoryview(image.constBits()).cast("I")
    near = {pixel for pixel in set(pixels) if is_near(QColor(pixel), color)}
    found = [divmod(at, image.width()) for at, pixel in enumerate(pixels) if pixel in near]
    assert found, "nothing is painted in that colour"
    ys, xs = zip(*found, strict=True)
    return min(xs), min(ys), max(xs) + 1, max(ys) + 1


pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize("points", [8.0, 9.7, 11.9, 14.0, 22.5])
@pytest.mark.parametrize("descent", [0.0, 0.2, 0.9], ids=["on the line", "below it", "far below it"])
def test_the_baseline_is_the_texts(points, descent):
    image = Page(points).text("HHH ").formula(bar(descent=descent)).image()
    assert abs(inked(image, FORMULA)[3] - inked(image, INK)[3]) <= 1


@pytest.mark.parametrize("density", [1, 2, 3])
def test_the_baseline_is_the_texts_at_each_density(density):
    image = Page().text("HHH ").formula(bar(descent=0.9)).image(density)
    assert abs(inked(image, FORMULA)[3] - inked(image, INK)[3]) <= density


def test_the_baseline_is_the_texts_beside_higher_things():
    page = Page().text("HHH ").formula(bar(descent=0.5)).formula(bar(ascent=4.0), QColor("#00aa00"))
    image = page.formula(bar(descent=3.0), QColor("#0000ff")).image()
    text = inked(image, INK)[3]
    for color in (FORMULA, QColor("#00aa00"), QColor("#0000ff")):
        assert abs(inked(image, color)[3] - text) <= 1


def test_the_baseline_is_the_texts_in_tables_and_rows_with_a_lead():
    page = Page()
    page.cursor.insertText("above\n")
    table = page.cursor.insertTable(1, 2)
    page.cursor = table.cellAt(0, 1).firstCursorPosition()
    lead = QTextBlockFormat()
    lead.setLineHeight(7, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
    lead.setTopMargin(5)
    page.cursor.setBlockFormat(lead)
    image = page.text("HHH ").formula(bar(descent=0.9)).image()
    assert abs(inked(image, FORMULA)[3] - inked(image, INK)[3]) <= 1


def test_a_low_formula_leaves_the_row_as_high_as_text():
    with_text = Page().text("Hg").document.size().height()
    with_formula = Page().text("Hg").formula(bar(ascent=0.7, descent=0.2)).document.size().height()
    assert with_formula == with_text


def test_what_is_drawn_stays_in_its_row():
    page = Page().text("HHH ").formula(bar(ascent=1.5, descent=0.9, inked_below=0.9))
    page.cursor.insertBlock()
    image = page.text("HHH").image()
    first = page.document.firstBlock().layout().boundingRect()
    assert inked(image, FORMULA)[1] >= first.top()
    assert inked(image, FORMULA)[3] <= first.bottom()


def test_the_size_follows_the_font():
    small, large = (inked(Page(points).formula(bar()).image(), FORMULA) for points in (10.0, 20.0))
    assert large[2] - large[0] == pytest.approx(2 * (small[2] - small[0]), abs=2)
    assert large[3] - large[1] == pytest.approx(2 * (small[3] - small[1]), abs=2)


def test_the_colour_follows_the_text():
    for color in (QColor("#10c010"), QColor("#0044cc")):
        image = Page().formula(bar(), color).image()
        left, top, right, bottom = inked(image, color)
        assert image.pixelColor((left + right) // 2, (top + bottom) // 2).name() == color.name()


def test_a_transparent_colour_lets_the_paper_through():
    color = QColor(FORMULA)
    color.setAlphaF(0.5)
    image = Page().formula(bar(), color).image()
    mixed = QColor((FORMULA.red() + 255) // 2, 127, 127)
    left, top, right, bottom = inked(image, mixed)
    assert (right - left) * (bottom - top) > 50


@pytest.mark.parametrize("points", [8.0, 9.7, 11.9, 14.0, 22.5])
@pytest.mark.parametrize("density", [1, 2])
def test_the_baseline_is_between_two_rows_of_pixels(points, density):
    image = Page(points).text("HHH ").formula(bar(descent=0.9)).image(density)
    left, _, right, bottom = inked(image, FORMULA)
    middle = (left + right) // 2
    assert [image.pixelColor(middle, row).name() for row in (bottom - 1, bottom)] == ["#cc0000", "#ffffff"]


def test_the_same_formula_in_two_colours():
    image = Page().formula(bar(), tex="x").formula(bar(), QColor("#0000ff"), tex="x").image()
    assert inked(image, FORMULA)[2] <= inked(image, QColor("#0000ff"))[0] + 1


def half_inked(image, color):
    """How many columns beside the formula's edges are neither ink nor paper."""
    left, top, right, bottom = inked(image, color)
    row = (top + bottom) // 2
    beside = [image.pixelColor(x, row) for x in range(max(0, left - 4), min(image.width(), right + 4))]
    return sum(not is_near(pixel, color) and not is_near(pixel, PAPER) for pixel in beside)


@pytest.mark.parametrize("density", [1, 2, 3])
def test_it_is_sharp_at_each_density(density):
    assert half_inked(Page().formula(bar()).image(density), FORMULA) <= 2


def test_a_wide_formula_fits_the_column():
    page = Page(width=200).formula(bar(width=60.0, ascent=3.0, descent=1.0))
    left, _, right, _ = inked(page.image(), FORMULA)
    assert left <= 1
    assert right == pytest.approx(200, abs=1)
    assert page.document.idealWidth() <= 200


def test_a_wide_formula_fits_beside_the_blocks_margins_and_follows_the_column():
    page = Page(width=200)
    block = QTextBlockFormat()
    block.setLeftMargin(40)
    block.setRightMargin(20)
    block.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    page.cursor.setBlockFormat(block)
    page.formula(bar(width=60.0, ascent=3.0))
    for width in (200, 300, 150):
        page.document.setTextWidth(width)
        left, _, right, _ = inked(page.image(), FORMULA)
        assert (left, right) == (pytest.approx(40, abs=1), pytest.approx(width - 20, abs=1))


def test_without_a_column_nothing_is_scaled():
    page = Page().formula(bar(width=10.0))
    size = page.document.idealWidth()
    page.document.setTextWidth(-1)
    assert page.document.idealWidth() == pytest.approx(size, abs=1)


def test_the_format_keeps_what_it_is_made_from():
    link = QTextCharFormat()
    link.setAnchor(True)
    link.setAnchorHref("https://example.org/")
    made = formula_format(link, "x", bar(), False)
    assert made.anchorHref() == "https://example.org/"
    assert made.objectType() == OBJECT_TYPE
    assert link.objectType() == 0


def test_many_formulas_keep_few_drawings():
    page = Page()
    for number in range(300):
        page.formula(bar(), tex=f"x_{number}")
    page.image()
    assert len(page._handler._renderers) <= 200
