"""What other threads have done comes on the thread of the window."""

import threading
from concurrent.futures import Future

from PySide6.QtCore import QObject, QThread

from arvae_desktop.services.answers import Answers


class _Owner(QObject):
    def __init__(self):
        super().__init__()
        self.answers = Answers(self)
        self.taken = []

    def take(self, future, *args):
        assert QThread.currentThread() is self.thread()
        self.taken.append((future.result(), *args))


def _from_a_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_answers_come_on_the_thread_of_the_window_in_their_order(qtbot):
    owner = _Owner()
    futures = [Future() for _ in range(50)]
    for number, future in enumerate(futures):
        owner.answers.bring(future, owner.take, number)

    def answer():
        for future in reversed(futures):
            future.set_result("x")

    _from_a_thread(answer)
    assert owner.taken == []
    qtbot.waitUntil(lambda: len(owner.taken) == 50)
    assert owner.taken == [("x", number) for number in reversed(range(50))]


def test_an_answer_that_is_there_already_comes_later_too(qtbot):
    owner, future = _Owner(), Future()
    future.set_result("x")
    owner.answers.bring(future, owner.take)
    assert owner.taken == []
    qtbot.waitUntil(lambda: owner.taken == [("x",)])
