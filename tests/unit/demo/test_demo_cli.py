"""`python -m arvae_desktop.demo` as a real process."""

import contextlib
import hashlib
import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-X", "dev", "-W", "error", "-m", "arvae_desktop.demo"]
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextlib.contextmanager
def demo(*arguments):
    """A running server and its base URL; it must end with code 0 and nothing on standard error."""
    process = subprocess.Popen(
        [*COMMAND, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline()
        match = re.fullmatch(r"base URL: (http://\S+/v1)\n", line)
        assert match, (line, process.poll())
        yield process, match[1]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            _, errors = process.communicate(timeout=10)
        finally:
            process.kill()
    assert (process.returncode, errors) == (0, "")


def chat(base_url, model, key=None):
    body = json.dumps({"model": model, "stream": True, "messages": [{"role": "user", "content": "Hi"}]})
    request = urllib.request.Request(f"{base_url}/chat/completions", body.encode())
    if key is not None:
        request.add_header("Authorization", f"Bearer {key}")
    return OPENER.open(request, timeout=10)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_quietly_in_mid_stream(number, tmp_path):
    log = tmp_path / "events.jsonl"
    with (
        demo("--log", str(log), "--rate", "100") as (process, base_url),
        chat(base_url, "demo/long") as stream,
    ):
        assert stream.readline().startswith(b"data: {")
        asked = time.monotonic()
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - asked < 3
    events = [json.loads(line) for line in log.read_text().splitlines()]
    assert [event["event"] for event in events] == ["listening", "request", "first_byte"]
    assert events[0]["base_url"] == base_url


def test_the_log_goes_to_standard_output_after_the_base_url():
    options = ["--log", "-", "--log-tokens", "--rate", "max"]
    with demo(*options) as (process, base_url), chat(base_url, "demo/echo") as stream:
        assert stream.read().endswith(b"data: [DONE]\n\n")
        events = [json.loads(process.stdout.readline())["event"] for _ in range(5)]
    assert events == ["listening", "request", "first_byte", "token", "finished"]


def test_host_port_and_key_are_taken():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    digest = hashlib.sha256(b"right").hexdigest()
    options = ["--host", "localhost", "--port", str(port), "--require-key-sha256", digest]
    with demo(*options) as (_, base_url):
        assert base_url == f"http://127.0.0.1:{port}/v1"
        with chat(base_url, "demo/filtered", key="right") as stream:
            assert stream.status == 200
        with pytest.raises(urllib.error.HTTPError) as caught:
            chat(base_url, "demo/filtered")
        with caught.value as refusal:
            assert refusal.code == 401


@pytest.mark.parametrize(
    "arguments",
    [
        ["--rate", "0"],
        ["--rate", "fast"],
        ["--rate", "nan"],
        ["--port", "65536"],
        ["--host", "0.0.0.0"],
        ["--require-key-sha256", "abc"],
        ["unexpected"],
    ],
)
def test_wrong_usage_is_explained(arguments):
    done = subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 2
    assert "usage:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_and_a_log_that_cannot_be_opened_are_said_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for arguments in (["--port", str(port)], ["--log", str(tmp_path / "none" / "log")]):
            done = subprocess.run(
                [*COMMAND, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
            )
            assert (done.returncode, done.stdout) == (1, "")
            assert done.stderr.count("\n") == 1
