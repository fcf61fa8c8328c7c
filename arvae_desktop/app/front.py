"""The main window: made when it is first wanted, and told what was said before it was there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from arvae_desktop.services.connection import ConnectionState

if TYPE_CHECKING:
    from arvae_desktop.app.parts import Parts
    from arvae_desktop.app.wishes import Wishes
    from arvae_desktop.services.notifier import Notice
    from arvae_desktop.ui.main_window import MainWindow


class Front(QObject):
    """The main window, or the promise of one."""

    def __init__(self, parts: Parts, wishes: Wishes) -> None:
        super().__init__(parts.application)
        self._parts = parts
        self._wishes = wishes
        self._notices: list[Notice] = []
        parts.notifier.noticed.connect(self._keep)
        parts.notifier.withdrawn.connect(self._withdraw)

    @property
    def window(self) -> MainWindow:
        """The window; made now if it was not."""
        if not self._parts.has_window:
            self._make()
        return self._parts.window

    @property
    def is_visible(self) -> bool:
        """Whether it can be seen, or found in the task bar."""
        return self._parts.has_window and self._parts.window.isVisible()

    def show(self) -> None:
        """Bring the window up, whatever became of it."""
        window = self.window
        self._wishes.wake_up()
        if window.isMinimized():
            window.showNormal()
        else:
            window.show()
        window.raise_()
        window.activateWindow()

    def hide(self) -> None:
        """Take the window off the screen; all in it goes on."""
        self._parts.window.page.keep_draft()
        self._parts.window.hide()

    def _make(self) -> None:
        from arvae_desktop.app.wiring import connect_window  # noqa: PLC0415  (a start in the tray needs none)

        parts = self._parts
        window, page, settings = parts.window, parts.window.page, parts.preferences.settings
        connect_window(parts, self._wishes)
        window.restore(settings.window_size, settings.sidebar_width)
        page.show_session(parts.conversations.current)
        window.sidebar.mark_current(parts.conversations.current.id)
        page.composer.picker.set_models(parts.catalog.models)
        page.composer.picker.set_current(parts.actions.model)
        if self._wishes.demo is not None and parts.connection.keeps_nothing:
            page.welcome.promise_nothing()
        if parts.connection.state is not ConnectionState.NEEDED:
            page.composer.setFocus()
        parts.notifier.noticed.disconnect(self._keep)
        parts.notifier.withdrawn.disconnect(self._withdraw)
        for notice in self._notices:
            page.banner.show_notice(notice)
        self._notices.clear()

    def _keep(self, notice: Notice) -> None:
        self._notices.append(notice)

    def _withdraw(self, kind: str) -> None:
        self._notices[:] = [notice for notice in self._notices if notice.kind != kind]
