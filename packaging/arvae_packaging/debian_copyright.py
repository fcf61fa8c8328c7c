"""Debian's copyright file, in its machine-readable format."""

from __future__ import annotations

import re

from arvae_packaging.project import COMMAND, HOMEPAGE, TITLE

# Debian has these texts on every system and wants them named, not repeated. The program carries them in full.
# Each is told by its beginning and its end: others may stand behind it in the same text.
_APACHE_END = (
    r"accepting any such warranty\s+or additional liability\."
    r"(?:\s+END OF TERMS AND CONDITIONS)?(?:\s+APPENDIX:.*?limitations under the License\.)?"
)
_COMMON = tuple(
    (re.compile(rf"{begin}.*?(?:{end}|\Z)", re.DOTALL), name)
    for begin, end, name in (
        (r"GNU GENERAL PUBLIC LICENSE\s+Version 2", "END OF TERMS AND CONDITIONS", "GPL-2"),
        (r"GNU GENERAL PUBLIC LICENSE\s+Version 3", r"why-not-lgpl\.html>\.", "GPL-3"),
        (r"GNU LESSER GENERAL PUBLIC LICENSE\s+Version 2\.1", "That's all there is to it!", "LGPL-2.1"),
        (r"GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3", r"that version for the\s+Library\.", "LGPL-3"),
        (r"Apache License\s+Version 2\.0, January 2004", _APACHE_END, "Apache-2.0"),
        (r"CC0 1\.0 Universal", r"CC0 or use of\s+the Work\.", "CC0-1.0"),
    )
)


def copyright_text(entries: list[dict[str, str]]) -> str:
    """The file for `entries`, ours first: whose it is, and each licence once."""
    ours, *others = entries
    parts = [
        (
            "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
            f"Upstream-Name: {TITLE}\nSource: {HOMEPAGE}\n"
            f"Comment: what lies below usr/lib/{COMMAND}/_internal is by others; their "
            "licences follow ours.\n"
        ),
        f"Files: *\nCopyright: {_holder(ours)}\nLicense: {ours['licence']}\n{_body(ours['text'])}\n",
    ]
    for entry in others:
        label = re.sub(r"[^A-Za-z0-9.+]+", "-", f"{entry['name']}-{entry['licence']}")
        holder = f"{_holder(entry)}\n " if _holder(entry) else ""
        title = f"{entry['name']} {entry['version']}".strip()
        parts.append(f"License: {label}\n {title}\n {holder}.\n{_body(entry['text'])}\n")
    return "\n".join(parts)


def _holder(entry: dict[str, str]) -> str:
    lines = (line.strip() for line in entry["text"].splitlines())
    return next((line for line in lines if re.match(r"copyright (?:\(c\)|©|\d)", line, re.IGNORECASE)), "")


def _body(text: str) -> str:
    for pattern, name in _COMMON:
        named = f"\n\nThe text of this licence is in /usr/share/common-licenses/{name}.\n\n"
        text = re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", pattern.sub(named, text))
    return "\n".join(f" {line.rstrip()}" if line.strip() else " ." for line in text.strip().splitlines())
