"""The Windows setup in Wine, with stand-ins for the programs: for whom, upgrade, refusals, removal.

What only Windows has is not tested: its question for an administrator's rights, SmartScreen, its looks.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from arvae_packaging import nsis
from arvae_packaging.project import debian_architecture, version

from tests.packages.wine import Wine
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("Arvae Desktop.exe", "arvae-desktop.exe")
SOFTWARE = r"Software\Microsoft\Windows\CurrentVersion"
UNINSTALL = rf"{SOFTWARE}\Uninstall\ArvaeDesktop"
APP_PATH = rf"{SOFTWARE}\App Paths\arvae-desktop.exe"
RUN = rf"HKCU\{SOFTWARE}\Run"
OWN = r"C:\users\root\AppData\Local\Programs\Arvae Desktop"
EVERYONES = r"C:\Program Files\Arvae Desktop"
LINK = "Microsoft/Windows/Start Menu/Programs/Arvae Desktop.lnk"
NO_RIGHTS, RUNNING, OTHER = 5, 32, 2

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="chroot needs root"),
    pytest.mark.skipif(debian_architecture() != "amd64", reason="Wine needs an x86-64 machine"),
]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    """A Windows with two setups on its drive."""
    folder = tmp_path_factory.mktemp("windows")
    wine = Wine(folder / "wine")
    try:
        for name, number, mark in (("older", "0.0.1", "old"), ("setup", version(), "new")):
            put_setup(wine, folder / name, number, mark)
        yield wine
    finally:
        wine.end()


def put_setup(wine: Wine, payload: Path, number: str, mark: str) -> None:
    """Build a setup of stand-ins."""
    (payload / "_internal" / "below").mkdir(parents=True)
    for program in NAMES:
        shutil.copy(wine.program("program.exe"), payload / program)
    (payload / "_internal" / f"{mark}.txt").write_text(mark)
    (payload / "_internal" / "below" / "NAME-WITHOUT-A-DOT").write_bytes(os.urandom(3_000_000))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nsis, "version", lambda: number)
        setup = nsis.build_setup(payload, payload.with_name("out"))
    shutil.copy(setup, wine.drive / f"{payload.name}.exe")


@pytest.fixture
def windows(played: Wine) -> Iterator[Wine]:
    """It, without anything installed, and with something that the user has said."""
    data = played.user / "AppData" / "Local" / "arvae-desktop"
    data.mkdir()
    (data / "conversations.db").write_text("what was said")
    yield played
    assert (data / "conversations.db").read_text() == "what was said"
    stop(played)
    played.clear()
    for folder in (data, place(played, OWN), place(played, EVERYONES), played.drive / "Elsewhere"):
        shutil.rmtree(folder, ignore_errors=True)
    for link in links(played):
        link.unlink(missing_ok=True)
    for key in (rf"HKCU\{UNINSTALL}", rf"HKLM\{UNINSTALL}", rf"HKCU\{APP_PATH}", rf"HKLM\{APP_PATH}", RUN):
        if played.values(key):
            played.run("reg", f'delete "{key}" /f /reg:64')


def place(windows: Wine, path: str) -> Path:
    """A Windows path as one of ours."""
    return windows.drive / path.removeprefix("C:\\").replace("\\", "/")


def links(windows: Wine) -> tuple[Path, Path]:
    """The user's entry in the start menu, and everyone's."""
    return windows.user / "AppData" / "Roaming" / LINK, windows.drive / "ProgramData" / LINK


def things(windows: Wine, path: str) -> dict[str, bytes]:
    """Every file below a folder, with its bytes."""
    folder = place(windows, path)
    return {
        found.relative_to(folder).as_posix(): found.read_bytes()
        for found in folder.rglob("*")
        if found.is_file()
    }


def is_whole(windows: Wine, path: str, mark: str = "new") -> bool:
    """Whether a folder has one version and nothing besides."""
    return set(things(windows, path)) == {
        *NAMES,
        "uninstall.exe",
        "_internal/below/NAME-WITHOUT-A-DOT",
        f"_internal/{mark}.txt",
    }


def notes(windows: Wine) -> list[str]:
    """Which programs were started, with which rights, and which have ended."""
    path = windows.drive / "notes.txt"
    return path.read_text().splitlines() if path.exists() else []


def stop(windows: Wine) -> None:
    """End the programs that were started."""
    (windows.drive / "stop").touch()
    wait_until(lambda: sum(1 if "ended" in line else -1 for line in notes(windows)) == 0, "they have ended")
    (windows.drive / "stop").unlink()
    (windows.drive / "notes.txt").unlink(missing_ok=True)


def uninstall(windows: Wine, path: str, *, limited: bool = True) -> None:
    """Run an uninstaller, which goes on in the background: the autostart's value goes last."""
    run = windows.limited if limited else windows.run
    assert run(f"{path}\\uninstall.exe", "/S") == 0

    def is_done() -> bool:
        entries = [windows.values(rf"{root}\{UNINSTALL}").get("InstallLocation") for root in ("HKCU", "HKLM")]
        return not place(windows, path).exists() and path not in entries

    wait_until(is_done, "it is uninstalled")


def test_for_one_user_without_rights(windows: Wine) -> None:
    assert windows.limited(r"C:\setup.exe", "/S") == 0
    assert is_whole(windows, OWN)
    assert [link.exists() for link in links(windows)] == [True, False]
    entry = windows.values(rf"HKCU\{UNINSTALL}")
    assert (entry["DisplayName"], entry["DisplayVersion"]) == ("Arvae Desktop", version())
    assert (entry["InstallLocation"], entry["NoModify"]) == (OWN, "0x1")
    assert entry["QuietUninstallString"] == rf'"{OWN}\uninstall.exe" /CurrentUser /S'
    # The one without a console.
    assert windows.values(rf"HKCU\{APP_PATH}") == {"(Default)": rf"{OWN}\Arvae Desktop.exe"}
    assert not windows.values(rf"HKLM\{UNINSTALL}")
    assert not place(windows, EVERYONES).exists()

    windows.set_value(RUN, "Arvae Desktop", rf'"{OWN}\Arvae Desktop.exe" --hidden')
    windows.set_value(RUN, "Another", "another.exe")
    uninstall(windows, OWN)
    assert not links(windows)[0].exists()
    assert not windows.values(rf"HKCU\{UNINSTALL}")
    assert not windows.values(rf"HKCU\{APP_PATH}")
    wait_until(lambda: windows.values(RUN) == {"Another": "another.exe"}, "it no longer starts by itself")


def test_an_upgrade_leaves_nothing_of_the_older_one(windows: Wine) -> None:
    assert windows.limited(r"C:\older.exe", "/S /CurrentUser") == 0
    assert is_whole(windows, OWN, "old")
    place(windows, rf"{OWN}\the user's.txt").write_text("kept")
    windows.set_value(RUN, "Arvae Desktop", rf'"{OWN}\Arvae Desktop.exe" --hidden')
    assert windows.limited(r"C:\setup.exe", "/S /CurrentUser") == 0
    place(windows, rf"{OWN}\the user's.txt").unlink()
    assert is_whole(windows, OWN)
    assert windows.values(rf"HKCU\{UNINSTALL}")["DisplayVersion"] == version()
    assert "Arvae Desktop" in windows.values(RUN)


def test_elsewhere_and_from_there_to_another_place(windows: Wine) -> None:
    first, second = r"C:\Elsewhere\A Folder", r"C:\Elsewhere\Another"
    assert windows.limited(r"C:\older.exe", f"/S /D={first}") == 0
    assert is_whole(windows, first, "old")
    assert not place(windows, OWN).exists()
    windows.set_value(RUN, "Arvae Desktop", rf'"{first}\Arvae Desktop.exe" --hidden')
    # It stays where it is unless told.
    assert windows.limited(r"C:\setup.exe", "/S") == 0
    assert is_whole(windows, first)
    assert windows.limited(r"C:\setup.exe", f"/S /D={second}") == 0
    assert is_whole(windows, second)
    assert not place(windows, first).exists()
    assert windows.values(RUN) == {"Arvae Desktop": rf'"{second}\Arvae Desktop.exe" --hidden'}
    uninstall(windows, second)
    wait_until(lambda: not windows.values(RUN), "it no longer starts by itself")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_changes_while_it_runs(windows: Wine, name: str) -> None:
    assert windows.limited(r"C:\older.exe", "/S") == 0
    before = things(windows, OWN)
    program = windows.start(rf"{OWN}\{name}")
    wait_until(lambda: notes(windows), "it runs")
    assert windows.limited(r"C:\setup.exe", "/S") == RUNNING
    assert windows.limited(r"C:\setup.exe", r"/S /D=C:\Elsewhere") == RUNNING
    # With _?= the uninstaller runs where it is, and has an exit code.
    assert windows.limited(rf"{OWN}\uninstall.exe", f"/S _?={OWN}") == RUNNING
    assert things(windows, OWN) == before
    assert not place(windows, r"C:\Elsewhere").exists()
    assert windows.values(rf"HKCU\{UNINSTALL}")["DisplayVersion"] == "0.0.1"
    stop(windows)
    program.wait(10)
    assert windows.limited(r"C:\setup.exe", "/S") == 0
    assert is_whole(windows, OWN)


def test_for_everyone_takes_rights(windows: Wine) -> None:
    assert windows.limited(r"C:\setup.exe", "/S /AllUsers") == NO_RIGHTS
    assert not place(windows, EVERYONES).exists()
    assert not place(windows, OWN).exists()
    assert windows.run(r"C:\older.exe", "/S /AllUsers") == 0
    assert is_whole(windows, EVERYONES, "old")
    assert [link.exists() for link in links(windows)] == [False, True]
    assert windows.values(rf"HKLM\{APP_PATH}") == {"(Default)": rf"{EVERYONES}\Arvae Desktop.exe"}
    assert not windows.values(rf"HKCU\{UNINSTALL}")

    # Without a word for whom, what is there is meant.
    assert windows.limited(r"C:\setup.exe", "/S") == NO_RIGHTS
    assert is_whole(windows, EVERYONES, "old")
    assert windows.run(r"C:\setup.exe", "/S") == 0
    assert is_whole(windows, EVERYONES)
    assert not place(windows, OWN).exists()

    assert windows.limited(rf"{EVERYONES}\uninstall.exe", f"/S _?={EVERYONES}") == NO_RIGHTS
    assert is_whole(windows, EVERYONES)
    uninstall(windows, EVERYONES, limited=False)
    assert not windows.values(rf"HKLM\{APP_PATH}")
    assert not links(windows)[1].exists()


def test_one_of_each_kind_do_not_hurt_each_other(windows: Wine) -> None:
    assert windows.run(r"C:\setup.exe", "/S /AllUsers") == 0
    assert windows.limited(r"C:\setup.exe", "/S /CurrentUser") == 0
    assert is_whole(windows, OWN)
    assert is_whole(windows, EVERYONES)
    names = [windows.values(rf"{root}\{UNINSTALL}")["DisplayName"] for root in ("HKCU", "HKLM")]
    assert names == ["Arvae Desktop", "Arvae Desktop (for everyone)"]
    assert windows.limited(r"C:\setup.exe", f"/S /CurrentUser /D={EVERYONES}") == OTHER
    windows.set_value(RUN, "Arvae Desktop", rf'"{EVERYONES}\Arvae Desktop.exe" --hidden')
    uninstall(windows, OWN)
    assert is_whole(windows, EVERYONES)
    assert links(windows)[1].exists()
    assert windows.values(rf"HKLM\{UNINSTALL}")["InstallLocation"] == EVERYONES
    assert "Arvae Desktop" in windows.values(RUN)


def test_folders_of_others_are_refused(windows: Wine) -> None:
    data = r"C:\users\root\AppData\Local\Arvae-Desktop"
    assert windows.limited(r"C:\setup.exe", f"/S /D={data}") == OTHER
    another = place(windows, r"C:\Elsewhere\_internal")
    another.mkdir(parents=True)
    (another / "another.dll").write_text("another program's")
    assert windows.limited(r"C:\setup.exe", r"/S /D=C:\Elsewhere") == OTHER
    assert things(windows, r"C:\Elsewhere") == {"_internal/another.dll": b"another program's"}


def test_the_older_one_comes_back_if_the_disk_is_full(windows: Wine) -> None:
    assert windows.limited(r"C:\older.exe", r"/S /D=C:\Small") == 0
    before = things(windows, r"C:\Small")
    assert windows.limited(r"C:\setup.exe", "/S") == OTHER
    assert things(windows, r"C:\Small") == before
    assert windows.limited(r"C:\Small\uninstall.exe", r"/S _?=C:\Small") == 0
    assert set(things(windows, r"C:\Small")) == {"uninstall.exe"}


@pytest.mark.parametrize("what", ["a part is held", "nothing may be made there"])
def test_nothing_changes_if_the_older_one_cannot_be_moved(windows: Wine, what: str) -> None:
    folder = windows.held.parent
    for name in NAMES:
        (folder / name).write_bytes(b"older")
    (windows.held / "old.txt").write_text("old")
    if what == "nothing may be made there":
        (folder / "arvae-desktop.older").touch()
    before = things(windows, r"C:\Held")
    assert windows.limited(r"C:\setup.exe", r"/S /D=C:\Held") == NO_RIGHTS
    assert things(windows, r"C:\Held") == before
    assert not windows.values(rf"HKCU\{UNINSTALL}")
    (folder / "arvae-desktop.older").unlink(missing_ok=True)


def test_what_a_setup_left_that_was_cut_off_is_mended(windows: Wine) -> None:
    folder = r"C:\Elsewhere"

    def cut_off() -> None:
        aside = place(windows, rf"{folder}\arvae-desktop.older")
        aside.mkdir()
        for name in (*NAMES, "_internal"):
            place(windows, rf"{folder}\{name}").rename(aside / name)
        place(windows, rf"{folder}\_internal").mkdir()
        place(windows, rf"{folder}\_internal\half.txt").write_text("half of the ne")

    assert windows.limited(r"C:\older.exe", f"/S /D={folder}") == 0
    cut_off()
    assert windows.limited(r"C:\setup.exe", "/S") == 0
    assert is_whole(windows, folder)
    cut_off()
    uninstall(windows, folder)


def walk(windows: Wine) -> list[str]:
    """Go through a setup's pages from the licence to the last one; returns the words on that."""
    windows.wait_for_text("Please review the license terms")
    windows.press("I Agree")
    windows.wait_for_text("Destination Folder")
    windows.press("Install")
    windows.wait_for_text("was completed successfully")
    windows.press("Next >")
    return windows.wait_for_text("Completing Arvae Desktop Setup")


def test_by_its_pages(windows: Wine) -> None:
    """The program starts from the last page with the user's rights, and not at all if the setup has more."""
    setup = windows.start(r"C:\setup.exe")
    assert "[x] Only for me (root)" in windows.wait_for_text("For whom?")
    windows.press("Next >")
    assert "[x] Run Arvae Desktop" in walk(windows)
    windows.press("Finish")
    assert setup.wait(10) == 0
    wait_until(lambda: notes(windows) == ["Arvae Desktop.exe as user"], "the program runs")

    # An uninstaller that meets it asks to quit it first.
    windows.start(rf"{OWN}\uninstall.exe")
    windows.wait_for_text("will be uninstalled from")
    windows.press("Uninstall")
    windows.wait_for_text("Arvae Desktop is running.")
    stop(windows)
    windows.press("Retry")
    windows.wait_for_text("was completed successfully")
    windows.press("Close")
    wait_until(lambda: not place(windows, OWN).exists(), "it is uninstalled")

    setup = windows.start(r"C:\setup.exe", limited=False)
    windows.wait_for_text("For whom?")
    windows.press("For everyone on this computer")
    windows.press("Next >")
    assert not [line for line in walk(windows) if "Run Arvae Desktop" in line]
    windows.press("Finish")
    assert setup.wait(10) == 0
    assert is_whole(windows, EVERYONES)
    assert notes(windows) == []


def test_for_everyone_asks_for_rights_once(windows: Wine) -> None:
    """Wine starts it anew without giving the rights: it must say so, and not go round in circles."""
    windows.start(r"C:\setup.exe")
    windows.wait_for_text("For whom?")
    windows.press("For everyone on this computer")
    windows.press("Next >")
    windows.wait_for_text("To install Arvae Desktop for everyone takes an administrator's rights.")
    windows.press("OK")
    wait_until(lambda: windows.texts() == [], "it has ended")
    assert not place(windows, EVERYONES).exists()
