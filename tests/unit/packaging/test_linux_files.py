"""What a Linux desktop reads, as its own tools see it, and what people read about the command line."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from arvae_packaging import linux_texts
from arvae_packaging.debian_copyright import copyright_text
from arvae_packaging.native import TEXTS
from arvae_packaging.project import BUNDLE_ID

from arvae_desktop import APP_ID, cli

LINUX = Path(__file__).parents[3] / "packaging" / "linux"
DESKTOP = LINUX / f"{BUNDLE_ID}.desktop"
METAINFO = LINUX / f"{BUNDLE_ID}.metainfo.xml"


def checked(*command: str) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed (packaging/linux/debian-package.txt)")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    return done.stdout


def options() -> set[str]:
    """All long options and commands of the command line."""
    found: set[str] = set()
    parsers = [cli._parser()]
    for parser in parsers:
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                found |= set(action.choices)
                parsers += action.choices.values()
            found |= {name for name in action.option_strings if name.startswith("--")}
    return found


def test_one_name_for_the_program_everywhere() -> None:
    assert BUNDLE_ID == APP_ID
    assert ET.parse(METAINFO).findtext("launchable") == DESKTOP.name
    assert f"Icon={BUNDLE_ID}\n" in DESKTOP.read_text()


def test_the_service_of_the_bus_has_the_same_name_and_shows_no_window_by_itself() -> None:
    lines = (LINUX / f"{BUNDLE_ID}.service").read_text().splitlines()
    assert lines == ["[D-BUS Service]", f"Name={BUNDLE_ID}", "Exec=/usr/bin/arvae-desktop --hidden"]
    assert ET.parse(METAINFO).findtext("provides/dbus") == BUNDLE_ID


def test_desktop_file_is_valid() -> None:
    assert checked("desktop-file-validate", str(DESKTOP)) == ""


def test_metainfo_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux_texts, "releases", lambda: [("1.1.0", "2026-02-01"), ("1.0.0", "2026-01-01")])
    path = tmp_path / METAINFO.name
    path.write_text(linux_texts.metainfo())
    assert [row.get("version") for row in ET.parse(path).iter("release")] == ["1.1.0", "1.0.0"]
    checked("appstreamcli", "validate", "--no-net", str(path))


def test_manual_names_every_option_and_has_no_warning(tmp_path: Path) -> None:
    page = tmp_path / "arvae-desktop.1"
    page.write_text(linux_texts.manual())
    text = page.read_text().replace("\\-", "-")
    assert not [name for name in options() if name not in text]
    assert "@" not in text
    assert checked("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(page)).startswith("x T utf8")


@pytest.mark.parametrize("name", ["arvae-desktop.bash", "_arvae-desktop", "arvae-desktop.fish"])
def test_completions_know_every_option(name: str) -> None:
    text = (LINUX / "completions" / name).read_text()
    words = set(re.findall(r"[\w-]+", text))
    assert not [option for option in options() if option not in words and option.lstrip("-") not in words]


def completed(*words: str) -> set[str]:
    """What bash offers for the last of these words."""
    script = f"""
        source {LINUX / "completions" / "arvae-desktop.bash"}
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _arvae_desktop
        echo "${{COMPREPLY[@]}}"
    """
    return set(checked("bash", "-c", script, "bash", *words).split())


def test_bash_completes() -> None:
    assert completed("arvae-desktop", "ask", "--no") == {"--no-retry"}


def test_no_command_is_named_that_there_is_not() -> None:
    commands = {name for name in options() if not name.startswith("--")}
    assert completed("arvae-desktop", "") == commands
    manual = re.findall(r"^\.B arvae\\-desktop (\w+)$", linux_texts.manual(), re.MULTILINE)
    assert set(manual) == commands
    fish = (LINUX / "completions" / "arvae-desktop.fish").read_text()
    assert set(re.findall(r"__fish_use_subcommand -a (\w+)", fish)) == commands
    zsh = (LINUX / "completions" / "_arvae-desktop").read_text()
    assert set(re.findall(r"^        '([a-z]+):", zsh, re.MULTILINE)) == commands
    for line in re.findall(r"^Exec=arvae-desktop (\S+)", DESKTOP.read_text(), re.MULTILINE):
        assert line in options()


@pytest.mark.parametrize("name", ["install.sh", "self-extract.sh"])
def test_scripts_are_plain_shell(name: str) -> None:
    checked("sh", "-n", str(LINUX / name))


def test_copyright_names_common_licences_and_repeats_others() -> None:
    apache = (TEXTS / "apache-2.0.txt").read_text("utf-8")
    entries = [
        {"name": "Ours", "version": "1", "licence": "MIT", "text": "Copyright (c) 2026 Us\n\nDo.\n"},
        {"name": "Theirs", "version": "2", "licence": "ISC", "text": "Copyright 2020 Them\n\nMay be used.\n"},
        {
            "name": "Big",
            "version": "3",
            "licence": "Apache-2.0",
            "text": "Apache License\n  Version 2.0, January 2004\n\nlong",
        },
        {
            "name": "Both",
            "version": "",
            "licence": "Apache-2.0 AND ISC",
            "text": f"Of both.\n\n{apache}\n\nCopyright 2021 Somebody\n\nMay be sold.\n",
        },
    ]
    text = copyright_text(entries)
    assert "Copyright: Copyright (c) 2026 Us\nLicense: MIT\n" in text
    assert " May be used." in text
    assert "/usr/share/common-licenses/Apache-2.0" in text
    assert "long" not in text
    assert "\n Both\n" in text
    assert text.endswith(
        " Of both.\n .\n The text of this licence is in /usr/share/common-licenses/Apache-2.0.\n .\n"
        " Copyright 2021 Somebody\n .\n May be sold.\n"
    )
