"""Writes the conversation in front to files and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from arvae_desktop.domain.conversations import ConversationTree
    from arvae_desktop.services.conversations import Conversations
    from arvae_desktop.services.formulas import Formulas
    from arvae_desktop.ui.chat_page import ChatPage
    from arvae_desktop.ui.progress_dialog import ProgressDialog
    from arvae_desktop.ui.saving import Outcome

# What is imported within the functions few ever need.


class FileFlow:
    """Asks where, writes, and says in the status line how it went."""

    def __init__(self, conversations: Conversations, page: ChatPage, formulas: Formulas) -> None:
        self._conversations = conversations
        self._page = page
        self._formulas = formulas

    async def export(self) -> None:
        """Export the conversation in the format that the file's name ends in."""
        from arvae_desktop.ui.export_flow import export_conversation  # noqa: PLC0415

        self._tell(await export_conversation(self._page.window(), self._conversations.current.kept()))

    async def save_pdf(self) -> None:
        """Save the branch that is shown as PDF."""
        from arvae_desktop.ui import paper  # noqa: PLC0415

        session, font = self._conversations.current, self._page.transcript.font()
        title = session.title or "Chat"
        self._tell(await paper.save_pdf(self._page.window(), session.messages, title, font, self._formulas))

    async def print(self) -> None:
        """Print the branch that is shown."""
        from arvae_desktop.ui import paper  # noqa: PLC0415

        messages, font = self._conversations.current.messages, self._page.transcript.font()
        self._tell(await paper.print_messages(self._page.window(), messages, font, self._formulas))

    async def write_pdf(self, tree: ConversationTree, path: Path, progress: ProgressDialog) -> Outcome:
        """Write what a kept conversation shows to a PDF file."""
        from arvae_desktop.ui import paper  # noqa: PLC0415

        messages = [kept.message for kept in tree.branch]
        title, font = tree.conversation.title or "Chat", self._page.transcript.font()
        return await paper.write_pdf(messages, path, title, progress, font, self._formulas)

    def _tell(self, outcome: Outcome) -> None:
        self._page.status.show_hint(outcome.sentence)
