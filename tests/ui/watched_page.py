"""Shows every hostile document in a transcript; tells what the process touched, and what is wrong.

    python -m tests.ui.watched_page REPORT [all]

Everything that the first document needs, such as fonts and lexers, is there before the watch begins. A system
call with the path `BEGIN` and one with `END` tell whoever traces the process from outside.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
from html import unescape
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from arvae_desktop.ui.theme import Theme
from arvae_desktop.ui.transcript.formats import ACTION_SCHEME, Property
from arvae_desktop.ui.transcript.view import TranscriptView
from tests.ui.answers import answer, running, text_of, user
from tests.ui.hostile_documents import TARGETS, Hostile, documents
from tests.ui.pages import blocks, fragments, page_text, settle

BEGIN, END = "/the-watch-begins", "/the-watch-ends"
# Whatever a document could make a program do is one of these (Python's table of audit events).
_WATCHED = (
    "open", "os.", "socket.", "subprocess.", "shutil.", "tempfile.", "glob.", "urllib.", "http.", "ftplib.",
    "webbrowser.", "ctypes.", "mmap.", "exec", "compile", "import", "pty.", "sqlite3.", "marshal.", "pickle.",
)  # fmt: skip
_PACKAGES = (sys.prefix, sys.base_prefix)
_ACTION_WORDS = {"copy-code": "Copy", "open-code": "Open", "show-diagram": "Show diagram"}
_PICTURE = f"{ACTION_SCHEME}show-picture/"  # before an address that is asked about first
_SAFE = re.compile(r"https?://[^\s/\\?#]\S*|mailto:[^\s/\\]\S*", re.IGNORECASE)
_WAYS = 4  # places of the page over which the mouse goes


class Watch:
    """What the process touches while it is on, as Python's audit events tell it."""

    def __init__(self) -> None:
        self.is_on = False
        self.seen: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.is_on or not event.startswith(_WATCHED):
            return
        self.is_on = False
        # Code that is loaded late is the program's own, not something that a document named.
        is_code = event in ("import", "compile", "exec", "marshal.loads", "marshal.load", "os.listdir")
        is_package = event == "open" and str(arguments[0]).startswith(_PACKAGES)
        if not is_code and not is_package:
            self.seen.append(f"{event} {arguments!r}"[:300])
        self.is_on = True


class Reader:
    """A reader who looks at everything, and copies it."""

    def __init__(self, view: TranscriptView) -> None:
        self.view = view
        self.problems: list[str] = []
        self.acted: list[tuple[str, ...]] = []
        view.action_requested.connect(lambda *what: self.acted.append(what))
        view.link_requested.connect(lambda *what: self.acted.append(what))

    def read(self, document: Hostile, seed: int) -> None:
        """Let a document arrive in pieces, look at the page at each moment, and use the whole."""
        chance = random.Random(seed)
        message = running()
        self.view.show_messages([user("?"), message])
        places = sorted(chance.randrange(len(document.text) + 1) for _ in range(3))
        for start, end in zip([0, *places], [*places, len(document.text)], strict=True):
            if start < end:
                self.view.append_segment(message.id, text_of(document.text[start:end]))
                settle(self.view)
                self._check(document, message.id)
        self.view.writer.end_message(answer(document.text, message_id=message.id))
        settle(self.view)
        self._check(document, message.id)
        self._check_words(document)
        self._use()
        if self.acted:
            self._tell(document, f"something happened by itself: {self.acted}")
            self.acted.clear()

    def _tell(self, document: Hostile, what: str) -> None:
        self.problems.append(f"{document.name}: {what}: {document.text[:120]!r}")

    def _check(self, document: Hostile, message_id: str) -> None:
        """Nothing on the page is a picture, and only safe links and our own actions can be activated."""
        own = "|".join(_ACTION_WORDS)
        own_action = re.compile(f"{ACTION_SCHEME}({own})/{message_id}/\\d+")
        page = self.view.document()
        for look in page.allFormats():
            if look.isImageFormat() or look.toCharFormat().anchorNames():
                self._tell(document, "a picture or an anchor is in the document")
        for block in blocks(self.view):
            for fragment in fragments(block):
                look = fragment.charFormat()
                href = look.anchorHref()
                is_action = look.hasProperty(Property.IS_ACTION)
                own = own_action.fullmatch(href)
                if is_action and href and not (own and fragment.text() == _ACTION_WORDS[own[1]]):
                    self._tell(document, f"a forged action {href!r}")
                if not is_action and href and not _SAFE.fullmatch(href.removeprefix(_PICTURE)):
                    self._tell(document, f"a link to {href!r}")
        if page.baseUrl().isValid() or self.view.source().isValid() or page.defaultStyleSheet():
            self._tell(document, "the page has a source")

    def _check_words(self, document: Hostile) -> None:
        """All the text is there as text, or as a link's address."""
        shown = page_text(self.view) + " ".join(
            fragment.charFormat().anchorHref() for block in blocks(self.view) for fragment in fragments(block)
        )
        shown += unescape(shown)  # code and formulas keep entities as they stand
        if missing := sorted(word for word in document.words if word not in shown):
            self._tell(document, f"{missing} can't be read in {shown[:300]!r}")

    def _use(self) -> None:
        """Go over the page with the mouse and the keyboard, look at tips, copy everything in every form."""
        view = self.view
        view.grab()
        for place in self._places():
            self._send_mouse(place)
            at = view.viewport().mapToGlobal(place)
            QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, at))
        for key in (Qt.Key.Key_Tab, Qt.Key.Key_Home, Qt.Key.Key_Backspace):
            QApplication.sendEvent(view, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))
        view.selectAll()
        view.copy()
        for data in (QGuiApplication.clipboard().mimeData(), view.createMimeDataFromSelection()):
            for name in data.formats():
                data.data(name)
            data.imageData()
        QApplication.processEvents()

    def _places(self) -> list[QPoint]:
        linked = (
            fragment.position()
            for block in blocks(self.view)
            for fragment in fragments(block)
            if fragment.charFormat().isAnchor()
        )
        cursor = self.view.textCursor()
        places = [QPoint(x, 60) for x in (5, 300)]
        for position in islice(linked, _WAYS):
            cursor.setPosition(position + 1)
            places.append(self.view.cursorRect(cursor).center())
        return places

    def _send_mouse(self, place: QPoint) -> None:
        none = Qt.MouseButton.NoButton
        at = self.view.viewport().mapToGlobal(place)
        move = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(place), QPointF(at), none, none, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(self.view.viewport(), move)

    def ask_for_resources(self) -> None:
        """Ask the view and its document for each target as they ask for pictures, sheets and pages."""
        for target in [*TARGETS.values(), "arvae-formula:1", "x"]:
            for kind in (0, 1, 2, 3, 4, 100):
                for place in (self.view, self.view.document()):
                    ask = place.loadResource if place is self.view else place.resource
                    if not _is_nothing(ask(kind, target)):
                        self.problems.append(f"{target!r} was loaded as {kind}")


def _is_nothing(resource: object) -> bool:
    """Whether it is an empty array of bytes or a picture without a point."""
    is_null = getattr(resource, "isNull", None)
    return not resource or (is_null is not None and bool(is_null()))


def _warm_up(all_documents: list[Hostile]) -> Hostile:
    """A document that needs whatever the hostile ones need that is no fault: fonts, lexers, tables."""
    texts = "".join(document.text for document in all_documents)
    letters = "".join(sorted({letter for letter in texts if letter.isprintable() and not letter.isascii()}))
    looks = "⟨U+202E⟩☐☑•◦▪▣…✓" + letters
    languages = sorted({found.lower() for found in re.findall(r"```(\w+)", texts) if len(found) < 20})
    parts = [f"{mark}a{looks}{mark[::-1]}" for mark in ("", "*", "**", "***", "~~", "`", "**`", "***`")]
    parts += [f"{'#' * level} {looks} *{looks}* `{looks}`" for level in range(1, 7)]
    parts += [f"```{language}\nx = 1 {looks}\n```" for language in languages]
    parts += [
        f"| {looks} |\n|---|\n| *a* `{looks}` |",
        f"$${looks}$$",
        f"note[^1]\n\n[^1]: {looks} *{looks}*",
    ]
    parts += [
        "- [x] done\n  - deeper\n    1. number",
        "> said",
        "---",
        "![](https://ä.example) [a](https://xn--a-1fa.example)",
        looks * 60,
    ]
    return Hostile("warm-up", "\n\n".join(parts), looks)


def main() -> int:
    report, *options = sys.argv[1:]
    watch = Watch()
    application = QApplication(sys.argv[:1])
    view = TranscriptView(Theme(application, "light"))
    view.resize(820, 600)
    view.show()
    view.setFocus()
    reader = Reader(view)
    hostile = documents(all_of_them="all" in options)
    warm_up = _warm_up(hostile)
    for seed in range(2):
        reader.read(warm_up, seed)
    reader.problems.clear()
    random.Random(1).shuffle(hostile)
    os.access(BEGIN, os.F_OK)
    watch.is_on = True
    for number, document in enumerate(hostile):
        reader.read(document, number)
    reader.ask_for_resources()
    watch.is_on = False
    os.access(END, os.F_OK)
    found = {"documents": len(hostile), "problems": reader.problems, "touched": watch.seen}
    Path(report).write_text(json.dumps(found), "utf-8")
    # Without a screen Qt destroys what was copied last, which Python made, after the interpreter has ended.
    QGuiApplication.clipboard().clear()
    view.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
