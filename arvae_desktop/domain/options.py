"""What was asked for on the command line and in the environment, before any setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """Options of every command. None is what was not given.

    Attributes:
        demo: talk to the demo server and touch neither settings nor keyring.
        base_url: as typed; not yet checked.
        data_dir: where settings and log are kept instead of the system's folders.
        log_level: ``debug``, ``info``, ``warning`` or ``error``; None is ``info``, and in a demo without a
            data folder no log at all.
    """

    demo: bool = False
    base_url: str | None = None
    model: str | None = None
    data_dir: Path | None = None
    log_level: str | None = None

    @property
    def writes_log(self) -> bool:
        """Whether there is a log: a demo leaves nothing behind unless asked."""
        return not self.demo or self.data_dir is not None or self.log_level is not None


@dataclass(frozen=True, slots=True)
class StartOptions:
    """How the app with windows begins.

    Attributes:
        hidden: in the tray, without a window, where there is a tray.
        quick: with the quick prompt, with this text in it, and without the window; None for the window.
    """

    hidden: bool = False
    quick: str | None = None


@dataclass(frozen=True, slots=True)
class AskOptions:
    """Options of ``ask``.

    Attributes:
        common: those of every command.
        prompt: as typed; ``-``, and None, stand for standard input.
        system: a system message to send before the prompt.
        as_json: whether to print one JSON object a line instead of text.
        silence_s: the longest silence of the server in seconds, or None for the engine's own limits.
        retries: whether a request that failed may be tried again by itself.
    """

    common: Options
    prompt: str | None = None
    system: str | None = None
    as_json: bool = False
    silence_s: float | None = None
    retries: bool = True
