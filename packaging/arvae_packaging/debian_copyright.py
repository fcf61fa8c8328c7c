"""Debian's copyright file, in its machine-readable format."""

from __future__ import annotations

import re

from arvae_packaging.project import COMMAND, HOMEPAGE, TITLE

# Debian has these texts on every system and wants them named, not repeated. The program carries them in full.
_COMMON = (
    (re.compile(r"GNU GENERAL PUBLIC LICENSE\s+Version 3"), "GPL-3"),
    (re.compile(r"Apache License\s+Version 2\.0, January 2004"), "Apache-2.0"),
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
        label = re.sub(r"[^A-Za-z0-9.+-]+", "-", f"{entry['name']}-{entry['licence']}")
        holder = f"{_holder(entry)}\n " if _holder(entry) else ""
        parts.append(
            f"License: {label}\n {entry['name']} {entry['version']}\n {holder}.\n{_body(entry['text'])}\n"
        )
    return "\n".join(parts)


def _holder(entry: dict[str, str]) -> str:
    lines = (line.strip() for line in entry["text"].splitlines())
    return next((line for line in lines if re.match(r"copyright (?:\(c\)|©|\d)", line, re.IGNORECASE)), "")


def _body(text: str) -> str:
    for pattern, name in _COMMON:
        if found := pattern.search(text):
            before = text[: found.start()].rstrip()
            text = f"{before}\n\nThe text of this licence is in /usr/share/common-licenses/{name}.\n".lstrip()
    return "\n".join(f" {line.rstrip()}" if line.strip() else " ." for line in text.rstrip().splitlines())
