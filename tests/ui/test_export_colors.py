"""Exported pages have the colours of the app, which they can't import."""

from __future__ import annotations

import pytest

from arvae_desktop.exchange import html_style
from arvae_desktop.ui import theme


@pytest.mark.parametrize(
    ("exported", "shown"),
    [(html_style.LIGHT, theme.LIGHT), (html_style.DARK, theme.DARK)],
    ids=["light", "dark"],
)
def test_colours_are_the_same(exported: dict[str, str], shown: theme.Colors) -> None:
    assert exported == {name: getattr(shown, name) for name in exported}
