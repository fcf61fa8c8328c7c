"""What a window over a store takes, measured in a process of its own; prints milliseconds as a JSON object.

python -m tests.benchmarks.inside.kept WHAT FOLDER
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import qasync
from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from arvae_desktop.domain.conversations import Conversation, KeptMessage
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Message, Role, Segment, SegmentKind
from arvae_desktop.domain.options import Options
from arvae_desktop.markup.stream import warm_up
from arvae_desktop.services.store_journal import StoreJournal
from tests.benchmarks.figures import percentile
from tests.benchmarks.stores import Texts
from tests.benchmarks.texts import ANSWER

if TYPE_CHECKING:
    from collections.abc import Callable

    from arvae_desktop.app.parts import Parts

_SWITCHES = 150
_LONG = (1_000, 10_000)
_FRAMES = 1_500
_PIECE = (Segment(SegmentKind.TEXT, "so he said that the words come in such pieces "),)
_PATIENCE_S = 30.0
_FRAME_S = 0.016


class _Painted(QObject):
    """Waits for a paint that shows something; nothing is polled, which other threads would wait for."""

    def __init__(self, is_there: Callable[[], bool], *widgets: QObject) -> None:
        super().__init__()
        self._is_there = is_there
        self.at: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and not self.at.done() and self._is_there():
            watched.removeEventFilter(self)
            watched.event(event)
            self.at.set_result(time.perf_counter())
            return True
        return False


async def switching(parts: Parts) -> dict[str, float]:
    """From the choice of a conversation to the first paint of its last words."""
    store = parts.keeping.store
    for length in _LONG:
        await _put_long(parts, length)
    page = await asyncio.wrap_future(store.list_conversations(limit=5_000))
    names = [entry.id for entry in page if not entry.id.startswith("long")]
    chance = random.Random(3)
    chosen = chance.sample(names, min(len(names), _SWITCHES))
    step = max(1, len(chosen) // 10)
    for place in range(5):  # each long one follows another
        for number, length in enumerate(_LONG):
            chosen.insert((2 * place + number) * step, f"long-{length}")
    view, times, long_times = parts.window.page.transcript, [], []
    for name in chosen:
        last = (await asyncio.wrap_future(store.load_newest(name, 1))).messages[0].message
        painted = _Painted(lambda last=last: last.id in view.writer.shown, view.viewport())
        start = time.perf_counter()
        parts.conversations.open(name)
        took = 1000 * (await asyncio.wait_for(painted.at, _PATIENCE_S) - start)
        (long_times if name.startswith("long") else times).append(took)
        await _until(lambda name=name: parts.conversations.current.id == name)
        await asyncio.sleep(0.02)
    both = times + long_times
    return {"p50": percentile(both, 50), "p99": percentile(both, 99), "long": percentile(long_times, 99)}


async def searching(parts: Parts) -> dict[str, float]:
    """From a key in the search field to the paint of what it finds."""
    results, field = parts.window.sidebar.results, parts.window.sidebar.search
    nothing = parts.window.sidebar.findChild(QLabel, "searchHint")
    words, times = Texts().words, []
    field.setFocus()
    for rank in (0, 3, 10, 40, 150, 600):  # words that small stores have, too
        word = words[rank]
        for length in range(1, len(word) + 1):
            heard: list[object] = []
            parts.keeping.library.found.connect(heard.append)
            painted = _Painted(lambda heard=heard: bool(heard), results.viewport(), nothing)
            start = time.perf_counter()
            QTest.keyClicks(field, word[length - 1])
            times.append(1000 * (await asyncio.wait_for(painted.at, _PATIENCE_S) - start))
            parts.keeping.library.found.disconnect(heard.append)
            await asyncio.sleep(0.05)
        field.clear()
        await asyncio.sleep(0.1)
    return {"p50": percentile(times, 50), "p95": percentile(times, 95), "max": max(times)}


async def saving(parts: Parts) -> dict[str, float]:
    """How much later a frame's text can be painted because it is saved first."""
    journal = StoreJournal(parts.keeping, "bench", is_kept=False)
    journal.add(KeptMessage(Message("prompt", Role.USER, _PIECE), None, 1.0))
    answer = Message("answer", Role.ASSISTANT, (), AnswerState.RUNNING)
    journal.add(KeptMessage(answer, "prompt", 2.0))
    await journal.written()
    times: list[float] = []
    loop = asyncio.get_running_loop()
    for _ in range(_FRAMES):
        shown: asyncio.Future[float] = loop.create_future()
        start = time.perf_counter()
        journal.append("answer", _PIECE, lambda shown=shown: shown.set_result(time.perf_counter()))
        times.append(1000 * (await asyncio.wait_for(shown, _PATIENCE_S) - start))
        await asyncio.sleep(_FRAME_S / 4)
    return {"p50": percentile(times, 50), "p99": percentile(times, 99), "max": max(times)}


async def _put_long(parts: Parts, length: int) -> None:
    name, facts = f"long-{length}", AnswerFacts("some/model")
    messages = [
        KeptMessage(
            Message(
                f"{name}-{n}",
                Role.ASSISTANT if n % 2 else Role.USER,
                (Segment(SegmentKind.TEXT, ANSWER if n % 2 else f"Question {n}?"),),
                facts=facts if n % 2 else None,
            ),
            f"{name}-{n - 1}" if n else None,
            float(n),
        )
        for n in range(length)
    ]
    conversation = Conversation(name, name, created_at=1.0, updated_at=2.0, tip=f"{name}-{length - 1}")
    importing = parts.keeping.store.import_conversations([(conversation, messages)])
    await asyncio.wrap_future(importing.done)


async def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)


async def _run(what: Callable[[Parts], object], application: QApplication, folder: Path) -> dict[str, float]:
    from arvae_desktop.app.parts import Parts
    from arvae_desktop.app.wiring import connect, connect_window
    from arvae_desktop.app.wishes import Wishes

    parts = Parts(application, Options(demo=True, data_dir=folder), None)
    wishes = Wishes(parts)
    connect(parts, wishes)
    connect_window(parts, wishes)
    parts.window.page.show_session(parts.conversations.current)
    parts.window.show()
    parts.window.activateWindow()
    warm_up()
    await wishes.complete_window()
    await asyncio.wrap_future(parts.keeping.store.overview())
    await asyncio.sleep(1.0)  # the list is there
    try:
        return await what(parts)
    finally:
        await parts.keeping.close()
        parts.window.close_for_good()


if __name__ == "__main__":
    doing = {"switching": switching, "searching": searching, "saving": saving}
    name, path = sys.argv[1:]
    application = QApplication(sys.argv[:1])
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        print(json.dumps(runner.run(_run(doing[name], application, Path(path)))))
