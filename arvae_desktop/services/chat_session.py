"""One conversation: it sends prompts, gathers the answer, and tells once a frame what is new."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal

from arvae_desktop.domain.conversations import ConversationTree
from arvae_desktop.domain.messages import AnswerState, Message, Role, Segment, SegmentKind, Turn
from arvae_desktop.domain.requests import ChatRequest
from arvae_desktop.services.conversation_head import ConversationHead, new_id
from arvae_desktop.services.message_tree import MessageTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from arvae_desktop.domain.requests import Endpoint
    from arvae_desktop.services.journal import Journal
    from arvae_desktop.services.running_answer import Countdown, RunningAnswer
    from arvae_desktop.services.streaming_client import StreamingClient
    from arvae_desktop.services.tasks import Tasks

_TITLE_LENGTH = 60


class ChatSession(ConversationHead):
    """A conversation and the one answer that may be running in it, which is its last message.

    Signals:
        message_added: a `Message`, the last one of the conversation.
        text_appended: message id, `Segment`; at most once a frame and kind.
        answer_resumed: a `Message` that had ended, as it runs again: more will be appended to it.
        answer_ended: the answer's final `Message`.
        branch_changed: an index, and the tuple of messages that stand from there on now, instead of others.
        message_removed: the id of the one message that was deleted.
        edited_changed: the id of the prompt that the next one is asked instead of, or None.
        running_changed: whether an answer is running.
        countdown_changed: a `Countdown` while a retry is waited for, else None.
        quiet_changed: whether the server has had nothing to say for 20 s, though it may keep the connection.
    """

    message_added = Signal(object)
    text_appended = Signal(str, object)
    answer_resumed = Signal(object)
    answer_ended = Signal(object)
    branch_changed = Signal(int, object)
    message_removed = Signal(str)
    edited_changed = Signal(object)
    running_changed = Signal(bool)
    countdown_changed = Signal(object)
    quiet_changed = Signal(bool)

    def __init__(
        self,
        client: StreamingClient,
        tasks: Tasks,
        continues_once: Callable[[], bool] = lambda: False,
        parent: QObject | None = None,
        *,
        journal: Journal,
        kept: ConversationTree,
    ) -> None:
        """A conversation as it was kept, or a new one without messages.

        `continues_once` says whether an answer whose connection breaks goes on once by itself.
        """
        super().__init__(kept.conversation, journal, parent)
        self._client = client
        self._tasks = tasks
        self._continues_once = continues_once
        self._continued: set[str] = set()
        self._tree = MessageTree(kept.messages, kept.conversation.tip)
        self._edited: str | None = None
        self._running: RunningAnswer | None = None

    # --- what it holds ---

    @property
    def is_empty(self) -> bool:
        """Whether there is no message."""
        return not len(self._tree)

    @property
    def is_running(self) -> bool:
        """Whether an answer is on its way."""
        return self._running is not None

    @property
    def countdown(self) -> Countdown | None:
        """The wait for a retry that is on, or None."""
        return None if self._running is None else self._running.countdown

    @property
    def is_quiet(self) -> bool:
        """Whether an answer is running and nothing has come for 20 s."""
        return self._running is not None and self._running.is_quiet

    @property
    def messages(self) -> list[Message]:
        """Those of the branch that is shown, oldest first; a running answer as far as it has been told."""
        messages = list(self._tree)
        if self._running is not None:
            self._running.flush()
            messages[-1] = self._running.message()
        return messages

    @property
    def last_id(self) -> str | None:
        """The id of the newest message, or None without any."""
        return None if self._tree.last is None else self._tree.last.id

    @property
    def edited_id(self) -> str | None:
        """The id of the prompt that the next one is asked instead of, or None."""
        return self._edited

    @property
    def can_undo_delete(self) -> bool:
        """Whether a message was deleted that can be brought back."""
        return self._tree.deleted is not None

    def message(self, message_id: str) -> Message | None:
        """A message as `messages` has it, or None if there is no such message, or none any more."""
        if self._running is not None and self._running.message_id == message_id:
            self._running.flush()
            return self._running.message()
        return self._tree.get(message_id)

    def index_of(self, message_id: str) -> int | None:
        """The place of a message among `messages`, or None if there is no such message, or none any more."""
        return self._tree.index_of(message_id)

    def branches(self, message_id: str) -> tuple[str, ...]:
        """The ids of the messages that could stand in this one's place, itself among them, oldest first."""
        return self._tree.branches(message_id)

    def can_regenerate(self, message_id: str) -> bool:
        """Whether this is a message whose prompt is still there, so that it can be asked again."""
        return self._tree.prompt_of(message_id) is not None

    def kept(self) -> ConversationTree:
        """The conversation with all its branches, as it stands now."""
        messages = self._tree.all()
        now = {message.id: message for message in self.messages}
        messages = tuple(replace(kept, message=now.get(kept.message.id, kept.message)) for kept in messages)
        began, last = (messages[0].created_at, messages[-1].created_at) if messages else (0.0, 0.0)
        conversation = replace(self._conversation, created_at=began, updated_at=last, tip=self._tree.tip)
        return ConversationTree(conversation, messages)

    # --- what the user asks for ---

    def send(self, text: str, endpoint: Endpoint, model: str) -> None:
        """Add the user's message and ask for an answer to the whole conversation.

        After `edit` it is asked instead of the prompt that is edited, with what was said before that.
        Raises `RuntimeError` while an answer is running.
        """
        if self.is_running:
            raise RuntimeError("an answer is running")
        self._leave_edited()
        is_first = self.is_empty
        message = Message(new_id(), Role.USER, (Segment(SegmentKind.TEXT, text),))
        if is_first:
            self.suggest_title(_title_of(text))
        self._add(message)
        self.message_added.emit(message)
        self._ask(endpoint, model)

    def regenerate(self, message_id: str, endpoint: Endpoint, model: str) -> None:
        """Ask anew for an answer, or for an answer to a prompt: that begins a branch behind the prompt.

        A last answer without a word makes room and is no branch. Does nothing while an answer is running, or
        if the prompt is there no more.
        """
        prompt, last = self._tree.prompt_of(message_id), self._tree.last
        if self.is_running or prompt is None:
            return
        self._go_back_to(prompt.id)
        if last is not None and not last.segments and self._tree.is_end(last.id, behind=prompt.id):
            self._tree.drop(last.id)
            self._journal.remove(last.id)
        self._ask(endpoint, model)

    def go_on(self, endpoint: Endpoint, model: str) -> None:
        """Ask for the rest of the last answer, if it was cut off; the rest is appended to it."""
        cut_off = self._tree.last
        if self.is_running or cut_off is None or not cut_off.can_go_on:
            return
        running = self._answer(cut_off.id, endpoint, model, cut_off)
        self._journal.resume(cut_off.id)
        self.answer_resumed.emit(running.message())
        self._run(running)

    def edit(self, message_id: str | None = None) -> str | None:
        """Give a prompt for editing: this one, the one of this answer, or else the last one.

        The next prompt that is sent is asked instead of it, on a branch of its own. Until then
        nothing changes. Returns None where there is no prompt or an answer is running.
        """
        prompt = self._tree.last_prompt() if message_id is None else self._tree.prompt_of(message_id)
        if self.is_running or prompt is None:
            return None
        self._set_edited(prompt.id)
        return prompt.text

    def cancel_edit(self) -> None:
        """Let the next prompt follow what was said last."""
        self._set_edited(None)

    def show_branch(self, message_id: str) -> None:
        """Show the branch that a message is on. Does nothing while an answer is running."""
        if not self.is_running and message_id in self._tree:
            self._tell_branch(self._tree.show(message_id))
            self._drop_edit_elsewhere()

    def delete(self, message_id: str) -> None:
        """Take one message away, out of what is sent too. Does nothing for the answer that is running."""
        is_running = self._running is not None and self._running.message_id == message_id
        if is_running or self._tree.index_of(message_id) is None:
            return
        if message_id == self._edited:
            self._set_edited(None)
        length = len(self._tree)
        index = self._tree.delete(message_id)
        self._journal.mark_deleted(message_id, is_deleted=True)
        self.message_removed.emit(message_id)
        if len(self._tree) != length - 1:
            self._tell_branch(index)

    def undo_delete(self) -> bool:
        """Bring the message back that was deleted last, where it stood; each call one more, up to fifty.

        Returns whether it did: not without one, and while an answer is running only before that.
        """
        name, running = self._tree.deleted, self._running
        if name is None or (running is not None and not self._tree.leads_over(name, running.message_id)):
            return False
        restored = self._tree.restore()
        if restored is not None:
            self._journal.mark_deleted(name, is_deleted=False)
            self._tell_branch(restored.first)
        return restored is not None

    def stop(self) -> None:
        """Abort the running answer, in whatever phase it is. Its text so far stays.

        The answer ends within the event loop's next turns, when its socket is closed.
        """
        if self._running is not None:
            self._running.stop()

    # --- the answer ---

    def _ask(self, endpoint: Endpoint, model: str) -> None:
        running = self._answer(new_id(), endpoint, model)
        self._add(running.message())
        self.message_added.emit(running.message())
        self._run(running)

    def _answer(
        self, message_id: str, endpoint: Endpoint, model: str, cut_off: Message | None = None
    ) -> RunningAnswer:
        from arvae_desktop.services.running_answer import RunningAnswer  # noqa: PLC0415  (after the first frame)

        return RunningAnswer(message_id, self._request(endpoint, model), self._journal, self, cut_off)

    def _request(self, endpoint: Endpoint, model: str) -> ChatRequest:
        settings, turns = self.settings, self._tree.turns()
        if settings.system:
            turns = (Turn(Role.SYSTEM, settings.system), *turns)
        return ChatRequest(
            endpoint,
            model,
            turns,
            temperature=settings.temperature,
            top_p=settings.top_p,
            max_tokens=settings.max_tokens,
        )

    def _run(self, running: RunningAnswer) -> None:
        self._running = running
        running.appended.connect(lambda segment: self.text_appended.emit(running.message_id, segment))
        running.countdown_changed.connect(self.countdown_changed)
        running.quiet_changed.connect(self.quiet_changed)
        running.ended.connect(self._on_ended)
        self.running_changed.emit(True)
        running.start(self._client, self._tasks)

    def _on_ended(self, message: Message) -> None:
        running, self._running = self._running, None
        self._tree.replace(message)
        self.answer_ended.emit(message)
        self.running_changed.emit(False)
        if running is None:
            return
        running.deleteLater()
        if self._goes_on_by_itself(message):
            self._continued.add(message.id)
            # When everybody has heard of the end.
            QTimer.singleShot(0, self, lambda: self._go_on_by_itself(message.id, running.request))

    def _goes_on_by_itself(self, message: Message) -> bool:
        is_broken_off = message.state is AnswerState.INTERRUPTED and message.can_go_on
        return is_broken_off and message.id not in self._continued and self._continues_once()

    def _go_on_by_itself(self, message_id: str, request: ChatRequest) -> None:
        if message_id == self.last_id:  # it may have been deleted meanwhile
            self.go_on(request.endpoint, request.model)

    # --- the branch that is shown ---

    def _leave_edited(self) -> None:
        """Go back to where the prompt that is edited was asked, if one is."""
        if (edited := self._edited) is not None:
            self._set_edited(None)
            self._go_back_to(self._tree.kept(edited).parent)

    def _go_back_to(self, message_id: str | None) -> None:
        length = len(self._tree)
        self._tree.go_back_to(message_id)
        if len(self._tree) != length:
            self._tell_branch(len(self._tree))

    def _add(self, message: Message) -> None:
        self._tree.append(message)
        self._journal.add(self._tree.kept(message.id))

    def _tell_branch(self, index: int) -> None:
        self._journal.set_tip(self._tree.tip)
        self.branch_changed.emit(index, tuple(self.messages[index:]))

    def _drop_edit_elsewhere(self) -> None:
        if self._edited is not None and self._tree.index_of(self._edited) is None:
            self._set_edited(None)

    def _set_edited(self, message_id: str | None) -> None:
        if message_id != self._edited:
            self._edited = message_id
            self.edited_changed.emit(message_id)


def _title_of(prompt: str) -> str:
    line = " ".join(prompt[: _TITLE_LENGTH * 4].split())
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1].rstrip() + "…"
