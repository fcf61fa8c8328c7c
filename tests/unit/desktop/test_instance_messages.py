"""The words between a second start and the app that runs."""

import json

import pytest

from arvae_desktop.desktop.instance.messages import (
    MAX_BYTES,
    MessageError,
    Request,
    Verb,
    VersionError,
    read_reply,
    read_request,
    write_reply,
    write_request,
)


@pytest.mark.parametrize(
    "request_",
    [
        Request(Verb.RAISE),
        Request(Verb.QUICK, "What is “entropy”?\nIn one line. 🦉", "gnome-shell/1-2-host_TIME3"),
    ],
)
def test_a_request_comes_through(request_):
    line = write_request(request_)
    assert line.count(b"\n") == 1
    assert read_request(line) == request_


@pytest.mark.parametrize("done", [True, False])
def test_a_reply_comes_through(done):
    assert read_reply(write_reply(done=done)) is done


def test_a_text_that_is_too_long_is_refused():
    with pytest.raises(MessageError):
        write_request(Request(Verb.QUICK, "x" * MAX_BYTES))


def test_a_token_that_is_too_long_is_left_out():
    assert read_request(write_request(Request(Verb.RAISE, token="t" * 1000))).token == ""


GOOD = {"version": 1, "verb": "quick", "text": "", "token": ""}
JUNK = [
    b"",
    b"\n",
    b"GET / HTTP/1.1\r\n",
    b"\xff\xfe\n",
    b"null\n",
    b"[]\n",
    b"[" * 50_000 + b"\n",
    json.dumps(GOOD).encode(),  # without an end
    b" " * MAX_BYTES + json.dumps(GOOD).encode() + b"\n",
    *(
        json.dumps({**GOOD, **wrong}).encode() + b"\n"
        for wrong in (
            {"version": True},
            {"version": "1"},
            {"verb": "quit"},
            {"verb": None},
            {"verb": ["raise"]},
            {"text": 1},
            {"token": {}},
            {"token": "t" * 1000},
            {"command": "rm"},
        )
    ),
]


@pytest.mark.parametrize("line", JUNK, ids=range(len(JUNK)))
def test_junk_is_no_request(line):
    with pytest.raises(MessageError):
        read_request(line)


def test_another_version_is_told_from_junk():
    with pytest.raises(VersionError):
        read_request(json.dumps({**GOOD, "version": 2}).encode() + b"\n")
    with pytest.raises(MessageError):
        read_reply(b'{"version": 1}\n')
