"""Where things are kept, and that nobody else can read there."""

import os
import stat
from pathlib import Path

import pytest

from arvae_desktop.storage.paths import AppPaths, make_private_folder


def test_the_systems_folders_are_the_default(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    paths = AppPaths.default()
    files = (paths.settings_file, paths.log_file, paths.store_file, paths.backups)
    assert {path.parts[-2] for path in files} == {"arvae-desktop"}
    assert {path.parts[-3] for path in files} == {"config", "state", "data"}
    assert not list(tmp_path.iterdir())


def test_a_data_folder_holds_everything(tmp_path):
    paths = AppPaths.under(tmp_path / "data")
    assert paths.settings_file == tmp_path / "data" / "settings.json"
    assert paths.log_file == tmp_path / "data" / "arvae-desktop.log"
    assert paths.store_file == tmp_path / "data" / "conversations.db"
    assert paths.backups == tmp_path / "data" / "backups"


@pytest.fixture
def no_umask():
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("no_umask")
def test_a_made_folder_is_the_users_alone(tmp_path):
    folder = tmp_path / "a" / "b"
    make_private_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_is_there_stays_as_it_is(tmp_path):
    (tmp_path / "kept").touch()
    tmp_path.chmod(0o755)
    make_private_folder(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept"]


def test_a_file_in_the_way_is_an_os_error(tmp_path):
    (tmp_path / "file").touch()
    for folder in (Path("file"), Path("file", "below")):
        with pytest.raises(OSError, match="file"):
            make_private_folder(tmp_path / folder)
