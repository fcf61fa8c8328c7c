"""The locks fit what is asked for, hold a hash for every file, and name no place to get it from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from arvae_packaging.locks import APP_LOCK, FREEZE_LOCK, SBOM_LOCK, hashes, joined_lines, read_lock
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[3]
LOCKS = [APP_LOCK, FREEZE_LOCK, SBOM_LOCK]
PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = ("linux", "win32", "darwin")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_line_is_one_exact_version_with_hashes(lock: Path) -> None:
    lines = joined_lines(lock)
    assert lines
    for line in lines:
        requirement = Requirement(line.partition(" --hash")[0])
        assert re.fullmatch(r"==[\w.]+", str(requirement.specifier)), line
        assert hashes(line), line
        rest = re.sub(r"--hash=sha256:[0-9a-f]{64}", "", line.partition(" --hash")[0])
        assert "--" not in rest


def asked_for() -> list[Requirement]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return [Requirement(text) for text in tomllib.load(file)["project"]["dependencies"]]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_app_gets_what_it_asks_for(python: str, system: str) -> None:
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.5",
        "sys_platform": system,
        "platform_system": {"linux": "Linux", "win32": "Windows", "darwin": "Darwin"}[system],
    }
    pinned: dict[str, str] = {}
    for requirement in map(Requirement, read_lock(APP_LOCK)):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            name = canonicalize_name(requirement.name)
            assert name not in pinned, f"{name} is locked twice"
            pinned[name] = str(requirement.specifier).removeprefix("==")
    for requirement in asked_for():
        if requirement.marker is None or requirement.marker.evaluate(environment):
            version = pinned[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), f"{requirement} and {version}: packaging/lock.py"


def test_tools_and_app_agree_where_they_share() -> None:
    app = {line.partition(";")[0].strip() for line in read_lock(APP_LOCK)}
    names = {line.partition("==")[0]: line for line in app}
    for line in read_lock(FREEZE_LOCK):
        pin = line.partition(";")[0].strip()
        assert names.get(pin.partition("==")[0], pin) == pin
