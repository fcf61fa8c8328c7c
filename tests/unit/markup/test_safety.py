"""What is hidden is shown, what deceives is named, and only harmless targets stay links."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arvae_desktop.markup.blocks import Paragraph, SpanKind
from arvae_desktop.markup.safety import (
    display_host,
    is_deceptive,
    safe_href,
    visible_controls,
    visible_in_prose,
)
from arvae_desktop.markup.stream import parse


@pytest.mark.parametrize(
    "target",
    [
        "https://a.b",
        "http://a.b/c?d=e&f#g",
        "HTTPS://A.B",
        "mailto:a@b.c",
        "https://[::1]/",
        "https://ä.de/ö",
        "http://a",
    ],
)
def test_these_stay_links(target: str) -> None:
    assert safe_href(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "a",
        "/a",
        "//a.b",
        "./a",
        "#a",
        "?a",
        "javascript:x",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "file:///a",
        "ftp://a",
        "smb://a/b",
        "vbscript:x",
        "about:blank",
        "blob:x",
        "ws://a",
        "tel:1",
        "https:",
        "https:/a",
        "https:///a",
        "http://",
        "https://a b",
        "https://a\nb",
        "\thttps://a",
        " https://a",
        "https://a\u202eb",
        "https://a\u200bb",
        "https://a\x00",
        "https:\\\\a",
        "https://a\\b",
        "mailto:",
        "view-source:https://a",
        "https://a<b",
        'https://a"b',
        "x-https://a",
    ],
)
def test_these_do_not(target: str) -> None:
    assert safe_href(target) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text\twith\nlines", "plain text\twith\nlines"),
        ("a\x00b\x1b[31m\x7f\x9b", "a⟨U+0000⟩b⟨U+001B⟩[31m⟨U+007F⟩⟨U+009B⟩"),
        ("\u202a\u202b\u202c\u202d\u202e", "⟨U+202A⟩⟨U+202B⟩⟨U+202C⟩⟨U+202D⟩⟨U+202E⟩"),
        ("\u2066\u2067\u2068\u2069", "⟨U+2066⟩⟨U+2067⟩⟨U+2068⟩⟨U+2069⟩"),
        ("\u200e\u200f\u061c", "⟨U+200E⟩⟨U+200F⟩⟨U+061C⟩"),
        ("a\u200bb\ufeffc\u00add\u2060", "a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+00AD⟩d⟨U+2060⟩"),
        ("a\u200db a\u200cb", "a⟨U+200D⟩b a⟨U+200C⟩b"),
        ("\U000e0041\U000e007f", "⟨U+E0041⟩⟨U+E007F⟩"),
        ("👩\u200d💻 ❤\ufe0f\u200d🔥 👩🏽\u200d🚀", "👩\u200d💻 ❤\ufe0f\u200d🔥 👩🏽\u200d🚀"),
        ("क्\u200dष می\u200cخواهم", "क्\u200dष می\u200cخواهم"),
        ("x\u2028y\u2029", "x⟨U+2028⟩y⟨U+2029⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("äöü 你好 שלום", "äöü 你好 שלום"),
    ],
)
def test_hidden_characters_are_shown_in_code_and_links(text: str, expected: str) -> None:
    assert visible_controls(text) == expected


def test_prose_keeps_what_languages_need() -> None:
    kept = "a\u200eb\u200fc\u061cd\u200de\u200cf\u200bg\u00adh"
    assert visible_in_prose(kept) == kept
    flag = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    assert visible_in_prose(flag) == flag
    assert visible_in_prose("a\u202e\x07\U000e0061") == "a⟨U+202E⟩⟨U+0007⟩⟨U+E0061⟩"


@given(st.text())
def test_marking_twice_changes_nothing(text: str) -> None:
    once = visible_controls(text)
    assert visible_controls(once) == once
    assert visible_in_prose(once) == once


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("click here", "https://a.com/b"),
        ("a.com", "https://a.com/b"),
        ("www.a.com", "https://a.com"),
        ("A.COM", "https://a.com"),
        ("https://a.com/x", "https://a.com/y"),
        ("README.md", "https://github.com/x"),
        ("Version 1.5.2", "https://a.com"),
        ("e.g. this", "https://a.com"),
        ("write to a@b.c", "mailto:a@b.c"),
        ("write", "mailto:a@b.c?subject=x"),
        ("local", "http://127.0.0.1:8080/"),
    ],
)
def test_honest_links(text: str, href: str) -> None:
    assert is_deceptive(text, href) is None


@pytest.mark.parametrize(
    ("text", "href", "word"),
    [
        ("google.com", "https://evil.com", "evil.com"),
        ("https://google.com/login", "https://evil.com", "evil.com"),
        ("Visit google.com now", "https://google.com.evil.io/", "google.com.evil.io"),
        ("goo\u200bgle.com", "https://evil.com", "evil.com"),
        ("ｇoogle.com", "https://evil.com", "evil.com"),
        ("accounts.a.com", "https://a.com", "a.com"),
        ("x", "https://google.com@evil.com/", "evil.com"),
        ("x", "https://google.com%2f@evil.com/", "evil.com"),
        ("x", "https://user:password@evil.com", "evil.com"),
        ("x", "https://xn--pple-43d.com", "mixes scripts"),
        ("x", "https://аpple.com", "mixes scripts"),
        ("x", "https://münchen.de", "xn--mnchen-3ya.de"),
        ("x", "http://2130706433/", "number"),
        ("x", "http://0x7f.1/", "number"),
        ("a@b.c", "mailto:x@y.z", "x@y.z"),
        ("x", "mailto:a@bаnk.com", "letters"),
        ("x", "https://[::1", "no host"),
    ],
)
def test_deceptive_links(text: str, href: str, word: str) -> None:
    reason = is_deceptive(text, href)
    assert reason
    assert word in reason


@pytest.mark.parametrize(
    ("href", "host"),
    [
        ("https://A.com/b", "a.com"),
        ("https://a@b.c:8080/d", "b.c"),
        ("https://münchen.de/", "xn--mnchen-3ya.de"),
        ("mailto:a@b.c?subject=d", "a@b.c"),
        ("https://[::1", "https://[::1"),
        ("http://\u0131" + "a" * 70 + ".com", "http://"),
    ],
)
def test_display_host(href: str, host: str) -> None:
    assert display_host(href).startswith(host.removeprefix("http://"))


@given(st.text(), st.text())
def test_any_link_can_be_judged(text: str, target: str) -> None:
    is_deceptive(text, "https://" + target)
    display_host("https://" + target)
    is_deceptive(text, "mailto:" + target)


@given(
    st.sampled_from(["[a]({})", "![a]({})", "<{}>", "[a]: {}\n\n[a]", "{}", "[a](<{}>)"]),
    st.text(max_size=30),
)
def test_no_other_target_becomes_a_link(form: str, target: str) -> None:
    for block in parse(form.format(target)) + parse(form.format("javascript:" + target)):
        if isinstance(block, Paragraph):
            for span in block.spans:
                assert span.href is None or safe_href(span.href) == span.href
                assert span.kind is not SpanKind.IMAGE or (span.href or "").lower().startswith("http")
