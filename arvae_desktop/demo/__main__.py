"""The demo server as a program of its own: `python -m arvae_desktop.demo`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from arvae_desktop.demo.server import DemoServer
from arvae_desktop.demo.wire import is_loopback

if TYPE_CHECKING:
    from collections.abc import Sequence


def _rate(text: str) -> float | None:
    if text == "max":
        return None
    rate = float(text)
    if not 0 < rate < float("inf"):
        raise ValueError
    return rate


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError
    return port


def _host(text: str) -> str:
    if not is_loopback(text):
        raise argparse.ArgumentTypeError(f"not a loopback address: {text}")
    return text


def _sha256(text: str) -> str:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise argparse.ArgumentTypeError("a SHA-256 has 64 hex digits")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m arvae_desktop.demo",
        description="A server on this computer that speaks the streaming protocol with scripted answers.",
    )
    parser.add_argument("--host", type=_host, default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=_port, default=0, help="0 takes a free one (the default)")
    parser.add_argument(
        "--rate", type=_rate, default=60.0, metavar="TOKENS_PER_SECOND|max", help="the pace of answers (60)"
    )
    parser.add_argument("--log", metavar="FILE", help="append events as JSON lines; - is standard output")
    parser.add_argument("--log-tokens", action="store_true", help="log each token, too")
    parser.add_argument(
        "--require-key-sha256", type=_sha256, metavar="HEX", help="the digest of the only key that is taken"
    )
    return parser


class _Output:
    """Prints the base URL as soon as it is known, before any event, and writes the events to the log."""

    def __init__(self, log: TextIO | None) -> None:
        self._log = log

    def __call__(self, event: dict[str, object]) -> None:
        if event["event"] == "listening":
            sys.stdout.write(f"base URL: {event['base_url']}\n")
            sys.stdout.flush()
        if self._log is not None:
            self._log.write(json.dumps(event) + "\n")
            self._log.flush()


async def _serve(options: argparse.Namespace, log: TextIO | None) -> None:
    """Serve until SIGINT or SIGTERM."""
    loop = asyncio.get_running_loop()
    asked_to_stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(asked_to_stop.set))
    async with DemoServer(
        host=options.host,
        port=options.port,
        tokens_per_second=options.rate,
        log=_Output(log),
        required_key_sha256=options.require_key_sha256,
        log_tokens=options.log_tokens,
    ):
        await asked_to_stop.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until asked to stop, then 0; 1 if the port can't be listened on or the log can't be opened."""
    options = _parser().parse_args(arguments)
    try:
        with contextlib.ExitStack() as stack:
            log: TextIO | None = None
            if options.log == "-":
                log = sys.stdout
            elif options.log is not None:
                log = stack.enter_context(Path(options.log).open("a", encoding="utf-8"))
            asyncio.run(_serve(options, log))
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
