"""Pictures are fetched once, kept within a bound, and through the network that the user chose."""

import pytest

from arvae_desktop.domain.errors import PictureError
from arvae_desktop.domain.requests import Network
from arvae_desktop.services import pictures as module
from arvae_desktop.services.pictures import Pictures

_NETWORK = Network(proxy="http://proxy.example:1")


@pytest.fixture
def fetched(monkeypatch):
    """What was asked for, with the network it was asked through."""
    asked = []

    async def fetch(url, network):
        asked.append((url, network))
        if url.endswith("broken"):
            raise PictureError("Broken.")
        return url.encode() * 10

    monkeypatch.setattr(module, "fetch_picture", fetch)
    return asked


@pytest.fixture
def pictures():
    return Pictures(lambda: _NETWORK)


def test_a_picture_is_fetched_once(pictures, fetched, run):
    assert pictures.kept("http://a") is None
    assert run(pictures.load("http://a")) == run(pictures.load("http://a")) == b"http://a" * 10
    assert fetched == [("http://a", _NETWORK)]
    assert pictures.kept("http://a") == b"http://a" * 10


def test_a_failure_is_not_kept(pictures, fetched, run):
    for _ in range(2):
        with pytest.raises(PictureError):
            run(pictures.load("http://broken"))
    assert len(fetched) == 2


def test_those_least_looked_at_go_first(pictures, fetched, run, monkeypatch):
    monkeypatch.setattr(module, "_MOST_BYTES", 170)
    for url in ("http://a", "http://b", "http://a", "http://c"):
        run(pictures.load(url))
    assert pictures.kept("http://b") is None
    assert pictures.kept("http://a")
    assert pictures.kept("http://c")
    assert len(fetched) == 3
