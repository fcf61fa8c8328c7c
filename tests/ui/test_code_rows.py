"""Lines of code that are too long for a row of the document are cut into several."""

import pytest

from arvae_desktop.markup.blocks import Role, Token
from arvae_desktop.ui.code_rows import rows_of, utf16_length


def test_rows_keep_every_character_and_colour():
    line = (Token("a" * 15_000, Role.STRING), Token("b" * 30_000, Role.NUMBER), Token("c"))
    rows = list(rows_of(line))
    assert [sum(len(token.text) for token in row) for row in rows] == [20_000, 20_000, 5001]
    joined = "".join(token.text[0] * len(token.text) for row in rows for token in row)
    assert joined == "".join(token.text for token in line)
    assert all(token.role is Role.NUMBER for row in rows for token in row if token.text[0] == "b")


@pytest.mark.parametrize(("text", "length"), [("", 0), ("abc", 3), ("é", 1), ("😀", 2), ("a😀é", 4)])
def test_lengths_as_qt_counts_them(text, length):
    assert utf16_length(text) == length
