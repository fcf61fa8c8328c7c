"""The quick prompt, put together: its window, its conversation, its shortcut, its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from arvae_desktop import APP_ID
from arvae_desktop.desktop.shortcut.choosing import choose_shortcut
from arvae_desktop.services.quick_chat import FOLDER, QuickChat
from arvae_desktop.services.shortcut import Shortcut
from arvae_desktop.ui import message_actions
from arvae_desktop.ui.link_opening import open_link
from arvae_desktop.ui.quick.answer_bar import INSERT
from arvae_desktop.ui.quick.window import QuickPrompt
from arvae_desktop.ui.shortcut_field import native_text
from arvae_desktop.ui.transcript import sentences

if TYPE_CHECKING:
    from PySide6.QtGui import QWindow

    from arvae_desktop.app.front import Front
    from arvae_desktop.app.parts import Parts
    from arvae_desktop.app.wishes import Wishes
    from arvae_desktop.desktop.x11.link import X11Link
    from arvae_desktop.services.chat_session import ChatSession
    from arvae_desktop.ui.transcript.origins import CodeText

# What is loaded then takes the processor; the field is there by then.
_WAKE_UP_MS = 100


class Quick(QObject):
    """The quick prompt and all that stands behind it.

    Attributes:
        chat: what is talked.
        prompt: the window.
        shortcut: what brings it up from anywhere.
    """

    def __init__(self, parts: Parts, wishes: Wishes, front: Front, link: X11Link | None) -> None:
        super().__init__(parts.application)
        self._parts = parts
        self._wishes = wishes
        self._front = front
        self._link = link
        self._pressed_at = 0
        self._had_keyboard = False
        preferences = parts.preferences
        self.chat = QuickChat(
            parts.conversations.start_aside,
            parts.connection,
            parts.catalog,
            lambda: preferences.settings.follow_up_minutes * 60.0,
            parent=self,
        )
        self.prompt = QuickPrompt(parts.theme, parts.formulas)
        way = choose_shortcut(parts.application.platformName(), APP_ID, link)
        self._connect_chat()
        self._connect_prompt()
        self.prompt.show_session(self.chat.session)
        self.prompt.picker.set_models(parts.catalog.models)
        self.prompt.picker.set_current(self.chat.model)
        self.prompt.warm_up()
        if link is not None:
            link.set_own(int(self.prompt.winId()))
            link.compositor_changed.connect(self._on_compositor)
            self._on_compositor(link.has_compositor)
        parts.application.focusWindowChanged.connect(self._on_focus)
        self.shortcut = Shortcut(way, preferences, self)
        self.shortcut.pressed.connect(self._on_pressed)
        preferences.changed.connect(lambda _settings: self._offer())
        self._offer()

    def has(self, conversation_id: str) -> bool:
        """Whether it is the one that is talked in here."""
        return self.chat.session.id == conversation_id

    def bring_up(self, text: str = "") -> None:
        """Show it, with a text in its field unless that is empty."""
        self.chat.come()
        self.prompt.come(text)

    def toggle(self) -> None:
        """Show it, or put it away if it is in front."""
        if self.prompt.is_in_front:
            self.prompt.put_away()
        else:
            self.bring_up()

    def close(self) -> None:
        """Give the keys back, and take the window away."""
        self._parts.application.focusWindowChanged.disconnect(self._on_focus)
        self.shortcut.close()
        self.prompt.hide()
        self.prompt.deleteLater()

    # --- bringing it up ---

    def _on_pressed(self, time: int, token: str) -> None:
        from arvae_desktop.app.desk import use_token  # noqa: PLC0415  (it makes us)

        use_token(token)
        self._pressed_at = time
        self.toggle()

    def _activate(self) -> None:
        """The window is on the screen: the window manager is to give it the keyboard, too."""
        if self._link is not None:
            self._link.activate(int(self.prompt.winId()), self._pressed_at)
        self._pressed_at = 0
        QTimer.singleShot(_WAKE_UP_MS, self, self._wishes.wake_up)

    def _on_focus(self, window: QWindow | None) -> None:
        """Whoever goes on in the main window is not to have the box lying over it."""
        if window is None:
            return
        if window == self.prompt.windowHandle():
            self._had_keyboard = True
            return
        while window.transientParent() is not None:  # a dialog belongs to the window that it stands over
            window = window.transientParent()
        if self._had_keyboard and self._parts.has_window and window == self._parts.window.windowHandle():
            self._had_keyboard = False
            self.prompt.hide()

    def _on_compositor(self, is_there: bool) -> None:
        self.prompt.set_masked(is_masked=not is_there)

    def _offer(self) -> None:
        settings = self._parts.preferences.settings
        is_open = not settings.uses_shortcut and not settings.knows_shortcut
        self.prompt.offer_shortcut(native_text(settings.shortcut) if is_open else None)

    # --- wires ---

    def _connect_chat(self) -> None:
        chat, prompt, parts = self.chat, self.prompt, self._parts
        chat.session_changed.connect(prompt.show_session)
        chat.kept.connect(lambda id_: parts.keeping.library.move([id_], FOLDER))
        chat.prompt_taken.connect(prompt.clear)
        chat.prompt_wanted.connect(prompt.submit)
        chat.told.connect(prompt.status.show_hint)
        chat.handed_over.connect(self._on_handed_over)
        chat.server_needed.connect(self._front.show)
        chat.model_changed.connect(prompt.picker.set_current)
        parts.catalog.models_changed.connect(prompt.picker.set_models)
        parts.conversations.aside_left.connect(chat.start_new)

    def _connect_prompt(self) -> None:
        chat, prompt, parts, spawn = self.chat, self.prompt, self._parts, self._parts.tasks.spawn
        prompt.submitted.connect(lambda text: chat.submit(text, prompt.chips.pieces()))
        prompt.stop_requested.connect(chat.stop)
        prompt.action_chosen.connect(self._on_action)
        prompt.new_requested.connect(chat.start_new)
        prompt.appeared.connect(self._activate)
        prompt.picker.chosen.connect(chat.choose_model)
        prompt.picker.opened.connect(parts.catalog.refresh_if_empty)
        prompt.input.older_requested.connect(lambda: self._recall(chat.history.older()))
        prompt.input.newer_requested.connect(lambda: self._recall(chat.history.newer()))
        prompt.input.textChanged.connect(
            lambda: spawn(self._wishes.warm_up_reading(), name="reading"),
            Qt.ConnectionType.SingleShotConnection,
        )
        prompt.offer_taken.connect(lambda: parts.preferences.change(uses_shortcut=True, knows_shortcut=True))
        prompt.offer_declined.connect(lambda: parts.preferences.change(knows_shortcut=True))
        if self._link is not None:
            prompt.left.connect(self._link.go_back)
        view, tools = prompt.transcript.view, prompt.tools
        view.action_requested.connect(self._on_answer_action)
        view.link_requested.connect(lambda href, words: spawn(open_link(href, words, prompt), name="link"))
        tools.action_chosen.connect(self._on_message_action)
        tools.branch_wanted.connect(self._walk_branches)
        tools.code_wanted.connect(self._open_code)
        tools.picture_wanted.connect(self._ask_for_picture)
        tools.zoom_wanted.connect(parts.preferences.zoom)
        parts.preferences.changed.connect(lambda settings: view.set_zoom(settings.zoom))
        view.set_zoom(parts.preferences.settings.zoom)

    def _recall(self, prompt: str | None) -> None:
        if prompt is not None:
            self.prompt.input.show_from_history(prompt)

    def _on_action(self, name: str) -> None:
        match name:
            case "copy" | "insert":
                self._copy(goes_back=name == INSERT)
            case "regenerate":
                self.chat.regenerate()
            case "window":
                self.chat.hand_over()

    def _copy(self, *, goes_back: bool) -> None:
        text = self.chat.answer
        if not text:
            self.prompt.status.show_hint("There is no answer yet that could be copied.")
            return
        QGuiApplication.clipboard().setText(text)
        if goes_back:
            self.prompt.put_away()
        else:
            self.prompt.status.show_hint("Answer copied.")

    def _on_handed_over(self, session: ChatSession | None) -> None:
        parts, text = self._parts, self.prompt.take_text()
        self.prompt.hide()
        self._front.show()
        if session is None:
            parts.conversations.start_new()
        else:
            parts.conversations.show(session)
        if text:
            self._front.window.page.composer.set_text(text)
        if self._link is not None:
            self._link.activate(int(self._front.window.winId()), 0)

    def _on_answer_action(self, name: str, message_id: str) -> None:
        match name:
            case sentences.RETRY:
                self.chat.regenerate()
            case sentences.CONTINUE:
                self.chat.go_on()
            case sentences.EDIT:
                self._edit(message_id)
            case sentences.MODELS:
                self.prompt.choose_model()
            case sentences.SETTINGS:
                self._front.show()
                self._front.window.settings_requested.emit()
            case sentences.SHOW_ALL:
                self.prompt.transcript.view.stay()
                self.prompt.transcript.view.writer.open(message_id)

    def _on_message_action(self, name: str, message_id: str) -> None:
        match name:
            case message_actions.EDIT:
                self._edit(message_id)
            case message_actions.REGENERATE:
                self.chat.regenerate()
            case message_actions.CONTINUE:
                self.chat.go_on()
            case message_actions.DELETE:
                self.chat.session.delete(message_id)

    def _open_code(self, name: str, code: CodeText) -> None:
        self._parts.answer_windows.open_code(name, code)

    def _ask_for_picture(self, address: str) -> None:
        self._parts.answer_windows.ask_for_picture(address)

    def _edit(self, message_id: str) -> None:
        if (text := self.chat.session.edit(message_id)) is not None:
            self.prompt.come(text)

    def _walk_branches(self, message_id: str, step: int) -> None:
        branches = self.chat.session.branches(message_id)
        place = branches.index(message_id) + step if message_id in branches else -1
        if 0 <= place < len(branches):
            self.chat.session.show_branch(branches[place])
