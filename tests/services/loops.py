"""The event loop of tests that wait with qtbot."""

import pytest


@pytest.fixture
def qasync_loop(qasync_loop):
    """The loop of all tests, ended so that Qt's loops still turn after it.

    qasync's `stop` calls QCoreApplication.exit; where the application doesn't run, every later QEventLoop
    returns at once, and waiting with qtbot waits for nothing.
    """
    yield qasync_loop
    qasync_loop._QEventLoop__is_running = False
