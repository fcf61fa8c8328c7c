"""Formulas: real ones are drawn, hostile ones within bounds, in a process that leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess, QTimer

from arvae_desktop.services import formula_drawing, formula_process
from arvae_desktop.services.formulas import Formulas
from tests.support.processes import wait_until

REAL = [
    r"x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}",
    r"e^{i\pi} + 1 = 0",
    r"\int_{-\infty}^{\infty} e^{-x^2}\,dx = \sqrt{\pi}",
    r"\sum_{n=1}^{\infty} \frac{1}{n^2} = \frac{\pi^2}{6}",
    r"\prod_{p\ \text{prime}} \frac{1}{1-p^{-s}}",
    r"\lim_{x \to 0} \frac{\sin x}{x} = 1",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
    r"\begin{bmatrix} 1 & \cdots & 0 \\ \vdots & \ddots & \vdots \\ 0 & \cdots & 1 \end{bmatrix}",
    r"\det\begin{vmatrix} a & b \\ c & d \end{vmatrix} = ad - bc",
    r"f(x) = \begin{cases} x^2 & \text{if } x \ge 0 \\ -x & \text{otherwise} \end{cases}",
    r"\begin{aligned} a &= b + c \\[6pt] &= d + e + f \end{aligned}",
    r"\begin{align*} (x+y)^2 &= x^2 + 2xy + y^2 \\ (x-y)^2 &= x^2 - 2xy + y^2 \end{align*}",
    r"\begin{gather} a = b \\ c = d \end{gather}",
    r"\begin{split} a &= b \\ &= c \end{split}",
    r"\begin{equation} a^2 + b^2 = c^2 \label{pythagoras} \end{equation}",
    r"\binom{n_{1}}{k} = \frac{n!}{k!(n-k)!}",
    r"\hat{x} + \tilde{y} + \bar{z} + \vec{v} + \dot{a} + \ddot{b} + \widehat{ABC} + \overline{z+w}",
    r"\mathbb{R} \subset \mathbb{C}, \mathcal{L}, \mathfrak{g}, \mathbf{x}, \mathrm{d}x, \mathsf{T}",
    r"\alpha\beta\gamma\delta\epsilon\varepsilon\theta\lambda\mu\pi\rho\sigma\phi\varphi\omega\Gamma\Delta\Omega",
    r"A \stackrel{\text{def}}{=} B \overset{!}{=} C \underset{n}{\to} D",
    r"\operatorname{softmax}(z)_i = \frac{e^{z_i}}{\sum_{j=1}^K e^{z_j}}",
    r"\operatorname*{arg\,max}_{\theta} \log p(x \mid \theta)",
    r"\nabla \times \mathbf{E} = -\frac{\partial \mathbf{B}}{\partial t}",
    r"\oint_{\partial\Omega} \mathbf{F} \cdot d\mathbf{r} = \iint_\Omega \nabla \times \mathbf{F}",
    r"\underbrace{1 + 1 + \cdots + 1}_{n \text{ times}} = n",
    r"\left( \frac{a}{b} \right)^2 + \left[ c \right] + \left\{ x \right\} + \left| y \right|",
    r"\bigl( \Bigl( \biggl( \Biggl( x \Biggr) \biggr) \Bigr) \bigr)",
    r"\langle \psi | \hat{H} | \psi \rangle = E",
    r"\boxed{x = 42}",
    r"\cancel{x} + y",
    r"a \xrightarrow{f} b",
    r"p \implies q \iff r \Rightarrow s \mapsto t",
    r"\forall \epsilon > 0\; \exists \delta > 0 : |x - a| < \delta",
    r"A \cup B \cap C \setminus D \in E \notin F \subseteq G, \varnothing",
    r"a \equiv b \pmod{n}, \quad a \bmod b",
    r"\sqrt[3]{x + \sqrt{y}}",
    r"\dfrac{1}{1 + \dfrac{1}{1 + \dfrac{1}{x}}} + \tfrac{1}{2}",
    r"\lfloor x \rfloor + \lceil y \rceil",
    r"x_{i_j}^{2^k} + {}_nC_r + x'^2 + f''(x)",
    r"\ln x, \log_2 n, \sin^2\theta + \cos^2\theta = 1, \gcd(a,b)",
    r"\hbar \ell \Re \Im \aleph \infty \angle \perp \parallel",
    r"\sum_{\substack{i=1 \\ i \neq j}}^{n} a_i",
    r"\left[\begin{array}{cc|c} 1 & 2 & 3 \\ 4 & 5 & 6 \end{array}\right]",
    r"\begin{array}{c|cc} & A & B \\ \hline x & 1 & 2 \end{array}",
    r"E = mc^2 \tag{1}",
    r"\text{where $x^2$ is large}",
    r"\color{red}{x} + \textcolor{blue}{y} + \colorbox{yellow}{z}",
    r"\left. \frac{dy}{dx} \right|_{x=0}",
    r"\mathrm{H_2O} \quad 25\,^{\circ}\mathrm{C} \quad 10\% \quad \$5",
    r"\lVert v \rVert_2 = \sqrt{\sum_i \lvert v_i \rvert^2}",
    r"\frac{d}{dx}\left[\int_a^x f(t)\,dt\right] = f(x)",
    r"\overrightarrow{AB} \ne \mathbf{A}^{-1} \mathbf{A}^\top",
]
IMPOSSIBLE = {
    "unknown command": r"\foo{x}",
    "image": r"\includegraphics{/etc/passwd}",
    "file": r"\input{/etc/passwd}",
    "chemistry": r"\ce{H2O}",
    "letters that the font lacks": r"\text{速度} = 3",
    "emoji": "x = 😀",
    "open brace": r"\frac{1}{",
    "left without right": r"\left( x",
    "cell outside a table": "a & b",
    "macro that calls itself": r"\def\a{\a}\a",
    "macros that grow": r"\def\a{xxxxxxxxxx}\def\b{\a\a\a\a\a\a\a\a}\def\c{\b\b\b\b\b\b\b}\c\c\c\c\c\c\c",
    "XML": r"\text{<a/>&foo;}",
    "entity": "&#x0;",
    "control character": "\x01",
    "half a pair": "\ud800",
    "nothing": " ",
    "very wide": r"a\hspace{100000em}b",
    "very large": r"\rule{1e9em}{1e9em}",
    "too long": "x" * 2_001,
    "100 KB": "x+1" * 33_333,
    "braces": "{" * 100_000 + "}" * 100_000,
    "fractions": r"\frac{" * 180 + "1" + "}{2}" * 180,
    "roots without braces": r"\sqrt" * 300 + "x",
    "tables": r"\begin{matrix}" * 30 + "1" + r"\end{matrix}" * 30,
}
SLOW = r"\frac{" * 12 + "1" + "}{2}" * 12
LONG_LIMIT_MS = 20_000  # as what can be drawn may take on a busy machine
SHORT_LIMIT_MS = 400


@pytest.fixture
def formulas(qapp):
    formulas = Formulas(qapp, time_limit_ms=LONG_LIMIT_MS)
    yield formulas
    formulas.close()
    formulas.deleteLater()


def pid(formulas):
    processes = [process for process in formulas.findChildren(QProcess) if process.processId()]
    return processes[-1].processId() if processes else None


def draw(formulas, qtbot, tex, *, display=True):
    with qtbot.waitSignal(formulas.ready, check_params_cb=lambda *key: key == (tex, display)):
        formulas.picture(tex, display=display)
    return formulas.picture(tex, display=display)


def test_nothing_runs_before_the_first_formula(formulas):
    assert pid(formulas) is None


def test_real_formulas_are_drawn(formulas, qtbot):
    drawn = set()
    formulas.ready.connect(lambda tex, _display: drawn.add(tex))
    for tex in REAL:
        assert formulas.picture(tex, display=True) is None
    qtbot.waitUntil(lambda: drawn == set(REAL))
    for tex in REAL:
        picture = formulas.picture(tex, display=True)
        svg = ET.fromstring(picture.svg)
        left, top, width, height = map(float, svg.get("viewBox").split())
        assert picture.width == pytest.approx(width / formula_process._EM, abs=1e-3)
        assert picture.ascent == pytest.approx(-top / formula_process._EM, abs=1e-3)
        assert picture.descent == pytest.approx((height + top) / formula_process._EM, abs=1e-3)
        assert left < 0.1 * width
        assert len(svg) > 0
        assert {element.tag.rpartition("}")[2] for element in svg.iter()} <= {"svg", "g", "path", "rect"}
        assert {value for e in svg.iter() for name, value in e.items() if name in ("fill", "stroke")} <= {
            "currentColor",
            "none",
        }
    assert len(REAL) >= 50


def test_no_library_is_imported_here(formulas, qtbot):
    draw(formulas, qtbot, "x")
    code = (
        "import sys, arvae_desktop.services.formulas; print({'ziamath', 'latex2mathml'} & set(sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "set()\n"
    )


def test_inline_formulas_are_lower(formulas, qtbot):
    inline, display = (
        draw(formulas, qtbot, r"\sum_{i}^{n}\frac{1}{2}", display=each) for each in (False, True)
    )
    assert inline.ascent + inline.descent < 0.8 * (display.ascent + display.descent)


def test_a_formula_sits_on_its_baseline(formulas, qtbot):
    assert draw(formulas, qtbot, "x").descent < 0.1
    assert draw(formulas, qtbot, r"\frac{x}{y}").descent > 0.5


@pytest.mark.parametrize("kind", IMPOSSIBLE)
def test_what_can_not_be_drawn_has_no_picture(formulas, qtbot, kind):
    heard = []
    formulas.ready.connect(lambda tex, _display: heard.append(tex))
    assert formulas.picture(IMPOSSIBLE[kind], display=True) is None
    # The latest is drawn first, so this one waits behind the other.
    qtbot.waitUntil(lambda: formulas._drawn_now is None and not formulas._waiting, timeout=10_000)
    draw(formulas, qtbot, "x")
    assert formulas.picture(IMPOSSIBLE[kind], display=True) is None
    assert heard == ["x"]


def test_a_slow_formula_is_given_up_and_the_window_does_not_wait(formulas, qtbot):
    draw(formulas, qtbot, "x")
    first = pid(formulas)
    assert formulas._process._limit.interval() == LONG_LIMIT_MS
    formulas._process._time_limit_ms = SHORT_LIMIT_MS
    turns = []
    timer = QTimer(interval=5)
    timer.timeout.connect(lambda: turns.append(time.monotonic()))
    timer.start()
    begin = time.monotonic()
    formulas.picture(SLOW, display=True)
    qtbot.waitUntil(lambda: formulas._drawn_now is None)
    took = time.monotonic() - begin
    timer.stop()
    # Qt's timers may be a twentieth early; by itself the process gives up after ten seconds.
    assert 0.9 * SHORT_LIMIT_MS / 1000 <= took < 5
    assert len(turns) > 10  # a window that waits has one or two
    formulas._process._time_limit_ms = LONG_LIMIT_MS
    assert formulas.picture(SLOW, display=True) is None
    assert draw(formulas, qtbot, "y") is not None
    wait_until(lambda: qtbot.wait(1) or not Path(f"/proc/{first}").exists(), "the slow process has gone")


def test_a_process_that_dies_costs_one_formula(formulas, qtbot):
    draw(formulas, qtbot, "x")
    formulas.picture(SLOW, display=True)
    assert formulas._drawn_now == (SLOW, True)
    os.kill(pid(formulas), signal.SIGKILL)
    qtbot.waitUntil(lambda: formulas._drawn_now is None)
    assert draw(formulas, qtbot, "y") is not None


def test_an_idle_process_ends_and_comes_back(formulas, qtbot):
    draw(formulas, qtbot, "x")
    formulas._process._idle.setInterval(1)
    draw(formulas, qtbot, "z")
    qtbot.waitUntil(lambda: pid(formulas) is None)
    assert draw(formulas, qtbot, "y") is not None


@pytest.mark.expected_log("formulas can't be drawn")
def test_without_a_process_there_are_no_pictures(formulas, qtbot, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    for tex in "xyz":
        formulas.picture(tex, display=True)
    qtbot.waitUntil(lambda: formulas._process.is_broken and not formulas._waiting)
    assert formulas.picture("w", display=True) is None
    assert not formulas._waiting


def test_close_leaves_no_process_and_can_be_called_twice(formulas, qtbot):
    draw(formulas, qtbot, "x")
    process = pid(formulas)
    formulas.picture(SLOW, display=True)
    formulas.close()
    assert not Path(f"/proc/{process}").exists()
    formulas.close()
    assert formulas.picture("y", display=True) is None
    assert pid(formulas) is None


def test_the_process_gets_no_key(formulas, qtbot, monkeypatch):
    monkeypatch.setenv("ARVAE_API_KEY", "sk-secret")
    draw(formulas, qtbot, "x")
    environment = Path(f"/proc/{pid(formulas)}/environ").read_bytes()
    assert b"sk-secret" not in environment
    assert b"ARVAE" not in environment


def test_the_process_ends_with_an_app_that_was_killed():
    code = (
        "import os, signal\n"
        "from PySide6.QtCore import QCoreApplication, QProcess\n"
        "from arvae_desktop.services.formulas import Formulas\n"
        "app = QCoreApplication([])\n"
        "formulas = Formulas()\n"
        "def kill(*_):\n"
        "    print(formulas.findChildren(QProcess)[0].processId(), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "formulas.ready.connect(kill)\n"
        "formulas.picture('x', display=True)\n"
        "app.exec()\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    process = int(run.stdout)

    def has_ended():
        try:
            return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] == "Z"
        except FileNotFoundError:
            return True

    wait_until(has_ended, "the process has ended")


def test_only_so_many_pictures_are_kept(formulas, qtbot, monkeypatch):
    monkeypatch.setattr("arvae_desktop.services.formulas._MOST_KEPT", 2)
    for tex in "xyz":
        draw(formulas, qtbot, tex)
    assert [tex for tex, _ in formulas._known] == ["y", "z"]
    assert formulas._bytes == sum(len(picture.svg) for picture in formulas._known.values())


@pytest.mark.parametrize(
    "deed",
    [
        "open('/etc/hostname')",
        "__import__('socket').socket()",
        "__import__('os').system('true')",
        "__import__('os').listdir('/')",
        "__import__('subprocess').run(['true'])",
    ],
)
def test_the_process_can_open_and_start_nothing(deed):
    code = (
        "import os, socket, subprocess\n"
        "from arvae_desktop.services import formula_process\n"
        "formula_process._forbid_the_outside()\n"
        f"try:\n    {deed}\n"
        "except formula_process.CannotDrawError: print('refused')\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "refused\n"


@pytest.mark.parametrize(
    ("tex", "prepared"),
    [
        (r"\binom{n_{1}}{k}", r"{\left({n_{1}} \atop {k}\right)}"),
        (r"\dbinom n k", r"{\left({n} \atop {k}\right)}"),
        (r"a \\[6pt] b \\ [c]", r"a \\ b \\ [c]"),
        (r"x \label{a} \notag", "x  "),
        (r"x \tag{1}", r"x \qquad \tag{1}"),
        (r"\text{if $x$ is}", r"\text{if }{x}\text{ is}"),
        (r"\lVert x\rVert", r"\|x\|"),
        (r"\operatorname*{arg\,max}_x", r"\operatorname*{argmax}_x"),
    ],
)
def test_other_words(tex, prepared):
    assert formula_process.prepared(tex) == prepared


def test_a_frozen_app_is_its_own_drawing_process(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert formula_drawing._arguments() == ["--draw-formulas"]


def test_the_app_draws_formulas_when_it_is_told_to():
    command = [sys.executable, "-X", "importtime", "-m", "arvae_desktop", "--draw-formulas"]
    asked = b'{"tex": "x", "display": false}\n'
    ended = subprocess.run(command, input=asked, capture_output=True, timeout=60, check=True)
    loaded, drawn = ended.stdout.splitlines()
    assert json.loads(loaded) is None
    assert "<svg" in json.loads(drawn)["svg"]
    assert b"ziamath" in ended.stderr
    assert not re.search(rb"PySide6|arvae_desktop\.(cli|app|ui)", ended.stderr)
