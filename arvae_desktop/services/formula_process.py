"""A process of its own that draws formulas: a line of JSON in, a line of JSON out, one at a time.

It is run as a program, by its path, and imports nothing of ours and no Qt. Why a process: ziamath is all
Python, and what it does for nested TeX doubles with each level: twelve roots in one another take seconds. A
thread could not be stopped, and would hold the interpreter's lock against the window all the while.

In: ``{"tex": str, "display": bool}``. Out: ``{"svg": str, "width": float, "ascent": float,
"descent": float}``, lengths in ems of STIX Two Math; or ``null`` for what can't be drawn. The first line out
is ``null`` too: it tells that everything is loaded. The process ends when its standard input does.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import re
import sys
import xml.etree.ElementTree as ET
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# Whoever started us kills us long before; this is for when nobody is left to do it.
_ORPHAN_LIMIT_S = 10
_MEMORY_LIMIT = 1 << 29
_NICENESS = 5
_LONGEST_SVG = 400_000
_WIDEST_EM = 200.0
_HIGHEST_EM = 100.0
# Letters may reach beyond the box that their advances make, and the edge's pixels are half covered.
_MARGIN_EM = 0.05
# To ziamath a pixel is 3/4 of a point: an em of ten points, as in TeX, so that 6pt are what an author means.
_EM = 40 / 3

_ELEMENTS = {"svg", "g", "path", "rect", "ellipse"}
_ATTRIBUTES = {"d", "x", "y", "width", "height", "cx", "cy", "rx", "ry", "stroke-width"}
# Colours are the page's, where everything has to be readable; the rest are addresses and other people's CSS.
_DROPPED = {"mathcolor", "mathbackground", "style", "class", "href", "id"}
_LABELS = re.compile(r"\\label\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![a-zA-Z])")
_TAG = re.compile(r"\\tag\*?\s*\{")
_MATH_IN_TEXT = re.compile(r"\\text\s*\{([^{}$]*)\$([^$]*)\$([^{}$]*)\}")
_BINOM = re.compile(r"\\[dt]?binom(?![a-zA-Z])")
_MOD = re.compile(r"\\bmod(?![a-zA-Z])")
_ROW_SKIP = re.compile(r"\\\\\*?\s*\[\s*-?[\d.]+\s*[a-z]{2}\s*\]")
_OPERATOR = re.compile(r"(\\operatorname\*?\s*\{)([^{}]*)\}")
# Paired bars, which would be as long as the font has them; plain ones are as long as what they enclose.
_BARS = {r"\lVert": r"\|", r"\rVert": r"\|", r"\lvert": "|", r"\rvert": "|"}
_BAR = re.compile(r"(\\[lr][vV]ert)(?![a-zA-Z]) ?")

_RELATION, _BINARY, _TIGHT = "thickmathspace", "mediummathspace", "0em"
# What ziamath's table of operators lacks or sets unlike TeX: the space on both sides.
_SPACES = {
    "infix": dict.fromkeys("⊂⊊∼⟂", _RELATION) | dict.fromkeys("∪∩∖⧵×÷∧∨⋅∗⊗⊕∘", _BINARY),
    "prefix": dict.fromkeys("∂∇", _TIGHT),
    "postfix": {"!": _TIGHT},
}
_TILDE_OPERATOR = "∼"
_SIGNS = "+−±∓"
_CLOSERS = ")]}|‖⟩⌋⌉!′%⋯…∞∅"
_INTEGRALS = "∫∬∭∮∯∰"
_COLUMN_GAP, _ROW_GAP = "0.8em", "0.3em"


class CannotDrawError(Exception):
    """A formula that would not look like what it says."""


def main() -> None:
    """Answer until nobody asks, then end the process."""
    try:
        _answer_all()
    finally:
        # At once: nothing is to be flushed or waited for, and the pipe may have gone.
        os._exit(0)


def _answer_all() -> None:
    if sys.platform != "win32":
        os.nice(_NICENESS)
    logging.disable()
    draw = _load()
    _forbid_the_outside()
    _answer(None)
    for line in sys.stdin.buffer:
        faulthandler.dump_traceback_later(_ORPHAN_LIMIT_S, exit=True)
        asked = json.loads(line)
        try:
            answer = draw(asked["tex"], asked["display"])
        except Exception:  # noqa: BLE001  (TeX is anyone's, and ziamath fails on it in all ways there are)
            answer = None
        faulthandler.cancel_dump_traceback_later()
        _answer(answer)


def _answer(answer: dict[str, Any] | None) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()


def _load() -> Callable[[str, bool], dict[str, Any]]:
    """Import the library and draw something, so that nothing is left to be read later."""
    from ziamath import drawable  # noqa: PLC0415
    from ziamath.config import config  # noqa: PLC0415
    from ziamath.operators import names, operators  # noqa: PLC0415
    from ziamath.tex import tex2mml  # noqa: PLC0415
    from ziamath.zmath import Math, denamespace, loadedfonts  # noqa: PLC0415

    # Paths instead of symbols, which not every Qt knows.
    config.svg2 = False
    config.precision = 3
    font = loadedfonts["default"]
    font.basesize = _EM
    for form, spaces in _SPACES.items():
        for name, space in spaces.items():
            operators[name, form] = {"lspace": space, "rspace": space}
            names.add(name)

    def draw(tex: str, display: bool) -> dict[str, Any]:
        mathml = ET.fromstring(tex2mml(prepared(tex), inline=not display))  # noqa: S314
        mathml = denamespace(mathml)
        _check_and_clean(mathml, lambda char: font.glyphindex(char) != 0)
        math = Math(mathml, size=_EM, margin=0)
        _rule_tables(math.node, drawable)
        return _picture(math)

    draw(r"\text{a}\frac{1}{2}\left(\sum_i^2\sqrt{x}\right)\mathbb{R}\begin{matrix}1\end{matrix}", True)
    return draw


def _forbid_the_outside() -> None:
    """From here on nothing is opened, started or connected, whatever a formula says. Bounds the memory."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_LIMIT, _MEMORY_LIMIT))

    def refuse(event: str, _arguments: tuple[object, ...]) -> None:
        if event == "open" or event.startswith(("socket.", "subprocess.", "os.", "ctypes.")):
            raise CannotDrawError(event)

    sys.addaudithook(refuse)


def prepared(tex: str) -> str:
    """The same TeX in words that latex2mathml and ziamath understand."""
    tex = _LABELS.sub("", tex)
    tex = _ROW_SKIP.sub(r"\\\\", tex)
    tex = _MOD.sub(r"\\;\\mathrm{mod}\\;", tex)
    tex = _BAR.sub(lambda match: _BARS[match[1]], tex)
    tex = _OPERATOR.sub(lambda match: match[1] + re.sub(r"\\[,;: ]|~", "", match[2]) + "}", tex)
    tex = _TAG.sub(lambda match: r"\qquad " + match[0], tex)
    tex = _MATH_IN_TEXT.sub(r"\\text{\1}{\2}\\text{\3}", tex)
    while (match := _BINOM.search(tex)) is not None:
        upper, end = _argument(tex, match.end())
        lower, end = _argument(tex, end)
        tex = rf"{tex[: match.start()]}{{\left({{{upper}}} \atop {{{lower}}}\right)}}{tex[end:]}"
    return tex


def _argument(tex: str, start: int) -> tuple[str, int]:
    """A command's argument, in braces or a single character, and where it ends."""
    while tex[start : start + 1].isspace():
        start += 1
    if tex[start : start + 1] != "{":
        return tex[start : start + 1], start + 1
    depth = 0
    for at in range(start, len(tex)):
        if tex[at] in "{}" and tex[at - 1] != "\\":
            depth += 1 if tex[at] == "{" else -1
            if depth == 0:
                return tex[start + 1 : at], at + 1
    raise CannotDrawError("a brace is left open")


def _check_and_clean(mathml: ET.Element, has_glyph: Callable[[str], bool]) -> None:
    """Make MathML plain and set as in TeX. Raises `CannotDrawError` for commands and letters nobody knows."""
    for element in mathml.iter():
        for name in _DROPPED.intersection(element.keys()):
            del element.attrib[name]
        _set_as_in_tex(element)
        text = element.text or ""
        if text.startswith("\\") and len(text) > 1:
            raise CannotDrawError(text)
        if not all(char.isspace() or has_glyph(char) for char in text):
            raise CannotDrawError("no letter for it")


def _set_as_in_tex(element: ET.Element) -> None:
    if element.tag == "mstyle" and not element.attrib:
        element.tag = "mrow"  # an empty mstyle is more than ziamath can take
    elif element.tag == "mtable":
        element.attrib = {"columnspacing": _COLUMN_GAP, "rowspacing": _ROW_GAP} | element.attrib
    elif element.tag == "mi" and element.text == "~":
        element.text = _TILDE_OPERATOR
    elif element.tag == "mo" and element.text in tuple(_INTEGRALS):
        # Else it would be as high as the highest thing in its row.
        element.set("stretchy", "false")
    for before, child in pairwise(element):
        if child.tag == "mo" and child.text in tuple(_SIGNS) and _is_open(before):
            child.set("form", "prefix")


def _is_open(element: ET.Element) -> bool:
    """Whether a plus or minus after it is the sign of what follows: there is nothing to add to."""
    return element.tag == "mo" and element.text not in tuple(_CLOSERS)


def _rule_tables(node: Any, drawable: Any) -> None:  # noqa: ANN401  (ziamath's)
    """Draw the lines between a table's columns and rows, which ziamath leaves out."""
    for child in list(getattr(node, "nodes", ())):
        _rule_tables(child, drawable)
    if getattr(node, "mtag", "") != "mtable":
        return
    columns = node.element.get("columnlines", "").split()
    rows = node.element.get("rowlines", "").split()
    cells = list(zip(node.nodexy, node.nodes, strict=True))
    widths = [len(row) for row in node.element]
    thickness = node.units_to_points(node.font.math.consts.fractionRuleThickness)
    by_row = [cells[sum(widths[:row]) : sum(widths[: row + 1])] for row in range(len(widths))]
    by_column = [[row[at] for row in by_row if at < len(row)] for at in range(max(widths))]
    for left, right, line in zip(by_column, by_column[1:], columns, strict=False):
        if line != "none":
            end = max(x + cell.bbox.xmax for (x, _), cell in left)
            x = (end + min(x + cell.bbox.xmin for (x, _), cell in right)) / 2
            node.nodes.append(drawable.VLine(node.bbox.ymax - node.bbox.ymin, thickness))
            node.nodexy.append((x, -node.bbox.ymax))
    for upper, lower, line in zip(by_row, by_row[1:], rows, strict=False):
        if line != "none":
            end = max(y - cell.bbox.ymin for (_, y), cell in upper)
            y = (end + min(y - cell.bbox.ymax for (_, y), cell in lower)) / 2
            node.nodes.append(drawable.HLine(node.bbox.xmax, thickness))
            node.nodexy.append((0.0, y - thickness / 2))


def _picture(math: Any) -> dict[str, Any]:  # noqa: ANN401  (ziamath.Math)
    box = math.node.bbox
    margin = _MARGIN_EM * _EM
    left, top = box.xmin - margin, -box.ymax - margin
    width, height = box.xmax + margin - left, -box.ymin + margin - top
    if not (width <= _WIDEST_EM * _EM and height <= _HIGHEST_EM * _EM):
        raise CannotDrawError("too large")
    drawing = math.svgxml()
    if len(drawing) == 0:
        raise CannotDrawError("nothing to see")
    for element in drawing.iter():
        _make_plain(element)
    drawing.attrib = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"{left:.3f} {top:.3f} {width:.3f} {height:.3f}",
        "fill": "currentColor",
    }
    svg = ET.tostring(drawing, encoding="unicode")
    if len(svg) > _LONGEST_SVG:
        raise CannotDrawError("too large")
    return {
        "svg": svg,
        "width": width / _EM,
        "ascent": -top / _EM,
        "descent": (height + top) / _EM,
    }


def _make_plain(element: ET.Element) -> None:
    """Leave of an element what draws, in the one colour there is. Raises `CannotDrawError` for others."""
    if element.tag not in _ELEMENTS:
        raise CannotDrawError(element.tag)
    colors = {}
    if element.get("stroke", "none") != "none":
        colors = {"stroke": "currentColor", "fill": "none"}
    element.attrib = {name: value for name, value in element.items() if name in _ATTRIBUTES} | colors


if __name__ == "__main__":
    sys.path[:] = json.loads(sys.argv[1])
    main()
