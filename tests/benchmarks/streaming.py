"""Streaming: from a delta on the socket to its pixels, and how long the window is deaf meanwhile."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, TypeVar

from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.scenes import Scene, play
from tests.benchmarks.texts import markdown_model, paragraph_model, prose_model, tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.stage import Stage

_T = TypeVar("_T")

LATENCY_BAR_MS = 34
_STALL_BAR_MS = 33
_MARKDOWN_STALL_BAR_MS = 16
_WORK_BAR = 3.0
_LONG = 20_000
_SHORT = 4_000


def latency(stage: Stage) -> list[Figure]:
    """From a delta's last byte on the socket to the end of the paint event that shows it."""
    figures = []
    for rate, tokens in ((200, 300 if stage.quick else 1_000), (1_000, 1_000 if stage.quick else 4_000)):

        def run(who: str, rate: int = rate, model: str = prose_model(tokens)) -> list[float]:
            return latencies_ms(play(stage, who, "stream", rate=rate, model=model), tokens_of(model))

        bare, app = _in_turn(run, 1 if stage.quick else 3)
        for percent, bar in ((50, None), (99, LATENCY_BAR_MS)):
            measured, floor = (tuple(percentile(one, percent) for one in runs) for runs in (app, bare))
            name = f"delta on the socket to its pixels, {rate:,} tokens/s, p{percent}"
            figures.append(Figure(name, "ms", measured, floor, bar))
    return figures


def stall(stage: Stage) -> list[Figure]:
    """The longest time between two turns of the event loop, from sending to after the answer's end."""
    length = _SHORT if stage.quick else _LONG
    prose, one_line, markdown = prose_model(length), paragraph_model(length), markdown_model(_SHORT)
    cases = [
        (f"{length:,} tokens at 1,000/s", 1_000, prose, _STALL_BAR_MS),
        (f"{length:,} tokens at full speed", None, prose, _STALL_BAR_MS),
        (f"{length:,} tokens in one line at full speed", None, one_line, _STALL_BAR_MS),
        (f"{_SHORT:,} tokens of Markdown with code at 500/s", 500, markdown, _MARKDOWN_STALL_BAR_MS),
    ]
    figures = []
    for words, rate, model, bar in cases:
        models = {"app": model, "bare_client": prose_model(_SHORT)}

        def run(who: str, rate: int | None = rate, models: dict[str, str] = models) -> tuple[float, float]:
            scene = play(stage, who, "stream", rate=rate, every_turn=True, model=models[who])
            assert_whole(scene, models[who])
            return longest_turn_ms(scene), longest_turn_ms(scene, at_work=True)

        bare, app = (tuple(zip(*runs, strict=True)) for runs in _in_turn(run, 1 if stage.quick else 3))
        figures.append(Figure(f"longest stall, {words}", "ms", app[0], bare[0], bar))
        figures.append(Figure(f"… processor time in it at most, {words}", "ms", app[1], bare[1]))
    return figures


def work(stage: Stage) -> list[Figure]:
    """Processor time of an answer in Markdown, all threads, against its plain text in a bare QTextBrowser.

    Both programs get the same tokens from the same server. The bare one reads a raw socket and shows each
    token as it comes; the app has HTTP to read, and Markdown, and shows what came once a frame.
    """
    tokens = 1_000 if stage.quick else 5_000

    def run(who: str) -> float:
        scene = play(stage, who, "stream", rate=200, model=markdown_model(tokens))
        assert_whole(scene, markdown_model(tokens))
        (sent,), (settled,) = scene.marked("sent"), scene.marked("settled")
        return float(settled["work"] - sent["work"])

    bare, app = _in_turn(run, 1 if stage.quick else 3, bare="bare_browser")
    name = f"processor time, {tokens:,} tokens of Markdown at 200/s"
    return [Figure(name, "s", tuple(app), tuple(bare), _WORK_BAR, bar_is_ratio=True)]


def _in_turn(run: Callable[[str], _T], times: int, bare: str = "bare_client") -> tuple[list[_T], list[_T]]:
    """Runs of the bare client and of the app, one after the other and over again."""
    runs: dict[str, list[_T]] = {who: [] for who in (bare, "app")}
    for _ in range(times):
        for who, found in runs.items():
            found.append(run(who))
    return runs[bare], runs["app"]


def assert_whole(scene: Scene, model: str) -> None:
    """The answer is on the screen, to the letter; a long line may have been cut into several.

    Of Markdown the lines of code are.
    """
    shown, tokens = scene.marked("shown")[0]["text"], tokens_of(model)
    if model == markdown_model(len(tokens)):
        lines = {line for line in "".join(tokens).split("\n")[:-1] if line.startswith("def function")}
        assert lines, "there is no code"
        assert all(shown.count(line) == "".join(tokens).count(line) for line in lines), "code is missing"
        return
    assert "".join(tokens).replace("\n", "") in shown.replace("\n", ""), "the answer is not whole"


def latencies_ms(scene: Scene, tokens: list[str]) -> list[float]:
    """For each token the time from the server's write to the end of the first paint that shows it."""
    shown = scene.marked("shown")[0]["text"]
    if (start := shown.find("".join(tokens))) < 0:  # read as Markdown, a blank line is no line of its own
        tokens = [token.replace("\n\n", "\n") for token in tokens]
        start = shown.find("".join(tokens))
    assert start >= 0, "the answer is not whole on the screen"
    start += shown.endswith("\n")  # the app's page has an empty block at its end from the beginning
    ends = (start + end for end in itertools.accumulate(map(len, tokens)))
    written = [event["t"] for event in scene.events if event["event"] == "token"]
    paints = iter([(t, characters) for t, characters, at_end in scene.paints if at_end])
    painted_at, characters = next(paints)
    found = []
    for end, written_at in zip(ends, written, strict=True):
        while characters < end:
            painted_at, characters = next(paints)
        found.append((painted_at - written_at) * 1000)
    return found


def longest_turn_ms(scene: Scene, *, at_work: bool = False) -> float:
    """The longest turn of the event loop between sending and the answer's end, what follows it included.

    With `at_work` it is the processor time of the turn that took most of it.
    """
    begin, end = scene.marked("sent")[0]["t"], scene.marked("settled")[0]["t"]
    turns = [(gap, work) for at, gap, work in scene.gaps if begin <= at - gap and at <= end]
    return max((work if at_work else gap for gap, work in turns), default=0.0) * 1000
