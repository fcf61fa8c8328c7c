"""The settings of the quick prompt and the tray. What is changed holds at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from arvae_desktop.desktop.shortcut.by_hand import current_desktop, steps
from arvae_desktop.desktop.shortcut.report import ShortcutReport, ShortcutState
from arvae_desktop.ui.announcing import announce
from arvae_desktop.ui.check_box import CheckBox
from arvae_desktop.ui.combo_box import ComboBox
from arvae_desktop.ui.forms import FormColumn
from arvae_desktop.ui.shortcut_field import ShortcutField, native_text

if TYPE_CHECKING:
    from arvae_desktop.storage.settings import Settings
    from arvae_desktop.ui.theme import Theme

_WIDTH = 520
_DOCTOR_LINES = 12
_FOLLOW_UPS = (
    (0, "None: each is a new conversation"),
    (1, "A minute"),
    (5, "5 minutes"),
    (15, "15 minutes"),
    (60, "An hour"),
)
_STATES = {
    ShortcutState.OFF: "Off.",
    ShortcutState.ASKING: "Asking the desktop…",
    ShortcutState.ACTIVE: "Active: {} brings up the quick prompt.",
}
_NO_TRAY = "There is no tray here, so closing the window quits."


class QuickSettingsDialog(QDialog):
    """Shows what is set and asks for changes.

    Signals:
        shortcut_toggled: whether there is to be a shortcut.
        shortcut_chosen: the combination.
        listening_changed: whether keys are being pressed for the field; the shortcut is to rest meanwhile.
        follow_up_chosen: minutes.
        tray_toggled: whether closing the window leaves the app in the tray.
        autostart_toggled: whether to start with the session.
    """

    shortcut_toggled = Signal(bool)
    shortcut_chosen = Signal(str)
    listening_changed = Signal(bool)
    follow_up_chosen = Signal(int)
    tray_toggled = Signal(bool)
    autostart_toggled = Signal(bool)

    def __init__(self, settings: Settings, theme: Theme, command: str, parent: QWidget | None = None) -> None:
        """`command` is what brings up the quick prompt from the desktop's own settings."""
        super().__init__(parent)
        self.setObjectName("quickSettings")
        self.setWindowTitle("Quick prompt – Arvae Desktop")
        self._command = command
        self._on = CheckBox("Bring up the quick prompt from &anywhere", theme, self)
        self._field = ShortcutField(self)
        self._state = QLabel(self)
        self._examine = QPushButton("Shortcut doctor", self)
        self._doctor = QPlainTextEdit(self)
        self._follow_up = ComboBox(theme, self)
        self._tray = CheckBox("&Keep running in the tray when the window is closed", theme, self)
        self._tray_note = QLabel(_NO_TRAY, self)
        self._autostart = CheckBox("&Start with the session, in the tray", theme, self)
        self._close = QPushButton("Close", self)
        self._report = ShortcutReport("")
        self._build()
        self._on.setChecked(settings.uses_shortcut)
        self._field.set_combination(settings.shortcut)
        self._field.setEnabled(settings.uses_shortcut)
        self._follow_up.addItems([words for _minutes, words in _FOLLOW_UPS])
        minutes = [minutes for minutes, _words in _FOLLOW_UPS]
        self._follow_up.setCurrentIndex(minutes.index(settings.follow_up_minutes))
        self._tray.setChecked(settings.closes_to_tray)
        self._connect()

    def show_report(self, report: ShortcutReport) -> None:
        """Show what became of the shortcut."""
        is_news = report.state is not self._report.state
        self._report = report
        words = report.reason or _STATES.get(report.state, "").format(
            native_text(report.trigger) or report.trigger
        )
        if report.state is ShortcutState.UNAVAILABLE:
            words += f" Bind the command {self._command} in the desktop’s own settings: the doctor says how."
        self._state.setText(words)
        is_bad = report.state in (ShortcutState.CONFLICT, ShortcutState.UNAVAILABLE)
        self._say(words, is_bad=is_bad, is_news=is_news and report.state is not ShortcutState.ASKING)
        self._doctor.setPlainText(self._notes())

    def show_tray(self, *, is_there: bool) -> None:
        """Say whether there is a tray."""
        self._tray.setEnabled(is_there)
        self._tray_note.setVisible(not is_there)
        self._grow()

    def show_autostart(self, *, is_on: bool) -> None:
        """Show whether the session starts the app."""
        self._autostart.blockSignals(True)
        self._autostart.setChecked(is_on)
        self._autostart.blockSignals(False)

    def hide_autostart(self) -> None:
        """Offer nothing where no session can be asked to start the app."""
        self._autostart.hide()
        self._grow()

    def show_error(self, sentence: str) -> None:
        """Say what did not work."""
        self._state.setText(sentence)
        self._say(sentence, is_bad=True, is_news=True)

    def _say(self, words: str, *, is_bad: bool, is_news: bool) -> None:
        self._state.setObjectName("formError" if is_bad else "muted")
        self._state.style().unpolish(self._state)
        self._state.style().polish(self._state)
        if is_news and self.isVisible():
            announce(self, words, is_urgent=is_bad)
        self._grow()

    def _notes(self) -> str:
        """What was tried, and what to do by hand, this desktop's steps first."""
        here = current_desktop()
        told = sorted(steps(self._command), key=lambda each: each.desktop != here)
        by_hand = [
            f"{each.desktop}: {each.words}" + (f"\n    {each.line}" if each.line else "") for each in told
        ]
        return f"{self._report.as_text()}\nBy hand, in the desktop’s own settings:\n\n" + "\n\n".join(by_hand)

    def _toggle_doctor(self) -> None:
        self._doctor.setVisible(self._doctor.isHidden())
        self._grow()

    def _grow(self) -> None:
        """Make room for every line: a layout alone squeezes the fields when a label needs more lines."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            needed = max(layout.totalHeightForWidth(self.width()), layout.totalSizeHint().height())
            self.setMinimumHeight(needed)
            self.resize(self.width(), needed)

    def _connect(self) -> None:
        self._on.toggled.connect(self._field.setEnabled)
        self._on.toggled.connect(self.shortcut_toggled)
        self._field.chosen.connect(self.shortcut_chosen)
        self._field.refused.connect(self.show_error)
        self._field.listening_changed.connect(self.listening_changed)
        self._examine.clicked.connect(lambda _checked=False: self._toggle_doctor())
        self._follow_up.activated.connect(lambda index: self.follow_up_chosen.emit(_FOLLOW_UPS[index][0]))
        self._tray.toggled.connect(self.tray_toggled)
        self._autostart.toggled.connect(self.autostart_toggled)
        self._close.clicked.connect(self.accept)

    def _build(self) -> None:
        self.setMinimumWidth(_WIDTH)
        for widget, name, words in (
            (self._on, "quickShortcutOn", "Bring up the quick prompt from anywhere"),
            (self._field, "quickShortcut", "Shortcut: press the keys"),
            (
                self._examine,
                "secondaryButton",
                "Shortcut doctor: what was tried, and how to bind a key by hand",
            ),
            (self._doctor, "textBox", "What the shortcut doctor found"),
            (self._follow_up, "quickFollowUp", "How long a question belongs to the one before"),
            (self._tray, "quickTray", "Keep running in the tray when the window is closed"),
            (self._autostart, "quickAutostart", "Start with the session, in the tray"),
            (self._close, "primaryButton", "Close"),
        ):
            widget.setObjectName(name)
            widget.setAccessibleName(words)
        for label in (self._state, self._tray_note):
            label.setObjectName("muted")
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._examine.setAutoDefault(False)
        self._close.setDefault(True)
        self._doctor.setReadOnly(True)
        self._doctor.setTabChangesFocus(True)
        self._doctor.setFixedHeight(self._doctor.fontMetrics().lineSpacing() * _DOCTOR_LINES)
        self._doctor.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addLayout(self._form())
        column.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._close)
        column.addLayout(row)

    def _form(self) -> FormColumn:
        form = FormColumn()
        form.add_line(self._on)
        form.add_field("Sho&rtcut", self._field, self._state, beside=self._examine)
        form.addSpacing(8)
        form.addWidget(self._doctor)
        form.add_field("A question belongs to the one before for", self._follow_up)
        form.add_line(self._tray)
        form.addSpacing(4)
        form.addWidget(self._tray_note)
        form.add_line(self._autostart)
        return form
