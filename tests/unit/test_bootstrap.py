"""What the set-up does before it installs anything, and what it says when it can't."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
LISTS = sorted((ROOT / "packaging" / "linux").glob("debian-*.txt"))


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program as a module, at home in a new folder; a test fails if it starts any other program."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "packaging" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "packaging" / "linux").mkdir(parents=True)
    for path in LISTS:
        (tmp_path / "packaging" / "linux" / path.name).write_text(path.read_text())
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "set-up.json")
    monkeypatch.setattr(module, "PACKAGE_VENV", tmp_path / "build" / "package-venv")
    for name in module.PACKAGE_LOCKS:
        (tmp_path / "packaging" / name).write_text("nothing==1\n")
    monkeypatch.setattr(module, "PYPROJECT", tmp_path / "pyproject.toml")
    monkeypatch.setattr(module, "run", lambda command: pytest.fail(f"unexpected: {command}"))
    return module


def finish_set_up(bootstrap: ModuleType, *purposes: str) -> None:
    """Leave what a finished set-up leaves."""
    (bootstrap.VENV / "bin").mkdir(parents=True)
    (bootstrap.VENV / "bin" / "python").touch()
    done = {purpose: bootstrap.fingerprint(purpose) for purpose in purposes}
    bootstrap.STAMP.write_text(json.dumps({"root": str(bootstrap.ROOT), "done": done}))


def record_steps(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace what changes the machine, and note which of it is called."""
    steps: list[str] = []

    def make_environment(folder: Path) -> None:
        steps.append("environment" if folder == bootstrap.VENV else f"environment {folder.name}")
        (folder / "bin").mkdir(parents=True, exist_ok=True)
        (folder / "bin" / "python").touch()

    monkeypatch.setattr(
        bootstrap, "install_system_packages", lambda purpose: steps.append(f"system {purpose}")
    )
    monkeypatch.setattr(bootstrap, "make_environment", make_environment)
    monkeypatch.setattr(bootstrap, "pip_install", lambda _folder, what: steps.append(f"pip {what[-1]}"))
    return steps


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_package_lists_name_each_package_once(bootstrap: ModuleType, path: Path) -> None:
    names = bootstrap.read_package_list(path)
    assert names
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", name) for name in names)


def test_first_set_up_does_everything_and_the_second_nothing(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = record_steps(bootstrap, monkeypatch)
    assert bootstrap.main(["run"]) == 0
    assert steps == ["system run", "environment", "pip ."]
    assert bootstrap.main(["run"]) == 0
    assert len(steps) == 3


def test_the_tests_need_more_than_the_app(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    finish_set_up(bootstrap, "run")
    steps = record_steps(bootstrap, monkeypatch)
    assert bootstrap.main(["test"]) == 0
    assert steps == ["system test", "pip .[dev]"]
    assert bootstrap.main(["run"]) == 0
    assert len(steps) == 2


@pytest.mark.parametrize("changed", ["pyproject.toml", "packaging/linux/debian-runtime.txt"])
def test_changed_needs_are_installed_into_the_environment_there_is(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    finish_set_up(bootstrap, "run", "test")
    (bootstrap.ROOT / changed).write_text("# something new\n")
    steps = record_steps(bootstrap, monkeypatch)
    assert bootstrap.main(["run"]) == 0
    assert steps == ["system run", "pip ."]


def test_installers_have_an_environment_of_locked_versions(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = record_steps(bootstrap, monkeypatch)
    asked: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "pip_install", lambda _folder, what: asked.append(what))
    assert bootstrap.main(["package"]) == 0
    assert steps == ["system package", "environment package-venv"]
    assert asked[0][:3] == ["--require-hashes", "--no-deps", "--only-binary=:all:"]
    assert [Path(what.partition("=")[2]).name for what in asked[0][3:]] == bootstrap.PACKAGE_LOCKS
    assert bootstrap.main(["package"]) == 0
    assert len(asked) == 1
    (bootstrap.ROOT / "packaging" / "requirements-app.txt").write_text("nothing==2\n")
    assert bootstrap.main(["package"]) == 0
    assert len(asked) == 2


def test_interrupted_set_up_is_made_anew(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = record_steps(bootstrap, monkeypatch)

    def interrupt(_folder: Path, _what: list[str]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(bootstrap, "pip_install", interrupt)
        assert bootstrap.main(["run"]) == 130
    assert bootstrap.main(["run"]) == 0
    assert steps.count("environment") == 2


def test_environment_that_was_moved_or_lost_its_python_is_made_anew(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish_set_up(bootstrap, "run")
    assert bootstrap.finished_set_ups()
    (bootstrap.VENV / "bin" / "python").unlink()
    assert not bootstrap.finished_set_ups()
    (bootstrap.VENV / "bin" / "python").touch()
    monkeypatch.setattr(bootstrap, "ROOT", bootstrap.ROOT / "elsewhere")
    assert not bootstrap.finished_set_ups()


def test_old_python_is_told_in_a_sentence(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    assert bootstrap.main(["run"]) == 1
    said = capsys.readouterr().err
    assert "Python 3.11 or newer is needed and this is 3.9.2" in said
    assert "make PYTHON=python3.11 run" in said


def test_without_the_right_to_install_the_command_is_named(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None if name == "sudo" else name)
    needed = bootstrap.read_package_list(ROOT / "packaging" / "linux" / "debian-runtime.txt")
    monkeypatch.setattr(bootstrap, "installed_system_packages", lambda: set(needed) - {"libegl1", "libxcb1"})
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda _name: None)
    assert bootstrap.main(["run"]) == 1
    last_line = capsys.readouterr().err.rstrip().splitlines()[-1].strip()
    version = "python{}.{}".format(*bootstrap.sys.version_info)
    assert last_line == f"apt-get install --no-install-recommends {version}-venv libegl1 libxcb1"


def test_system_without_apt_is_told_what_it_needs(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _name: None)
    bootstrap.install_system_packages("run")
    said = capsys.readouterr().out
    assert "libxcb-cursor0" in said
    assert "xvfb" not in said


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "Retrying … after connection broken by 'NewConnectionError(…)'",
            "pip could not reach the Python package",
        ),
        ("Could not find a version … (from versions: none)", "pip could not reach the Python package index"),
        ("error: metadata-generation-failed", "pip could not install the Python packages"),
    ],
)
def test_what_pip_fails_at_is_told_in_a_sentence(
    bootstrap: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    output: str,
    sentence: str,
) -> None:
    finish_set_up(bootstrap)
    failed = bootstrap.subprocess.CompletedProcess([], 1, stdout=output)
    monkeypatch.setattr(bootstrap, "install_system_packages", lambda _purpose: None)
    monkeypatch.setattr(bootstrap, "make_environment", lambda _folder: None)
    monkeypatch.setattr(bootstrap, "run", lambda _command: failed)
    assert bootstrap.main(["run"]) == 1
    said = capsys.readouterr().err
    assert output in said
    assert sentence in said.splitlines()[-1]


@pytest.mark.parametrize("arguments", [[], ["walk"], ["run", "test"]])
def test_wrong_use_is_told(
    bootstrap: ModuleType, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert bootstrap.main(arguments) == 2
    assert "usage:" in capsys.readouterr().err
