"""The log file: private from its first byte, bounded, and deaf to other packages' chatter."""

import logging
import os
import stat

import pytest

from arvae_desktop.storage.log_file import set_up_logging

_ours = logging.getLogger("arvae_desktop.somewhere")


@pytest.fixture
def path(tmp_path):
    before = os.umask(0)
    yield tmp_path / "state" / "arvae-desktop.log"
    os.umask(before)


def _files(path):
    return sorted(path.parent.iterdir())


def test_file_and_folder_are_the_users_alone(path):
    set_up_logging(path, "info")
    _ours.info("started")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_line_says_when_how_bad_and_where(path):
    set_up_logging(path, "info")
    _ours.info("something with “quotes”")
    assert path.read_text("utf-8").endswith(" INFO arvae_desktop.somewhere: something with “quotes”\n")


@pytest.mark.parametrize(
    ("level", "kept"), [("debug", ["fine", "normal"]), ("INFO", ["normal"]), ("error", [])]
)
def test_our_own_lines_are_kept_from_the_level_on(path, level, kept):
    set_up_logging(path, level)
    _ours.debug("fine")
    _ours.info("normal")
    assert [line.rpartition(": ")[2] for line in path.read_text("utf-8").splitlines()] == kept


@pytest.mark.expected_log("a warning of theirs")
def test_other_packages_fine_lines_stay_out_even_at_debug(path):
    set_up_logging(path, "debug")
    for name in ("httpx", "httpcore.http11", "keyring.backend", "asyncio", "qasync"):
        logging.getLogger(name).debug("Authorization: Bearer sk-secret")
        logging.getLogger(name).info("Authorization: Bearer sk-secret")
    logging.getLogger("httpx").warning("a warning of theirs")
    text = path.read_text("utf-8")
    assert "sk-secret" not in text
    assert "a warning of theirs" in text


def test_a_full_log_is_rotated_and_stays_private(path):
    set_up_logging(path, "info")
    line = "x" * 10_000
    for _ in range(600):
        _ours.info(line)
    files = _files(path)
    assert [file.name for file in files] == [
        path.name, f"{path.name}.1", f"{path.name}.2", f"{path.name}.3"
    ]  # fmt: skip
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert all(file.stat().st_size <= 1_000_000 for file in files)


def test_a_second_start_appends(path):
    for _ in range(2):
        set_up_logging(path, "info")
        handler = logging.getLogger().handlers[-1]
        _ours.info("started")
        logging.getLogger().removeHandler(handler)
        handler.close()
    assert path.read_text("utf-8").count("started") == 2


def test_without_a_folder_the_app_goes_on_without_a_log(tmp_path):
    (tmp_path / "file").touch()
    set_up_logging(tmp_path / "file" / "state" / "app.log", "info")
    _ours.info("nobody reads this")
