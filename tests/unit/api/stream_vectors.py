"""Bodies of answers, and what each means: the rules of the wire as data.

`says` lists what comes out, neighbours of one kind joined: ("text", …), ("reasoning", …), ("refusal", …),
("tool", name and arguments), ("usage", prompt and completion tokens).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

STREAM = "text/event-stream"
BOM = b"\xef\xbb\xbf"
DONE = b"data: [DONE]\n\n"


@dataclass(frozen=True)
class Vector:
    name: str
    body: bytes
    says: tuple[tuple[str, str], ...] = ()
    state: str = "complete"
    finish_reason: str | None = None
    skipped: int = 0
    error: str | None = None  # the error's kind
    content_type: str = STREAM

    def __str__(self) -> str:
        return self.name


def data(document: object) -> bytes:
    return b"data: " + json.dumps(document).encode() + b"\n\n"


def choice(delta: object, **fields: object) -> bytes:
    return data({"choices": [{"index": 0, "delta": delta, **fields}]})


def text(content: str) -> bytes:
    return choice({"content": content})


def finish(reason: object = "stop") -> bytes:
    return choice({}, finish_reason=reason)


def said(content: str) -> tuple[tuple[str, str], ...]:
    return (("text", content),)


def think(name: str, *pieces: str, says: tuple[tuple[str, str], ...]) -> Vector:
    return Vector(f"think: {name}", b"".join(map(text, pieces)) + DONE, says)


def completion(**fields: object) -> dict:
    return {"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, **fields}]}


def body(name: str, content: object, content_type: str = "application/json", **expected: object) -> Vector:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Vector(f"body: {name}", raw, content_type=content_type, **expected)


A, B = text("a"), text("b")
X = b'{"choices":[{"delta":{"content":"x"}}]}'

FRAMING = [
    Vector("plain", A + B + finish() + DONE, said("ab"), finish_reason="stop"),
    Vector("one BOM at the start goes", BOM + A + DONE, said("a")),
    Vector("a second BOM is part of a field name", BOM + BOM + A + B + DONE, said("b")),
    Vector("a BOM later is part of a field name", A + BOM + B + DONE, said("a")),
    Vector("a BOM in front of the JSON", b"data: " + BOM + X + b"\n\n" + DONE, skipped=1),
    Vector("a BOM alone", BOM, state="interrupted", error="connection"),
    Vector("CR ends lines", (A + B + DONE).replace(b"\n", b"\r"), said("ab")),
    Vector("CRLF ends lines", (A + B + DONE).replace(b"\n", b"\r\n"), said("ab")),
    Vector("line ends mixed", b"data: %s\r\n\rdata: %s\n\r\n" % (X, X) + DONE, said("xx")),
    Vector(
        "CRLF inside an event",
        b'id: 1\r\ndata: {"choices":[{"delta":\r\ndata: {"content":"x"}}]}\r\n\r\n' + DONE,
        said("x"),
    ),
    Vector("LF CR is two line ends", b"data: %s\n\rdata: %s\r\r" % (X, X) + DONE, said("xx")),
    Vector("CR CRLF is two line ends", b"data: %s\r\r\n" % X + DONE, said("x")),
    Vector("many blank lines", b"\n\n\n" + A + b"\n\n\n\n" + B + b"\n" + DONE, said("ab")),
    Vector("no space after the colon", b"data:%s\n\ndata:[DONE]\n\n" % X, said("x")),
    Vector(
        "two spaces: one stays",
        b"data:  %s\n\ndata:  [DONE]\n\n" % X,
        said("x"),
        "interrupted",
        None,
        1,
        "connection",
    ),
    Vector("a tab is no space", b"data:\t%s\n\n" % X + DONE, said("x")),
    Vector("a space before the colon is another field", b"data : %s\n\n" % X + DONE),
    Vector("a space before the field is another field", A + b" data: %s\n\n" % X + DONE, said("a")),
    Vector("upper case is another field", A + b"Data: %s\n\nDATA: %s\n\n" % (X, X) + DONE, said("a")),
    Vector("a longer name is another field", A + b"data2: %s\n\ndat: %s\n\n" % (X, X) + DONE, said("a")),
    Vector("a line without colon is a field without value", b"data\n\n" + A + DONE, said("a")),
    Vector(
        "data lines join with LF",
        b'data: {"choices":[{"delta":\ndata: {"content":"x"}}]}\n\n' + DONE,
        said("x"),
    ),
    Vector("an empty data line joins too", b"data:\ndata: %s\n\n" % X + DONE, said("x")),
    Vector(
        "a string cut by lines is no JSON",
        b'data: {"choices":[{"delta":{"content":"x\ndata: y"}}]}\n\n' + DONE,
        skipped=1,
    ),
    Vector(
        "comments are nothing", b": hi\n\n:\n\n" + A + b": keep-alive\n\n" + B + b":x\n" + DONE, said("ab")
    ),
    Vector(
        "a comment inside an event",
        b'data: {"choices":[{"delta":\n: hm\ndata: {"content":"x"}}]}\n\n' + DONE,
        said("x"),
    ),
    Vector("id and retry are nothing", b"id: 1\nretry: 10\ndata: %s\n\n" % X + DONE, said("x")),
    Vector("id and retry alone", b"id: 1\n\nretry: 10\n\n" + A + DONE, said("a")),
    Vector("unknown fields are nothing", b"foo: bar\nbaz\ndata: %s\nqux:\n\n" % X + DONE, said("x")),
    Vector("an event without data is nothing", b"event: x\n\ndata:\n\ndata: \n\n" + A + DONE, said("a")),
    Vector("an event name with data is a chunk", b"event: chunk\ndata: %s\n\n" % X + DONE, said("x")),
    Vector("a name counts for one event", b"event: error\n\ndata: %s\n\n" % X + DONE, said("x")),
    Vector(
        "NEL, LS and PS end no line",
        data({"choices": [{"delta": {"content": "a\x85b\u2028c\u2029d"}}]}) + DONE,
        said("a\x85b\u2028c\u2029d"),
    ),
    Vector(
        "raw NEL, LS and PS end no line",
        'data: {"choices":[{"delta":{"content":"a\x85b\u2028c\u2029d"}}]}\n\n'.encode() + DONE,
        said("a\x85b\u2028c\u2029d"),
    ),
    Vector("VT and FF end no line", b"data: 1\x0bdata: 2\x0c\n\n" + A + DONE, said("a"), skipped=1),
    Vector("NUL is a character", b"\x00data: x\n\n" + A + DONE, said("a")),
    Vector(
        "UTF-8 of all lengths",
        'data: {"choices":[{"delta":{"content":"é€😀"}}]}\n\n'.encode() + DONE,
        said("é€😀"),
    ),
    Vector(
        "bad bytes become U+FFFD",
        b'data: {"choices":[{"delta":{"content":"a\xffb\xc3"}}]}\n\n' + DONE,
        said("a\ufffdb\ufffd"),
    ),
    Vector(
        "a character cut off in the middle",
        b'data: {"choices":[{"delta":{"content":"\xe2\x82"}}]}\n\n' + DONE,
        said("\ufffd"),
    ),
    Vector(
        "an overlong form",
        b'data: {"choices":[{"delta":{"content":"\xc0\xaf"}}]}\n\n' + DONE,
        said("\ufffd\ufffd"),
    ),
    Vector(
        "a surrogate in UTF-8",
        b'data: {"choices":[{"delta":{"content":"\xed\xa0\x80"}}]}\n\n' + DONE,
        said("\ufffd\ufffd\ufffd"),
    ),
    Vector(
        "the charset's label is nothing",
        'data: {"choices":[{"delta":{"content":"é"}}]}\n\n'.encode() + DONE,
        said("é"),
        content_type="text/event-stream; charset=latin-1",
    ),
    Vector("a bad byte in a field name", A + b"dat\xff: x\n\n" + DONE, said("a")),
]

ENDINGS = [
    Vector("[DONE] without finish reason", A + DONE, said("a")),
    Vector("finish reason without [DONE]", A + finish(), said("a"), finish_reason="stop"),
    Vector("neither", A, said("a"), "interrupted", error="connection"),
    Vector("zero bytes", b"", state="failed", error="empty"),
    Vector("one byte", b"\n", state="interrupted", error="connection"),
    Vector("comments alone", b": hello\n\n", state="interrupted", error="connection"),
    Vector("nothing counts after [DONE]", A + DONE + B + data({"error": {"message": "late"}}), said("a")),
    Vector("[DONE] without blank line", A + b"data: [DONE]", said("a")),
    Vector("[DONE] with half a blank line", A + b"data: [DONE]\n", said("a")),
    Vector(
        "a longer [DONE] is none", A + b"data: [DONE] \n\n", said("a"), "interrupted", None, 1, "connection"
    ),
    Vector(
        "[DONE] with more is none",
        A + b"data: [DONE][DONE]\n\n",
        said("a"),
        "interrupted",
        None,
        1,
        "connection",
    ),
    Vector("[done] is none", A + b"data: [done]\n\n", said("a"), "interrupted", None, 1, "connection"),
    Vector(
        "quoted [DONE] is a string", A + b'data: "[DONE]"\n\n', said("a"), "interrupted", error="connection"
    ),
    Vector(
        "[DONE] as one line of several",
        A + b"data: [DONE]\ndata: [DONE]\n\n",
        said("a"),
        "interrupted",
        None,
        1,
        "connection",
    ),
    Vector(
        "a last event without blank line", A + b"data: " + X, said("ax"), "interrupted", error="connection"
    ),
    Vector(
        "a last event with one line end", A + b"data: %s\n" % X, said("ax"), "interrupted", error="connection"
    ),
    Vector("a last event with a CR", A + b"data: %s\r" % X, said("ax"), "interrupted", error="connection"),
    Vector(
        "a cut event is dropped and not counted",
        A + b"data: " + X[:-3],
        said("a"),
        "interrupted",
        error="connection",
    ),
    Vector("a cut event after the end", A + finish() + b'data: {"usa', said("a"), finish_reason="stop"),
    Vector("a last finish without blank line", A + finish().rstrip(), said("a"), finish_reason="stop"),
    Vector("finish null is not yet", A + finish(None), said("a"), "interrupted", error="connection"),
    Vector("finish empty is not yet", A + finish(""), said("a"), "interrupted", error="connection"),
    Vector(
        "a later null undoes nothing",
        A + finish() + finish(None) + finish(""),
        said("a"),
        finish_reason="stop",
    ),
    Vector(
        "finish of a wrong type is none",
        A + finish(7) + finish(["stop"]) + finish(True),
        said("a"),
        "interrupted",
        error="connection",
    ),
    Vector(
        "finish with the last text",
        choice({"content": "a"}, finish_reason="stop"),
        said("a"),
        finish_reason="stop",
    ),
    Vector("text after the finish still counts", A + finish() + B + DONE, said("ab"), finish_reason="stop"),
    Vector("length", A + finish("length") + DONE, said("a"), "length", "length"),
    Vector(
        "content filter", A + finish("content_filter") + DONE, said("a"), "content_filter", "content_filter"
    ),
    Vector("tool calls", finish("tool_calls") + DONE, (), "tool_calls", "tool_calls"),
    Vector("an unknown reason is shown", A + finish("eos_token") + DONE, said("a"), "complete", "eos_token"),
    Vector("upper case is unknown", A + finish("LENGTH") + DONE, said("a"), "complete", "LENGTH"),
    Vector(
        "finish of another choice",
        A + data({"choices": [{"index": 1, "delta": {}, "finish_reason": "length"}]}),
        said("a"),
        "interrupted",
        error="connection",
    ),
]

JSON = [
    Vector("malformed is skipped and counted", A + b"data: {oops\n\n" + B + DONE, said("ab"), skipped=1),
    Vector("several malformed", b"data: x\n\ndata: {\n\ndata: ]\n\n" + A + DONE, said("a"), skipped=3),
    Vector(
        "malformed after the finish counts",
        A + finish() + b"data: {oops\n\n",
        said("a"),
        finish_reason="stop",
        skipped=1,
    ),
    Vector("NaN is no JSON", b'data: {"choices":[{"delta":{"content":"x"}}],"a":NaN}\n\n' + DONE, skipped=1),
    Vector("Infinity is no JSON", b"data: Infinity\n\ndata: -Infinity\n\n" + DONE, skipped=2),
    Vector("single quotes are no JSON", b"data: {'choices':[]}\n\n" + DONE, skipped=1),
    Vector("a comma too much is no JSON", b'data: {"choices":[],}\n\n' + DONE, skipped=1),
    Vector("two documents are no JSON", b"data: %s%s\n\n" % (X, X) + DONE, skipped=1),
    Vector("a control character in a string", b'data: {"a":"\x01"}\n\n' + DONE, skipped=1),
    Vector("white space around is fine", b"data:   \t%s \t\n\n" % X + DONE, said("x")),
    Vector(
        "no object is nothing", b'data: 1\n\ndata: "x"\n\ndata: null\n\ndata: true\n\ndata: []\n\n' + DONE
    ),
    Vector("a list of chunks is nothing", b"data: [%s]\n\n" % X + DONE),
    Vector(
        "a very long number",
        b'data: {"n":%s,"choices":[{"delta":{"content":"x"}}]}\n\n' % (b"7" * 5000) + DONE,
        said("x"),
    ),
    Vector("nested too deeply", b"data: " + b"[" * 100_000 + b"\n\n" + A + DONE, said("a"), skipped=1),
    Vector(
        "the last of two equal keys",
        b'data: {"choices":[],"choices":[{"delta":{"content":"x"}}]}\n\n' + DONE,
        said("x"),
    ),
    Vector(
        "escapes",
        b'data: {"choices":[{"delta":{"content":"\\u00e9\\n\\u0000\\ud83d\\ude00"}}]}\n\n' + DONE,
        said("é\n\x00😀"),
    ),
    Vector(
        "a lone high surrogate",
        b'data: {"choices":[{"delta":{"content":"a\\ud83db"}}]}\n\n' + DONE,
        said("a\ufffdb"),
    ),
    Vector(
        "a lone low surrogate",
        b'data: {"choices":[{"delta":{"content":"\\ude00b"}}]}\n\n' + DONE,
        said("\ufffdb"),
    ),
    Vector(
        "surrogates the wrong way round",
        b'data: {"choices":[{"delta":{"content":"\\ude00\\ud83d"}}]}\n\n' + DONE,
        said("\ufffd\ufffd"),
    ),
    Vector("a pair split between deltas", text("a\ud83d") + text("\ude00b") + DONE, said("a😀b")),
    Vector("half a pair and then text", text("\ud83d") + B + DONE, said("\ufffdb")),
    Vector("two high halves", text("\ud83d") + text("\ud83d") + text("\ude00") + DONE, said("\ufffd😀")),
    Vector("half a pair at the end", text("a\ud83d") + DONE, said("a\ufffd")),
    Vector("half a pair at a cut", text("a\ud83d"), said("a\ufffd"), "interrupted", error="connection"),
    Vector(
        "halves of reasoning and text are kept apart",
        choice({"reasoning": "\ud83d"}) + text("\ude00") + DONE,
        (("text", "\ufffd"), ("reasoning", "\ufffd")),
    ),
]

SHAPES = [
    Vector("role only", choice({"role": "assistant"}) + A + DONE, said("a")),
    Vector("content null", choice({"content": None}) + A + DONE, said("a")),
    Vector("content empty", text("") + A + DONE, said("a")),
    Vector("no choices", data({}) + data({"choices": None}) + data({"choices": []}) + A + DONE, said("a")),
    Vector("delta missing or null", data({"choices": [{}]}) + choice(None) + A + DONE, said("a")),
    Vector(
        "wrong types of choices",
        b"".join(data({"choices": wrong}) for wrong in (1, "x", True, {"0": {}})) + A + DONE,
        said("a"),
    ),
    Vector(
        "wrong types of a choice",
        data({"choices": [1, "x", None, [], {"delta": {"content": "a"}}]}) + DONE,
        said("a"),
    ),
    Vector(
        "wrong types of a delta",
        b"".join(choice(wrong) for wrong in (1, "x", True, [{"content": "no"}])) + A + DONE,
        said("a"),
    ),
    Vector(
        "wrong types of content",
        b"".join(choice({"content": wrong}) for wrong in (1, True, {"text": "no"})) + A + DONE,
        said("a"),
    ),
    Vector(
        "wrong types of reasoning and refusal",
        choice({"reasoning": 1, "reasoning_content": [], "refusal": {}, "content": "a"}) + DONE,
        said("a"),
    ),
    Vector(
        "the rest of a chunk counts",
        choice({"content": 5, "refusal": "no"}, finish_reason="stop"),
        (("refusal", "no"),),
        finish_reason="stop",
    ),
    Vector(
        "Azure's first chunk",
        data({"choices": [], "prompt_filter_results": [{"prompt_index": 0}]}) + A + DONE,
        said("a"),
    ),
    Vector(
        "content in parts",
        choice(
            {
                "content": [
                    {"type": "text", "text": "a"},
                    {"text": "b"},
                    {"type": "image_url", "text": "no"},
                    7,
                    {"type": "text", "text": 8},
                ]
            }
        )
        + DONE,
        said("ab"),
    ),
    Vector(
        "a whole completion as one event",
        data(completion(finish_reason="stop")) + DONE,
        said("Hi"),
        finish_reason="stop",
    ),
    Vector(
        "a whole completion after its deltas",
        text("Hi") + data(completion(finish_reason="stop")) + DONE,
        said("Hi"),
        finish_reason="stop",
    ),
    Vector(
        "choice 0 by index, not by place",
        data({"choices": [{"index": 1, "delta": {"content": "no"}}, {"index": 0, "delta": {"content": "a"}}]})
        + DONE,
        said("a"),
    ),
    Vector(
        "other choices are not shown",
        data({"choices": [{"index": 2, "delta": {"content": "no"}}]}) + A + DONE,
        said("a"),
    ),
    Vector("without index it is 0", data({"choices": [{"delta": {"content": "a"}}]}) + DONE, said("a")),
    Vector(
        "index null is none",
        data({"choices": [{"index": None, "delta": {"content": "a"}}]}) + DONE,
        said("a"),
    ),
    Vector(
        "index of a wrong type",
        data(
            {
                "choices": [
                    {"index": "0", "delta": {"content": "no"}},
                    {"index": False, "delta": {"content": "no"}},
                ]
            }
        )
        + A
        + DONE,
        said("a"),
    ),
    Vector(
        "usage",
        A + data({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 5}}) + DONE,
        (("text", "a"), ("usage", "3 5")),
    ),
    *(
        Vector(
            f"usage behind white space: {start!r}",
            A + start + b'{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5}}\n\n' + DONE,
            (("text", "a"), ("usage", "3 5")),
        )
        for start in (b"data:  ", b"data:\t", b"data\ndata: ", b"data: \ndata:\ndata:   ")
    ),
    Vector(
        "usage beside a number that is too long for Python",
        data({"usage": {"prompt_tokens": 3, "completion_tokens": 5}}).replace(
            b"}}", b'},"n":' + b"9" * 5000 + b"}"
        )
        + DONE,
        (("usage", "3 5"),),
    ),
    Vector(
        "usage after the finish",
        A + finish() + data({"usage": {"prompt_tokens": 3, "completion_tokens": 5}}),
        (("text", "a"), ("usage", "3 5")),
        finish_reason="stop",
    ),
    Vector("half a usage", data({"usage": {"completion_tokens": 5}}) + DONE, (("usage", "None 5"),)),
    Vector(
        "usage of wrong types",
        data({"usage": 1})
        + data({"usage": None})
        + data({"usage": {"prompt_tokens": "3", "completion_tokens": True}})
        + A
        + DONE,
        said("a"),
    ),
    Vector(
        "usage below zero",
        data({"usage": {"prompt_tokens": -1, "completion_tokens": 2}}) + DONE,
        (("usage", "None 2"),),
    ),
    Vector(
        "refusal",
        choice({"refusal": "I "}) + choice({"refusal": "won't"}) + finish(),
        (("refusal", "I won't"),),
        finish_reason="stop",
    ),
    Vector(
        "reasoning_content",
        choice({"reasoning_content": "r"}) + A + DONE,
        (("reasoning", "r"), ("text", "a")),
    ),
    Vector("reasoning", choice({"reasoning": "r"}) + A + DONE, (("reasoning", "r"), ("text", "a"))),
    Vector(
        "both names of reasoning, one is shown",
        choice({"reasoning": "no", "reasoning_content": "r"})
        + choice({"reasoning_content": "s", "reasoning": "no"})
        + DONE,
        (("reasoning", "rs"),),
    ),
    Vector(
        "the first name empty",
        choice({"reasoning_content": "", "reasoning": "r"})
        + choice({"reasoning_content": None, "reasoning": "s"})
        + DONE,
        (("reasoning", "rs"),),
    ),
    Vector(
        "text and reasoning in their order",
        text("a") + choice({"reasoning": "r"}) + text("b") + choice({"reasoning": "s"}) + DONE,
        (("text", "a"), ("reasoning", "r"), ("text", "b"), ("reasoning", "s")),
    ),
    Vector(
        "text and reasoning in one delta",
        choice({"reasoning": "r", "content": "a"}) + DONE,
        (("reasoning", "r"), ("text", "a")),
    ),
    Vector(
        "a tool call in pieces",
        choice({"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "f", "arguments": ""}}]})
        + choice({"tool_calls": [{"index": 0, "function": {"arguments": '{"a":'}}]})
        + choice({"tool_calls": [{"index": 0, "function": {"arguments": "1}"}}]})
        + finish("tool_calls"),
        (("tool", 'f {"a":1}'),),
        "tool_calls",
        "tool_calls",
    ),
    Vector(
        "tool calls by index",
        choice(
            {
                "tool_calls": [
                    {"index": 1, "function": {"name": "g", "arguments": "2"}},
                    {"index": 0, "function": {"name": "f", "arguments": "1"}},
                ]
            }
        )
        + DONE,
        (("tool", "f 1"), ("tool", "g 2")),
    ),
    Vector(
        "tool calls without index",
        choice(
            {
                "tool_calls": [
                    {"function": {"name": "f", "arguments": "1"}},
                    {"function": {"name": "g", "arguments": "2"}},
                ]
            }
        )
        + DONE,
        (("tool", "f 1"), ("tool", "g 2")),
    ),
    Vector(
        "a tool call's name is not repeated",
        choice({"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": "1"}}]})
        + choice({"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": "2"}}]})
        + DONE,
        (("tool", "f 12"),),
    ),
    Vector(
        "tool calls of wrong types",
        b"".join(
            choice({"tool_calls": wrong})
            for wrong in (1, "x", {"index": 0}, [1, None, "x"], [{"index": "0", "function": {"name": "no"}}])
        )
        + A
        + DONE,
        said("a"),
    ),
    Vector(
        "a tool call of wrong types inside",
        choice({"tool_calls": [{"index": 0, "id": 5, "function": {"name": 7, "arguments": {"a": 1}}}]})
        + DONE,
        (("tool", " "),),
    ),
    Vector(
        "a cut tool call is shown as it stands",
        choice({"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": '{"a'}}]}),
        (("tool", 'f {"a'),),
        "interrupted",
        error="connection",
    ),
]

THINK = [
    think("whole", "<think>r</think>a", says=(("reasoning", "r"), ("text", "a"))),
    think("in the middle", "a<think>r</think>b", says=(("text", "a"), ("reasoning", "r"), ("text", "b"))),
    think(
        "cut anywhere",
        "a<th",
        "ink>r</",
        "think",
        ">b",
        says=(("text", "a"), ("reasoning", "r"), ("text", "b")),
    ),
    Vector(
        "think: reasoning beside a piece that is no tag",
        text("a<th") + choice({"reasoning": "r"}) + text("x") + DONE,
        (("text", "a<th"), ("reasoning", "r"), ("text", "x")),
    ),
    Vector(
        "think: two things beside a piece that is no tag",
        text("a<t") + choice({"reasoning": "r"}) + text("hi") + choice({"refusal": "n"}) + text("s") + DONE,
        (("text", "a<t"), ("reasoning", "r"), ("text", "hi"), ("refusal", "n"), ("text", "s")),
    ),
    Vector(
        "think: reasoning beside a piece of a tag",
        text("a<th") + choice({"reasoning": "r"}) + text("ink>x</think>y") + DONE,
        (("text", "a"), ("reasoning", "rx"), ("text", "y")),
    ),
    Vector(
        "think: reasoning beside a piece inside",
        text("<think>a</th") + choice({"reasoning": "b"}) + text("c") + DONE,
        (("reasoning", "a</thbc"),),
    ),
    Vector(
        "think: reasoning beside a piece, and the end",
        text("a</t<th") + choice({"reasoning": "r"}) + finish(),
        (("text", "a</t<th"), ("reasoning", "r")),
        finish_reason="stop",
    ),
    think(
        "by single characters", *"a<think>r</think>b", says=(("text", "a"), ("reasoning", "r"), ("text", "b"))
    ),
    think(
        "several",
        "<think>r</think>a<think>s</think>b",
        says=(("reasoning", "r"), ("text", "a"), ("reasoning", "s"), ("text", "b")),
    ),
    think(
        "nothing is trimmed",
        "<think>\n r \n</think>\n\n a",
        says=(("reasoning", "\n r \n"), ("text", "\n\n a")),
    ),
    think("empty", "<think></think>a", says=said("a")),
    think("unclosed", "a<think>r", "s", says=(("text", "a"), ("reasoning", "rs"))),
    think("closing outside is text", "a</think>b", says=said("a</think>b")),
    think(
        "opening inside is reasoning",
        "<think>a<think>b</think>c",
        says=(("reasoning", "a<think>b"), ("text", "c")),
    ),
    think("upper case is text", "<Think>a</Think><THINK>", says=said("<Think>a</Think><THINK>")),
    think("with a space it is text", "<think >a< think>", says=said("<think >a< think>")),
    think("another tag is text", "<thinking>a</thinking>", says=said("<thinking>a</thinking>")),
    think(
        "a false start",
        "<thi",
        "<think>r</t",
        "</think>a",
        says=(("text", "<thi"), ("reasoning", "r</t"), ("text", "a")),
    ),
    think("comparisons", "1 <", " 2 <", "= 3", says=said("1 < 2 <= 3")),
    think("a piece of a tag at the end", "a<thin", says=said("a<thin")),
    think("a piece of the closing tag at the end", "<think>r</thin", says=(("reasoning", "r</thin"),)),
    think("a less-than sign at the end", "a<", says=said("a<")),
    Vector(
        "think: a piece of a tag at a cut", text("a<thin"), said("a<thin"), "interrupted", error="connection"
    ),
    Vector(
        "think: a piece of a tag before an error",
        text("a<thin") + data({"error": "x"}),
        said("a<thin"),
        "failed",
        error="server",
    ),
    Vector(
        "think: a piece of a tag before the finish",
        text("a<thin") + finish() + DONE,
        said("a<thin"),
        finish_reason="stop",
    ),
]

ERRORS = [
    Vector(
        "error object",
        A + data({"error": {"message": "overloaded", "code": 529}}),
        said("a"),
        "failed",
        error="server",
    ),
    Vector("error text", A + data({"error": "boom"}), said("a"), "failed", error="server"),
    Vector("error without a message", A + data({"error": {}}), said("a"), "failed", error="server"),
    Vector(
        "object error",
        A + data({"object": "error", "message": "boom", "code": 40303}),
        said("a"),
        "failed",
        error="server",
    ),
    Vector(
        "event error", A + b'event: error\ndata: {"message":"boom"}\n\n', said("a"), "failed", error="server"
    ),
    Vector("event error with text", A + b"event: error\ndata: boom\n\n", said("a"), "failed", error="server"),
    Vector(
        "event error with a string",
        A + b'event: error\ndata: "boom"\n\n',
        said("a"),
        "failed",
        error="server",
    ),
    Vector(
        "event error with [DONE]", A + b"event: error\ndata: [DONE]\n\n", said("a"), "failed", error="server"
    ),
    Vector(
        "event error with a list", A + b"event: error\ndata: [1]\n\n", said("a"), "failed", error="server"
    ),
    Vector("event error without data is nothing", b"event: error\ndata:\n\n" + A + DONE, said("a")),
    Vector("event Error is another name", b"event: Error\ndata: %s\n\n" % X + DONE, said("x")),
    Vector(
        "error null is none",
        data({"error": None, "choices": [{"delta": {"content": "a"}}]}) + DONE,
        said("a"),
    ),
    Vector(
        "error false or empty is none", data({"error": False}) + data({"error": ""}) + A + DONE, said("a")
    ),
    Vector(
        "an error beside text",
        data({"error": {"message": "x"}, "choices": [{"delta": {"content": "a"}, "finish_reason": "error"}]}),
        said("a"),
        "failed",
        "error",
        error="server",
    ),
    Vector(
        "an error after the finish",
        A + finish() + data({"error": {"message": "x"}}) + DONE,
        said("a"),
        "failed",
        "stop",
        error="server",
    ),
    Vector(
        "nothing counts after an error",
        A + data({"error": "x"}) + B + finish() + DONE,
        said("a"),
        "failed",
        error="server",
    ),
    Vector("an error cut off at the end", A + b'data: {"error":"x"}', said("a"), "failed", error="server"),
    Vector(
        "an error event cut off in its text",
        A + b"event: error\ndata: boom",
        said("a"),
        "interrupted",
        error="connection",
    ),
]

BODIES = [
    body("a completion", completion(finish_reason="stop"), says=said("Hi"), finish_reason="stop"),
    body(
        "a completion cut by length",
        completion(finish_reason="length"),
        says=said("Hi"),
        state="length",
        finish_reason="length",
    ),
    body("a completion without reason", completion(), says=said("Hi")),
    body(
        "a completion with usage",
        {**completion(), "usage": {"prompt_tokens": 1, "completion_tokens": 2}},
        says=(("text", "Hi"), ("usage", "1 2")),
    ),
    body(
        "a completion with reasoning",
        {"choices": [{"message": {"reasoning": "r", "content": "<think>s</think>a"}}]},
        says=(("reasoning", "rs"), ("text", "a")),
    ),
    body(
        "a completion with tool calls",
        {
            "choices": [
                {
                    "message": {
                        "content": None,
                        "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}}],
                    },
                    "finish_reason": "tool_calls",
                }
            ]
        },
        says=(("tool", "f {}"),),
        state="tool_calls",
        finish_reason="tool_calls",
    ),
    body("a completion under another label", completion(), "text/plain", says=said("Hi")),
    body("a completion without a label", completion(), "", says=said("Hi")),
    body(
        "a completion after white space",
        b" \r\n\n" * 500 + json.dumps(completion()).encode(),
        says=said("Hi"),
    ),
    body("a completion with a BOM", BOM + json.dumps(completion()).encode(), says=said("Hi")),
    body(
        "a completion as an event stream is none",
        completion(),
        STREAM,
        state="interrupted",
        error="connection",
    ),
    body("a completion as HTML is a page", completion(), "text/html", state="failed", error="html"),
    body("an error", {"error": {"message": "no"}}, state="failed", error="server"),
    body("JSON without choices", {"hello": "world"}, state="failed", error="protocol"),
    body("JSON with empty choices", {"choices": []}, state="failed", error="protocol"),
    body("JSON with wrong choices", {"choices": "x"}, state="failed", error="protocol"),
    body("JSON that is no object", [1, 2], state="failed", error="protocol"),
    body("a JSON string", "hello", state="failed", error="protocol"),
    body("broken JSON", b'{"choices":[{"message"', state="failed", error="protocol"),
    body("a stream labelled as JSON", A + DONE, says=said("a")),
    body("a stream labelled as HTML", A + DONE, "text/html", says=said("a")),
    body("a stream labelled as text", A + DONE, "text/plain; charset=utf-8", says=said("a")),
    body("a stream without a label", A + DONE, "", says=said("a")),
    body("a stream in odd case", A + DONE, "Text/Event-Stream;CHARSET=x", says=said("a")),
    body("a stream that begins with a comment", b": hi\n\n" + A + DONE, "application/json", says=said("a")),
    body(
        "a stream that begins with an event name",
        b"event: x\n" + A + DONE,
        "application/json",
        says=said("a"),
    ),
    body("a stream that begins with an unknown field", b"foo-bar: x\n" + A + DONE, says=said("a")),
    body("a stream that begins with an unknown name", b"foo\n" + A + DONE, says=said("a")),
    body("a JSON word", b"null", state="failed", error="protocol"),
    body("words labelled as JSON", b"it failed", state="failed", error="protocol"),
    body("a stream that begins with a BOM", BOM + A + DONE, "application/json", says=said("a")),
    body("a short stream labelled as JSON", b":\n\n", state="interrupted", error="connection"),
    body("a page", b"<!DOCTYPE html><title>Sign in</title>", "text/html", state="failed", error="html"),
    body("a page without a label", b"\n<html><head></head></html>", "", state="failed", error="html"),
    body(
        "a page labelled as a stream", b"<!doctype html><html></html>", STREAM, state="failed", error="html"
    ),
    body(
        "a page behind a BOM, labelled as a stream",
        BOM + b"<!doctype html><html></html>",
        STREAM,
        state="failed",
        error="html",
    ),
    body("a long page", b"<html>" + b"x" * 9000, "text/html", state="failed", error="html"),
    body("text labelled as HTML", b"It works!", "text/html", state="failed", error="html"),
    body("an empty page", b"", "text/html", state="failed", error="empty"),
    body("white space alone", b" \n \n", state="interrupted", error="connection"),
]

VECTORS = [*FRAMING, *ENDINGS, *JSON, *SHAPES, *THINK, *ERRORS, *BODIES]
