"""Opens links outside, after the user has seen where a doubtful one leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from arvae_desktop.markup.safety import is_deceptive, safe_href

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


async def open_link(href: str, words: str, parent: QWidget) -> bool:
    """Open a link that was clicked: http, https or mailto, and after a question where it may deceive.

    `words` stood on the link. Returns False where no program takes it. Cancelling closes the question.
    """
    if safe_href(href) is None:
        return True
    if (reason := is_deceptive(words, href)) is not None:
        from arvae_desktop.ui.link_dialog import confirm_link  # noqa: PLC0415  (few links are doubtful)

        if not await confirm_link(parent, words, href, reason):
            return True
    return QDesktopServices.openUrl(QUrl(href))
