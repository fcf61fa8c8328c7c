"""The window of the quick prompt: kept ready, so that it is there at once."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QCursor, QGuiApplication, QPainter, QPainterPath, QPen, QRegion, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from arvae_desktop.ui.model_picker import ModelPicker
from arvae_desktop.ui.quick.answer_bar import DOINGS, INSERT, STOP, WINDOW, AnswerBar
from arvae_desktop.ui.quick.chips import ContextChips
from arvae_desktop.ui.quick.input import QuickInput
from arvae_desktop.ui.quick.transcript import QuickTranscript
from arvae_desktop.ui.reading_tools import ReadingTools
from arvae_desktop.ui.status_line import StatusLine

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QCloseEvent, QHideEvent, QKeyEvent, QPaintEvent, QResizeEvent, QShowEvent

    from arvae_desktop.services.chat_session import ChatSession
    from arvae_desktop.services.formulas import Formulas
    from arvae_desktop.ui.theme import Colors, Theme

_WIDTH = 680
_RADIUS = 16
_MARGIN = 16
# Where all text begins, from the margin on, whatever is around it.
_TEXT_AT = 12
_PICKER_PADDING = 11
_BUTTON_PADDING = 9
_ABOVE_SHARE = 0.2  # of the screen's height: the answer has room below
_ANSWER_SHARE = 0.5
_LEAST_ANSWER = 96
_TWICE_MS = 300
_LOOK_AFTER_MS = 60


class QuickPrompt(QWidget):
    """One box: a field, and under it the answer. Hiding it keeps all that it shows.

    Attributes:
        input, picker, chips, transcript, tools, status: its parts; whoever builds the window connects them.

    Signals:
        submitted: the question.
        stop_requested: Esc twice, or the button.
        action_chosen: a name of `answer_bar.DOINGS` but Stop.
        new_requested: Ctrl+N.
        offer_taken: the user wants the shortcut that is offered; `offer_declined`: not.
        appeared: it is on the screen, or is wanted again while it is.
        left: the user put it away, and it had the keyboard.
    """

    submitted = Signal(str)
    stop_requested = Signal()
    action_chosen = Signal(str)
    new_requested = Signal()
    offer_taken = Signal()
    offer_declined = Signal()
    appeared = Signal()
    left = Signal()

    def __init__(self, theme: Theme, formulas: Formulas | None = None) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, flags)
        self.setObjectName("quickPrompt")
        self.setWindowTitle("Quick prompt – Arvae Desktop")
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self._theme = theme
        self._session: ChatSession | None = None
        self._is_masked = False
        self._is_there = False
        self._answer_height = 0
        self.input = QuickInput(self)
        self.picker = ModelPicker(theme, self)
        self.chips = ContextChips(theme, self)
        self.transcript = QuickTranscript(theme, formulas, self)
        self.status = StatusLine(self)
        self._find_row = QHBoxLayout()
        self.tools = ReadingTools(self.transcript.view, theme, self, self._find_row)
        self._bar = AnswerBar(theme, self)
        self._answer = QFrame(self)
        self._offer = QFrame(self)
        self._offer_words = QLabel(self._offer)
        # While an answer runs, the first Esc waits this long for a second one.
        self._second_escape = QTimer(self, singleShot=True, interval=_TWICE_MS)
        self._second_escape.timeout.connect(self.put_away)
        # The clipboard's owner may be slow to say what it has; the field is there by then.
        self._look = QTimer(self, singleShot=True, interval=_LOOK_AFTER_MS)
        self._look.timeout.connect(self.chips.look)
        # What grows tells of it in the middle of being laid out.
        self._fit_soon = QTimer(self, singleShot=True, interval=0)
        self._fit_soon.timeout.connect(self._fit)
        self._column = QVBoxLayout(self)
        self._build()
        self._connect()
        self._fit()

    def warm_up(self) -> None:
        """Make the window and lay all out, unseen, so that it only has to be shown."""
        self.winId()
        self.windowHandle().installEventFilter(self)
        self.ensurePolished()
        self._fit()
        self.grab()

    def come(self, text: str = "") -> None:
        """Show it on the screen of the pointer, with `text` in its field unless that is empty."""
        if text:
            self.input.setPlainText(text)
            self.input.moveCursor(self.input.textCursor().MoveOperation.End)
        if not self.isActiveWindow() and QGuiApplication.platformName() == "wayland":
            # Compositors bring nothing to the front without a token; what is shown anew gets there.
            self.hide()
        was_visible = self.isVisible()
        if not was_visible:
            self._place()
            self.show()
        self.raise_()
        self.activateWindow()
        self.input.setFocus()
        if was_visible:
            self.appeared.emit()

    @property
    def is_in_front(self) -> bool:
        """Whether it is shown and has the keyboard."""
        return self.isVisible() and self.isActiveWindow()

    def submit(self) -> None:
        """Tell the question."""
        self.submitted.emit(self.input.toPlainText())

    def clear(self) -> None:
        """Empty the field, and send nothing along any more: the question was taken."""
        self.input.clear()
        self.chips.clear()

    def take_text(self) -> str:
        """What was written, which is somebody else's from now on."""
        text = self.input.toPlainText()
        self.clear()
        return text

    def put_away(self) -> None:
        """Hide it; text and answer stay."""
        had_keyboard = self.isActiveWindow()
        self.hide()
        if had_keyboard:
            self.left.emit()

    def show_session(self, session: ChatSession) -> None:
        """Show a conversation."""
        if self._session is not None:
            self._session.quiet_changed.disconnect(self._on_activity)
            self._session.countdown_changed.disconnect(self.status.show_countdown)
        self._session = session
        session.quiet_changed.connect(self._on_activity)
        session.countdown_changed.connect(self.status.show_countdown)
        self.status.show_countdown(session.countdown)
        self.tools.set_session(session)
        self.transcript.show_session(session)

    def set_masked(self, *, is_masked: bool) -> None:
        """Cut the corners off, where nothing can make them translucent."""
        self._is_masked = is_masked
        self._cut_corners()

    def offer_shortcut(self, trigger: str | None) -> None:
        """Offer keys that bring this up from anywhere; None takes the offer away."""
        self._offer_words.setText(f"{trigger} can bring this up from anywhere.")
        self._offer.setVisible(trigger is not None)
        self._fit()

    # --- keys ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts it away, wherever the focus is."""
        if event.key() == Qt.Key.Key_Escape:
            self._on_escape()
        else:
            super().keyPressEvent(event)

    def _on_escape(self) -> None:
        if self.tools.leave():
            self.input.setFocus()
        elif self._session is None or not self._session.is_running:
            self.put_away()
        elif self._second_escape.isActive():
            self._second_escape.stop()
            self.stop_requested.emit()
        else:
            self._second_escape.start()

    # --- window ---

    def showEvent(self, event: QShowEvent) -> None:
        """Look what could be sent along, when the field is there."""
        super().showEvent(event)
        self._look.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """A second Esc goes elsewhere now."""
        super().hideEvent(event)
        self._second_escape.stop()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window manager's closing is a putting away."""
        event.ignore()
        self.put_away()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The corners have moved."""
        super().resizeEvent(event)
        self._cut_corners()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rounded box."""
        painter = QPainter(self)
        if self._is_masked:  # the mask cuts; under a soft edge there would be nothing but black
            painter.fillRect(self.rect(), QColor(self._theme.colors.page))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(self._theme.colors.page))
        painter.setPen(QPen(QColor(self._theme.colors.border), 1))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field has grown or shrunk, and the box with it; or the box is on the screen."""
        if watched is self.input and event.type() is QEvent.Type.Resize:
            self._fit_soon.start()
        elif event.type() is QEvent.Type.Expose and self.windowHandle().isExposed() and not self._is_there:
            self._is_there = True
            self._wake_up()
            self.appeared.emit()
        elif event.type() is QEvent.Type.Hide and watched is not self.input:
            self._is_there = False
        return super().eventFilter(watched, event)

    def _wake_up(self) -> None:
        """Be the active window where Qt takes us for it already.

        On X11 Qt waits 400 ms before it believes that the focus has left a window. One that is hidden and
        shown again within that time stays its focus window, so that the focus which comes back changes
        nothing, and no widget gets it.
        """
        if QGuiApplication.focusWindow() is self.windowHandle() and not self.isActiveWindow():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # there is nothing in its place
                QApplication.setActiveWindow(self)
            self.input.setFocus()

    def _repaint(self, _colors: Colors) -> None:
        self.update()

    def _cut_corners(self) -> None:
        if self._is_masked:
            path = QPainterPath()
            path.addRoundedRect(self.rect().toRectF(), _RADIUS, _RADIUS)
            self.setMask(QRegion(path.toFillPolygon().toPolygon()))
        else:
            self.clearMask()

    def _place(self) -> None:
        screen = QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()
        area = screen.availableGeometry()
        self.setScreen(screen)
        self._fit(area)
        left = area.left() + (area.width() - self.width()) // 2
        self.move(left, area.top() + round(area.height() * _ABOVE_SHARE))

    def _fit(self, area: QRect | None = None) -> None:
        """Be as high as what it shows. It grows with an answer, and shrinks only for another conversation."""
        area = area or self.screen().availableGeometry()
        has_answer = self._session is not None and not self._session.is_empty
        self._answer.setVisible(has_answer)
        if has_answer:
            most = round(area.height() * _ANSWER_SHARE)
            wanted = round(self.transcript.view.document().size().height()) + 4
            self._answer_height = min(max(_LEAST_ANSWER, wanted, self._answer_height), most)
            if self.transcript.view.minimumHeight() != self._answer_height:
                self.transcript.view.setFixedHeight(self._answer_height)
        self._column.activate()
        # Of a fixed size: tiling window managers let such a window float.
        self.setFixedSize(min(_WIDTH, area.width()), self._column.totalSizeHint().height())

    def _on_changed(self) -> None:
        session = self._session
        if session is None or session.is_empty:
            self._answer_height = 0
        self._on_activity()
        self._fit_soon.start()

    def _on_activity(self, _change: object = None) -> None:
        session = self._session
        is_running = session is not None and session.is_running
        has_answer = session is not None and bool(session.messages)
        self._bar.show_for(is_running=is_running, has_answer=has_answer)
        words = ""
        if session is not None and session.is_quiet:
            words = "No word for 20 seconds, still waiting. Esc twice stops."
        self.status.show_activity(words)
        self.tools.refresh()

    # --- building ---

    def _build(self) -> None:
        column = self._column
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, 12)
        column.setSpacing(10)
        field = QHBoxLayout()
        field.setContentsMargins(_TEXT_AT, 0, 0, 0)
        field.addWidget(self.input)
        column.addLayout(field)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.setContentsMargins(_TEXT_AT - _PICKER_PADDING, 0, 0, 0)
        row.addWidget(self.picker)
        row.addWidget(self.chips)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._offer)
        column.addWidget(self._answer)
        self._build_offer()
        answer = QVBoxLayout(self._answer)
        answer.setContentsMargins(0, 0, 0, 0)
        answer.setSpacing(8)
        self._answer.setObjectName("quickAnswer")
        answer.addLayout(self._find_row)
        answer.addWidget(self.transcript.view)
        foot = QHBoxLayout()
        foot.setContentsMargins(_TEXT_AT - _BUTTON_PADDING, 0, _TEXT_AT, 0)
        foot.addWidget(self._bar)
        foot.addStretch(1)
        foot.addWidget(self.status)
        answer.addLayout(foot)
        self._answer.hide()

    def _build_offer(self) -> None:
        self._offer.setObjectName("quickOffer")
        row = QHBoxLayout(self._offer)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self._offer_words, 1)
        take, decline = QPushButton("Use it", self._offer), QPushButton("Not now", self._offer)
        for button in (take, decline):
            button.setObjectName("linkButton")
            row.addWidget(button)
        take.clicked.connect(self.offer_taken)
        decline.clicked.connect(self.offer_declined)
        self._offer.hide()

    def _connect(self) -> None:
        self.input.installEventFilter(self)
        self.input.submitted.connect(self.submit)
        self.input.stop_requested.connect(self._on_escape)
        self.input.hand_over_requested.connect(lambda: self.action_chosen.emit(WINDOW))
        self._bar.chosen.connect(self._on_bar)
        self.transcript.changed.connect(self._on_changed)
        self.transcript.view.document().documentLayout().documentSizeChanged.connect(
            lambda _size: self._fit_soon.start()
        )
        self.tools.told.connect(self.status.show_hint)
        self.status.said.connect(self.transcript.say)
        self._theme.changed.connect(self._repaint)
        # The other keys of the bar are those of the reading tools and of the field.
        QShortcut(DOINGS[INSERT].keys, self, lambda: self.action_chosen.emit(INSERT))
        QShortcut("Ctrl+N", self, self.new_requested.emit)
        QShortcut("Ctrl+M", self, self.choose_model)

    def _on_bar(self, name: str) -> None:
        if name == STOP:
            self.stop_requested.emit()
        else:
            self.action_chosen.emit(name)

    def choose_model(self) -> None:
        """Open the list of models for the keyboard."""
        self.picker.setFocus()
        self.picker.showPopup()
