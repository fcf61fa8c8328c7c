"""The words under and instead of an answer: what ended it, what to do, and its facts."""

from __future__ import annotations

from dataclasses import dataclass

from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Message, SegmentKind

RETRY, EDIT, SETTINGS, MODELS, SHOW_ALL = "retry", "edit", "settings", "models", "show-all"
CONTINUE = "continue"
OLDER_BRANCH, NEWER_BRANCH = "older-branch", "newer-branch"

_ACTION_WORDS = {
    CONTINUE: "Continue",
    RETRY: "Try again",
    EDIT: "Edit the prompt",
    SETTINGS: "Open settings",
    MODELS: "Choose a model",
}
_KNOWN_FINISH_REASONS = {None, "", "stop", "length", "content_filter", "tool_calls", "function_call"}
_COUNTED = 100_000  # characters; of a longer answer the words are estimated: ten megabytes take half a second
_FIXED_IN_SETTINGS = {"bad_key", "bad_address", "redirect", "html", "dns", "refused", "tls"}


@dataclass(frozen=True, slots=True)
class Ending:
    """What is said where an answer ended.

    Attributes:
        title: what happened; empty where nothing needs to be said.
        hint: what to do.
        actions: names and words of what the user can do right there.
        is_error: whether it looks like an error or like a quiet note.
    """

    title: str = ""
    hint: str = ""
    actions: tuple[tuple[str, str], ...] = ()
    is_error: bool = False


def ending_of(message: Message) -> Ending:
    """The words for an answer's final state."""
    facts = message.facts
    error = facts.error if facts else None
    again = _again(message)
    match message.state:
        case AnswerState.STOPPED:
            return Ending("Stopped.", actions=again)
        case AnswerState.LENGTH:
            return Ending(
                "The answer reached the model’s length limit and ends here.",
                "Get the rest, or ask for a shorter answer.",
                again,
            )
        case AnswerState.CONTENT_FILTER:
            return Ending(
                "The server’s content filter ended this answer.",
                "What had arrived stays. Put the question another way, or choose another model.",
                _actions(EDIT, RETRY),
            )
        case AnswerState.TOOL_CALLS:
            return Ending("The model asked to use a tool. Arvae Desktop shows such calls and runs none.")
        case AnswerState.INTERRUPTED:
            # Without an error it was the app that ended, or this came from another program.
            title = error.title if error else "This answer ended before it was complete."
            hint = error.hint if error else "The text up to there is kept."
            return Ending(title, hint, again, is_error=True)
        case AnswerState.FAILED if error is not None:
            first: tuple[str, ...] = ()
            if error.status in (401, 403) or error.kind in _FIXED_IN_SETTINGS:
                first = (SETTINGS,)
            elif error.status == 404:
                first = (MODELS, SETTINGS)
            return Ending(error.title, error.hint, _actions(*first) + again + _actions(EDIT), is_error=True)
    return Ending()


def _seam_words(message: Message) -> str:
    """What is said of an answer that was continued."""
    seams = [segment.text for segment in message.segments if segment.kind is SegmentKind.SEAM]
    if not seams:
        return ""
    times = "continued" if len(seams) == 1 else f"continued {len(seams)} times"
    left_out = sum(map(len, seams))
    return f"{times}, without the {left_out} characters that were said twice" if left_out else times


def facts_line(message: Message) -> str:
    """The quiet line under an answer: model, time to the first word, words a second, tokens."""
    facts = message.facts
    if facts is None:
        return ""
    parts = [facts.model]
    if facts.first_word_s is not None:
        parts.append(f"{facts.first_word_s:.1f} s to the first word")
    speed = _words_a_second(message.text, facts)
    if speed is not None:
        parts.append(f"{speed:.0f} words/s")
    if facts.completion_tokens is not None:
        parts.append(f"{facts.completion_tokens:,} tokens")
    if facts.finish_reason not in _KNOWN_FINISH_REASONS:
        parts.append(f"ended with “{facts.finish_reason}”")
    if facts.skipped_events:
        events = "event" if facts.skipped_events == 1 else "events"
        parts.append(f"{facts.skipped_events} unreadable {events} skipped")
    if seam := _seam_words(message):
        parts.append(seam)
    return "  ·  ".join(parts)


def _words_a_second(text: str, facts: AnswerFacts) -> float | None:
    if facts.duration_s is None or facts.first_word_s is None:
        return None
    streaming_s = facts.duration_s - facts.first_word_s
    words = len(text[:_COUNTED].split()) * max(1, len(text) / _COUNTED)
    # Under half a second it arrived at once and a rate would be a made-up number.
    return words / streaming_s if words and streaming_s > 0.5 else None


def _again(message: Message) -> tuple[tuple[str, str], ...]:
    """What helps an answer that ended too early: the rest of it, or another one."""
    if not message.can_go_on:
        return _actions(RETRY)
    return (*_actions(CONTINUE), (RETRY, "Regenerate"))


def _actions(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, _ACTION_WORDS[name]) for name in names)
