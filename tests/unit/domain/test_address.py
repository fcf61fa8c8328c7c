"""Base URLs: what people type and paste becomes one tidy address, or a sentence that says why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.errors import AddressError

_LONG_PATH = "/a" * 500


@pytest.mark.parametrize(
    ("typed", "url", "origin"),
    [
        ("https://arvae.ai/api/v1", "https://arvae.ai/api/v1", "https://arvae.ai:443"),
        ("https://arvae.ai", "https://arvae.ai", "https://arvae.ai:443"),
        ("  https://arvae.ai/api/v1\n", "https://arvae.ai/api/v1", "https://arvae.ai:443"),
        # trailing slashes
        ("https://arvae.ai/", "https://arvae.ai", "https://arvae.ai:443"),
        ("https://arvae.ai/api/v1///", "https://arvae.ai/api/v1", "https://arvae.ai:443"),
        # case: scheme and host have none, the path has
        ("HTTPS://Arvae.AI/API/v1", "https://arvae.ai/API/v1", "https://arvae.ai:443"),
        # ports
        ("https://arvae.ai:443/v1", "https://arvae.ai/v1", "https://arvae.ai:443"),
        ("http://arvae.ai:80/v1", "http://arvae.ai/v1", "http://arvae.ai:80"),
        ("http://arvae.ai:443/v1", "http://arvae.ai:443/v1", "http://arvae.ai:443"),
        ("https://arvae.ai:80/v1", "https://arvae.ai:80/v1", "https://arvae.ai:80"),
        ("http://localhost:11434/v1", "http://localhost:11434/v1", "http://localhost:11434"),
        ("http://localhost:/v1", "http://localhost/v1", "http://localhost:80"),
        # IP addresses
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1", "http://[::1]:8080"),
        ("https://[2001:DB8::1]/v1", "https://[2001:db8::1]/v1", "https://[2001:db8::1]:443"),
        # a pasted endpoint
        ("https://arvae.ai/api/v1/chat/completions", "https://arvae.ai/api/v1", "https://arvae.ai:443"),
        ("https://arvae.ai/api/v1/chat/completions/", "https://arvae.ai/api/v1", "https://arvae.ai:443"),
        ("https://arvae.ai/v1//chat/completions", "https://arvae.ai/v1", "https://arvae.ai:443"),
        ("https://arvae.ai/chat/completions", "https://arvae.ai", "https://arvae.ai:443"),
        (
            "https://arvae.ai/chat/completions/v1",
            "https://arvae.ai/chat/completions/v1",
            "https://arvae.ai:443",
        ),
        # an empty query or fragment says nothing
        ("https://arvae.ai/v1?", "https://arvae.ai/v1", "https://arvae.ai:443"),
        ("https://arvae.ai/v1#", "https://arvae.ai/v1", "https://arvae.ai:443"),
        # beyond ASCII
        ("https://münchen.example/v1", "https://münchen.example/v1", "https://münchen.example:443"),
        ("https://arvae.ai/%C3%BC/v1", "https://arvae.ai/%C3%BC/v1", "https://arvae.ai:443"),
        (f"https://arvae.ai{_LONG_PATH}", f"https://arvae.ai{_LONG_PATH}", "https://arvae.ai:443"),
    ],
)
def test_an_address_is_tidied(typed, url, origin):
    parsed = BaseUrl.parse(typed)
    assert (parsed.url, parsed.origin, str(parsed)) == (url, origin, url)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "arvae.ai/api/v1",
        "localhost:11434/v1",
        "//arvae.ai/v1",
        "ftp://arvae.ai/v1",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https:///v1",
        "https:arvae.ai/v1",
        "https://:8080/v1",
        "http://[::1/v1",
        "http://[not-an-address]/v1",
        "http://arvae.ai:port/v1",
        "http://arvae.ai:99999/v1",
        "http://arvae.ai:-1/v1",
        "https://arvae.ai /v1",
        "https://arvae.ai/v1 beta",
        "https://arvae.ai/v1\nhttps://evil.example",
        "https://arv\tae.ai/v1",
        "https://arvae.ai\x00.evil.example/v1",
        "https://user@arvae.ai/v1",
        "https://user:password@arvae.ai/v1",
        "https://:password@arvae.ai/v1",
        "https://@arvae.ai/v1",
        "https://arvae.ai\\@evil.example/v1",
        "https://arvae.ai/v1?key=abc",
        "https://arvae.ai/v1#top",
        "https://arvae.ai／evil.example/v1",  # noqa: RUF001  (a full-width slash, which a browser takes for one)
    ],
)
def test_what_is_no_address_is_refused_with_a_hint(typed):
    with pytest.raises(AddressError) as caught:
        BaseUrl.parse(typed)
    report = caught.value.report
    assert report.kind == "bad_address"
    assert report.title.endswith(".")
    assert "https://" in report.hint
    assert not report.retryable


def test_a_refused_password_is_not_repeated():
    with pytest.raises(AddressError) as caught:
        BaseUrl.parse("https://user:hunter2@arvae.ai/v1")
    assert "hunter2" not in str(caught.value) + caught.value.report.title + caught.value.report.hint


@given(st.text())
def test_any_text_is_an_address_or_an_address_error(text):
    try:
        parsed = BaseUrl.parse(text)
    except AddressError:
        return
    assert BaseUrl.parse(parsed.url) == parsed


@given(
    st.sampled_from(["http", "https", "HTTP"]),
    st.from_regex(r"[a-zA-Z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]{2,5}){0,2}", fullmatch=True),
    st.none() | st.integers(0, 65535),
    st.from_regex(r"(/[a-zA-Z0-9._~-]{0,6}){0,4}", fullmatch=True),
)
def test_a_tidied_address_stays_as_it_is(scheme, host, port, path):
    parsed = BaseUrl.parse(f"{scheme}://{host}{'' if port is None else f':{port}'}{path}")
    assert BaseUrl.parse(parsed.url) == parsed
    assert not parsed.url.endswith("/")


@pytest.mark.parametrize(
    ("typed", "loopback"),
    [
        ("http://localhost:11434/v1", True),
        ("http://LOCALHOST/v1", True),
        ("http://model.localhost/v1", True),
        ("http://127.0.0.1/v1", True),
        ("http://127.8.9.10/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://192.168.0.1/v1", False),
        ("http://localhost.example/v1", False),
        ("http://notlocalhost/v1", False),
        ("http://127.0.0.1.example/v1", False),
        ("https://arvae.ai/api/v1", False),
    ],
)
def test_only_this_machine_is_loopback(typed, loopback):
    assert BaseUrl.parse(typed).is_loopback is loopback


def test_endpoints_and_host():
    base = BaseUrl.parse("https://arvae.ai:8443/api/v1/")
    assert base.endpoint("models") == "https://arvae.ai:8443/api/v1/models"
    assert base.endpoint("chat/completions") == "https://arvae.ai:8443/api/v1/chat/completions"
    assert base.host == "arvae.ai"


@pytest.mark.parametrize(
    "other",
    [
        "http://arvae.ai/v1",
        "https://arvae.ai:8443/v1",
        "https://api.arvae.ai/v1",
        "https://arvae.ai.evil.example",
    ],
)
def test_another_scheme_host_or_port_is_another_origin(other):
    assert BaseUrl.parse(other).origin != BaseUrl.parse("https://arvae.ai/v1").origin


def test_another_path_is_the_same_origin():
    assert BaseUrl.parse("https://arvae.ai/v2").origin == BaseUrl.parse("https://ARVAE.ai:443/v1").origin
