"""ZIP archives from anywhere: what is in them is read as a stream, and never more than is plausible."""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from typing import IO

# In other programs' archives, and in our backups; ChatGPT cuts big exports into numbered files.
_CONVERSATIONS = re.compile(r"(?:[^/]*/)?conversations(?:-\d{1,6})?\.jsonl?")
_BEGINNING = b"PK"
# Conversations are packed to a tenth. What claims to be packed to far less is made to take time or memory.
_MOST_RATIO = 200
_ALWAYS_FINE = 64 << 20
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
)
_FAULTS_OF_DIRECTORY = (*_FAULTS, ValueError)


class ArchiveError(Exception):
    """An archive of which nothing can be read; the text is a sentence for people."""


class Member:
    """A file in an archive, to be read from its beginning.

    Attributes:
        size: in bytes, unpacked; more is never read.
        fault: what broke off the reading, as a sentence, or "".
    """

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._archive = archive
        self._info = info
        self._file: IO[bytes] | None = None
        self.size = info.file_size
        self.fault = ""

    def read(self, size: int, /) -> bytes:
        """As a file's; a fault looks like the end."""
        try:
            self._file = self._file or self._archive.open(self._info)
            return self._file.read(size)
        except _FAULTS as error:
            self.fault = f"The archive is damaged or locked: {error or type(error).__name__}."
            return b""


def is_archive(file: IO[bytes]) -> bool:
    """Whether a file begins like an archive; it is at its beginning before and after."""
    beginning = file.read(len(_BEGINNING))
    file.seek(0)
    return beginning == _BEGINNING


def open_archive(file: IO[bytes], size: int) -> zipfile.ZipFile:
    """The archive in a file of `size` bytes. Raises `ArchiveError`."""
    try:
        archive = zipfile.ZipFile(file)
    except _FAULTS_OF_DIRECTORY:
        raise ArchiveError("The archive is damaged: its list of files can’t be read.") from None
    if sum(info.file_size for info in archive.infolist()) > size * _MOST_RATIO + _ALWAYS_FINE:
        raise ArchiveError("The archive claims to hold far more than it can; it was not opened.")
    return archive


def conversation_members(file: IO[bytes], size: int) -> list[Member]:
    """The members with conversations, in the order of their names. Raises `ArchiveError` if there is none."""
    archive = open_archive(file, size)
    infos = [info for info in archive.infolist() if _CONVERSATIONS.fullmatch(info.filename)]
    if not infos:
        raise ArchiveError("There is no file with conversations in this archive.")
    return [Member(archive, info) for info in sorted(infos, key=lambda info: info.filename)]
