"""``arvae-desktop ask``: streams an answer to standard output. Runs without Qt."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import logging
import os
import signal
import socket
import sys
from contextlib import aclosing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, Self

from arvae_desktop.api.client import ChatClient
from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.errors import AddressError, ArvaeError, ErrorReport, KeyringError
from arvae_desktop.domain.events import (
    End,
    ReasoningDelta,
    RefusalDelta,
    Retry,
    Seam,
    Start,
    StreamEvent,
    TextDelta,
    ToolCall,
    Usage,
)
from arvae_desktop.domain.messages import AnswerState, Role, Turn
from arvae_desktop.domain.requests import DEFAULT_BASE_URL, DEFAULT_MODEL, ChatRequest, Endpoint
from arvae_desktop.services.daemon_threads import DaemonExecutor, DaemonWorker
from arvae_desktop.services.server_choice import gets_environment_key, has_saved_model
from arvae_desktop.storage.log_file import set_up_logging
from arvae_desktop.storage.paths import AppPaths
from arvae_desktop.storage.settings import Settings, SettingsFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import RawIOBase
    from types import FrameType

    from arvae_desktop.domain.options import AskOptions, Options
    from arvae_desktop.domain.secret import Secret

_DEMO_MODEL = "demo/tour"
_FAILED = 3
_EXIT_CODES = {
    AnswerState.COMPLETE: 0,
    AnswerState.TOOL_CALLS: 0,
    AnswerState.FAILED: _FAILED,
    AnswerState.INTERRUPTED: 4,
    AnswerState.CONTENT_FILTER: 5,
    AnswerState.LENGTH: 6,
}
_WRONG_USAGE = 2
_SIGNAL_EXIT = 128  # a shell's convention: a command that a signal ended exits with this and its number
_SIGPIPE = 13  # Windows has no name for it

_ENDINGS = {
    AnswerState.TOOL_CALLS: "The model wants to call tools, which this program does not do.",
    AnswerState.LENGTH: "The answer was cut off at the length limit.",
    AnswerState.CONTENT_FILTER: "The server’s content filter ended the answer.",
    AnswerState.STOPPED: "Stopped.",
}


def run(options: AskOptions, key: Secret | None) -> int:
    """Ask, print the answer as it arrives, and say how it ended. Returns the exit code.

    The first Ctrl-C or SIGTERM stops the answer in whatever phase it is, the second ends the program at once.
    """
    _start_log(options)
    output = _JsonLines(_stdout()) if options.as_json else _PlainText(_stdout())
    with _Stopper() as stopper:
        try:
            end = _ask(options, key, output, stopper)
            output.show(end)
        except (_MisuseError, AddressError) as error:
            sentence = f"{error.report.title} {error.report.hint}"
            tell_misuse(sentence, as_json=options.as_json, report=error.report)
            return _WRONG_USAGE
        except BrokenPipeError:
            _drop_stdout()
            return _SIGNAL_EXIT + _SIGPIPE
        except OSError as error:  # a full disk, a terminal that is gone
            _tell(f"The answer can’t be written: {error.strerror or type(error).__name__}.")
            _drop_stdout()
            return _FAILED
    if end.state is AnswerState.STOPPED:
        return _SIGNAL_EXIT + (stopper.signal or signal.SIGINT)
    return _EXIT_CODES[end.state]


def tell_misuse(sentence: str, *, as_json: bool, report: ErrorReport | None = None) -> None:
    """Say why nothing was asked: in one sentence on standard error, and with `as_json` as an end as well."""
    _tell(sentence)
    if as_json:
        report = report or ErrorReport("usage", sentence, "See arvae-desktop ask --help.")
        with suppress(OSError):
            _JsonLines(_stdout()).show(End(AnswerState.FAILED, error=report))


class _MisuseError(ArvaeError):
    """The command can't be carried out as it was given."""

    kind = "usage"
    default_hint = "See arvae-desktop ask --help."


class _Stopper:
    """Turns Ctrl-C and SIGTERM into a stop; a second one ends the program at once.

    Python's own handlers are used, not the loop's: they also run while a write to a full pipe blocks.

    Attributes:
        signal: the number of the signal that asked for the stop, or None.
        cancel: cancels what runs in the event loop; None while nothing does, then the first signal
            raises `KeyboardInterrupt` wherever the program is.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self.cancel: Callable[[], object] | None = None

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        return self

    def __exit__(self, *details: object) -> None:
        # Nothing is left to stop; a late Ctrl-C must not spoil the exit code.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        if self.signal is not None:
            os._exit(_SIGNAL_EXIT + number)
        self.signal = number
        if self.cancel is None:
            raise KeyboardInterrupt
        self.cancel()


class _Output(Protocol):
    def show(self, event: StreamEvent) -> None:
        """Print an event at once. Raises `OSError` where standard output takes no more."""


class _JsonLines:
    """One JSON object a line, in UTF-8."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def show(self, event: StreamEvent) -> None:
        line = json.dumps(_as_json(event), ensure_ascii=False, allow_nan=False)
        # An argument that was no UTF-8 may stand in an error.
        self._stream.write(line.encode("utf-8", "replace") + b"\n")
        self._stream.flush()


class _PlainText:
    """The answer's text alone; everything else goes to standard error."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._controls = _VISIBLE_CONTROLS if stream.isatty() else {}
        self._last = "\n"

    def show(self, event: StreamEvent) -> None:
        if isinstance(event, TextDelta | RefusalDelta):
            self._write(event.text)
        elif isinstance(event, Retry):
            _tell(f"{event.reason} Trying again in {event.delay_s:.1f} s.")
        elif isinstance(event, ToolCall):
            _tell(f"Tool call: {event.name}({event.arguments})")
        elif isinstance(event, End):
            if self._last != "\n":
                self._write("\n")
            if count := event.skipped_events:
                _tell(f"{count} event{'s' * (count > 1)} of the stream could not be read and were left out.")
            if event.error:
                _tell(f"{event.error.title} {event.error.hint}")
            elif event.state in _ENDINGS:
                _tell(_ENDINGS[event.state])

    def _write(self, text: str) -> None:
        self._last = text[-1]
        self._stream.write(text.translate(self._controls).encode())
        self._stream.flush()


# What an answer could steer a terminal with; they are shown as the pictures that Unicode has for them.
_VISIBLE_CONTROLS = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"}
_VISIBLE_CONTROLS |= {0x7F: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)


_TYPES = {
    Start: "start",
    Seam: "seam",
    TextDelta: "text",
    ReasoningDelta: "reasoning",
    RefusalDelta: "refusal",
    ToolCall: "tool_call",
    Usage: "usage",
    Retry: "retry",
    End: "end",
}


def _as_json(event: StreamEvent) -> dict[str, object]:
    return {"type": _TYPES[type(event)], **dataclasses.asdict(event)}


def _start_log(options: AskOptions) -> None:
    logging.raiseExceptions = False  # a log that can't be written is no reason for a traceback in a terminal
    common = options.common
    if common.writes_log:
        set_up_logging(_paths(options).log_file, common.log_level or "info")


def _paths(options: AskOptions) -> AppPaths:
    folder = options.common.data_dir
    return AppPaths.under(folder) if folder else AppPaths.default()


def _ask(options: AskOptions, key: Secret | None, output: _Output, stopper: _Stopper) -> End:
    try:
        return asyncio.run(_stream(options, key, output, stopper))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return End(AnswerState.STOPPED)


@contextlib.contextmanager
def _woken_by_signals(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """End the loop's wait when a signal comes.

    Python runs handlers between two steps of the main thread. Where a signal comes just before the loop
    begins to wait, or another thread takes it, that would be after the wait.
    """
    if sys.platform == "win32":  # its loop has done so already
        yield
        return
    heard, told = socket.socketpair()
    with heard, told:
        for end in (heard, told):
            end.setblocking(False)
        loop.add_reader(heard, heard.recv, 64)
        signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            loop.remove_reader(heard)


async def _turns(options: AskOptions) -> tuple[Turn, ...]:
    """The system message and the prompt. Raises `_MisuseError` where there is nothing to ask."""
    prompt = options.prompt
    if prompt is None and (sys.stdin is None or sys.stdin.isatty()):
        raise _MisuseError("There is no prompt: give one, or - to read it from standard input.")
    if prompt in (None, "-"):
        prompt = await _standard_input()
    if not prompt or prompt.isspace():
        raise _MisuseError("The prompt is empty.")
    system = (Turn(Role.SYSTEM, options.system),) if options.system else ()
    return (*system, Turn(Role.USER, prompt))


async def _standard_input() -> str:
    """All of standard input, as UTF-8 whatever the locale, without the line end that a shell adds.

    It is read beside the loop: between two reads in a row, Python looks for no signal.
    """
    if sys.stdin is None:
        return ""
    # Not through the buffer: the program may end while a thread reads, and the buffer would be locked then.
    raw: RawIOBase = sys.stdin.buffer.raw  # type: ignore[union-attr]
    try:
        data = await asyncio.get_running_loop().run_in_executor(None, raw.readall)
    except OSError as error:
        raise _MisuseError(f"Standard input can’t be read: {error.strerror}.") from None
    text = data.decode("utf-8", "replace")
    return text[:-2] if text.endswith("\r\n") else text.removesuffix("\n")


async def _stream(options: AskOptions, key: Secret | None, output: _Output, stopper: _Stopper) -> End:
    """Print the answer's events but the last, which is returned. Raises `AddressError`."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    loop.set_default_executor(DaemonExecutor())  # a name look-up that hangs must not hang the exit
    stopper.cancel = lambda: loop.call_soon_threadsafe(task.cancel) if task else None
    with _woken_by_signals(loop):
        return await _answer(options, key, output)


async def _answer(options: AskOptions, key: Secret | None, output: _Output) -> End:
    turns = await _turns(options)
    is_demo = options.common.demo
    settings = Settings() if is_demo else SettingsFile(_paths(options).settings_file).load()
    client = ChatClient(lambda: settings.network)
    async with contextlib.AsyncExitStack() as stack:
        if is_demo:
            endpoint, model = await _demo(stack), options.common.model or _DEMO_MODEL
        else:
            endpoint, model = await _server(options.common, settings, key)
        request = ChatRequest(endpoint, model, turns, options.silence_s)
        if not options.retries:
            request = dataclasses.replace(request, max_retries=0)
        events = await stack.enter_async_context(aclosing(client.stream(request, on_rest=output.show)))
        async for event in events:
            if isinstance(event, End):
                return event
            output.show(event)
    raise AssertionError("every stream has an end")


async def _demo(stack: contextlib.AsyncExitStack) -> Endpoint:
    from arvae_desktop.demo.server import DemoServer  # noqa: PLC0415  (a real answer doesn't need it)

    server = await stack.enter_async_context(DemoServer())
    return Endpoint(BaseUrl.parse(server.base_url))


async def _server(common: Options, settings: Settings, key: Secret | None) -> tuple[Endpoint, str]:
    """The server and the model: options and environment win over settings, which win over defaults."""
    given = BaseUrl.parse(common.base_url) if common.base_url else None
    base_url = given or BaseUrl.parse(settings.base_url or DEFAULT_BASE_URL)
    if key is not None and not gets_environment_key(given, settings):
        key = None
    elif key is None and _may_have_key(base_url, settings):
        key = await _key_from_keyring(base_url)
    saved_model = settings.model if has_saved_model(given, settings) else None
    return Endpoint(base_url, key), common.model or saved_model or DEFAULT_MODEL


def _may_have_key(base_url: BaseUrl, settings: Settings) -> bool:
    """Whether to look for a key: a server on this machine has one only if the user gave it one."""
    if settings.base_url == base_url.url:
        return settings.uses_key
    return not base_url.is_loopback


async def _key_from_keyring(base_url: BaseUrl) -> Secret | None:
    from arvae_desktop.storage.credentials import KeyringCredentials  # noqa: PLC0415  (mostly not needed)

    try:
        return await KeyringCredentials(DaemonWorker()).get(base_url.origin)
    except KeyringError as error:
        _tell(f"{error.report.title} Going on without a key; ARVAE_API_KEY can give one.")
        return None


def _stdout() -> BinaryIO:
    """Standard output as bytes; where it was closed before the start, a place that takes everything."""
    return sys.stdout.buffer if sys.stdout else Path(os.devnull).open("wb")


def _drop_stdout() -> None:
    """Let the interpreter flush its standard output into nothing: at its exit it would complain otherwise."""
    with suppress(OSError, AttributeError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(sentence: str) -> None:
    """One line on standard error, if anybody listens there."""
    with suppress(OSError, AttributeError, ValueError):
        sys.stderr.write(f"arvae-desktop: {sentence}\n")
        sys.stderr.flush()
