"""What `arvae-desktop ask` is told by its command line, its input and its surroundings."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.fault_server import (
    FaultServerThread,
    answer,
    whole_stream,
)
from tests.unit.ask.program import CANARY, ask, environment, lines_of

if TYPE_CHECKING:
    from pathlib import Path


class TestInput:
    @pytest.mark.parametrize(
        ("given", "prompt"),
        [
            (b"Hello\n", "Hello"),
            (b"Hello\r\n", "Hello"),
            (b"Hello\n\n", "Hello\n"),
            (b"\n Hello ", "\n Hello "),
            ("\ufeffé😀".encode(), "\ufeffé😀"),
            (b"a\xffb", "a\ufffdb"),
            (b"x" * 1_000_000, "x" * 1_000_000),
        ],
        ids=["LF", "CRLF", "two LF", "spaces", "UTF-8", "no UTF-8", "large"],
    )
    @pytest.mark.parametrize("dash", [["-"], []], ids=["dash", "no prompt"])
    def test_standard_input(self, given: bytes, prompt: str, dash: list[str]) -> None:
        with FaultServerThread(whole_stream("Hi")) as server:
            done = ask(*dash, "--base-url", server.base_url, stdin=given, LC_ALL="C")
            assert done.returncode == 0
            assert server.requests[0].json()["messages"] == [{"role": "user", "content": prompt}]

    def test_system_message(self) -> None:
        with FaultServerThread(whole_stream("Hi")) as server:
            ask("--system", "Be brief.", "--base-url", server.base_url, "--", "-5 is?")
            assert server.requests[0].json()["messages"] == [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "-5 is?"},
            ]


class TestConfiguration:
    def test_the_environment_gives_key_server_and_model(self) -> None:
        with FaultServerThread(whole_stream("Hi")) as server:
            done = ask(
                "Hi", ARVAE_API_KEY=f" {CANARY}\n", ARVAE_BASE_URL=server.base_url, ARVAE_MODEL="env/model"
            )
            assert done.returncode == 0
            (sent,) = server.requests
        assert sent.headers["authorization"] == f"Bearer {CANARY}"
        assert sent.json()["model"] == "env/model"

    def test_options_win_over_the_environment_which_wins_over_settings(self, tmp_path: Path) -> None:
        with FaultServerThread(whole_stream("Hi")) as server:
            settings = {"base_url": "http://127.0.0.1:9/v1", "model": "settings/model", "uses_key": False}
            (tmp_path / "settings.json").write_text(json.dumps(settings))
            common = ["Hi", "--data-dir", str(tmp_path)]
            ask(
                *common,
                "--base-url",
                server.base_url,
                "--model",
                "option/model",
                ARVAE_BASE_URL="http://127.0.0.1:9/v1",
                ARVAE_MODEL="no",
            )
            ask(*common, ARVAE_BASE_URL=server.base_url, ARVAE_MODEL="env/model")
            ask(*common, ARVAE_BASE_URL=server.base_url, ARVAE_MODEL="", ARVAE_API_KEY="")  # another server
            (tmp_path / "settings.json").write_text(json.dumps({**settings, "base_url": server.base_url}))
            ask(*common)
            assert [sent.json()["model"] for sent in server.requests] == [
                "option/model",
                "env/model",
                "openai/chatgpt-4o-latest",
                "settings/model",
            ]
            assert not any("authorization" in sent.headers for sent in server.requests)

    @pytest.mark.parametrize(
        ("uses_key", "is_given", "gets_key"),
        [(False, False, False), (True, False, True), (False, True, True)],
    )
    def test_the_environments_key_goes_to_a_saved_server_that_uses_one(
        self, tmp_path: Path, uses_key: bool, is_given: bool, gets_key: bool
    ) -> None:
        with FaultServerThread(whole_stream("Hi")) as server:
            settings = {"base_url": server.base_url, "uses_key": uses_key}
            (tmp_path / "settings.json").write_text(json.dumps(settings))
            given = ["--base-url", server.base_url] if is_given else []
            done = ask("Hi", "--data-dir", str(tmp_path), *given, ARVAE_API_KEY=CANARY)
            assert done.returncode == 0
            assert ("authorization" in server.requests[0].headers) is gets_key

    def test_neither_qt_nor_the_keyring_is_loaded_for_a_local_server(self) -> None:
        with FaultServerThread(whole_stream("Hi")) as server:
            code = (
                "import sys; from arvae_desktop.cli import main; "
                f"assert main(['ask', '--base-url', {server.base_url!r}, 'Hi']) == 0; "
                "print([name for name in ('PySide6', 'keyring') if name in sys.modules])"
            )
            done = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, env=environment(), timeout=60, check=True
            )
        assert done.stdout == b"Hi\n[]\n"

    def test_the_demo_needs_and_reads_nothing(self, tmp_path: Path) -> None:
        done = ask(
            "--demo",
            "--json",
            "--model",
            "demo/echo",
            "Hello",
            ARVAE_BASE_URL="nonsense",
            ARVAE_API_KEY="a b",
            HOME=str(tmp_path),
            XDG_STATE_HOME="",
            XDG_CONFIG_HOME="",
        )
        assert done.returncode == 0
        assert "".join(line["text"] for line in lines_of(done.stdout) if line["type"] == "text") == "Hello"
        assert list(tmp_path.iterdir()) == []

    def test_the_demo_logs_when_asked(self, tmp_path: Path) -> None:
        options = ("--demo", "--log-level", "debug", "--model", "demo/echo")
        done = ask(*options, "Hello", XDG_STATE_HOME=str(tmp_path))
        assert done.returncode == 0
        assert [path.name for path in tmp_path.rglob("*.log")] == ["arvae-desktop.log"]

    def test_a_keyring_that_fails_is_told_and_does_without(self) -> None:
        """The isolated tests have no keyring; the address is no loopback one, and nothing listens there."""
        done = ask("--json", "--no-retry", "--timeout", "2", "--base-url", "http://0.0.0.0:9/v1", "Hi")
        assert done.returncode == 3
        assert b"Traceback" not in done.stderr
        assert done.stderr.decode().count("Going on without a key") == 1

    def test_a_key_that_fits_no_header(self) -> None:
        with FaultServerThread(whole_stream("Hi")) as server:
            done = ask("--json", "--base-url", server.base_url, "Hi", ARVAE_API_KEY="two words")
            assert server.requests == []
        assert done.returncode == 3
        assert lines_of(done.stdout)[-1]["error"]["kind"] == "bad_key"

    def test_the_key_is_nowhere_but_in_its_header(self, tmp_path: Path) -> None:
        bad = answer(401, json.dumps({"error": {"message": f"wrong: {CANARY}"}}))
        with FaultServerThread([bad]) as server:
            done = ask(
                "--log-level",
                "debug",
                "--data-dir",
                str(tmp_path),
                "--base-url",
                server.base_url,
                "secret prompt",
                ARVAE_API_KEY=CANARY,
            )
            assert server.requests[0].headers["authorization"] == f"Bearer {CANARY}"
        log = (tmp_path / "arvae-desktop.log").read_text()
        assert "status 401" in log
        for seen in (done.stdout.decode(), done.stderr.decode(), log):
            assert CANARY not in seen
            assert "secret prompt" not in seen
