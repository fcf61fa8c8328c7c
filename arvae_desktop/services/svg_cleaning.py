"""Takes out of an SVG what could load, run or link to anything. Elements and attributes that aren't known go.

Qt's renderer, for one, reads the file that an <image> names.
"""

from __future__ import annotations

import re
from xml.etree import (
    ElementTree as ET,
)  # expat resolves nothing outside; what it could expand is refused below

_SVG = "http://www.w3.org/2000/svg"
_HTML = "http://www.w3.org/1999/xhtml"
_XML = "http://www.w3.org/XML/1998/namespace"
MAX_CHARACTERS = 20_000_000
_MAX_DEPTH = 200
_ELEMENTS = {
    _SVG: frozenset(
        {"svg", "g", "defs", "symbol", "use", "title", "desc", "style", "switch", "foreignObject"}
        | {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"}
        | {"marker", "clipPath", "mask", "pattern", "linearGradient", "radialGradient", "stop"}
        | {
            "filter",
            "feDropShadow",
            "feGaussianBlur",
            "feOffset",
            "feBlend",
            "feMerge",
            "feMergeNode",
            "feFlood",
        }
        | {"feComposite", "feColorMatrix"}
    ),
    # Labels of diagrams are written in it.
    _HTML: frozenset({"div", "span", "p", "br", "b", "i", "strong", "em", "code", "sub", "sup"}),
}
_REFERENCE = re.compile(r"\s*#[\w.:-]+\s*")
_URL = re.compile(r"url\s*\(\s*([\"']?)(?!#)", re.IGNORECASE)
# A backslash may spell any word anew, and other functions name resources too.
_RISKY_STYLE = re.compile(r"\\|@import|@font-face|image-set|image\s*\(|expression|javascript:", re.IGNORECASE)
_DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def clean_svg(text: str) -> str:
    """The same drawing without what is not known to be harmless.

    Raises `ValueError` for what is no SVG, declares entities, or is too large or too deep.
    """
    if len(text) > MAX_CHARACTERS or _DECLARATION.search(text):
        raise ValueError("an SVG that is too large or declares entities")
    try:
        root = ET.fromstring(text)  # noqa: S314  (entities are refused above)
    except ET.ParseError as error:
        raise ValueError("broken XML") from error
    if root.tag != f"{{{_SVG}}}svg":
        raise ValueError("no SVG")
    _clean(root, 0)
    ET.register_namespace("", _SVG)
    ET.register_namespace("html", _HTML)
    written = ET.tostring(root, encoding="unicode").replace(f' xmlns:html="{_HTML}"', "", 1)
    # Style rules name HTML elements without a prefix. Each "<" is a tag's: in texts it is escaped.
    return re.sub(r"<html:(\w+)", rf'<\1 xmlns="{_HTML}"', written).replace("</html:", "</")


def _clean(element: ET.Element, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise ValueError("too deep")
    for name in [name for name, value in element.attrib.items() if not _is_harmless(name, value)]:
        del element.attrib[name]
    if element.tag == f"{{{_SVG}}}style" and not _is_harmless_style(element.text or ""):
        element.text = ""
    kept_before: ET.Element | None = None
    for child in list(element):
        if _is_known(child.tag):
            _clean(child, depth + 1)
            kept_before = child
            continue
        # The text behind an element belongs to the one around it.
        if kept_before is None:
            element.text = (element.text or "") + (child.tail or "")
        else:
            kept_before.tail = (kept_before.tail or "") + (child.tail or "")
        element.remove(child)


def _is_known(tag: object) -> bool:
    if not isinstance(tag, str):  # a comment or an instruction
        return False
    namespace, _, name = tag.rpartition("}")
    return name in _ELEMENTS.get(namespace.removeprefix("{"), ())


def _is_harmless(name: str, value: str) -> bool:
    namespace, _, local = name.rpartition("}")
    local = local.lower()
    if local == "href":
        return _REFERENCE.fullmatch(value) is not None
    if namespace.removeprefix("{") not in ("", _XML) or local in ("src", "base") or local.startswith("on"):
        return False
    return _is_harmless_style(value)


def _is_harmless_style(text: str) -> bool:
    return _URL.search(text) is None and _RISKY_STYLE.search(text) is None
