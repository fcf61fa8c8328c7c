"""Stores of a test's own."""

from __future__ import annotations

import pytest

from tests.unit.storage.keeping import Folder


@pytest.fixture
def folder(tmp_path):
    """A folder for a store; what is open at the end is closed."""
    folder = Folder(tmp_path / "data")
    yield folder
    folder.close_all()


@pytest.fixture
def store(folder):
    """An open, empty store."""
    store = folder.store()
    store.open().result(30)
    return store
