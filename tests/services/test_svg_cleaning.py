"""An SVG that was cleaned names nothing outside itself, runs nothing, and still shows what it showed."""

import re
import sys

import pytest

from arvae_desktop.services.svg_cleaning import MAX_CHARACTERS, clean_svg

_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
)
_CANARY = "canary"
_HTML = 'xmlns="http://www.w3.org/1999/xhtml"'
_HOSTILE = [
    '<image href="file:///canary.png"/>',
    '<image xlink:href="canary.png"/>',
    '<image xlink:href="http://canary/x.png" width="5"/>',
    '<image href="data:image/png;base64,canary"/>',
    '<use href="file:///canary.svg#a"/>',
    '<use xlink:href="http://canary/x.svg#a"/>',
    '<use href="javascript:canary"/>',
    '<a href="http://canary"><text>x</text></a>',
    "<script>canary()</script>",
    '<rect onload="canary()"/>',
    '<rect onClick="canary()"/>',
    '<rect fill="url(http://canary/x#y)"/>',
    "<rect style=\"fill: URL( 'file:///canary')\"/>",
    '<rect style="background: u\\72l(http://canary/x)"/>',
    '<rect style="background: image-set(&apos;canary&apos; 1x)"/>',
    "<style>@import 'http://canary/x.css';</style>",
    "<style>rect { fill: url(file:///canary) }</style>",
    "<style>@font-face { font-family: x; src: local(canary) }</style>",
    "<style>rect { b: \\75rl(canary) }</style>",
    f'<foreignObject><div {_HTML}><img src="file:///canary"/></div></foreignObject>',
    f'<foreignObject><iframe {_HTML} src="http://canary"/></foreignObject>',
    f'<foreignObject><div {_HTML} style="background:url(//canary)"/></foreignObject>',
    f'<foreignObject><p {_HTML} src="canary" onmouseover="canary"/></foreignObject>',
    '<animate attributeName="href" values="http://canary"/>',
    '<set attributeName="href" to="file:///canary"/>',
    '<feImage href="file:///canary"/>',
    '<filter><feImage xlink:href="file:///canary"/></filter>',
    '<x:image xmlns:x="http://www.w3.org/2000/svg" href="canary"/>',
    '<image xmlns="urn:other" href="canary"/>',
    '<g xmlns:e="urn:e" e:href="canary" e:src="canary"/>',
    '<rect src="canary"/>',
    "<!-- canary -->",
    "<?xml-stylesheet href='http://canary'?>",
    '<g xml:base="http://canary/"/>',
    '<video href="canary"/>',
    '<audio xlink:href="canary"/>',
    '<handler type="canary"/>',
    '<font-face><font-face-src><font-face-uri xlink:href="file:///canary"/></font-face-src></font-face>',
]


@pytest.mark.parametrize("hostile", _HOSTILE)
def test_nothing_outside_is_named(hostile):
    cleaned = clean_svg(f"{_HEAD}<g>{hostile}</g></svg>")
    assert _CANARY not in cleaned
    assert cleaned.startswith("<svg ")
    assert clean_svg(cleaned) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<svg",
        "<html/>",
        "<svg/>",
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///canary">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>',
        '<!doctype svg><svg xmlns="http://www.w3.org/2000/svg"/>',
        f"{_HEAD}{'<g>' * 300}{'</g>' * 300}</svg>",
        f"{_HEAD}{' ' * MAX_CHARACTERS}</svg>",
    ],
)
def test_what_is_no_harmless_svg_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        clean_svg(text)


def test_nesting_that_would_break_recursion_is_refused():
    depth = sys.getrecursionlimit() * 10
    with pytest.raises(ValueError, match=r"\w"):
        clean_svg(f"{_HEAD}{'<g>' * depth}{'</g>' * depth}</svg>")


def test_what_a_drawing_needs_stays():
    drawing = (
        f"{_HEAD}<style>#a .b {{ fill: #fff; marker-end: url(#m) }}</style>"
        '<defs><marker id="m"><path d="M0 0"/></marker></defs>'
        '<rect class="b" fill="url(#g)" style="stroke: red" transform="scale(2)"/>'
        '<use href="#m" xlink:href="#m"/>'
        '<text x="1">one <tspan dy="1em">two</tspan> three</text>'
        f'<foreignObject><div {_HTML}><p class="l">label</p></div></foreignObject></svg>'
    )
    cleaned = clean_svg(drawing)
    for part in ("url(#m)", "url(#g)", 'href="#m"', "one ", "two", " three", "label", 'transform="scale(2)"'):
        assert part in cleaned
    assert len(re.findall("<(?!/)", cleaned)) == 12


def test_html_keeps_the_names_that_style_rules_use():
    cleaned = clean_svg(f"{_HEAD}<foreignObject><div {_HTML}><p>a &lt;html:b</p></div></foreignObject></svg>")
    assert f"<div {_HTML}><p {_HTML}>a &lt;html:b</p></div>" in cleaned
    assert clean_svg(cleaned) == cleaned


def test_text_around_what_goes_stays():
    cleaned = clean_svg(f"{_HEAD}<text>a<b>x</b>b<tspan>c</tspan>d<script/>e</text></svg>")
    assert re.sub("<[^>]*>", "", cleaned) == "abcde"
