"""The command line: the window, ``ask`` for an answer in the terminal, ``quick`` for the quick prompt."""

from __future__ import annotations

import argparse
import gc
import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from arvae_desktop.desktop.display import missing_display
from arvae_desktop.desktop.instance.second_start import SecondStartError, claim_or_ask
from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.errors import AddressError
from arvae_desktop.domain.options import AskOptions, Options, StartOptions
from arvae_desktop.domain.secret import Secret
from arvae_desktop.services.source_scan import skip_source_scan
from arvae_desktop.storage.paths import AppPaths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FAILED = 1
_WRONG_USAGE = 2
_INTERRUPTED = 130
_STOPPED = '{"type": "end", "state": "stopped", "finish_reason": null, "skipped_events": 0, "error": null}\n'


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program. Returns its exit code: 2 for wrong usage, else what the command says."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        try:
            namespace = _parser().parse_args(given)
            options = _common(namespace, os.environ)
        except _UsageError as error:
            return _refuse(str(error), as_json="ask" in given and "--json" in given)
        text = os.environ.get("ARVAE_API_KEY", "")
        key = None if options.demo else Secret(text) or None
        if namespace.command == "ask":
            from arvae_desktop import ask  # noqa: PLC0415  (the window doesn't need it)

            return ask.run(_ask_options(namespace, options), key)
        return _show_window(options, key, _start_options(namespace))
    except KeyboardInterrupt:  # while the program was still loading
        if "ask" in given and "--json" in given:
            sys.stdout.write(_STOPPED)
        return _INTERRUPTED


def _show_window(options: Options, key: Secret | None, start: StartOptions) -> int:
    if options.base_url:
        try:
            BaseUrl.parse(options.base_url)
        except AddressError as error:
            return _refuse(f"{error.report.title} {error.report.hint}", as_json=False)
    try:
        claim = claim_or_ask(_data_folder(options), start)
    except SecondStartError as error:
        return _tell_failure(str(error)) if str(error) else 0
    if sentence := missing_display():
        return _refuse(f"{sentence} “arvae-desktop ask” answers in the terminal.", as_json=False)
    # What is imported stays: looking for garbage in it costs 10 ms. The app begins with that after its start.
    gc.disable()
    skip_source_scan()
    from arvae_desktop.app.start import run_gui  # noqa: PLC0415  (`ask` runs without Qt)

    return run_gui(options, key, start, claim)


def _data_folder(options: Options) -> Path | None:
    """What tells one instance from another: where conversations are kept; None for a demo that keeps none."""
    if options.data_dir is not None:
        return options.data_dir
    return None if options.demo else AppPaths.default().data


class _UsageError(Exception):
    """The command line can't be understood; the text says why, in one sentence."""


class _Parser(argparse.ArgumentParser):
    """A parser that says one sentence instead of its whole usage, and takes no abbreviations."""

    def __init__(self, **settings: object) -> None:
        super().__init__(**{"allow_abbrev": False, **settings})  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        raise _UsageError(message)


class _TellVersion(argparse.Action):
    """Tells version and commit, which no other start needs to read."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from arvae_desktop.domain.program import build  # noqa: PLC0415

        sys.stdout.write(f"arvae-desktop {build()}\n")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="arvae-desktop",
        description="A desktop chat client for the Arvae AI API and every server that speaks its protocol.",
        epilog="Without a command the window opens. ARVAE_API_KEY, ARVAE_BASE_URL and ARVAE_MODEL count.",
    )
    _add_common(parser)
    parser.add_argument("--hidden", action="store_true", help="start in the tray, without a window")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    ask = commands.add_parser(
        "ask",
        help="stream an answer to standard output",
        description="Stream an answer to standard output.",
        epilog="Exit codes: 0 complete, 2 wrong usage, 3 failed, 4 interrupted, 5 content filter, 6 length, "
        "130 stopped by Ctrl-C.",
    )
    _add_common(ask)
    ask.add_argument("prompt", nargs="?", metavar="PROMPT", help="what to ask; - reads standard input")
    ask.add_argument("--system", metavar="TEXT", help="a system message to send before the prompt")
    ask.add_argument("--json", action="store_true", help="print one JSON object a line")
    ask.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="the longest silence of the server")
    ask.add_argument("--no-retry", action="store_true", help="don't try again by itself")
    quick = commands.add_parser(
        "quick",
        help="bring up the quick prompt",
        description="Bring up the quick prompt of the app that runs, or start the app with it.",
    )
    _add_common(quick)
    quick.add_argument("text", nargs="?", default="", metavar="TEXT", help="what is to stand in it")
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
    """Add the options that may stand before and after the command.

    None has a default here: the command's parser would overwrite with it what stood before the command.
    """
    add = parser.add_argument
    none = argparse.SUPPRESS
    add("--version", action=_TellVersion, nargs=0, default=none, help="show which program this is and exit")
    add("--demo", action="store_true", default=none, help="talk to a built-in server that needs no key")
    add("--base-url", metavar="URL", default=none, help="the server, such as http://localhost:11434/v1")
    add("--model", metavar="ID", default=none, help="the model to ask")
    add("--data-dir", metavar="DIR", default=none, help="keep conversations, settings and log here")
    add("--log-level", choices=("debug", "info", "warning", "error"), default=none, help="info by default")


def _common(namespace: argparse.Namespace, environment: Mapping[str, str]) -> Options:
    """The options that every command has; an empty variable counts as none."""
    demo = getattr(namespace, "demo", False)
    if demo and hasattr(namespace, "base_url"):
        raise _UsageError("--demo and --base-url exclude each other")
    for name in ("base_url", "model", "data_dir"):
        if getattr(namespace, name, None) == "":
            raise _UsageError(f"--{name.replace('_', '-')} needs a value")
    variables = {} if demo else environment
    data_dir = getattr(namespace, "data_dir", None)
    return Options(
        demo=demo,
        base_url=getattr(namespace, "base_url", None) or variables.get("ARVAE_BASE_URL") or None,
        model=getattr(namespace, "model", None) or variables.get("ARVAE_MODEL") or None,
        data_dir=Path(data_dir).expanduser() if data_dir else None,
        log_level=getattr(namespace, "log_level", None),
    )


def _start_options(namespace: argparse.Namespace) -> StartOptions:
    if namespace.command == "quick":
        return StartOptions(quick=namespace.text)
    return StartOptions(hidden=namespace.hidden)


def _ask_options(namespace: argparse.Namespace, common: Options) -> AskOptions:
    return AskOptions(
        common=common,
        prompt=namespace.prompt,
        system=namespace.system,
        as_json=namespace.json,
        silence_s=namespace.timeout,
        retries=not namespace.no_retry,
    )


def _seconds(text: str) -> float:
    """A positive, finite number."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds


def _tell_failure(sentence: str) -> int:
    _refuse(sentence, as_json=False)
    return _FAILED


def _refuse(sentence: str, *, as_json: bool) -> int:
    from arvae_desktop import ask  # noqa: PLC0415  (the window doesn't need it)

    ask.tell_misuse(sentence, as_json=as_json)
    return _WRONG_USAGE
