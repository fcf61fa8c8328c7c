"""The style sheet of exported pages: the app's look, light and dark, and nothing that is loaded.

The colours are those of ui/theme.py; a test compares them.
"""

from __future__ import annotations

LIGHT = {
    "page": "#ffffff",
    "bubble": "#f1f1f5",
    "border": "#dadbe3",
    "text": "#1c1d22",
    "muted": "#63656f",
    "accent": "#4453c9",
    "danger": "#b3261e",
    "codeFill": "#f7f7fa",
    "codeKeyword": "#8a2aa8",
    "codeString": "#22703c",
    "codeNumber": "#9a4a05",
    "codeComment": "#676976",
    "codeFunction": "#1f5bb8",
    "codeType": "#0f6a72",
    "codeAttribute": "#a8321f",
    "codeDeleted": "#b3261e",
    "codeInserted": "#1d7040",
}
DARK = {
    "page": "#1b1c20",
    "bubble": "#2a2b31",
    "border": "#393a43",
    "text": "#ececf1",
    "muted": "#a2a4b0",
    "accent": "#98a4ff",
    "danger": "#ff9d94",
    "codeFill": "#222328",
    "codeKeyword": "#d6a1f0",
    "codeString": "#9bd6a4",
    "codeNumber": "#f0b27a",
    "codeComment": "#9a9ca9",
    "codeFunction": "#8fbcff",
    "codeType": "#7fd6d6",
    "codeAttribute": "#f2a497",
    "codeDeleted": "#ff9d94",
    "codeInserted": "#8fdba2",
}

_RULES = """
:root { color-scheme: light dark; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 760px; margin: 0 auto; padding: 24px 16px; overflow-wrap: anywhere; }
article + article { margin-top: 64px; border-top: 1px solid var(--border); }
.note, .facts, summary { color: var(--muted); font-size: 14px; }
.error { color: var(--danger); }
.user { background: var(--bubble); border-radius: 16px; padding: 10px 16px; margin: 24px 0 24px 15%;
  width: fit-content; margin-left: auto; max-width: 85%; box-sizing: border-box; white-space: pre-wrap; }
.thoughts, .system { color: var(--muted); border-left: 2px solid var(--border); padding-left: 14px;
  white-space: pre-wrap; }
figure { margin: 16px 0; background: var(--codeFill); border: 1px solid var(--border); border-radius: 8px; }
figcaption { color: var(--muted); font-size: 13px; padding: 8px 14px 0; }
pre { margin: 0; padding: 12px 14px; overflow-x: auto; font: 14px/1.45 ui-monospace, monospace; }
p, li, h1, h2, h3, h4, h5, h6, th, td { unicode-bidi: plaintext; text-align: start; }
li > p { margin: 4px 0; }
li > p:first-child { display: inline; }
p code, li code, td code { background: var(--codeFill); border-radius: 4px; padding: 1px 4px; }
blockquote { margin: 16px 0; padding-left: 14px; border-left: 3px solid var(--border); }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid var(--border); padding: 6px 10px; }
hr { border: none; border-top: 1px solid var(--border); margin: 24px 0; }
a { color: var(--accent); }
.keyword, .operator { color: var(--codeKeyword); }
.string { color: var(--codeString); }
.number { color: var(--codeNumber); }
.comment { color: var(--codeComment); }
.function { color: var(--codeFunction); }
.type { color: var(--codeType); }
.attribute { color: var(--codeAttribute); }
.heading { font-weight: bold; }
.deleted { color: var(--codeDeleted); }
.inserted { color: var(--codeInserted); }
"""


def _variables(colors: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in colors.items())


STYLE = (
    f":root {{ {_variables(LIGHT)} }}\n"
    f"@media (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}{_RULES}"
)
