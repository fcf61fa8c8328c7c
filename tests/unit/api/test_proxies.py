"""Which proxy a call goes through."""

from __future__ import annotations

import pytest

from arvae_desktop.api.proxies import proxy_for

URL = "https://chat.example/v1/chat/completions"
PROXY = "http://proxy.example:8080"


@pytest.mark.parametrize("url", ["http://localhost:1/v1", "http://127.0.0.1:1/v1", "http://[::1]:1/v1"])
def test_this_machine_is_called_directly(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", PROXY)
    assert proxy_for(url, PROXY) is None


@pytest.mark.parametrize(
    ("name", "value", "proxy"),
    [
        ("HTTPS_PROXY", PROXY, PROXY),
        ("https_proxy", PROXY, PROXY),
        ("ALL_PROXY", PROXY, PROXY),
        ("HTTP_PROXY", PROXY, None),
        ("HTTPS_PROXY", "proxy.example:8080", PROXY),
        ("HTTPS_PROXY", "", None),
        ("ALL_PROXY", "socks://proxy.example:1080/", "socks5://proxy.example:1080/"),
        ("ALL_PROXY", "socks5h://proxy.example:1080", "socks5h://proxy.example:1080"),
    ],
)
def test_the_environment(name: str, value: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    assert proxy_for(URL, None) == proxy


def test_the_scheme_of_its_own_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://other.example:1")
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    assert proxy_for(URL, None) == PROXY


@pytest.mark.parametrize(
    ("exceptions", "is_called_directly"),
    [
        ("chat.example", True),
        ("example", True),
        (".example", True),
        ("*", True),
        ("other.example, chat.example", True),
        ("hat.example", False),
        ("chat.example:444", False),
        ("", False),
    ],
)
def test_exceptions(exceptions: str, is_called_directly: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", exceptions)
    assert (proxy_for(URL, None) is None) == is_called_directly


def test_the_users_own_choice_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://other.example:1")
    monkeypatch.setenv("NO_PROXY", "*")
    assert proxy_for(URL, PROXY) == PROXY
    assert proxy_for(URL, "proxy.example:8080") == PROXY
