"""What is built: names, version, commit and date, each from its one place."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
BUILD = ROOT / "build"
DIST = ROOT / "dist"
COMMAND = "arvae-desktop"
TITLE = "Arvae Desktop"
BUNDLE_ID = "ai.arvae.Desktop"
SUMMARY = "Chat with language models, word by word"
HOMEPAGE = "https://arvae.ai"
MAINTAINER = "The Arvae Desktop authors <desktop@arvae.ai>"

_VERSION = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_RELEASE = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$", re.MULTILINE)


class PackagingError(Exception):
    """A package can't be made; the text says why, in a sentence for people."""


@cache
def version() -> str:
    """The version, from `arvae_desktop/__init__.py`: its one place."""
    text = (ROOT / "arvae_desktop" / "__init__.py").read_text("utf-8")
    found = _VERSION.search(text)
    if found is None:
        raise PackagingError("arvae_desktop/__init__.py names no __version__.")
    return found[1]


def releases(changelog: str | None = None) -> list[tuple[str, str]]:
    """Version and date (ISO) of each release in the changelog, newest first."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8") if changelog is None else changelog
    return _RELEASE.findall(text)


@cache
def commit() -> str:
    """The commit's 40 hex digits; empty where there is no git, with a `+` behind them if files differ."""
    named = os.environ.get("ARVAE_COMMIT")
    if named:
        return named
    digits = _git("rev-parse", "HEAD")
    return f"{digits}+" if digits and is_dirty() else digits


def update_key() -> str:
    """The public key for release files: the 64 hex digits in packaging/update-key.txt, or nothing."""
    path = PACKAGING / "update-key.txt"
    return path.read_text("ascii").strip() if path.exists() else ""


def is_dirty() -> bool:
    """Whether the work tree differs from the commit, files that git doesn't know included."""
    return bool(_git("status", "--porcelain"))


@cache
def source_date() -> int:
    """Seconds since 1970 that stand for the time of every file made: the commit's, unless told."""
    told = os.environ.get("SOURCE_DATE_EPOCH")
    if told:
        return int(told)
    return int(_git("log", "-1", "--format=%ct") or 1_700_000_000)


def debian_architecture() -> str:
    """What Debian calls this machine: amd64 or arm64."""
    return {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]


def machine() -> str:
    """What the kernel calls this machine: x86_64 or aarch64."""
    return {"amd64": "x86_64", "arm64": "aarch64"}[debian_architecture()]


def _git(*arguments: str) -> str:
    try:
        return subprocess.run(
            ["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
