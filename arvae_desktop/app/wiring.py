"""Which signal leads where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from arvae_desktop.app.parts import Parts
    from arvae_desktop.app.wishes import Wishes


def connect(parts: Parts, wishes: Wishes) -> None:
    """Connect what needs no window."""
    parts.connection.changed.connect(wishes.on_connection_changed)
    parts.preferences.changed.connect(lambda settings: parts.theme.set_appearance(settings.appearance))
    # The session ends: what is set is saved now, since there may be no later.
    parts.application.commitDataRequest.connect(lambda _manager: parts.preferences.save_now())


def connect_window(parts: Parts, wishes: Wishes) -> None:
    """Connect the main window, and what conversations are read with as soon as that is there."""
    _connect_chat(parts, wishes)
    _connect_menu(parts, wishes)
    parts.window.page.reader_made.connect(lambda: _connect_reader(parts, wishes))


def _connect_chat(parts: Parts, wishes: Wishes) -> None:
    window, page, sidebar = parts.window, parts.window.page, parts.window.sidebar
    composer, spawn = page.composer, parts.tasks.spawn
    window.quit_requested.connect(wishes.quit)
    window.close_requested.connect(wishes.close_window)
    window.quick_requested.connect(wishes.bring_up_quick)
    window.quick_settings_requested.connect(wishes.show_quick_settings)
    window.new_chat_requested.connect(wishes.new_chat)
    window.settings_requested.connect(lambda: spawn(wishes.show_settings(), name="settings"))
    sidebar.contents_made.connect(lambda: _connect_list(parts))
    sidebar.conversation_chosen.connect(parts.conversations.open)
    sidebar.result_chosen.connect(parts.conversations.open)
    parts.conversations.current_changed.connect(page.show_session)
    parts.conversations.current_changed.connect(lambda session: sidebar.mark_current(session.id))
    parts.conversations.previewed.connect(page.preview)
    parts.conversations.previewed.connect(
        lambda conversation, _messages: sidebar.mark_current(conversation.id)
    )
    parts.conversations.message_wanted.connect(page.go_to)
    composer.edit.textChanged.connect(
        lambda: spawn(wishes.warm_up_reading(), name="reading"),
        Qt.ConnectionType.SingleShotConnection,
    )
    composer.submitted.connect(parts.actions.submit)
    composer.stop_requested.connect(parts.actions.stop)
    composer.recall_requested.connect(parts.actions.edit_last)
    composer.emptied.connect(parts.actions.cancel_edit)
    composer.model_chosen.connect(parts.actions.choose_model)
    composer.picker.opened.connect(parts.catalog.refresh_if_empty)
    composer.refused.connect(page.status.show_hint)
    parts.actions.prompt_taken.connect(composer.clear)
    parts.actions.prompt_wanted.connect(composer.submit)
    parts.actions.draft_offered.connect(composer.set_text)
    parts.actions.told.connect(page.status.show_hint)
    parts.catalog.models_changed.connect(composer.picker.set_models)
    parts.actions.model_changed.connect(composer.picker.set_current)
    page.empty_chat.prompt_chosen.connect(composer.set_text)
    page.welcome.demo_requested.connect(lambda: spawn(wishes.start_demo(), name="demo"))
    page.welcome.connect_requested.connect(
        lambda url, key: spawn(wishes.connect_to(url, key), name="connect")
    )
    page.header.demo_left.connect(parts.connection.leave_demo)
    page.banner.link_requested.connect(lambda href, words: spawn(wishes.open_link(href, words), name="link"))
    parts.notifier.noticed.connect(page.banner.show_notice)
    parts.notifier.withdrawn.connect(page.banner.withdraw)
    # The session ends: what is written is saved now, since there may be no later.
    parts.application.commitDataRequest.connect(lambda _manager: page.keep_draft())


def _connect_list(parts: Parts) -> None:
    model = parts.window.sidebar.model
    model.restore_open_folders(parts.preferences.settings.open_folders)
    model.open_folders_changed.connect(lambda names: parts.preferences.change(open_folders=names))


def _connect_reader(parts: Parts, wishes: Wishes) -> None:
    page, preferences, spawn = parts.window.page, parts.preferences, parts.tasks.spawn
    transcript, tools = page.transcript, page.tools
    transcript.set_zoom(preferences.settings.zoom)
    preferences.changed.connect(lambda settings: transcript.set_zoom(settings.zoom))
    transcript.action_requested.connect(wishes.on_answer_action)
    transcript.link_requested.connect(lambda href, words: spawn(wishes.open_link(href, words), name="link"))
    tools.action_chosen.connect(wishes.on_message_action)
    tools.branch_wanted.connect(parts.actions.walk_branches)
    tools.code_wanted.connect(parts.answer_windows.open_code)
    tools.picture_wanted.connect(parts.answer_windows.ask_for_picture)
    tools.zoom_wanted.connect(preferences.zoom)
    parts.answer_windows.told.connect(page.status.show_hint)


def _connect_menu(parts: Parts, wishes: Wishes) -> None:
    spawn = parts.tasks.spawn
    parts.window.export_requested.connect(lambda: spawn(parts.files.export(), name="export"))
    parts.window.pdf_requested.connect(lambda: spawn(parts.files.save_pdf(), name="pdf"))
    parts.window.print_requested.connect(lambda: spawn(parts.files.print(), name="print"))
    parts.window.conversation_settings_requested.connect(
        lambda: spawn(wishes.set_conversation(), name="conversation settings")
    )
    parts.window.data_requested.connect(wishes.show_data)
    parts.window.about_requested.connect(lambda: spawn(wishes.show_about(), name="about"))
    parts.window.sidebar.export_requested.connect(lambda ids: spawn(wishes.data.export(ids), name="export"))
    parts.window.page.undo.clicked.connect(lambda _checked=False: parts.actions.undo_delete())
    parts.window.undo_requested.connect(parts.actions.undo_delete)
