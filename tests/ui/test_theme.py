"""Light and dark: readable in both, everywhere, at once."""

import re
from dataclasses import fields

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPalette

from arvae_desktop.ui.icons import app_icon, line_icon
from arvae_desktop.ui.resources import resource
from arvae_desktop.ui.theme import DARK, LIGHT, Colors

_THEMES = pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
_CODE = (
    *("codeKeyword", "codeString", "codeNumber", "codeComment", "codeFunction"),
    *("codeType", "codeAttribute", "codeDeleted", "codeInserted"),
)
_GROUNDS = {
    "text": "page sidebar raised field bubble hover pressed selection dangerFill noticeFill",
    "muted": "page sidebar raised field bubble",
    "accent": "page field bubble raised dangerFill",
    "onAccent": "accent accentHover",
    "danger": "page dangerFill",
    "page": "text",  # the sign on the Stop button
    **dict.fromkeys(_CODE, "codeFill page"),
}
_GROUNDS["text"] += " codeFill codeHeader noticeEdge"
_GROUNDS["muted"] += " codeFill codeHeader"
_ICONS = sorted(path.stem for path in resource("icons").glob("*.svg") if path.stem != "arvae-desktop")


def _luminance(color):
    """Relative luminance as WCAG 2 defines it."""
    channels = QColor(color).getRgbF()[:3]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one, other):
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_does():
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@_THEMES
@pytest.mark.parametrize(
    ("text", "ground"), [(text, ground) for text, grounds in _GROUNDS.items() for ground in grounds.split()]
)
def test_text_stands_out_from_its_ground(colors, text, ground):
    assert _contrast(getattr(colors, text), getattr(colors, ground)) >= 4.5


@_THEMES
def test_every_color_is_one(colors):
    for field in fields(Colors):
        assert re.fullmatch("#[0-9a-f]{6}", getattr(colors, field.name)), field.name


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_the_style_sheet_has_all_its_colors(theme, qapp, appearance):
    theme.set_appearance(appearance)
    sheet = qapp.styleSheet()
    assert "@" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert theme.colors.accent in sheet
    assert sheet.count("{") == sheet.count("}")


def test_every_color_of_the_style_sheet_exists():
    names = set(re.findall(r"@(\w+)", resource("style/arvae.qss").read_text("utf-8")))
    assert names <= {field.name for field in fields(Colors)}


def test_an_appearance_takes_effect_at_once(theme, qapp, qtbot):
    assert theme.colors is LIGHT
    with qtbot.waitSignal(theme.changed) as heard:
        theme.set_appearance("dark")
    assert heard.args == [DARK]
    assert theme.colors is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.page)
    assert qapp.palette().color(QPalette.ColorRole.Text) == QColor(DARK.text)
    theme.set_appearance("light")
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.page)


def test_the_same_appearance_again_changes_nothing(theme, qtbot):
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_appearance("light")


def test_system_follows_the_desktop(theme, qapp):
    theme.set_appearance("dark")
    theme.set_appearance("system")
    wanted = DARK if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT
    assert theme.colors is wanted
    assert wanted.page in qapp.styleSheet()


@_THEMES
@pytest.mark.parametrize("name", _ICONS)
def test_an_icon_is_drawn_in_the_given_color_at_every_density(colors, name):
    icon = line_icon(name, colors.accent)
    for density in (1.0, 2.0, 3.0):
        image = icon.pixmap(QSize(20, 20), density).toImage()
        assert image.width() == 20 * density
        drawn = [
            image.pixelColor(x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() > 200
        ]
        assert drawn
        wanted = QColor(colors.accent)
        for color in drawn:
            channels = zip(color.getRgb()[:3], wanted.getRgb()[:3], strict=True)
            assert all(abs(one - other) < 12 for one, other in channels)


def test_a_disabled_icon_has_its_own_color():
    icon = line_icon("send", "#ffffff", "#000000")
    normal, disabled = (
        icon.pixmap(QSize(20, 20), 1.0, mode).toImage() for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled)
    )
    assert normal != disabled


def test_the_apps_icon_is_drawn_at_every_size():
    for side in (16, 32, 56, 128, 256):
        image = app_icon().pixmap(QSize(side, side)).toImage()
        assert image.width() == side
        assert image.pixelColor(side // 2, side // 2).alpha() > 0
