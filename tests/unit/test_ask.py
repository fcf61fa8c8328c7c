"""`arvae-desktop ask` as a program: what it prints, what it exits with, how it stops."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.fault_server import (
    DONE,
    STREAM_HEAD,
    Act,
    FaultServerThread,
    Pause,
    answer,
    chunked,
    delta,
    event,
    finish,
    head,
    text,
    whole_stream,
)

CANARY = "sk-canary-0123456789"
COMMAND = [sys.executable, "-m", "arvae_desktop"]


def environment(**variables: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ARVAE_")}
    return {**inherited, "PYTHONPATH": str(Path(__file__).parents[2]), **variables}


def start(*arguments: str, **settings: object) -> subprocess.Popen:
    variables = settings.pop("variables", {})
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=settings.pop("stdin", subprocess.DEVNULL),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(**variables),
        **settings,
    )


def ask(*arguments: str, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*COMMAND, "ask", *arguments],
        input=stdin,
        capture_output=True,
        env=environment(**variables),
        timeout=60,
        check=False,
    )


def lines_of(output: bytes) -> list[dict]:
    return [json.loads(line, parse_constant=pytest.fail) for line in output.decode("utf-8").splitlines()]


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


STOP_PHASES = {
    "before the request is read": [Act.STALL, Act.READ_REQUEST],
    "before the head": [Act.STALL],
    "after the head": [STREAM_HEAD, Act.STALL],
    "after text": [STREAM_HEAD, text("a"), Act.STALL],
    "while text flows": [STREAM_HEAD, *[text("a"), Pause(0.01)] * 3000],
    "after the finish": [STREAM_HEAD, text("a"), finish(), Act.STALL],
    "in the retry countdown": [answer(503, "", retry_after="60")],
    "in a chunked body": [head(transfer_encoding="chunked"), *chunked(text("a"), is_whole=False), Act.STALL],
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signals to one process")
class TestStop:
    @pytest.mark.parametrize("steps", STOP_PHASES.values(), ids=STOP_PHASES)
    def test_ctrl_c_ends_in_every_phase(self, steps: list) -> None:
        with FaultServerThread(steps) as server:
            process = start("ask", "--json", "--base-url", server.base_url, "Hi")
            server.until(lambda seen: seen.connections == 1)
            # Into the phase, not only to its door.
            time.sleep(0.3)
            stopped_at = time.monotonic()
            process.send_signal(signal.SIGINT)
            out, told = process.communicate(timeout=10)
            assert time.monotonic() - stopped_at < 2
            server.until(lambda seen: seen.gone == 1)
        assert (process.returncode, told) == (130, b"")
        *_, end = lines_of(out)
        assert (end["type"], end["state"], end["error"]) == ("end", "stopped", None)
        assert out.count(b'"end"') == 1

    def test_what_was_held_back_comes_out(self) -> None:
        with FaultServerThread([STREAM_HEAD, text("a<thi"), Act.STALL]) as server:
            process = start("ask", "--base-url", server.base_url, "Hi")
            assert process.stdout.read(1) == b"a"
            process.send_signal(signal.SIGINT)
            out, told = process.communicate(timeout=10)
        assert (process.returncode, out, told) == (130, b"<thi\n", b"arvae-desktop: Stopped.\n")

    def test_sigterm_stops_too(self) -> None:
        with FaultServerThread([STREAM_HEAD, text("a"), Act.STALL]) as server:
            process = start("ask", "--json", "--base-url", server.base_url, "Hi")
            server.until(lambda seen: seen.requests)
            time.sleep(0.3)
            process.send_signal(signal.SIGTERM)
            out, _ = process.communicate(timeout=10)
        assert process.returncode == 143
        assert lines_of(out)[-1]["state"] == "stopped"

    def test_while_standard_input_is_read(self) -> None:
        process = start("ask", "--json", "-", stdin=subprocess.PIPE)
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        out = process.stdout.read()
        assert process.wait(10) == 130
        assert [line["state"] for line in lines_of(out)] == ["stopped"]
        process.communicate()

    def test_a_second_ctrl_c_forces_the_end(self) -> None:
        """The first can't be obeyed while nobody reads the output; the second ends the program at once."""
        with FaultServerThread([STREAM_HEAD, *[text("x" * 60_000)] * 20, Act.STALL]) as server:
            process = start("ask", "--base-url", server.base_url, "Hi")
            assert process.stdout.read(1) == b"x"
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            time.sleep(0.3)
            assert process.poll() is None
            process.send_signal(signal.SIGINT)
            assert process.wait(5) == 130
            process.communicate()

    def test_a_reader_that_leaves_ends_it_quietly(self) -> None:
        with FaultServerThread([STREAM_HEAD, *[text("word "), Pause(0.01)] * 3000]) as server:
            process = start("ask", "--base-url", server.base_url, "Hi")
            assert process.stdout.read(4) == b"word"
            process.stdout.close()
            assert process.wait(10) == 141
            assert process.stderr.read() == b""
            process.stderr.close()
            server.until(lambda seen: seen.gone == 1)

    def test_while_the_name_is_looked_up(self) -> None:
        code = (
            "import socket, sys, time\n"
            "def hang(*args, **kwargs):\n"
            "    print('looking', file=sys.stderr, flush=True)\n"
            "    time.sleep(60)\n"
            "socket.getaddrinfo = hang\n"
            "from arvae_desktop.cli import main\n"
            "sys.exit(main(['ask', '--json', 'Hi']))"
        )
        variables = environment(ARVAE_BASE_URL="http://slow.example/v1", ARVAE_API_KEY=CANARY)
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=variables
        )
        assert process.stderr.readline() == b"looking\n"
        process.send_signal(signal.SIGINT)
        out, told = process.communicate(timeout=5)
        assert (process.returncode, told) == (130, b"")
        assert [line["state"] for line in lines_of(out)] == ["stopped"]

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
    def test_a_full_disk_is_told(self) -> None:
        with FaultServerThread(whole_stream("Hi")) as server, Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [*COMMAND, "ask", "--base-url", server.base_url, "Hi"],
                stdout=full,
                stderr=subprocess.PIPE,
                env=environment(),
                timeout=60,
                check=False,
            )
        assert done.returncode == 3
        assert b"Traceback" not in done.stderr
        assert b"written" in done.stderr

    @pytest.mark.parametrize("redirect", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
    def test_closed_standard_streams_are_no_reason_for_a_traceback(self, redirect: str) -> None:
        with FaultServerThread(whole_stream("Hi")) as server:
            command = f'"{sys.executable}" -m arvae_desktop ask --base-url {server.base_url} Hi {redirect}'
            done = subprocess.run(
                ["/bin/sh", "-c", command], capture_output=True, env=environment(), timeout=60, check=False
            )
        assert done.returncode == 0
        assert b"Traceback" not in done.stderr


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
