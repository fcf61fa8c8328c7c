"""The repository keeps its own rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.source_rules import MAX_FILE_LINES, MAX_FUNCTION_LINES, breaches

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "arvae_desktop"
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))

MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:home|work|root|Users)/[\w.]")
# Put together here, so that this file doesn't hold what it looks for.
REGISTRY_HOST = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (("pypi", "org"), ("pythonhosted", "org"), ("deb", "debian"), ("registry", "npmjs"))
    )
)
MADE_BY_TOOLS = {"__pycache__", "build", "dist"}


def text_files(folder: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Path below the root and text of each file that belongs to the project."""
    for path in sorted(folder.iterdir()):
        if path.name in MADE_BY_TOOLS or (
            path.name.startswith(".") and path.name not in (".ci", ".gitignore")
        ):
            continue
        if path.is_dir():
            yield from text_files(path)
            continue
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def test_modules_are_found() -> None:
    assert {"__init__.py", "services/tasks.py"} <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_source_rules(module: str) -> None:
    found = breaches(module, (PACKAGE / module).read_text("utf-8"))
    assert not found, "\n".join(f"{module}:{breach.line}: {breach.message}" for breach in found)


BAD_SNIPPETS = [
    ("ui/x.py", "dialog.exec()"),
    ("ui/x.py", "QMenu().exec_(point)"),
    ("app.py", "sys.exit(app.exec)"),
    ("ui/x.py", "QMessageBox.warning(self, 'a', 'b')"),
    ("ui/x.py", "name = QFileDialog.getOpenFileName()"),
    ("ui/x.py", "QInputDialog.getText(None, '', '')"),
    ("app.py", "QApplication.processEvents()"),
    ("app.py", "task = asyncio.create_task(work())"),
    ("services/x.py", "loop.create_task(work())"),
    ("api/x.py", "asyncio.ensure_future(work())"),
    ("api/x.py", "from asyncio import create_task\nt = create_task(work())"),
    ("services/tasks.py", "loop.create_task(work())"),
    ("demo/server.py", "asyncio.create_task(work())"),
    ("ui/x.py", "from qasync import asyncSlot"),
    ("ui/x.py", "@qasync.asyncSlot()\nasync def f(): ..."),
    ("ui/transcript/x.py", "view.setHtml(text)"),
    ("ui/x.py", "document.setMarkdown(text)"),
    ("ui/x.py", "cursor.insertHtml(text)"),
    ("api/x.py", "try:\n    f()\nexcept Exception:\n    pass"),
    ("api/x.py", "try:\n    f()\nexcept (OSError, BaseException):\n    ..."),
    ("api/x.py", "for x in y:\n  try:\n    f()\n  except:\n    continue"),
    ("api/x.py", "with contextlib.suppress(Exception):\n    f()"),
    ("services/x.py", "print('hello')"),
    ("demo/server.py", "print('hello')"),
    ("ui/x.py", "async def f():\n" + "    x = 1\n" * MAX_FUNCTION_LINES),
    ("ui/x.py", "class A:\n  def f(self):\n" + "    x = 1\n" * MAX_FUNCTION_LINES),
    ("ui/x.py", "x = 1\n" * (MAX_FILE_LINES + 1)),
]
GOOD_SNIPPETS = [
    ("ui/x.py", "dialog.open()\ncursor.execute('')\nbox.setIcon(QMessageBox.Icon.Warning)"),
    ("services/tasks.py", "task = loop.create_task(work())"),
    ("demo/server.py", "tasks.add(asyncio.create_task(work()))"),
    ("api/x.py", "try:\n    f()\nexcept OSError:\n    pass"),
    ("api/x.py", "try:\n    f()\nexcept Exception as error:\n    report(error)"),
    ("api/x.py", "with contextlib.suppress(OSError):\n    f()"),
    ("ask.py", "print('hello')"),
    ("demo/__main__.py", "print('hello')"),
    ("ui/x.py", "def f():\n" + "    x = 1\n" * (MAX_FUNCTION_LINES - 1)),
    ("ui/x.py", "x = 1\n" * MAX_FILE_LINES),
]


@pytest.mark.parametrize(("module", "source"), BAD_SNIPPETS)
def test_each_breach_is_seen(module: str, source: str) -> None:
    assert len(breaches(module, source)) == 1


@pytest.mark.parametrize(("module", "source"), GOOD_SNIPPETS)
def test_nothing_else_is(module: str, source: str) -> None:
    assert breaches(module, source) == []


def test_text_files_are_found() -> None:
    names = {name for name, _ in text_files()}
    assert {"pyproject.toml", "Makefile", ".ci/run", "arvae_desktop/__init__.py"} <= names
    assert not any(name.startswith((".git/", ".venv/")) for name in names)


def test_no_file_names_a_place_on_one_machine() -> None:
    found = [(name, match[0]) for name, text in text_files() for match in MACHINE_PATH.finditer(text)]
    assert not found


def test_no_file_names_a_package_registry() -> None:
    found = [(name, match[0]) for name, text in text_files() for match in REGISTRY_HOST.finditer(text)]
    assert not found


@pytest.mark.parametrize("folder", ["home", "root", "work", "Users"])
def test_paths_are_recognised(folder: str) -> None:
    assert MACHINE_PATH.search(f"open('/{folder}/somebody')")
    assert MACHINE_PATH.search(f"file:///{folder}/somebody") is None
    assert MACHINE_PATH.search(f"https://example.org/{folder}/page") is None
    assert MACHINE_PATH.search(f"~/{folder}/notes") is None


def test_hosts_are_recognised() -> None:
    assert REGISTRY_HOST.search("https://" + "pypi" + ".org/simple")
    assert REGISTRY_HOST.search("files." + "pythonhosted" + ".org")
    assert REGISTRY_HOST.search("https://arvae.ai/api/v1") is None
