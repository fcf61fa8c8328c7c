"""The list of models of a server, over real sockets."""

from __future__ import annotations

import asyncio

import pytest

from arvae_desktop.api.client import ChatClient
from arvae_desktop.domain.errors import ArvaeError
from tests.support.fault_server import FaultServer, answer, head
from tests.unit.api.asking import endpoint


class TestModels:
    @staticmethod
    def models(*steps: bytes, key: str | None = None) -> list[str]:
        async def run() -> list[str]:
            async with FaultServer(steps) as server:
                models = await ChatClient().list_models(endpoint(server.base_url, key))
                (sent,) = server.requests
                assert (sent.method, sent.path) == ("GET", "/v1/models")
                assert sent.headers.get("authorization") == (f"Bearer {key}" if key else None)
                return models

        return asyncio.run(run())

    @pytest.mark.parametrize(
        ("body", "ids"),
        [
            ('{"object": "list", "data": [{"id": "b"}, {"id": "a"}]}', ["b", "a"]),
            ('[{"id": "a"}, {"id": "b"}]', ["a", "b"]),
            ('{"models": [{"name": "a"}, {"id": "b", "name": "no"}]}', ["a", "b"]),
            ('["a", "b"]', ["a", "b"]),
            (
                '{"data": [{"id": "a"}, {"id": "a"}, {"id": ""}, {"id": 5}, null, {}, {"id": " b "}]}',
                ["a", "b"],
            ),
            ('{"data": []}', []),
            ("\ufeff" + '{"data": [{"id": "é\\ud83d"}]}', ["é\ufffd"]),
        ],
    )
    def test_shapes(self, body: str, ids: list[str]) -> None:
        assert self.models(answer(200, body), key="sk-x") == ids

    @pytest.mark.parametrize(
        ("steps", "kind"),
        [
            ([answer(401, '{"error": {"message": "no"}}')], "http"),
            ([answer(301, "", location="https://other.example")], "redirect"),
            ([answer(200, "<html>")], "html"),
            ([answer(200, "{")], "protocol"),
            ([answer(200, "{}")], "protocol"),
            ([answer(200, '{"data": 5}')], "protocol"),
            ([answer(200, "")], "protocol"),
            ([b"garbage\r\n\r\n"], "protocol"),
            ([], "connection"),
            ([head(content_length=100), b"{"], "connection"),
            ([head(), b" " * 17_000_000], "too_large"),
        ],
    )
    def test_faults_are_typed(self, steps: list, kind: str) -> None:
        with pytest.raises(ArvaeError) as caught:
            self.models(*steps)
        assert caught.value.report.kind == kind

    def test_the_key_is_cut_out(self) -> None:
        with pytest.raises(ArvaeError) as caught:
            self.models(answer(401, "your key sk-canary-0123 is bad"), key="sk-canary-0123")
        assert "sk-canary" not in repr(caught.value.report)
        assert "sk-canary" not in str(caught.value)
        assert caught.value.__context__ is None
