"""Rules for the app's source that no linter has: each takes a syntax tree and tells where it is broken."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60

_STATIC_DIALOG_HELPERS = {
    "QMessageBox": {"information", "question", "warning", "critical", "about", "aboutQt"},
    "QFileDialog": {
        "getOpenFileName",
        "getOpenFileNames",
        "getOpenFileUrl",
        "getOpenFileUrls",
        "getSaveFileName",
        "getSaveFileUrl",
        "getExistingDirectory",
        "getExistingDirectoryUrl",
    },
    "QInputDialog": {"getText", "getMultiLineText", "getItem", "getInt", "getDouble"},
    "QColorDialog": {"getColor"},
    "QFontDialog": {"getFont"},
}
_TASK_MAKERS = {"create_task", "ensure_future"}
_RICH_TEXT_SETTERS = {"setHtml", "setMarkdown", "insertHtml", "insertMarkdown"}


class Breach(NamedTuple):
    """Where a rule is broken and what it wants."""

    line: int
    message: str


def nested_event_loops(tree: ast.Module) -> Iterator[Breach]:
    """Nested loops wedge other tasks and the exit: no exec(), no processEvents(), no static dialog helper."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            if node.attr in ("exec", "exec_", "processEvents"):
                yield Breach(node.lineno, f"{node.attr} runs a nested event loop; open() dialogs and await")
            elif isinstance(node.value, ast.Name) and node.attr in _STATIC_DIALOG_HELPERS.get(
                node.value.id, ()
            ):
                yield Breach(node.lineno, f"{node.value.id}.{node.attr} runs a nested event loop")


def ownerless_tasks(tree: ast.Module) -> Iterator[Breach]:
    """asyncio keeps tasks weakly: they are made by services/tasks.py alone, which keeps them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last_name(node.func) in _TASK_MAKERS:
            yield Breach(node.lineno, "a task without an owner; use services/tasks")


def dropped_tasks(tree: ast.Module) -> Iterator[Breach]:
    """Where tasks are made by hand, each must be kept in something."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and _last_name(node.value.func) in _TASK_MAKERS
        ):
            yield Breach(node.lineno, "a task that nobody keeps may be collected in mid-flight")


def async_slots(tree: ast.Module) -> Iterator[Breach]:
    """An asyncSlot's task has no owner."""
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        if (isinstance(node, ast.Attribute) and node.attr == "asyncSlot") or "asyncSlot" in names:
            yield Breach(node.lineno, "asyncSlot makes a task without an owner; use services/tasks")


def rich_text_from_strings(tree: ast.Module) -> Iterator[Breach]:
    """Qt's own HTML and Markdown readers load images and keep dangerous links."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _RICH_TEXT_SETTERS:
            yield Breach(node.lineno, f"{node.attr} must never see a model's text")


def swallowed_exceptions(tree: ast.Module) -> Iterator[Breach]:
    """Whoever catches everything must do something about it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            swallows = _catches_everything(node.type) and all(map(_does_nothing, node.body))
        elif isinstance(node, ast.Call) and _last_name(node.func) == "suppress":
            swallows = any(map(_catches_everything, node.args))
        else:
            swallows = False
        if swallows:
            yield Breach(node.lineno, "every exception is swallowed")


def prints(tree: ast.Module) -> Iterator[Breach]:
    """Only programs for the terminal print."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield Breach(node.lineno, "print in a part that has no terminal")


def long_functions(tree: ast.Module) -> Iterator[Breach]:
    """A function that doesn't fit a screen asks to be split."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield Breach(node.lineno, f"{node.name} has {lines} lines, more than {MAX_FUNCTION_LINES}")


def rules_for(path: str) -> list[Callable[[ast.Module], Iterator[Breach]]]:
    """The rules that hold for a module, by its path below arvae_desktop/ with forward slashes."""
    rules = [nested_event_loops, async_slots, rich_text_from_strings, swallowed_exceptions, long_functions]
    # The demo server uses nothing of ours, so it keeps its tasks itself; api/patience.py ends the one that
    # it makes before it returns.
    makes_tasks = path in ("services/tasks.py", "api/patience.py") or path.startswith("demo/")
    rules.append(dropped_tasks if makes_tasks else ownerless_tasks)
    if path not in ("ask.py", "cli.py", "demo/__main__.py"):
        rules.append(prints)
    return rules


def breaches(path: str, source: str) -> list[Breach]:
    """All breaches in a module's source, by line."""
    tree = ast.parse(source)
    found = [breach for rule in rules_for(path) for breach in rule(tree)]
    lines = source.count("\n")
    if lines > MAX_FILE_LINES:
        found.append(Breach(lines, f"{lines} lines, more than {MAX_FILE_LINES}"))
    return sorted(found)


def _last_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else None


def _catches_everything(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Tuple):
        return any(_catches_everything(element) for element in node.elts)
    return node is None or _last_name(node) in ("Exception", "BaseException")


def _does_nothing(statement: ast.stmt) -> bool:
    bare_constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return bare_constant or isinstance(statement, ast.Pass | ast.Continue)
