"""How much of each thing is read as Markdown; what is over a budget is shown as plain text, whole.

Each bounds one parser's worst case, or what a text document can bear. Lengths are in characters.
"""

from __future__ import annotations

# Longer lines are read in parts: a frame parses at most a part, and Qt lays out long lines in quadratic time.
LINE = 4_000
# Where a paragraph is cut and its beginning frozen: the open end is parsed again each frame.
PARAGRAPH = 3_000
# `Plain` pieces, and parts of a line of code: a text layout of this length is cheap.
PIECE = 2_000
# Where lines, paragraphs and blocks of the page are cut whose layout costs many times what others' does.
DENSE = 1_000
# Quotes and items around a block. Deeper ones leave no room for text.
DEPTH = 16
# Characters in a paragraph that may begin or end something inline: markdown-it-py's worst cases grow with
# their square ("[[[[", "*_*_").
DELIMITERS = 600
# Wider tables can be read by nobody in a column of text, and a layout of their cells takes long.
COLUMNS = 24
# Rows to a piece of a table, lines to one of code: the open piece is written again while it grows.
TABLE_ROWS = 8
TABLE_CELLS = 128
CODE_LINES = 16
# How many lines of code are read ahead before the colours of those before them are final.
CODE_LINES_AHEAD = 8
# Blank lines behind indented code that wait for more of it; with more of them they are code in any case.
CODE_BLANKS = 200
# Link definitions that are remembered.
DEFINITIONS = 5_000
# A formula on lines of its own; a longer one was never closed.
DISPLAY_MATH = 4_000
# Blank lines and definitions that are kept with one block.
LOOSE_SOURCE = 16_000
LANGUAGE = 40
# Milliseconds after which `take` returns and asks to be called again.
SLICE_MS = 8.0
# Longer lines of code have no colours, and a window of lines with more in it neither: lexers are slow, and
# some of their expressions take the square of what they look at.
COLOURED_LINE = 500
COLOURED_WINDOW = 4_000
# States that a lexer keeps, as of brackets that are open; of more of them the outermost are forgotten.
CODE_STATES = 100
# Lines at the end of growing code that are coloured anew with each delta.
LIVE_LINES = 3
# Text at the end of a growing paragraph that is read anew with each delta, beside an unfinished sentence.
LIVE_TEXT = 600
