"""The formulas of one document: some are shown as pictures, others become pictures when those come."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from weakref import WeakSet

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor

from arvae_desktop.ui.transcript import tables
from arvae_desktop.ui.transcript.lines import OBJECT, Run, utf16_length

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtGui import QTextDocument

    from arvae_desktop.services.formulas import Formulas, Picture
    from arvae_desktop.ui.transcript.formats import Formats
    from arvae_desktop.ui.transcript.formula_object import FormulaObject
    from arvae_desktop.ui.transcript.lines import Chars
    from arvae_desktop.ui.transcript.tail import Tail

_BUDGET_S = 0.004
# Pictures that come within a frame are put in together: the page is laid out once for them.
_FRAME_MS = 16
# Of some sources that stand no further apart the pictures are put in with one edit.
_NEAR = 1_000
_MOST_TOGETHER = 8
# To fit a table's columns lays all of it out: not with each picture that comes.
_FIT_EVERY_S = 0.25
# A picture that would have to be smaller than this beside its text can't be read: its source can.
_SMALLEST = 0.5
# After a picture Qt begins a new row wherever it likes, but these belong to what they follow.
_SIGNS = frozenset(".,;:!?…%)]}’”»、。，；：！？）」』】")  # noqa: RUF001  (East Asian ones, too)
_MOST_SIGNS = 3
# A selection could not tell before one letter from behind it while a picture takes its place.
_JOINER = "\u2060"

_Key: TypeAlias = tuple[str, bool]


class _Source(NamedTuple):
    """A formula's source on the page, and a cursor over it."""

    cursor: QTextCursor
    run: Run


class FormulaPictures(QObject):
    """Knows a document's formulas. Costs nothing while there are none.

    Args:
        formats: gives those of what is written now.
        formulas: draws them; without it all stay sources.

    Attributes:
        handler: draws pictures; None while there are none.
        tails: those ends of messages that may still change; they are told when something in them has.

    Signals:
        about_to_shift, shifted: before and after sources become pictures, which have other heights.
        settled: no picture is being waited for any more.
    """

    about_to_shift = Signal()
    shifted = Signal()
    settled = Signal()

    def __init__(
        self, document: QTextDocument, formats: Callable[[], Formats], formulas: Formulas | None
    ) -> None:
        super().__init__(document)
        self.tails: WeakSet[Tail] = WeakSet()
        self._document = document
        self._formats = formats
        self._formulas = formulas
        self.handler: FormulaObject | None = None
        # Decided once for a page, whose width may change: None for those too wide to be read as pictures.
        self._shown: dict[_Key, Picture | None] = {}
        self._sources: dict[_Key, list[_Source]] = {}  # of those that are being drawn
        self._arrived: dict[_Key, None] = {}
        self._queue: list[_Source] = []
        self._in_tables: list[QTextCursor] = []  # pictures to which no columns were fitted yet
        self._to_measure: list[QTextCursor] = []  # likewise, in whose tables cells are being measured
        self._measured: dict[int, QTextCursor] = {}  # by the piece of a table that they are in
        self._to_fit: list[QTextCursor] = []
        self._fitted = 0.0
        self._turn = QTimer(self, singleShot=True)
        self._turn.timeout.connect(self._put_in)
        if formulas is not None:
            formulas.ready.connect(self._on_ready)
            formulas.refused.connect(self._on_refused)

    @property
    def is_settled(self) -> bool:
        """Whether no picture is being waited for."""
        return not (self._sources or self._queue or self._to_measure or self._to_fit)

    def forget(self) -> None:
        """The document is empty now."""
        self._shown.clear()
        self._sources.clear()
        self._arrived.clear()
        self._queue.clear()
        self._in_tables.clear()
        self._to_measure.clear()
        self._measured.clear()
        self._to_fit.clear()

    # --- what is written ---

    def shown(self, runs: Sequence[Run], *, is_rtl: bool) -> Sequence[Run]:
        """Runs as they are to be shown now: a formula that has a picture is one character."""
        if all(run.chars.formula is None for run in runs):
            return runs
        made: list[Run] = []
        for run in runs:
            text, chars = run
            if made and not is_rtl and chars == _chars_around(made[-1]) and (signs := _signs(text)):
                made[-1] = _with_signs(made[-1], signs)
                made.append(Run(signs, chars._replace(is_drawn=True)))
                text = text[len(signs) :]
            if (picture := self._picture(chars)) is not None:
                made.append(Run(OBJECT, chars._replace(picture_em=picture.width)))
            elif chars.formula is not None and len(text) == 1:
                made.append(Run(text + _JOINER, chars))
            else:
                made.append(Run(text, chars))
        return made

    def format_of(self, chars: Chars) -> QTextCharFormat:
        """The format of characters, pictures among them."""
        formula = chars.formula
        if not chars.picture_em or formula is None:
            return self._formats().chars(chars)
        from arvae_desktop.ui.transcript import formula_object  # noqa: PLC0415  (few conversations need it)

        if self.handler is None:
            self.handler = formula_object.FormulaObject()
            self._document.documentLayout().registerHandler(formula_object.OBJECT_TYPE, self.handler)
        plain = self._formats().chars(chars._replace(picture_em=0, drawn_after=""))
        picture = self._shown[formula.tex, formula.is_display]
        if picture is None:  # nobody asks for the format of a picture that is not shown
            return plain
        return formula_object.formula_format(
            plain, formula.tex, picture, formula.is_display, chars.drawn_after
        )

    def watch(self, start: int, end: int, run: Run) -> None:
        """Between two positions stands a formula's source: put its picture there when it comes."""
        formula = run.chars.formula
        if formula is None or self._formulas is None:
            return
        key = formula.tex, formula.is_display
        if key in self._sources or self._formulas.awaits(formula.tex, display=formula.is_display):
            cursor = QTextCursor(self._document)
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.setKeepPositionOnInsert(True)  # what is written behind it is no part of it
            self._sources.setdefault(key, []).append(_Source(cursor, run))

    def _picture(self, chars: Chars) -> Picture | None:
        formula = chars.formula
        if formula is None or not formula.source or self._formulas is None:
            return None
        key = formula.tex, formula.is_display
        if key in self._sources:
            return None  # all that stand on the page become pictures at once
        if key in self._shown:
            return self._shown[key]
        picture = self._formulas.picture(formula.tex, display=formula.is_display)
        if picture is None:
            return None
        self._shown[key] = picture if self._is_readable(picture, chars) else None
        return self._shown[key]

    def _is_readable(self, picture: Picture, chars: Chars) -> bool:
        from arvae_desktop.ui.transcript.formula_object import em_beside  # noqa: PLC0415  (as above)

        formats = self._formats()
        width = picture.width * chars.size * em_beside(formats.font)
        return width * _SMALLEST <= formats.column

    # --- what comes later ---

    def _on_ready(self, tex: str, display: bool) -> None:
        if (tex, display) in self._sources:
            self._arrived[tex, display] = None
            if not self._turn.isActive():
                self._turn.start(_FRAME_MS)

    def _on_refused(self, tex: str, display: bool) -> None:
        if self._sources.pop((tex, display), None) is not None and not self._turn.isActive():
            self._turn.start(_FRAME_MS)

    def _put_in(self) -> None:
        """Put in the pictures that have come, or as many as a frame can bear."""
        deadline = time.perf_counter() + _BUDGET_S
        self.about_to_shift.emit()
        if self._arrived:
            self._take_arrived()
        while self._queue and time.perf_counter() < deadline:
            self._replace(self._next_group())
        if self._in_tables and (self.is_settled or time.perf_counter() - self._fitted > _FIT_EVERY_S):
            self._to_measure += self._in_tables
            self._in_tables.clear()
            self._fitted = time.perf_counter()
        while (self._to_measure or self._to_fit) and time.perf_counter() < deadline:
            self._fit_one()
        self.shifted.emit()
        is_left = self._queue or self._arrived or self._to_measure or self._to_fit
        if is_left or (self._in_tables and self.is_settled):
            self._turn.start(0)
        elif self.is_settled:
            self.settled.emit()

    def _take_arrived(self) -> None:
        sources: list[_Source] = []
        for key in self._arrived:
            sources += self._sources.pop(key)
        self._arrived.clear()
        tails = [tail for tail in self.tails if tail.is_open]
        # What may still change is compared with what is shown: there it has to be all of them at once.
        open_ones = [source for source in sources if any(tail.holds(source.cursor) for tail in tails)]
        if open_ones:
            self._replace(open_ones)
            for tail in tails:
                tail.take_pictures()
            sources = [source for source in sources if source not in open_ones]
        self._queue += sources
        self._queue.sort(key=_place)

    def _next_group(self) -> list[_Source]:
        """The last sources of the queue that stand near each other."""
        group = [self._queue.pop()]
        first = _place(group[0])
        while self._queue and len(group) < _MOST_TOGETHER and first - _place(self._queue[-1]) < _NEAR:
            group.append(self._queue.pop())
        return group

    def _replace(self, sources: Iterable[_Source]) -> None:
        """Put pictures in place of sources that are still there, and lay the page out once."""
        edit = QTextCursor(self._document)
        edit.beginEditBlock()
        for source in sources:
            if self._replace_one(source) and source.cursor.currentTable() is not None:
                self._in_tables.append(source.cursor)
        edit.endEditBlock()

    def _fit_one(self) -> None:
        """Measure a piece of a table into which pictures were put; the columns are fitted after the last."""
        if self._to_measure:
            cursor = self._to_measure.pop()
            table = cursor.currentTable()
            if table is not None and table.firstPosition() not in self._measured:
                tables.measure(table, self._formats())
                self._measured[table.firstPosition()] = cursor
            if not self._to_measure:
                found = [cursor.currentTable() for cursor in self._measured.values()]
                last = tables.last_pieces(table for table in found if table is not None)
                self._to_fit = [table.firstCursorPosition() for table in last]
                self._measured.clear()
        elif (table := self._to_fit.pop().currentTable()) is not None:
            tables.fit_columns(table, self._formats())

    def _replace_one(self, source: _Source) -> bool:
        """Put a picture in place of a source. Returns whether that is what stood there."""
        cursor, (text, chars) = source
        is_there = cursor.selectedText() == text and chars.formula is not None
        if not is_there or cursor.charFormat() != self._formats().chars(chars):
            return False
        picture = self._picture(chars)
        if picture is None:
            return False
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        chars = chars._replace(picture_em=picture.width)
        if cursor.blockFormat().layoutDirection() is not Qt.LayoutDirection.RightToLeft:
            chars = self._with_signs_behind(end, chars)
        # In the midst of the source, and then that goes: who begins or ends a selection here keeps it.
        edit = QTextCursor(self._document)
        inside = start + utf16_length(text[:1])
        edit.setPosition(inside)
        edit.insertText(OBJECT, self.format_of(chars))
        edit.setPosition(end + 1, QTextCursor.MoveMode.KeepAnchor)
        edit.removeSelectedText()
        edit.setPosition(start)
        edit.setPosition(inside, QTextCursor.MoveMode.KeepAnchor)
        edit.removeSelectedText()
        return True

    def _with_signs_behind(self, end: int, chars: Chars) -> Chars:
        """Hand the signs that follow a formula over to its picture."""
        around = chars._replace(formula=None, picture_em=0)
        look = self._formats().chars(around)
        cursor = QTextCursor(self._document)
        cursor.setPosition(end)
        block = cursor.block()
        # Qt counts in UTF-16; beyond the basic plane Python's characters are two of those.
        rest = block.text().encode("utf-16-le", "surrogatepass")[2 * (end - block.position()) :]
        signs = _signs(rest[: 2 * _MOST_SIGNS].decode("utf-16-le", "replace"))
        length = 0
        while length < len(signs):
            cursor.setPosition(end + length + 1)
            if cursor.charFormat() != look:
                break
            length += 1
        if not length:
            return chars
        cursor.setPosition(end)
        cursor.setPosition(end + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(self._formats().chars(around._replace(is_drawn=True)))
        return chars._replace(drawn_after=signs[:length])


def _signs(text: str) -> str:
    """The signs that a text begins with and that belong to what stands before it."""
    length = 0
    while length < min(len(text), _MOST_SIGNS) and text[length] in _SIGNS:
        length += 1
    return text[:length]


def _place(source: _Source) -> int:
    return source.cursor.selectionStart()


def _chars_around(run: Run) -> Chars | None:
    """The look of the text around a picture, if the run is one."""
    if not run.chars.picture_em:
        return None
    return run.chars._replace(formula=None, picture_em=0, drawn_after="")


def _with_signs(run: Run, signs: str) -> Run:
    return Run(run.text, run.chars._replace(drawn_after=signs))
