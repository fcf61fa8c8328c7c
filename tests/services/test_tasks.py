"""The owner of tasks keeps them, tells of those that fail, and ends them within a bound."""

import asyncio
import gc
import threading
import weakref

import pytest

from arvae_desktop.services.daemon_threads import DaemonExecutor, DaemonWorker
from arvae_desktop.services.tasks import Tasks


@pytest.fixture
def reported():
    return []


@pytest.fixture
def owner(run, reported):
    owner = Tasks(reported.append)
    yield owner
    run(owner.shutdown(5))


def test_a_task_that_nobody_keeps_lives(owner, qtbot):
    done = []

    async def work():
        # Only the task itself holds this future.
        future = asyncio.get_running_loop().create_future()
        waiting.append(weakref.ref(future))
        await future
        done.append(True)

    waiting = []
    owner.spawn(work(), name="work")
    qtbot.waitUntil(lambda: len(waiting) == 1)
    gc.collect()
    waiting[0]().set_result(None)
    qtbot.waitUntil(lambda: done == [True])


def test_a_task_has_its_name_and_gives_its_result(owner, run):
    async def work():
        return asyncio.current_task().get_name()

    task = owner.spawn(work(), name="answer m1")

    async def wait():
        return await task

    assert run(wait()) == "answer m1"
    assert not owner._running


@pytest.mark.expected_log("task work failed: ValueError$")
def test_a_failing_task_is_reported_once(owner, reported, qtbot):
    error = ValueError("a prompt that no log may hold")

    async def work():
        raise error

    owner.spawn(work(), name="work")
    qtbot.waitUntil(lambda: reported == [error])
    assert not owner._running


def test_a_cancelled_task_is_no_failure(owner, reported, qtbot):
    task = owner.spawn(asyncio.Event().wait(), name="work")
    task.cancel()
    qtbot.waitUntil(task.done)
    assert reported == []


def test_shutdown_cancels_everything_and_waits(owner, run):
    ended = []

    async def work(number):
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(number)

    for number in range(3):
        owner.spawn(work(number), name=f"work {number}")
    run(asyncio.sleep(0))
    run(owner.shutdown(5))
    assert sorted(ended) == [0, 1, 2]
    run(owner.shutdown(5))


@pytest.mark.expected_log("task stubborn did not end in time")
def test_shutdown_gives_up_on_a_task_that_will_not_end(owner, run, qtbot):
    release = asyncio.Event()

    async def work():
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    task = owner.spawn(work(), name="stubborn")
    run(asyncio.sleep(0))
    run(owner.shutdown(0.05))
    assert not task.done()
    release.set()
    qtbot.waitUntil(task.done)


def test_after_the_shutdown_nothing_new_begins(owner, run, qtbot):
    run(owner.shutdown(5))
    begun = []

    async def work():
        begun.append(True)

    task = owner.spawn(work(), name="late")
    qtbot.waitUntil(task.done)
    assert task.cancelled()
    assert begun == []


# --- threads of their own ---


def test_a_call_runs_in_a_daemon_thread_of_its_own(run):
    async def call():
        loop = asyncio.get_running_loop()
        return await asyncio.gather(
            *(loop.run_in_executor(DaemonExecutor(), threading.current_thread) for _ in "ab")
        )

    one, other = run(call())
    assert one.daemon
    assert other.daemon
    assert one is not other


def test_an_exception_comes_to_whoever_awaits(run):
    def fail():
        raise KeyError("x")

    async def call():
        await asyncio.get_running_loop().run_in_executor(DaemonExecutor(), fail)

    with pytest.raises(KeyError):
        run(call())


def test_nobody_waits_for_a_call_that_hangs():
    release = threading.Event()
    executor = DaemonExecutor()
    future = executor.submit(release.wait)
    executor.shutdown(wait=True)
    assert not future.done()
    release.set()
    assert future.result(5)


def test_what_runs_can_be_waited_for_but_not_for_ever():
    release = threading.Event()
    executor = DaemonExecutor()
    future = executor.submit(release.wait)
    executor.join(0.01)
    assert not future.done()
    executor.submit(release.set)
    executor.join(20)
    assert future.done()


def test_a_call_cancelled_before_it_ran_does_not_disturb():
    executor = DaemonExecutor()
    future = executor.submit(int)
    future.cancel()
    assert executor.submit(int).result(5) == 0


# --- one thread for calls in order ---


def test_a_worker_runs_its_calls_in_order_in_a_daemon_thread():
    worker, heard, release = DaemonWorker(), [], threading.Event()
    worker.submit(release.wait, 5)
    futures = [worker.submit(heard.append, number) for number in range(100)]
    thread = worker.submit(threading.current_thread)
    assert heard == []
    release.set()
    assert thread.result(5).daemon
    assert all(future.done() for future in futures)
    assert heard == list(range(100))


def test_a_worker_whose_call_hangs_holds_up_nobody_but_those_behind_it():
    worker, release, heard = DaemonWorker(), threading.Event(), []
    stuck = worker.submit(release.wait, 5)
    waiting = worker.submit(heard.append, "never")
    assert waiting.cancel()
    worker.shutdown(wait=True)
    assert not stuck.done()
    release.set()
    assert worker.submit(int).result(5) == 0
    assert heard == []


def test_a_worker_goes_on_after_a_call_that_fails():
    worker = DaemonWorker()
    failing = worker.submit(int, "no number")
    assert worker.submit(int, "7").result(5) == 7
    assert isinstance(failing.exception(5), ValueError)


def test_a_worker_keeps_no_thread_while_there_is_nothing_to_do():
    worker = DaemonWorker()
    thread = worker.submit(threading.current_thread).result(5)
    thread.join(5)
    assert not thread.is_alive()
    assert worker.submit(int).result(5) == 0
