"""Combinations, reports, and the steps to bind a command by hand."""

import pytest

from arvae_desktop.desktop.shortcut.by_hand import current_desktop, steps
from arvae_desktop.desktop.shortcut.combination import DEFAULT, KEYS, Combination
from arvae_desktop.desktop.shortcut.report import ShortcutReport, ShortcutState


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (DEFAULT, "Ctrl+Alt+Space"),
        ("alt+ctrl+space", "Ctrl+Alt+Space"),
        ("Meta+Shift+K", "Shift+Meta+K"),
        ("F9", "F9"),
        ("Shift+F12", "Shift+F12"),
        ("Ctrl+-", "Ctrl+-"),
    ],
)
def test_a_combination_is_read_and_written(typed, written):
    assert str(Combination.parse(typed)) == written
    assert Combination.parse(written) == Combination.parse(typed)


@pytest.mark.parametrize(
    "typed", ["", "K", "Shift+K", "Space", "Ctrl", "Ctrl+", "Hyper+K", "Ctrl+Ü", "Ctrl++"]
)
def test_what_typing_needs_is_no_shortcut(typed):
    with pytest.raises(ValueError, match=r"\.$"):
        Combination.parse(typed)


def test_every_key_has_names_of_its_own():
    for number in range(2):
        names = [names[number] for names in KEYS.values()]
        assert len(set(names)) == len(names)
    codes = [names.mac for names in KEYS.values() if names.mac is not None]
    assert len(set(codes)) == len(codes)
    assert (KEYS["K"].windows, KEYS["K"].mac, KEYS["F1"].windows, KEYS["0"].mac) == (0x4B, 40, 0x70, 29)


def test_a_report_tells_what_was_tried():
    report = ShortcutReport("X11 key grab", ShortcutState.CONFLICT, DEFAULT, "Another program has it.")
    text = report.tried("XGrabKey Ctrl+Alt+Space", "BadAccess", is_good=False).as_text()
    assert "NO  XGrabKey Ctrl+Alt+Space → BadAccess" in text
    assert "Another program has it." in text


def test_steps_name_the_command():
    told = {each.desktop: each for each in steps("/opt/arvae-desktop quick")}
    assert set(told) == {"GNOME", "KDE Plasma", "Sway", "Hyprland", "i3"}
    assert all("/opt/arvae-desktop quick" in each.words + each.line for each in told.values())


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("ubuntu:GNOME", "GNOME"),
        ("KDE", "KDE Plasma"),
        ("sway", "Sway"),
        ("Hyprland", "Hyprland"),
        ("XFCE", None),
    ],
)
def test_the_desktop_is_recognised(given, found):
    assert current_desktop({"XDG_CURRENT_DESKTOP": given}) == found
    assert current_desktop({}) is None
