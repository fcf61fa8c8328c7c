"""What stands under an answer on the page: how it ended, what can be done, and its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arvae_desktop.domain.messages import Role
from arvae_desktop.markup.blocks import Style
from arvae_desktop.ui.transcript.formats import CARD_PADDING
from arvae_desktop.ui.transcript.lines import Chars, Ink, Look, Place, Run, TextLine
from arvae_desktop.ui.transcript.origins import first_group
from arvae_desktop.ui.transcript.sentences import (
    NEWER_BRANCH,
    OLDER_BRANCH,
    Ending,
    ending_of,
    facts_line,
)

if TYPE_CHECKING:
    from arvae_desktop.domain.messages import Message
    from arvae_desktop.ui.transcript.branch_place import BranchPlace

_CARD_GAP = 26
_FIRST_GAP = 42
_NOTE_GAP = 12
_GROUP = 99_999
_BETWEEN_ACTIONS = "\u00a0" * 5
_SMALL = Chars(Ink.MUTED, size=0.88)


def lines(message: Message, number: int, branch: BranchPlace, *, is_first: bool) -> list[TextLine]:
    """The lines under a message. `is_first` says that nothing stands above."""
    if message.role is not Role.ASSISTANT:
        place = Place(Look.BRANCHES, above=4)
        return [TextLine(place, _branch_runs(message.id, branch))] if branch.total > 1 else []
    ending = ending_of(message)
    if is_first and not ending.title:
        ending = Ending("The answer is empty.")
    made = _ending_lines(message.id, ending, first_group(number) + _GROUP, is_first=is_first)
    facts = facts_line(message) if message.facts is not None and message.segments else ""
    if facts or branch.total > 1:
        gap = 2 if ending.title and not ending.is_error else _NOTE_GAP
        walk = _branch_runs(message.id, branch) if branch.total > 1 else ()
        between = (Run("   ", _SMALL._replace(is_action=True)),) if walk and facts else ()
        said = (Run(facts, _SMALL),) if facts else ()
        made.append(TextLine(Place(Look.NOTE, above=gap), (*walk, *between, *said)))
    return made


def _branch_runs(message_id: str, branch: BranchPlace) -> tuple[Run, ...]:
    """Which of how many, between arrows that lead to the others."""
    words = _SMALL._replace(is_action=True)
    back, forward = words, words
    if branch.number > 1:
        back = words._replace(ink=Ink.ACCENT, href=f"{OLDER_BRANCH}/{message_id}")
    if branch.number < branch.total:
        forward = words._replace(ink=Ink.ACCENT, href=f"{NEWER_BRANCH}/{message_id}")
    return (
        Run("\u2039\u00a0", back),
        Run(f"{branch.number}/{branch.total}", words),
        Run("\u00a0\u203a", forward),
    )


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
