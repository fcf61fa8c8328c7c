"""How `arvae-desktop ask` stops."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.fault_server import (
    STREAM_HEAD,
    Act,
    FaultServerThread,
    Pause,
    answer,
    chunked,
    finish,
    head,
    text,
    whole_stream,
)
from tests.unit.ask.program import CANARY, COMMAND, environment, lines_of, start

_MORE_THAN_A_PIPE_HOLDS = 500_000

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

    @pytest.mark.parametrize("_time", range(12))  # a signal between two reads is a matter of chance
    def test_while_standard_input_is_read(self, _time: int) -> None:
        process = start("ask", "--json", "-", stdin=subprocess.PIPE)
        process.stdin.write(b"x" * _MORE_THAN_A_PIPE_HOLDS)  # returns when some of it has been read
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(10) == 130
            assert [line["state"] for line in lines_of(process.stdout.read())] == ["stopped"]
        finally:
            process.kill()
            process.communicate()

    @pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
    def test_a_second_ctrl_c_forces_the_end(self, second: signal.Signals) -> None:
        """The first can't be obeyed while nobody reads the output; the second ends the program at once."""
        with FaultServerThread([STREAM_HEAD, text("x" * _MORE_THAN_A_PIPE_HOLDS), Act.STALL]) as server:
            process = start("ask", "--base-url", server.base_url, "Hi")
            assert process.stdout.read(1) == b"x"
            # It writes what the pipe can't take.
            process.send_signal(signal.SIGINT)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.3)
            process.send_signal(second)
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            if process.poll() is None and second is signal.SIGINT:
                # Two of a kind are one to a program that had no time for the first.
                process.send_signal(second)
            assert process.wait(5) == 128 + second
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
