"""A process that writes to a store until it is killed, and says on its standard output what was acknowledged.

    python -m tests.unit.storage.doomed WHAT FOLDER SEED

Each line is a JSON list and is written when the future of what it names is done, so it is true whatever comes
next.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import sys
from collections import deque
from dataclasses import replace
from pathlib import Path

from arvae_desktop.domain.conversations import Conversation, KeptMessage
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Message, Role
from arvae_desktop.storage.store import opening, schema
from tests.unit.storage.keeping import Folder, done, said, text

_IN_FLIGHT = 5


def piece(number):
    """What an answer's piece says; the pieces of an answer are numbered from 0."""
    return f"piece{number} "


def words(conversation_id, number):
    """What a prompt says."""
    return f"prompt{number} of {conversation_id}, with some bytes: {'blah ' * (number % 50)}"


def say(*what):
    os.write(1, (json.dumps(what) + "\n").encode())


def stream(store, chance, name):
    """Conversations with prompts and answers, of which every piece is acknowledged."""
    for turn in itertools.count():
        conversation_id = f"{name}-{turn}"
        done(store.put(Conversation(conversation_id, f"Title of {conversation_id}")))
        say("conversation", conversation_id)
        parent = None
        for number in range(chance.randint(1, 3)):
            prompt, answer = f"p{number}", f"a{number}"
            done(store.add_message(conversation_id, said(prompt, words(conversation_id, number), parent)))
            say("prompt", conversation_id, prompt, number)
            running = Message(answer, Role.ASSISTANT, (), AnswerState.RUNNING)
            done(store.add_message(conversation_id, KeptMessage(running, prompt, 1.0)))
            count = chance.randint(1, 80)
            _stream_answer(store, conversation_id, answer, count)
            done(store.end_message(conversation_id, answer, AnswerState.COMPLETE, AnswerFacts("model")))
            say("ended", conversation_id, answer, count)
            parent = answer


def _stream_answer(store, conversation_id, answer, count):
    waiting = deque()
    for number in range(count):
        waiting.append((number, store.append(conversation_id, answer, text(piece(number)))))
        while waiting and (len(waiting) > _IN_FLIGHT or waiting[0][1].done()):
            _acknowledge(conversation_id, answer, *waiting.popleft())
    while waiting:
        _acknowledge(conversation_id, answer, *waiting.popleft())


def _acknowledge(conversation_id, answer, number, future):
    done(future)
    say("piece", conversation_id, answer, number)


def save(store, chance, name):
    """Everything else that can be changed, on a few conversations."""
    for number in range(8):
        done(store.put(Conversation(f"{name}-{number}", "0")))
        say("conversation", f"{name}-{number}")
    for count in itertools.count(1):
        conversation_id = f"{name}-{chance.randrange(8)}"
        what = chance.choice(["draft", "title", "folder", "bin", "backup"])
        if what == "draft":
            done(store.save_draft(conversation_id, str(count)))
        elif what == "title":
            done(store.rename(conversation_id, str(count)))
        elif what == "folder":
            done(store.move([conversation_id], str(count)))
        elif what == "bin":
            done(store.move_to_bin([conversation_id]))
            done(store.restore_from_bin([conversation_id]))
        elif count % 10 == 0:
            done(store.back_up())
        say(what, conversation_id, count)


def bring_in(store, _chance, name):
    """An import of many conversations, again and again, each time with others."""
    for turn in itertools.count():
        found = [imported(f"{name}-{turn}-{number}") for number in range(300)]
        done(store.import_conversations(found).done)
        for conversation, _ in found:
            say("imported", conversation.id)


def imported(conversation_id):
    """A conversation as it is imported."""
    kept = [said("p0", words(conversation_id, 0)), said("p1", words(conversation_id, 1), "p0")]
    return replace(Conversation(conversation_id, f"Title of {conversation_id}"), tip="p1"), kept


def migrate(_store, _chance, _name):
    """Nothing: opening the store was all."""
    signal.pause()


def _die_at(point):
    """End this process at a point of the migration: 0 is after the backup, then two for each step."""
    points = itertools.count()

    def arrive():
        if next(points) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def fatal(step):
        def run(connection):
            arrive()
            step(connection)
            arrive()

        return run

    back_up = opening.back_up_before_migration

    def fatal_back_up(*arguments):
        back_up(*arguments)
        arrive()

    opening.back_up_before_migration = fatal_back_up
    schema.STEPS = tuple(map(fatal, schema.STEPS))


if __name__ == "__main__":
    what, path, seed = sys.argv[1:4]
    if len(sys.argv) > 4:
        _die_at(int(sys.argv[4]))
    doing = {"stream": stream, "save": save, "import": bring_in, "migrate": migrate}[what]
    store, _ = Folder(Path(path)).opened()
    say("opened")
    doing(store, random.Random(seed), f"{what}{seed}")
