"""Everything in one file: conversations and settings, with a count and checksums, and never a key.

The file is a ZIP archive of ``conversations.jsonl`` (one conversation a line), ``settings.json`` and
``manifest.json``; docs/exchange-format.md has the details.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, TypeAlias

from arvae_desktop.exchange.archives import ArchiveError, Member, is_archive, open_archive
from arvae_desktop.exchange.elements import Damage, Element, ElementReader, Window
from arvae_desktop.exchange.exporting import whole_file
from arvae_desktop.exchange.own_json import from_json, looks_like_own, to_json
from arvae_desktop.exchange.reports import Imported, Problem, Progress
from arvae_desktop.exchange.values import dict_of, json_line

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping
    from pathlib import Path

    from arvae_desktop.domain.conversations import ConversationTree

FORMAT = "arvae-desktop/backup"
VERSION = 1
_CONVERSATIONS, _SETTINGS, _MANIFEST = "conversations.jsonl", "settings.json", "manifest.json"
_PIECE = 1 << 20
_MOST_SMALL = 4 << 20
# More than anything that this program can have shown; a backup must come back whole.
_MOST_BYTES = 1 << 30
_USER_IN_ADDRESS = re.compile(r"(?<=://)[^/\s]*@")


@dataclass(frozen=True, slots=True)
class BackedUpSettings:
    """The settings of a backup.

    Attributes:
        values: by name, as JSON has them; whoever takes them checks their types.
    """

    values: Mapping[str, object]


Restored: TypeAlias = Imported | BackedUpSettings


def back_up(
    trees: Iterable[ConversationTree], settings: Mapping[str, object], path: Path, total: int | None = None
) -> Generator[Progress, None, None]:
    """Write everything to one file, which is there only when it is whole, for the user alone (0600).

    Names and passwords in addresses (a proxy's) are left out. Yields how far it is after each conversation.
    Raises `OSError`; then, and when it is closed early, no file is left and an older one is as it was.
    """
    public = {name: _without_user(value) for name, value in settings.items()}
    digest, count = hashlib.sha256(), 0
    with whole_file(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(_CONVERSATIONS, "w", force_zip64=True) as member:
            for count, tree in enumerate(trees, 1):
                line = f"{to_json(tree)}\n".encode()
                member.write(line)
                digest.update(line)
                yield Progress(count, total, count)
        written = json_line(public).encode()
        archive.writestr(_SETTINGS, written)
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "conversations": count,
            "sha256": {_CONVERSATIONS: digest.hexdigest(), _SETTINGS: hashlib.sha256(written).hexdigest()},
        }
        archive.writestr(_MANIFEST, json_line(manifest))


def _without_user(value: object) -> object:
    return _USER_IN_ADDRESS.sub("", value) if isinstance(value, str) else value


def restore(path: Path) -> Iterator[Restored]:
    """What is in a backup: the settings, then the conversations; nothing before all of it has been verified.

    Where something is wrong, there is a `Problem` and nothing else; `import_file` reads what can be read of
    such a file. Progress is in bytes, and goes through the file twice. Raises `OSError`.
    """
    with path.open("rb") as file:
        try:
            archive = _open(file, path.stat().st_size)
            settings = yield from _verified(archive)
        except ArchiveError as error:
            yield Problem(str(error))
            return
        yield BackedUpSettings(settings)
        yield from _conversations(archive)


def _open(file: IO[bytes], size: int) -> zipfile.ZipFile:
    if not is_archive(file):
        raise ArchiveError("This file is no backup.")
    return open_archive(file, size)


def _verified(archive: zipfile.ZipFile) -> Generator[Progress, None, dict[str, object]]:
    """The settings. Raises `ArchiveError` if anything is not as it was written."""
    manifest = _small(archive, _MANIFEST)
    if manifest.get("format") != FORMAT:
        raise ArchiveError("This file is no backup of Arvae Desktop.")
    if manifest.get("version") != VERSION:
        raise ArchiveError("This backup was made by a newer version of Arvae Desktop.")
    sums = dict_of(manifest.get("sha256"))
    member = _member(archive, _CONVERSATIONS)
    digest, lines, done = hashlib.sha256(), 0, 0
    while piece := member.read(_PIECE):
        digest.update(piece)
        lines += piece.count(b"\n")
        done += len(piece)
        yield Progress(done, 2 * member.size, 0)
    settings = _member(archive, _SETTINGS).read(_MOST_SMALL)
    is_whole = digest.hexdigest() == sums.get(_CONVERSATIONS) and lines == manifest.get("conversations")
    if not is_whole or hashlib.sha256(settings).hexdigest() != sums.get(_SETTINGS):
        raise ArchiveError(member.fault or "This backup is damaged: its checksums are wrong.")
    return _small(archive, _SETTINGS)


def _conversations(archive: zipfile.ZipFile) -> Iterator[Restored]:
    member = _member(archive, _CONVERSATIONS)
    window = Window(member)
    reader = ElementReader(window, is_in_list=False, looks_right=looks_like_own, most_bytes=_MOST_BYTES)
    restored = 0
    for found in reader:
        match found:
            case Element(value=value) if tree := from_json(value):
                restored += 1
                yield tree
            case Element(number=number, offset=offset) | Damage(number=number, offset=offset):
                yield Problem(f"Conversation {number} of the backup can’t be read.", offset, number)
            case None:
                yield Progress(member.size + window.read_bytes, 2 * member.size, restored)
    yield Progress(2 * member.size, 2 * member.size, restored)


def _member(archive: zipfile.ZipFile, name: str) -> Member:
    try:
        return Member(archive, archive.getinfo(name))
    except KeyError:
        raise ArchiveError(f"This file is no backup: {name} is missing.") from None


def _small(archive: zipfile.ZipFile, name: str) -> dict[str, object]:
    try:
        return dict_of(json.loads(_member(archive, name).read(_MOST_SMALL)))
    except (ValueError, RecursionError):
        raise ArchiveError(f"This backup is damaged: {name} can’t be read.") from None
