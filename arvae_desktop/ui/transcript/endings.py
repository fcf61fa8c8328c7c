"""What stands under an answer on the page: how it ended, what can be done, and its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arvae_desktop.domain.messages import Role
from arvae_desktop.markup.blocks import Style
from arvae_desktop.ui.transcript.formats import CARD_PADDING
from arvae_desktop.ui.transcript.lines import Chars, Ink, Look, Place, Run, TextLine
from arvae_desktop.ui.transcript.parts import first_group
from arvae_desktop.ui.transcript.sentences import SHOW_ALL, Ending, ending_of, facts_line

if TYPE_CHECKING:
    from arvae_desktop.domain.messages import Message

_CARD_GAP = 26
_FIRST_GAP = 42
_NOTE_GAP = 12
_GROUP = 99_999
_BETWEEN_ACTIONS = "\u00a0" * 5


def lines(message: Message, number: int, *, is_first: bool) -> list[TextLine]:
    """The lines under a message; none under the user's own. `is_first` says that nothing stands above."""
    if message.role is not Role.ASSISTANT:
        return []
    ending = ending_of(message)
    if is_first and not ending.title:
        ending = Ending("The answer is empty.")
    made = _ending_lines(message.id, ending, first_group(number) + _GROUP, is_first=is_first)
    if message.facts is not None and message.segments and (facts := facts_line(message)):
        gap = 2 if ending.title and not ending.is_error else _NOTE_GAP
        place = Place(Look.NOTE, above=gap)
        made.append(TextLine(place, (Run(facts, Chars(Ink.MUTED, size=0.88)),)))
    return made


def more(message_id: str, left: int) -> TextLine:
    """The line that offers the rest of an answer that is cut."""
    action = Chars(Ink.ACCENT, href=f"{SHOW_ALL}/{message_id}", is_action=True)
    words = Run(f"… {left:,} characters follow. ", Chars(Ink.MUTED, is_action=True))
    return TextLine(Place(Look.NOTE, above=_NOTE_GAP), (words, Run("Show more", action)))


def _ending_lines(message_id: str, ending: Ending, group: int, *, is_first: bool) -> list[TextLine]:
    if not ending.title:
        return []
    words = Chars(Ink.MUTED)
    place = Place(Look.NOTE, above=2, group=group)
    title = words
    if ending.is_error:
        words = Chars()
        title = Chars(Ink.DANGER, Style.STRONG)
        place = place._replace(look=Look.ERROR, above=4, left=CARD_PADDING, right=CARD_PADDING)
    above = (
        (_FIRST_GAP if is_first else _CARD_GAP)
        if ending.is_error
        else (_FIRST_GAP - 10 if is_first else _NOTE_GAP)
    )
    runs = [Run(ending.title, title)]
    made = []
    if ending.hint:
        made.append(TextLine(place._replace(above=above), tuple(runs)))
        made.append(TextLine(place, (Run(ending.hint, words),)))
        runs, above = [], 4
    # A word alone, such as “Stopped.”, leaves room for the actions on its line.
    for index, (name, label) in enumerate(ending.actions):
        if index or runs:
            runs.append(Run(_BETWEEN_ACTIONS, words._replace(is_action=True)))
        href = f"{name}/{message_id}"
        runs.append(Run(label, Chars(Ink.ACCENT, href=href, is_action=True)))
    if runs:
        made.append(TextLine(place._replace(above=above), tuple(runs)))
    if ending.is_error:
        made[-1] = made[-1]._replace(place=made[-1].place._replace(below=_CARD_GAP - 6))
    return made
