"""Diagrams: drawn by a process that gets nothing of the user's, and that never outlives its time."""

import asyncio
import importlib.util
import json
import os
import sys
import time
from pathlib import Path

import pytest

from arvae_desktop.domain.errors import DiagramError, NoDiagramsError
from arvae_desktop.services import diagrams
from arvae_desktop.services.diagrams import draw_diagram

# Stands in for the library: what the source says is what it does.
_FAKE = """
import json, os, sys, time
SVG = "<svg xmlns='http://www.w3.org/2000/svg'"
class _Drawn:
    def __init__(self, svg): self._svg = svg
    def svg(self): return self._svg
def render(source, theme, config):
    if source == "hang":
        open(os.environ["TMPDIR"] + "/began", "w").write(str(os.getpid()))
        time.sleep(60)
    if source == "crash": os._exit(3)
    if source == "noise": print("noise")
    if source.startswith("error"): raise RuntimeError("Mermaid rendering failed: Error: " + source[6:])
    if source == "environment": text = json.dumps(dict(os.environ))
    elif source == "svg": return _Drawn(SVG + "><image href='canary'/></svg>")
    else: text = json.dumps([source, theme, config["securityLevel"]])
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return _Drawn(SVG + "><text>" + text + "</text></svg>")
"""
_RASTER = "def render_png(svg, *, background, scale): return json.dumps([svg, background, scale]).encode()"
_NOVASVG = """
class Document:
    width, height = 100, 100
    @staticmethod
    def load_from_data(svg): return Document()
"""


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A library that does as it is told, in place of the real one."""
    package = tmp_path / "fake" / "mermaidx"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(_FAKE)
    (package / "raster.py").write_text(f"import json\n{_RASTER}\n")
    (tmp_path / "fake" / "novasvg.py").write_text(_NOVASVG)
    monkeypatch.syspath_prepend(str(tmp_path / "fake"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for name in ("mermaidx", "novasvg"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def _draw(source, **options):
    return draw_diagram(source, **{"dark": False, "background": "#ffffff", **options})


def _text(diagram):
    return diagram.svg.partition("<text>")[2].partition("</text>")[0]


@pytest.mark.usefixtures("library")
class TestWithALibrary:
    def test_the_source_is_drawn(self, run):
        diagram = run(_draw('graph TD; A["<ä>"]', dark=True, background="#1b1c20"))
        source, theme, level = json.loads(_text(diagram).replace("&lt;", "<").replace("&gt;", ">"))
        assert (source, theme, level) == ('graph TD; A["<ä>"]', "dark", "strict")
        svg, background, scale = json.loads(diagram.png)
        assert (svg, background, scale) == (diagram.svg, "#1b1c20", 2.0)

    def test_what_is_drawn_is_cleaned_before_anything_reads_it(self, run):
        diagram = run(_draw("svg"))
        assert "canary" not in diagram.svg
        assert b"canary" not in diagram.png

    def test_nothing_of_the_users_goes_along(self, run, monkeypatch):
        monkeypatch.setenv("ARVAE_API_KEY", "sk-canary")
        monkeypatch.setenv("OTHER_TOKEN", "canary")
        environment = json.loads(_text(run(_draw("environment"))))
        assert "canary" not in json.dumps(environment)
        assert set(environment) <= {*diagrams._ENVIRONMENT, "PYTHONPATH", "LC_CTYPE"}

    def test_a_mistake_in_the_source_is_told_in_a_sentence(self, run):
        with pytest.raises(DiagramError) as caught:
            run(_draw("error Parse error on line 1:\ngraph"))
        assert caught.value.report.title == "The diagram can’t be drawn: Parse error on line 1."
        assert caught.value.report.kind == "diagram"

    def test_what_the_library_prints_is_no_answer(self, run):
        assert "noise" in run(_draw("noise")).svg

    def test_a_crash_is_told(self, run):
        with pytest.raises(DiagramError, match="broke off"):
            run(_draw("crash"))

    def test_a_source_that_is_too_long_starts_nothing(self, run, monkeypatch):
        monkeypatch.setattr(diagrams, "_start", lambda: pytest.fail("started"))
        with pytest.raises(DiagramError, match="longer than"):
            run(_draw("x" * (diagrams.MAX_CHARACTERS + 1)))

    def test_the_time_is_bound(self, run, monkeypatch, tmp_path):
        monkeypatch.setattr(diagrams, "TIME_LIMIT_S", 1.0)
        began = time.monotonic()
        with pytest.raises(DiagramError, match="took longer than 1 seconds"):
            run(_draw("hang"))
        assert time.monotonic() - began < 4
        _assert_gone(tmp_path / "began")

    def test_cancelling_kills_the_process(self, qasync_loop, qtbot, tmp_path):
        task = qasync_loop.create_task(_draw("hang"))
        began = tmp_path / "began"
        qtbot.waitUntil(lambda: began.exists() and bool(began.read_text()), timeout=10_000)
        task.cancel()
        qtbot.waitUntil(task.done)
        assert task.cancelled()
        qtbot.waitUntil(lambda: _is_gone(began))


def _is_gone(file: Path) -> bool:
    try:
        os.kill(int(file.read_text()), 0)
    except ProcessLookupError:
        return True
    return False


def _assert_gone(file: Path) -> None:
    if file.exists():
        assert _is_gone(file)


def test_without_the_library_the_way_to_it_is_told(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(diagrams, "_start", lambda: pytest.fail("started"))
    assert not diagrams.can_draw()
    with pytest.raises(NoDiagramsError) as caught:
        asyncio.run(_draw("graph TD; A-->B"))
    assert ".[diagrams]" in caught.value.report.hint


def test_an_installed_package_sends_nobody_to_pip(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(NoDiagramsError) as caught:
        asyncio.run(_draw("graph TD; A-->B"))
    assert "pip" not in caught.value.report.hint


@pytest.mark.skipif(not diagrams.can_draw(), reason="the extra “diagrams” is not installed")
class TestWithTheRealLibrary:
    @pytest.mark.parametrize(
        "source",
        [
            "graph TD; A[Install] --> B{Ok?}; B -->|yes| C",
            "sequenceDiagram\n A->>B: Hello",
            "classDiagram\n A <|-- B",
            'pie\n "x": 1\n "y": 2',
            "stateDiagram-v2\n [*] --> A",
        ],
    )  # fmt: skip
    def test_diagrams(self, run, source):
        diagram = run(_draw(source))
        assert diagram.png.startswith(b"\x89PNG")
        assert diagram.svg.startswith("<svg")

    @pytest.mark.parametrize(
        "source",
        [
            'graph TD; A-->B\n click A "http://canary"',
            '%%{init: {"themeCSS": "@import url(http://canary/x.css);"}}%%\ngraph TD; A-->B',
            '%%{init: {"securityLevel": "loose", "fontFamily": "url(canary)"}}%%\ngraph TD; A-->B',
        ],
    )
    def test_a_hostile_one_names_nothing(self, run, source):
        assert "canary" not in run(_draw(source)).svg
