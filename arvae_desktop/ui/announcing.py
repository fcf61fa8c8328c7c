"""Has screen readers say a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_Politeness = QAccessible.AnnouncementPoliteness


def announce(voice: QWidget, words: str, *, is_urgent: bool = False) -> None:
    """Have screen readers say something at once, if there are any; nothing is said of empty words."""
    if words and QAccessible.isActive():
        event = QAccessibleAnnouncementEvent(voice, words)
        event.setPoliteness(_Politeness.Assertive if is_urgent else _Politeness.Polite)
        QAccessible.updateAccessibility(event)
