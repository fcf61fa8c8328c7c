"""Archives whose bytes depend on what is in them alone."""

from __future__ import annotations

import lzma
import tarfile
from typing import TYPE_CHECKING

from arvae_packaging.project import source_date

if TYPE_CHECKING:
    from pathlib import Path


def write_tar_xz(folder: Path, target: Path, *, name: str) -> None:
    """Pack what is in `folder` below `name`, sorted, owned by root, with the commit's time."""

    def settled(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        member.mtime = source_date()
        return member

    with (
        lzma.open(target, "wb", preset=6) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.GNU_FORMAT) as tar,
    ):
        tar.add(folder, name, recursive=False, filter=settled)
        for path in sorted(folder.rglob("*")):
            tar.add(path, f"{name}/{path.relative_to(folder).as_posix()}", recursive=False, filter=settled)
