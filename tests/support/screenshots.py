"""Makes pictures of the real app: ``python -m tests.support.screenshots [all]``.

Without ``all``, those of the README in ``resources/screenshots/``; with it, every scene, light and dark, in
ordinary and in double density, wide and narrow, in ``.cache/screenshots/`` for looking at.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from arvae_desktop.storage.paths import AppPaths
from arvae_desktop.storage.settings import Settings, SettingsFile
from tests.support.app_process import AppProcess
from tests.support.demo_process import DemoProcess
from tests.support.desktop import Desktop
from tests.support.moving_picture import MovingPicture
from tests.support.processes import wait_until
from tests.support.quick import QUICK, ask

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOT = Path(__file__).parents[2]
_README_PICTURES = _ROOT / "resources" / "screenshots"
_ALL_PICTURES = _ROOT / ".cache" / "screenshots"
_SCREEN = "2300x1700x24"
_WIDE, _NARROW, _FILM = (1080, 740), (420, 700), (900, 620)
_QUESTION = "What happens when a server is slow to answer?"


class Studio:
    """Takes pictures of one app after the other on a desktop of its own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._count = 0
        self._stack = stack
        # Nothing of the person's who takes the pictures shows on them, nor is touched.
        os.environ.update(HOME=str(folder), PYTHON_KEYRING_BACKEND="")
        self._desktop = stack.enter_context(Desktop(folder, screen=_SCREEN))
        self._server = DemoProcess(folder, rate=60)
        stack.callback(self._server.end)

    def picture(
        self,
        scene: Callable[[AppProcess, Desktop], None],
        path: Path,
        *,
        appearance: str,
        density: int = 1,
        model: str | None = "demo/tour",
        size: tuple[int, int] = _WIDE,
        window: str = "^Arvae Desktop",
    ) -> None:
        """Start the app, play a scene, take a picture of a window. Without a model it is a first start."""
        self._count += 1
        data_dir = self._folder / f"data-{self._count}"
        settings = Settings(appearance=appearance, window_size=size)
        if model:
            settings = Settings(
                base_url=self._server.base_url,
                uses_key=False,
                model=model,
                appearance=appearance,
                window_size=size,
                knows_shortcut=True,
            )
        SettingsFile(AppPaths.under(data_dir).settings_file).save(settings)
        folder = self._folder / f"app-{self._count}"
        folder.mkdir()
        environment = {"QT_SCALE_FACTOR": str(density)}
        app = AppProcess(self._desktop, folder, data_dir=data_dir, environment=environment)
        try:
            scene(app, self._desktop)
            box = self._desktop.window_box(self._desktop.windows(window)[0])
            self._desktop.screen.save_png(path, box)
        finally:
            app.end()

    def film(self, path: Path) -> None:
        """Make a moving picture of a first answer, from the prompt to its stop."""
        folder = self._folder / "film"
        data_dir = folder / "data"
        settings = Settings(
            base_url=self._server.base_url,
            uses_key=False,
            model="demo/tour",
            appearance="light",
            window_size=_FILM,
        )
        SettingsFile(AppPaths.under(data_dir).settings_file).save(settings)
        app = AppProcess(self._desktop, folder, data_dir=data_dir)
        try:
            box = self._desktop.window_box(self._desktop.windows("Arvae Desktop")[0])
            app.wait_for_focus("composer")
            with MovingPicture(self._desktop.screen, box) as picture:
                self._desktop.type("Show me around", delay_ms=60)
                self._desktop.press("Return")
                app.wait_for_text("transcript", "Pick another model")
                self._desktop.press("Escape")
                app.wait_for_text("transcript", "Stopped.")
            picture.save(path)
        finally:
            app.end()


def welcome(app: AppProcess, _desktop: Desktop) -> None:
    """The first start."""
    app.wait_for_focus("welcomeKey")


def empty(app: AppProcess, _desktop: Desktop) -> None:
    """A new chat."""
    app.wait_for_focus("composer")


def streaming(app: AppProcess, _desktop: Desktop) -> None:
    """An answer on its way."""
    app.send("Show me around")
    app.wait_for_text("transcript", "The keyboard")


def quick(app: AppProcess, desktop: Desktop) -> None:
    """The quick prompt with an answer."""
    app.wait_for_focus("composer")
    desktop.press("ctrl+shift+space")
    ask(desktop, app, _QUESTION)
    app.wait_for_text("quickTranscript", "words/s")


def stopped(app: AppProcess, desktop: Desktop) -> None:
    """An answer that the user stopped."""
    streaming(app, desktop)
    desktop.press("Escape")
    app.wait_for_text("transcript", "Stopped.")


def waiting(app: AppProcess, _desktop: Desktop) -> None:
    """Nothing has come yet."""
    app.send(_QUESTION)
    app.element("stopButton")


def ended(app: AppProcess, _desktop: Desktop) -> None:
    """An answer that has ended, in one way or another."""
    app.send(_QUESTION)
    wait_until(lambda: app.element("composer").text == "", "the prompt was taken")
    wait_until(lambda: not app.is_showing("stopButton"), "the answer has ended")


def main(arguments: list[str]) -> int:
    """Make the pictures that are asked for."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        studio = Studio(Path(name), stack)
        if arguments == ["all"]:
            _make_all(studio)
        else:
            studio.film(_README_PICTURES / "first-answer.png")
            studio.picture(
                quick,
                _README_PICTURES / "quick-light.png",
                appearance="light",
                density=2,
                model="demo/reasoning",
                window=QUICK,
            )
            studio.picture(stopped, _README_PICTURES / "stopped-dark.png", appearance="dark", density=2)
    return 0


def _make_all(studio: Studio) -> None:
    scenes: dict[str, tuple[Callable[[AppProcess, Desktop], None], str | None]] = {
        "welcome": (welcome, None),
        "empty": (empty, "demo/tour"),
        "streaming": (streaming, "demo/tour"),
        "stopped": (stopped, "demo/tour"),
        "waiting": (waiting, "demo/silent"),
        "filtered": (ended, "demo/filtered"),
        "length": (ended, "demo/length"),
        "cut": (ended, "demo/cut"),
        "reasoning": (ended, "demo/reasoning"),
        "error": (ended, "demo/html"),
        "unknown-model": (ended, "no-such/model"),
    }
    for name, (scene, model) in scenes.items():
        for appearance in ("light", "dark"):
            for suffix, density, size in (("", 1, _WIDE), ("-2x", 2, _WIDE), ("-narrow", 1, _NARROW)):
                path = _ALL_PICTURES / f"{name}-{appearance}{suffix}.png"
                studio.picture(scene, path, appearance=appearance, density=density, model=model, size=size)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
