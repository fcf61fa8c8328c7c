"""What makes packages a release: conditions before, sums and signatures after."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import os
import re
from typing import TYPE_CHECKING

from nacl.signing import SigningKey

from arvae_packaging.project import HOMEPAGE, ROOT, PackagingError, is_dirty, releases, update_key, version

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SUMS = "SHA256SUMS"
RELEASE_FILE = "release.json"
SECRET = "ARVAE_UPDATE_SECRET"  # noqa: S105  (the variable's name)
# The same as in arvae_desktop/api/release_file.py, which a test holds together.
PURPOSE = b"arvae-desktop newest release\n"
_GOOD_FOR = dt.timedelta(days=400)


def check(*, tag: str = "", changelog: str | None = None, today: dt.date | None = None) -> list[str]:
    """What stands against a release of this tree, a sentence each; empty if nothing does."""
    faults = []
    text = (ROOT / "CHANGELOG.md").read_text("utf-8") if changelog is None else changelog
    if is_dirty():
        faults.append("The tree is dirty: commit or remove what git status shows.")
    told = releases(text)
    if not told or told[0][0] != version():
        newest = told[0][0] if told else "no release"
        faults.append(f"CHANGELOG.md tells of {newest} on top, and the version is {version()}.")
    elif dt.date.fromisoformat(told[0][1]) > (today or dt.datetime.now(dt.UTC).date()):
        faults.append(f"CHANGELOG.md dates {version()} in the future.")
    if re.search(r"^## \[Unreleased\]\n+(?!## |\Z)\S", text, re.MULTILINE):
        faults.append("CHANGELOG.md has changes under [Unreleased]: they belong to a version now.")
    if tag and tag != f"v{version()}":
        faults.append(f"The tag is {tag}, and the version is {version()}.")
    return faults


def write_sums(folder: Path) -> Path:
    """Write the SHA-256 of each file in `folder` in the form of `sha256sum`; returns the file's path."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != SUMS)
    (folder / SUMS).write_text("".join(f"{_sha256(path)}  {path.name}\n" for path in files), "utf-8")
    return folder / SUMS


def release_file(secret: SigningKey, today: dt.date) -> bytes:
    """The signed file that installed programs ask for (see arvae_desktop/api/release_file.py)."""
    inside = {
        "version": version(),
        "page": f"{HOMEPAGE}/desktop",
        "good_until": (today + _GOOD_FOR).isoformat(),
    }
    text = json.dumps(inside)
    signature = base64.b64encode(secret.sign(PURPOSE + text.encode()).signature).decode()
    return (json.dumps({"release": text, "signature": signature}, indent=1) + "\n").encode()


def write_release_file(folder: Path) -> bool:
    """Write the signed file with the key in the environment; False where there is none.

    Raises `PackagingError` if it is not the key whose other half the program has.
    """
    text = os.environ.get(SECRET, "")
    if not text:
        return False
    secret = SigningKey(bytes.fromhex(text))
    if bytes(secret.verify_key).hex() != update_key():
        raise PackagingError(f"{SECRET} does not fit packaging/update-key.txt.")
    today = dt.datetime.now(dt.UTC).date()
    (folder / RELEASE_FILE).write_bytes(release_file(secret, today))
    return True


def notes(changelog: str, number: str) -> str:
    """The changelog's words on a version, without the heading."""
    found = re.search(
        rf"^## \[{re.escape(number)}\][^\n]*\n(.*?)(?=^## \[|\Z)", changelog, re.MULTILINE | re.DOTALL
    )
    return found[1].strip() + "\n" if found else ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_sums(lines: Iterable[str], folder: Path) -> list[str]:
    """The names whose sums are wrong or whose files are missing."""
    pairs = (line.rstrip("\n").split("  ", 1) for line in lines)
    return [
        name for digest, name in pairs if not (folder / name).is_file() or _sha256(folder / name) != digest
    ]
