"""What may become a release, and what it leaves."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
from typing import TYPE_CHECKING

import make_release
import pytest
from arvae_packaging import release
from arvae_packaging.project import PackagingError, releases, version
from nacl.signing import SigningKey

from arvae_desktop import __version__
from arvae_desktop.api import release_file
from arvae_desktop.api.release_file import read_release

if TYPE_CHECKING:
    from pathlib import Path

TODAY = dt.date(2026, 5, 1)
GOOD = f"# Changes\n\n## [Unreleased]\n\n## [{__version__}] - 2026-04-30\n\n### Added\n\n- All.\n\n"
GOOD += "## [0.0.1] - 2026-01-01\n"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "is_dirty", lambda: False)


def test_the_version_has_one_place() -> None:
    assert version() == __version__


def test_a_clean_tree_with_a_fitting_changelog_is_released() -> None:
    assert release.check(changelog=GOOD, today=TODAY) == []
    assert release.check(changelog=GOOD, today=TODAY, tag=f"v{__version__}") == []
    assert releases(GOOD)[1] == ("0.0.1", "2026-01-01")
    assert release.notes(GOOD, __version__) == "### Added\n\n- All.\n"


def test_a_dirty_tree_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "is_dirty", lambda: True)
    assert "dirty" in release.check(changelog=GOOD, today=TODAY)[0]


@pytest.mark.parametrize(
    ("changelog", "word"),
    [
        ("# Changes\n", "no release"),
        (GOOD.replace(__version__, "9.9.9"), "9.9.9"),
        (GOOD.replace("2026-04-30", "2026-05-02"), "future"),
        (GOOD.replace("[Unreleased]\n", "[Unreleased]\n\n- More.\n"), "Unreleased"),
    ],
)
def test_a_changelog_that_does_not_fit_is_told(changelog: str, word: str) -> None:
    faults = release.check(changelog=changelog, today=TODAY)
    assert len(faults) == 1
    assert word in faults[0]


def test_a_tag_that_does_not_fit_is_told() -> None:
    assert "tag" in release.check(changelog=GOOD, today=TODAY, tag="v9.9.9")[0]


def test_sums_are_those_of_sha256sum(tmp_path: Path) -> None:
    (tmp_path / "b.deb").write_bytes(b"b")
    (tmp_path / "a.rpm").write_bytes(b"a")
    sums = release.write_sums(tmp_path)
    done = subprocess.run(["sha256sum", "--check", sums.name], cwd=tmp_path, check=True, capture_output=True)
    assert done.stdout == b"a.rpm: OK\nb.deb: OK\n"


def test_installed_programs_believe_the_release_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = SigningKey(bytes(range(32)))
    monkeypatch.setattr(release, "update_key", bytes(secret.verify_key).hex)
    monkeypatch.setenv(release.SECRET, bytes(secret).hex())
    assert release.write_release_file(tmp_path)
    data = (tmp_path / release.RELEASE_FILE).read_bytes()
    today = dt.datetime.now(dt.UTC).date()
    told = read_release(data, bytes(secret.verify_key), today=today)
    assert told.version == __version__
    assert json.loads(data).keys() == {"release", "signature"}
    assert release.PURPOSE == release_file.PURPOSE


def test_another_key_is_refused_and_none_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not release.write_release_file(tmp_path)
    monkeypatch.setattr(release, "update_key", lambda: "00" * 32)
    monkeypatch.setenv(release.SECRET, "01" * 32)
    with pytest.raises(PackagingError):
        release.write_release_file(tmp_path)


@pytest.mark.parametrize(
    ("key", "kind", "is_refused"), [("00", "tag", True), ("00", "", False), ("", "tag", False)]
)
def test_a_release_that_programs_would_not_hear_of_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, kind: str, *, is_refused: bool
) -> None:
    for module in (release, make_release):
        monkeypatch.setattr(module, "update_key", lambda: key)
    monkeypatch.setattr(make_release, "DIST", tmp_path)
    monkeypatch.setenv("GITHUB_REF_TYPE", kind)
    monkeypatch.delenv(release.SECRET, raising=False)
    assert make_release.main(["sums"]) == int(is_refused)
    assert (tmp_path / release.SUMS).exists() is not is_refused
