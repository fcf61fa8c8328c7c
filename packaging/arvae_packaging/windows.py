"""What Windows reads in the program's file: its version resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arvae_packaging.project import COMMAND, SUMMARY, TITLE, version

if TYPE_CHECKING:
    from pathlib import Path

_TEMPLATE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004, fileType=0x1,
    subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("CompanyName", "The Arvae Desktop authors"),
      StringStruct("FileDescription", {title!r}),
      StringStruct("FileVersion", {version!r}),
      StringStruct("InternalName", {command!r}),
      StringStruct("LegalCopyright", "MIT licence"),
      StringStruct("OriginalFilename", "{command}.exe"),
      StringStruct("ProductName", {title!r}),
      StringStruct("ProductVersion", {version!r}),
      StringStruct("Comments", {summary!r}),
    ])]),
    VarFileInfo([VarStruct("Translation", [1033, 1200])]),
  ],
)
"""


def write_version_resource(path: Path) -> None:
    """Write the version resource in the form that PyInstaller reads."""
    path.write_text(
        _TEMPLATE.format(
            numbers=four_numbers(version()), version=version(), title=TITLE, command=COMMAND, summary=SUMMARY
        ),
        "utf-8",
    )


def four_numbers(text: str) -> tuple[int, int, int, int]:
    """A version as the four numbers of Windows: 1.2.3 becomes (1, 2, 3, 0)."""
    first, second, third = (int(part) for part in text.split("."))
    return first, second, third, 0
