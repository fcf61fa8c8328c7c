"""Tells that a newer version exists, where the user allows it. Nothing is ever downloaded or installed."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from arvae_desktop.api.release_file import fetch_release
from arvae_desktop.domain.errors import ArvaeError

if TYPE_CHECKING:
    from arvae_desktop.domain.program import Build
    from arvae_desktop.domain.releases import Release
    from arvae_desktop.services.notifier import Notifier
    from arvae_desktop.services.preferences import Preferences
    from arvae_desktop.services.tasks import Tasks

_log = logging.getLogger(__name__)

RELEASE_FILE = "https://arvae.ai/desktop/release.json"
_FIRST_AFTER_MS = 60_000  # a start has better things to do
_LOOK_EVERY_MS = 3_600_000  # whether a day has gone by; a computer sleeps in between


class UpdateCheck(QObject):
    """Asks once a day while `Settings.checks_updates` is on, which it is not until the user turns it on.

    A newer version is told as a notice whose link is the release's page, once a run for each version.

    Attributes:
        is_offered: whether this build has a key to prove what it is told by; without one it never asks.

    Signals:
        checked: after `check_now`, a sentence for the user.
    """

    checked = Signal(str)

    def __init__(
        self,
        build: Build,
        preferences: Preferences,
        notifier: Notifier,
        tasks: Tasks,
        *,
        url: str = RELEASE_FILE,
        first_after_ms: int = _FIRST_AFTER_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._build = build
        self._preferences = preferences
        self._notifier = notifier
        self._tasks = tasks
        self._url = url
        self._told: str | None = None
        self._is_asking = False
        self.is_offered = bool(build.update_key)
        self._timer = QTimer(self, singleShot=True, interval=first_after_ms)
        self._timer.timeout.connect(self._look)
        preferences.changed.connect(lambda _settings: self.begin())

    def begin(self) -> None:
        """Start to ask, if that is wanted; called again, nothing changes. Turning it off stops it."""
        if not (self.is_offered and self._preferences.settings.checks_updates):
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def check_now(self) -> None:
        """Ask because the user says so, whatever the settings are; the answer comes by `checked`."""
        if not self.is_offered:
            self.checked.emit("This build can’t prove what it is told about new versions.")
        elif not self._is_asking:
            self._tasks.spawn(self._check(is_asked=True), name="update check")

    def _look(self) -> None:
        today = _today().isoformat()
        if self._preferences.settings.updates_checked_on != today and not self._is_asking:
            self._tasks.spawn(self._check(is_asked=False), name="update check")
        self._timer.start(_LOOK_EVERY_MS)

    async def _check(self, *, is_asked: bool) -> None:
        self._is_asking = True
        # Before the server is asked: one that fails is not asked again until tomorrow.
        self._preferences.change(updates_checked_on=_today().isoformat())
        try:
            release = await fetch_release(
                self._url, bytes.fromhex(self._build.update_key), self._preferences.settings.network
            )
        except ArvaeError as error:
            _log.info("looking for a new version: %s", error.report.kind)
            if is_asked:
                self.checked.emit(f"{error.report.title} {error.report.hint}".strip())
            return
        finally:
            self._is_asking = False
        is_newer = release.is_newer_than(self._build.version)
        if is_newer and (is_asked or self._told != release.version):
            self._tell(release)
        if is_asked:
            newest = f"This is the newest version, {self._build.version}."
            self.checked.emit(f"Version {release.version} is out." if is_newer else newest)

    def _tell(self, release: Release) -> None:
        self._told = release.version
        self._notifier.info(
            f"Version {release.version} of Arvae Desktop is out.",
            f"This is {self._build.version}. Nothing is installed by itself.",
            kind="update",
            link=release.page,
        )


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
