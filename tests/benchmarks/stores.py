"""Makes stores of so many messages: always the same, with words as common and as rare as in speech.

    python -m tests.benchmarks.stores 1000000

They are kept in the system's temporary folder, since the largest one takes minutes to make.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from arvae_desktop.domain.conversations import Conversation, KeptMessage
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Message, Role, Segment, SegmentKind
from arvae_desktop.storage.store.conversation_store import ConversationStore

if TYPE_CHECKING:
    from collections.abc import Iterator

_FORM = 1  # another number whenever the texts or the schema change
_WORDS = 60_000
_MESSAGES_A_CONVERSATION = 10
_MODELS = ("openai/gpt-4o", "openai/chatgpt-4o-latest", "anthropic/claude-sonnet-4", "llama3.2", "qwen3:8b")
_ONSETS = (
    "b",
    "c",
    "d",
    "f",
    "g",
    "h",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "w",
    "st",
    "tr",
    "pl",
    "ch",
    "sh",
)
_RHYMES = ("a", "e", "i", "o", "u", "ai", "er", "in", "on", "ent")
_HAN = [chr(code) for code in range(0x4E00, 0x5200)]
_BEGIN = 1_672_531_200.0  # 2023


class Texts:
    """Texts and their words.

    Attributes:
        words: the commonest first.
    """

    def __init__(self, seed: int = 1) -> None:
        self._chance = random.Random(seed)
        syllables = [onset + rhyme for onset in _ONSETS for rhyme in _RHYMES]
        found: dict[str, None] = {}
        while len(found) < _WORDS:
            length = self._chance.choice((1, 2) if len(found) < 200 else (1, 2, 2, 3, 3, 4))
            found["".join(self._chance.choices(syllables, k=length))] = None
        self.words = list(found)
        weights = (1 / (rank + 2.7) ** 1.05 for rank in range(_WORDS))
        self._cumulated = list(itertools.accumulate(weights))
        self._commonness_of_han = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(_HAN))))

    def text(self, mean_words: int) -> str:
        """A text: one in twenty-five is Chinese, one in ten has typographic marks."""
        count = max(2, int(self._chance.expovariate(1 / mean_words)))
        kind = self._chance.random()
        if kind < 0.04:
            return "".join(self._chance.choices(_HAN, cum_weights=self._commonness_of_han, k=count))
        words = self._chance.choices(self.words, cum_weights=self._cumulated, k=count)
        words[::15] = [f"{word.title()}." for word in words[::15]]
        return " ".join(words).replace(". ", "’s – ", 1) if kind < 0.14 else " ".join(words)


def conversations(count: int, texts: Texts) -> Iterator[tuple[Conversation, list[KeptMessage]]]:
    """Conversations with this many messages in all."""
    made = 0
    for number in itertools.count():
        size = min(_MESSAGES_A_CONVERSATION, count - made)
        if size <= 0:
            return
        at = _BEGIN + made * 90.0
        kept = [_message(number, turn, at + turn, texts) for turn in range(size)]
        last = kept[-1].message
        yield Conversation(f"{number:032x}", texts.text(5), False, at, at + size, tip=last.id), kept
        made += size


def _message(number: int, turn: int, at: float, texts: Texts) -> KeptMessage:
    is_answer = turn % 2 == 1
    facts = None
    if is_answer:
        facts = AnswerFacts(_MODELS[number % len(_MODELS)], "stop", 0.4, 7.5, 200 + number, 150)
    message = Message(
        f"{number:024x}{turn:08x}",
        Role.ASSISTANT if is_answer else Role.USER,
        (Segment(SegmentKind.TEXT, texts.text(130 if is_answer else 20)),),
        AnswerState.COMPLETE,
        facts,
    )
    parent = f"{number:024x}{turn - 1:08x}" if turn else None
    return KeptMessage(message, parent, at)


def store_of(count: int) -> Path:
    """The folder of a store with this many messages; nobody may change what is in it."""
    folder = Path(tempfile.gettempdir()) / f"arvae-bench-stores-{os.getuid()}" / f"{_FORM}-{count}"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make_store(folder, count)
        (folder / "ready").touch()
    return folder


def make_store(folder: Path, count: int) -> float:
    """Make a store; returns how many seconds the import took, without making the texts."""
    store = open_store(folder)
    store.open().result()
    texts = Texts()
    seconds = 0.0
    for batch in _batches(conversations(count, texts)):
        start = time.perf_counter()
        store.import_conversations(batch).done.result()
        seconds += time.perf_counter() - start
    store.close().result()
    return seconds


def open_store(folder: Path) -> ConversationStore:
    """The store of a folder, not yet open."""
    return ConversationStore(folder / "conversations.db", folder / "backups")


def text_bytes(count: int) -> int:
    """The size of all texts in a store, in UTF-8."""
    found = conversations(count, Texts())
    return sum(len(kept.message.text.encode()) for _, messages in found for kept in messages)


def _batches(found: Iterator[tuple[Conversation, list[KeptMessage]]]) -> Iterator[list]:
    while batch := list(itertools.islice(found, 10_000)):
        yield batch


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("messages", type=int)
    sys.stdout.write(f"{store_of(parser.parse_args().messages)}\n")
