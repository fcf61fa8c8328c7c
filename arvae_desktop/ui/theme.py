"""Light and dark: the colours, and how they reach palette and style sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from arvae_desktop.ui.resources import resource

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
_TOKEN = re.compile(r"@(\w+)")


@dataclass(frozen=True, slots=True)
class Colors:
    """Colours by what they are for. Text on its ground has a contrast of 4.5 : 1 or more (WCAG 1.4.3)."""

    page: str
    sidebar: str
    raised: str
    field: str
    bubble: str
    hover: str
    pressed: str
    border: str
    text: str
    muted: str
    accent: str
    accentHover: str  # noqa: N815  (named as in the style sheet)
    onAccent: str  # noqa: N815
    disabled: str
    selection: str
    find: str  # over words that were found: with its share of light, as #aarrggbb
    danger: str
    dangerFill: str  # noqa: N815
    dangerEdge: str  # noqa: N815
    noticeFill: str  # noqa: N815
    noticeEdge: str  # noqa: N815
    scroll: str
    codeFill: str  # noqa: N815
    codeHeader: str  # noqa: N815
    codeKeyword: str  # noqa: N815
    codeString: str  # noqa: N815
    codeNumber: str  # noqa: N815
    codeComment: str  # noqa: N815
    codeFunction: str  # noqa: N815
    codeType: str  # noqa: N815
    codeAttribute: str  # noqa: N815
    codeDeleted: str  # noqa: N815
    codeInserted: str  # noqa: N815

    @property
    def is_dark(self) -> bool:
        """Whether these are for a dark desktop."""
        return self is DARK


LIGHT = Colors(
    page="#ffffff",
    sidebar="#f6f6f8",
    raised="#ffffff",
    field="#ffffff",
    bubble="#f1f1f5",
    hover="#ebebf0",
    pressed="#e2e3ea",
    border="#dadbe3",
    text="#1c1d22",
    muted="#63656f",
    accent="#4453c9",
    accentHover="#3845b0",
    onAccent="#ffffff",
    disabled="#d5d7e0",
    selection="#cdd4ff",
    find="#50ffb400",
    danger="#b3261e",
    dangerFill="#fdf1f0",
    dangerEdge="#f2cfcc",
    noticeFill="#fff7e6",
    noticeEdge="#f0dcae",
    scroll="#c9cad3",
    codeFill="#f7f7fa",
    codeHeader="#ededf2",
    codeKeyword="#8a2aa8",
    codeString="#22703c",
    codeNumber="#9a4a05",
    codeComment="#676976",
    codeFunction="#1f5bb8",
    codeType="#0f6a72",
    codeAttribute="#a8321f",
    codeDeleted="#b3261e",
    codeInserted="#1d7040",
)

DARK = Colors(
    page="#1b1c20",
    sidebar="#151619",
    raised="#25262b",
    field="#222327",
    bubble="#2a2b31",
    hover="#2c2d34",
    pressed="#35363e",
    border="#393a43",
    text="#ececf1",
    muted="#a2a4b0",
    accent="#98a4ff",
    accentHover="#b0b9ff",
    onAccent="#14151c",
    disabled="#3a3b44",
    selection="#3d477f",
    find="#58ffb400",
    danger="#ff9d94",
    dangerFill="#2f2021",
    dangerEdge="#5a3432",
    noticeFill="#2d281c",
    noticeEdge="#54482a",
    scroll="#484953",
    codeFill="#222328",
    codeHeader="#2b2c33",
    codeKeyword="#d6a1f0",
    codeString="#9bd6a4",
    codeNumber="#f0b27a",
    codeComment="#9a9ca9",
    codeFunction="#8fbcff",
    codeType="#7fd6d6",
    codeAttribute="#f2a497",
    codeDeleted="#ff9d94",
    codeInserted="#8fdba2",
)


class Theme(QObject):
    """Keeps the application's colours in step with the desktop's light or dark, or with the user's wish.

    Attributes:
        colors: those in force.

    Signals:
        changed: the new `Colors`; palette and style sheet have them already.
    """

    changed = Signal(object)

    def __init__(self, app: QApplication, appearance: str) -> None:
        super().__init__(app)
        self._app = app
        self._sheet = resource("style/arvae.qss").read_text("utf-8")
        self._appearance = appearance
        self.colors = LIGHT
        self.set_appearance(appearance)
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _scheme: self._apply(self._wanted()))

    def set_appearance(self, appearance: str) -> None:
        """Follow ``system``, or hold ``light`` or ``dark``."""
        self._appearance = appearance
        hints = QGuiApplication.styleHints()
        # Also told to the platform, for title bars and native dialogs; not every platform listens.
        if appearance in _SCHEMES:
            hints.setColorScheme(_SCHEMES[appearance])
        else:
            hints.unsetColorScheme()
        self._apply(self._wanted())

    def _wanted(self) -> Colors:
        scheme = _SCHEMES.get(self._appearance) or QGuiApplication.styleHints().colorScheme()
        return DARK if scheme is Qt.ColorScheme.Dark else LIGHT

    def _apply(self, colors: Colors) -> None:
        if self.colors is colors and self._app.styleSheet():
            return
        self.colors = colors
        self._app.setPalette(_palette(colors))
        values = {field.name: getattr(colors, field.name) for field in fields(colors)}
        self._app.setStyleSheet(_TOKEN.sub(lambda token: values[token[1]], self._sheet))
        self.changed.emit(colors)


def _palette(colors: Colors) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for roles, name in (
        ((role.Window, role.Base), colors.page),
        ((role.AlternateBase, role.Button, role.ToolTipBase), colors.raised),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), colors.text),
        ((role.PlaceholderText,), colors.muted),
        ((role.Highlight,), colors.selection),
        ((role.HighlightedText,), colors.text),
        ((role.Link, role.LinkVisited, role.Accent), colors.accent),
    ):
        for each in roles:
            palette.setColor(each, QColor(name))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(colors.muted))
    return palette
