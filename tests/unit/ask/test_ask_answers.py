"""What `arvae-desktop ask` prints and exits with."""

from __future__ import annotations

import os
import socket
import subprocess

import pytest

from tests.support.fault_server import (
    DONE,
    STREAM_HEAD,
    Act,
    FaultServerThread,
    Pause,
    answer,
    delta,
    event,
    finish,
    text,
    whole_stream,
)
from tests.unit.ask.program import COMMAND, ask, environment, lines_of, start


class TestText:
    def test_streams_the_answer_and_nothing_else(self) -> None:
        with FaultServerThread(whole_stream("Héllo ", "😀")) as server:
            done = ask("--base-url", server.base_url, "Hi", LC_ALL="C", PYTHONIOENCODING="ascii")
        assert (done.returncode, done.stdout.decode(), done.stderr) == (0, "Héllo 😀\n", b"")

    def test_adds_no_second_line_end(self) -> None:
        with FaultServerThread(whole_stream("Hi\n")) as server:
            assert ask("--base-url", server.base_url, "Hi").stdout == b"Hi\n"

    def test_writes_each_piece_as_it_comes(self) -> None:
        with FaultServerThread([STREAM_HEAD, text("first"), Act.STALL]) as server:
            process = start("ask", "--base-url", server.base_url, "Hi")
            assert process.stdout.read(5) == b"first"
            process.kill()
            process.communicate()

    def test_leaves_reasoning_out_and_shows_a_refusal(self) -> None:
        with FaultServerThread([STREAM_HEAD, delta(reasoning="hmm"), delta(refusal="No."), DONE]) as server:
            assert ask("--base-url", server.base_url, "Hi").stdout == b"No.\n"

    ENDINGS = pytest.mark.parametrize(
        ("steps", "code", "told"),
        [
            ([STREAM_HEAD, text("a"), finish("stop")], 0, ""),
            ([STREAM_HEAD, text("a"), finish("tool_calls")], 0, "tools"),
            ([answer(401, '{"error": {"message": "bad"}}')], 3, "bad"),
            ([STREAM_HEAD, text("a")], 4, "ended before"),
            ([STREAM_HEAD, text("a"), finish("content_filter")], 5, "content filter"),
            ([STREAM_HEAD, text("a"), finish("length")], 6, "length limit"),
            ([STREAM_HEAD, text("a"), b"data: {oops\n\n", DONE], 0, "1 event of"),
        ],
        ids=["complete", "tool calls", "failed", "interrupted", "content filter", "length", "skipped"],
    )

    @ENDINGS
    def test_the_exit_code_tells_the_ending(self, steps: list, code: int, told: str) -> None:
        with FaultServerThread(steps) as server:
            done = ask("--base-url", server.base_url, "Hi")
        assert done.returncode == code
        assert done.stdout == (b"" if code == 3 else b"a\n")
        assert told in done.stderr.decode()
        assert bool(done.stderr) == bool(told)

    @ENDINGS
    def test_so_it_does_with_json(self, steps: list, code: int, told: str) -> None:  # noqa: ARG002
        with FaultServerThread(steps) as server:
            done = ask("--json", "--base-url", server.base_url, "Hi")
        assert (done.returncode, done.stderr) == (code, b"")
        assert lines_of(done.stdout)[-1]["type"] == "end"


class TestJson:
    def test_has_one_object_a_line(self) -> None:
        tool = {"index": 0, "id": "c1", "function": {"name": "f", "arguments": "{}"}}
        steps = [
            STREAM_HEAD,
            event({"model": "real", "choices": [{"delta": {"reasoning": "r"}}]}),
            text("a\ud83d"),
            delta(refusal="no", tool_calls=[tool]),
            finish("tool_calls"),
            event({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}),
            b"data: {oops\n\n",
            DONE,
        ]
        with FaultServerThread(steps) as server:
            done = ask("--json", "--base-url", server.base_url, "Hi")
        assert lines_of(done.stdout) == [
            {"type": "start", "status": 200, "model": "real"},
            {"type": "reasoning", "text": "r"},
            {"type": "text", "text": "a"},
            {"type": "refusal", "text": "no"},
            {"type": "usage", "prompt_tokens": 1, "completion_tokens": 2},
            {"type": "text", "text": "\ufffd"},
            {"type": "tool_call", "index": 0, "id": "c1", "name": "f", "arguments": "{}"},
            {
                "type": "end",
                "state": "tool_calls",
                "finish_reason": "tool_calls",
                "skipped_events": 1,
                "error": None,
            },
        ]

    def test_tells_of_retries(self) -> None:
        with FaultServerThread([answer(503, "", retry_after_ms="50")], whole_stream("Hi")) as server:
            done = ask("--json", "--base-url", server.base_url, "Hi")
        retry, *_ = lines_of(done.stdout)
        assert retry["type"] == "retry"
        assert retry["attempt"] == 1
        assert 0.05 <= retry["delay_s"] < 1.55
        assert "503" in retry["reason"]

    def test_tells_of_errors(self) -> None:
        with FaultServerThread([answer(503, "")]) as server:
            done = ask("--json", "--no-retry", "--base-url", server.base_url, "Hi")
            assert len(server.requests) == 1
        (end,) = lines_of(done.stdout)
        error = end["error"]
        assert (error["kind"], error["status"], error["retryable"]) == ("http", 503, True)
        assert error["title"]
        assert error["hint"]

    def test_timeout_is_the_longest_silence(self) -> None:
        slowly = [STREAM_HEAD, *[Pause(0.3), text("a")] * 6, Act.STALL]
        with FaultServerThread(slowly) as server:
            done = ask("--json", "--timeout", "0.8", "--base-url", server.base_url, "Hi")
        *_, end = lines_of(done.stdout)
        assert done.stdout.count(b'"text"') == 12  # a type and a name for each
        assert (done.returncode, end["state"], end["error"]["kind"]) == (4, "interrupted", "timeout")


class TestUsage:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["ask"],
            ["ask", ""],
            ["ask", "  \n"],
            ["ask", "-"],
            ["ask", "two", "prompts"],
            ["ask", "--timeout", "0", "Hi"],
            ["ask", "--timeout", "-1", "Hi"],
            ["ask", "--timeout", "nan", "Hi"],
            ["ask", "--timeout", "inf", "Hi"],
            ["ask", "--timeout", "soon", "Hi"],
            ["ask", "--base-url", "ftp://x", "Hi"],
            ["ask", "--base-url", "localhost:8000", "Hi"],
            ["ask", "--base-url", "http://", "Hi"],
            ["ask", "--base-url", "http://[::1", "Hi"],
            ["ask", "--base-url", "http://x:99999", "Hi"],
            ["ask", "--base-url", "", "Hi"],
            ["ask", "--model", "", "Hi"],
            ["ask", "--demo", "--base-url", "http://x", "Hi"],
            ["ask", "--mod", "x", "Hi"],
            ["--bogus"],
            ["bogus"],
            ["--log-level", "loud", "ask", "Hi"],
        ],
        ids=" ".join,
    )
    def test_wrong_usage_exits_with_2_and_a_sentence(self, arguments: list[str]) -> None:
        done = subprocess.run(
            [*COMMAND, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment(),
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout) == (2, b"")
        (line,) = done.stderr.decode().splitlines()
        assert line.startswith("arvae-desktop: ")

    def test_an_address_that_is_none_comes_with_what_to_do(self) -> None:
        (line,) = ask("--base-url", "foo", "Hi").stderr.decode().splitlines()
        assert "does not start with http" in line
        assert "Give an address such as https://arvae.ai/api/v1" in line

    @pytest.mark.parametrize(
        "arguments", [["--base-url", "x", "Hi"], [""], ["--timeout", "0", "Hi"]], ids=" ".join
    )
    def test_json_ends_there_too(self, arguments: list[str]) -> None:
        done = ask("--json", *arguments)
        assert done.returncode == 2
        (end,) = lines_of(done.stdout)
        assert (end["type"], end["state"]) == ("end", "failed")

    def test_version(self) -> None:
        done = subprocess.run(
            [*COMMAND, "--version"], capture_output=True, env=environment(), timeout=60, check=True
        )
        assert done.stdout.startswith(b"arvae-desktop ")

    @pytest.mark.parametrize(
        "order",
        [
            ["--base-url", "URL", "--model", "m", "ask", "Hi"],
            ["ask", "--base-url", "URL", "Hi", "--model", "m"],
            ["--model", "no", "ask", "--model", "m", "--base-url", "URL", "Hi"],
        ],
    )
    def test_options_stand_before_and_after_the_command(self, order: list[str]) -> None:
        with FaultServerThread(whole_stream("Hi")) as server:
            arguments = [server.base_url if argument == "URL" else argument for argument in order]
            subprocess.run(
                [*COMMAND, *arguments], capture_output=True, env=environment(), timeout=60, check=True
            )
            assert server.requests[0].json()["model"] == "m"


def test_a_terminal_is_not_steered_by_an_answer() -> None:
    pty = pytest.importorskip("pty")
    with FaultServerThread(whole_stream("a\x1b[31mb\x07c\x9b1md\r\n\te")) as server:
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            [*COMMAND, "ask", "--base-url", server.base_url, "Hi"],
            stdin=subprocess.DEVNULL,
            stdout=follower,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        process.communicate(timeout=30)
        os.close(follower)
        shown = os.read(leader, 1000).decode()
        os.close(leader)
    assert shown == "a␛[31mb␇c\ufffd1md␍\r\n\te\r\n"


def test_no_name_server_is_a_sentence() -> None:
    done = ask("--json", "--no-retry", "--base-url", "http://no-such-host.invalid/v1", "Hi")
    assert done.returncode == 3
    assert lines_of(done.stdout)[-1]["error"]["kind"] == "dns"


def test_nothing_listening_is_a_sentence() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    done = ask("--json", "--no-retry", "--base-url", f"http://127.0.0.1:{port}/v1", "Hi")
    assert done.returncode == 3
    assert lines_of(done.stdout)[-1]["error"]["kind"] == "refused"
