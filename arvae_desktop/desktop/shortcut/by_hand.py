"""How a shortcut is bound in the desktop's own settings, where the app can't take one itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Steps(NamedTuple):
    """What to do on one desktop.

    Attributes:
        desktop: its name.
        words: what to do, in words.
        line: what to put into a configuration file; empty where there is none.
    """

    desktop: str
    words: str
    line: str = ""


def steps(command: str) -> tuple[Steps, ...]:
    """The steps for each desktop, `command` being what brings up the quick prompt."""
    return (
        Steps(
            "GNOME",
            "Settings › Keyboard › View and Customize Shortcuts › Custom Shortcuts › +. "
            f"Name it Quick prompt, enter the command {command}, choose Set Shortcut and press the keys.",
        ),
        Steps(
            "KDE Plasma",
            "System Settings › Keyboard › Shortcuts › Add New › Command or Script. "
            f"Enter {command}, choose the new entry and press Add custom shortcut.",
        ),
        Steps(
            "Sway", "Add to ~/.config/sway/config, then reload it:", f"bindsym Ctrl+Mod1+space exec {command}"
        ),
        Steps("Hyprland", "Add to ~/.config/hypr/hyprland.conf:", f"bind = CTRL ALT, space, exec, {command}"),
        Steps(
            "i3",
            "Add to ~/.config/i3/config, then reload it:",
            f"bindsym Ctrl+Mod1+space exec --no-startup-id {command}",
        ),
    )


def current_desktop(environment: Mapping[str, str] = os.environ) -> str | None:
    """Which of those of `steps` this is, by ``XDG_CURRENT_DESKTOP``; None for another."""
    names = {"gnome": "GNOME", "kde": "KDE Plasma", "sway": "Sway", "hyprland": "Hyprland", "i3": "i3"}
    given = environment.get("XDG_CURRENT_DESKTOP", "").casefold().split(":")
    return next((names[name] for name in given if name in names), None)
