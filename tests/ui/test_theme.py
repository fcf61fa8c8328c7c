"""Light and dark: readable in both, everywhere, at once."""

import re
from dataclasses import fields

import pytest
from answers import answer, failed, user
from pages import blocks, fill, fragments
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPalette, QTextCursor

from arvae_desktop.ui.icons import app_icon, line_icon
from arvae_desktop.ui.resources import resource
from arvae_desktop.ui.theme import DARK, LIGHT, Colors
from arvae_desktop.ui.transcript.formats import Property
from arvae_desktop.ui.transcript.lines import Look
from arvae_desktop.ui.transcript.view import TranscriptView

_THEMES = pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
_CODE = (
    *("codeKeyword", "codeString", "codeNumber", "codeComment", "codeFunction"),
    *("codeType", "codeAttribute", "codeDeleted", "codeInserted"),
)
_ALL = """\
# Head

- [ ] *Some* **text** ~~here~~ with `code`, [a link](https://a.example), $x^2$, a note[^1] and
  ![a cat](https://a.example/c.png)

> 1. quoted

| a | [b](https://a.example) |
|---|---|
| `c` | $d$ |

```python
# a remark
@wraps
class Thing(int):
    def run(self): return "words" + 12
```

```diff
- old
+ new
```

$$y$$

[^1]: The note.
"""
# Which text stands on which ground.
_GROUNDS = {
    "text": "page sidebar raised field bubble hover pressed selection dangerFill noticeFill",
    "muted": "page sidebar raised field bubble hover noticeFill codeFill codeHeader",
    "accent": "page hover bubble noticeFill",
    "onAccent": "accent accentHover",
    "danger": "page raised dangerFill dangerEdge",
    "page": "text muted",  # the sign on the Stop button
    **dict.fromkeys(_CODE, "codeFill page noticeFill"),
}
_GROUNDS["text"] += " codeFill codeHeader noticeEdge"
_PAIRS = sorted((text, ground) for text, grounds in _GROUNDS.items() for ground in grounds.split())
_ICONS = sorted(
    path.stem
    for path in resource("icons").glob("*.svg")
    if not path.stem.startswith(("arvae-desktop", "tray-"))
)


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
@pytest.mark.parametrize(("text", "ground"), _PAIRS)
def test_text_stands_out_from_its_ground(colors, text, ground):
    assert _contrast(getattr(colors, text), getattr(colors, ground)) >= 4.5


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_all_that_stands_on_the_page_stands_out(theme, show, appearance):
    theme.set_appearance(appearance)
    view = show(TranscriptView(theme))
    colors = theme.colors
    grounds = {
        Look.CODE: colors.codeFill,
        Look.CODE_HEAD: colors.codeFill,
        Look.BUBBLE: colors.bubble,
        Look.ERROR: colors.dangerFill,
        Look.REFUSAL: colors.noticeFill,
    }
    fill(view, [user("?"), answer(("reasoning", _ALL), ("refusal", _ALL), _ALL), failed(texts=(_ALL,))])
    seen, faint = set(), []
    for block in blocks(view):
        look = Look(block.blockFormat().intProperty(Property.LOOK) or Look.TEXT.value)
        cell = _cell_ground(block)
        for fragment in fragments(block):
            ink = fragment.charFormat().foreground().color().name()
            brush = fragment.charFormat().background()
            inline = brush.color().name() if brush.style() is not Qt.BrushStyle.NoBrush else None
            ground = inline or cell or grounds.get(look, colors.page)
            seen.add((look, ink, ground))
            if fragment.text().strip() and _contrast(ink, ground) < 4.5:
                faint.append((look, fragment.text(), ink, ground))
    assert {look for look, _ink, _ground in seen} >= set(grounds)
    assert {getattr(colors, name) for name in _CODE} <= {ink for _look, ink, _ground in seen}
    assert faint == []


def _cell_ground(block):
    cursor = QTextCursor(block)
    if (table := cursor.currentTable()) is None:
        return None
    brush = table.cellAt(cursor).format().background()
    return brush.color().name() if brush.style() is not Qt.BrushStyle.NoBrush else None


@_THEMES
def test_every_color_is_one(colors):
    for field in fields(Colors):
        digits = "{8}" if field.name == "find" else "{6}"
        assert re.fullmatch(f"#[0-9a-f]{digits}", getattr(colors, field.name)), field.name


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_the_style_sheet_has_all_its_colors(theme, qapp, appearance):
    theme.set_appearance(appearance)
    sheet = qapp.styleSheet()
    assert "@" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert theme.colors.accent in sheet
    assert sheet.count("{") == sheet.count("}")


def test_every_pair_of_the_style_sheet_is_looked_at():
    assert _sheet_pairs() - set(_PAIRS) == set()


def _sheet_pairs():
    """Each text colour of the style sheet with each ground that it comes to stand on, but where disabled."""
    sheet = re.sub(r"/\*.*?\*/", "", resource("style/arvae.qss").read_text("utf-8"), flags=re.DOTALL)
    rules = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^}]*)\}", sheet):
        values = dict(re.findall(r"([a-z-]+):[^;]*?@(\w+)", body))
        for selector in map(str.strip, selectors.split(",")):
            rules.setdefault(selector, {}).update(values)
    pairs = set()
    for selector, values in rules.items():
        # What only paints: marks, handles and rows without text.
        if ":disabled" in selector or "::" in selector or selector.startswith("QProgressBar"):
            continue
        plain = {"color": "text"} | rules.get(re.split(r"[:\[]", selector)[0], {})
        whole = plain | values
        for text, ground in (("color", "background"), ("selection-color", "selection-background-color")):
            if ground in values or text in values:
                pairs.add((whole[text], whole.get(ground, "page")))
    # The Stop button has a sign in the page's colour and no text; nor has the Send button.
    return pairs - {("text", "text"), ("text", "muted"), ("text", "accent"), ("text", "accentHover")}


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
