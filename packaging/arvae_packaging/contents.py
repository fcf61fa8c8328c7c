"""What goes into the frozen program, and what stays out."""

from __future__ import annotations

import fnmatch
import re
import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from arvae_packaging.project import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

Entry = tuple[str, str, str]  # name inside the bundle, path, PyInstaller's type code

# Imported by name at run time, so that no analysis finds them.
HIDDEN_IMPORTS = [
    "_cffi_backend",
    "anyio._backends._asyncio",
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
]

# They read files of their own at run time: fonts, and TeX's names of symbols.
PACKAGES_WITH_DATA = ["ziamath", "ziafont", "latex2mathml"]

EXCLUDED_MODULES = [
    # Other people's tests and tools, and what they alone import.
    "tkinter", "unittest", "doctest", "pdb", "pydoc", "lib2to3", "distutils", "setuptools", "pkg_resources",
    "pip", "ensurepip", "venv", "idlelib", "turtledemo", "test", "pytest", "_pytest", "numpy", "PIL",
    # Needs a terminal of its own kind.
    "curses", "_curses", "readline", "rlcompleter",
    # Optional halves of the libraries: other event loops, other protocols, command lines.
    "trio", "uvloop", "h2", "rich", "click", "httpx._main", "IPython", "mermaidx", "novasvg", "linkify_it",
    "gi", "chardet", "pywintypes", "win32ctypes.tests",
    # Compression that is read nowhere.
    "brotli", "brotlicffi", "zstandard",
    "_uuid",
    # Nobody starts processes by it, but a hook of PyInstaller's would load it.
    "multiprocessing",
]  # fmt: skip
if sys.platform != "win32":
    EXCLUDED_MODULES.append("PySide6.QtNetwork")  # named pipes are Windows' alone
if sys.platform.startswith("linux"):
    # What calls Windows and macOS by it is never run; PyInstaller would load it at each start.
    EXCLUDED_MODULES.append("ctypes")

# Of Qt, what the modules above don't use: another way to draw, other people's keyboards, other languages.
_UNWANTED = [
    "*/Qt*/translations/*",
    "*/Qt*/qml/*",
    "*/Qt*/resources/*",
    "*/plugins/egldeviceintegrations/*",
    "*/plugins/generic/*",
    "*/plugins/networkinformation/*",
    "*/plugins/tls/*",
    "*/plugins/xcbglintegrations/*",
    "*/plugins/wayland-graphics-integration-client/*",
    "*/plugins/wayland-shell-integration/libfullscreen-shell-v1.so",
    "*/plugins/wayland-shell-integration/libivi-shell.so",
    "*/plugins/wayland-shell-integration/libqt-shell.so",
    "*/plugins/wayland-shell-integration/libwl-shell-plugin.so",
    "*/plugins/platforms/libqeglfs.so",
    "*/plugins/platforms/libqlinuxfb.so",
    "*/plugins/platforms/libqminimal*.so",
    "*/plugins/platforms/libqvkkhrdisplay.so",
    "*/plugins/platforms/libqvnc.so",
    "*/plugins/platforms/libqwayland-egl.so",
    "*/plugins/platforms/*minimal*",
    "*/plugins/platforms/qdirect2d.dll",
    "*/plugins/platforminputcontexts/*virtualkeyboard*",
    "*/plugins/platformthemes/libqgtk3.so",
    "*/plugins/imageformats/*pdf*",
    "*/plugins/imageformats/*icns*",
    "*/plugins/imageformats/*tga*",
    "*/plugins/imageformats/*tiff*",
    "*/plugins/imageformats/*wbmp*",
    "*/opengl32sw.dll",
    "*/d3dcompiler_*.dll",
]
# Qt libraries that only what is left out above asks for. Network has the named pipes of Windows.
_UNWANTED_QT = re.compile(
    r"(?:lib)?Qt6?(?:OpenGL\w*|Qml\w*|Quick\w*|VirtualKeyboard\w*|Pdf\w*|EglFS\w*|EglFs\w*"
    r"|WaylandEglClientHwIntegration" + ("" if sys.platform == "win32" else "|Network") + ")"
    r"(?:\.so|\.dll|\.framework|\.abi3|\.pyd|$)"
)
# What of the Linux system is taken along. The rest is what every desktop has: packages name it as a need.
# These are not on every desktop (X11's helper libraries), or Python was built for one version of them.
_TAKEN_FROM_LINUX = re.compile(
    r"lib(?:ssl|crypto|sqlite3|lzma|bz2|xcb-(?:cursor|icccm|image|keysyms|render-util|util))\.so"
)
_UNWANTED_DATA = [
    "*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED", "*.dist-info/direct_url.json",
    "*.dist-info/WHEEL", "*.dist-info/top_level.txt", "*.dist-info/licenses/*", "*.dist-info/sboms/*",
    "*.dist-info/LICENSE*", "*/py.typed", "*.pyi",
]  # fmt: skip


def resources(staging: str) -> list[tuple[str, str]]:
    """What the app shows and no code, as (source, folder in the bundle): ours and what the build made."""
    place = "arvae_desktop/resources"
    return [
        (str(ROOT / "resources" / "icons"), f"{place}/icons"),
        (str(ROOT / "resources" / "style"), f"{place}/style"),
        (str(Path(staging) / "about"), f"{place}/about"),
    ]


def wanted_binaries(entries: Iterable[Entry]) -> list[Entry]:
    """Leave out the system's libraries and the parts of Qt that nothing uses."""
    return [entry for entry in entries if not _is_unwanted(entry[0]) and not _is_the_systems(entry)]


def wanted_data(entries: Iterable[Entry]) -> list[Entry]:
    """Leave out Qt's data files, and of other packages what only installers read."""
    return [
        entry
        for entry in entries
        if not _is_unwanted(entry[0])
        and not _matches(entry[0], _UNWANTED_DATA)
        and not (entry[2] == "SYMLINK" and _is_the_systems(entry))
    ]


def wanted_modules(entries: Iterable[Entry]) -> list[Entry]:
    """Leave out Pygments' styles (colours are ours) but the base, and tests of libraries."""
    return [
        entry
        for entry in entries
        if not re.fullmatch(
            r"pygments\.(?:styles\.(?!_mapping)\w+|sphinxext|cmdline)|.*\.tests?(?:\..*)?", entry[0]
        )
    ]


def _is_unwanted(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return _matches(name, _UNWANTED) or any(_UNWANTED_QT.match(part) for part in path.parts)


def _is_the_systems(entry: Entry) -> bool:
    """Whether a library comes from the Linux system rather than from Python or one of its packages."""
    if not sys.platform.startswith("linux"):
        return False
    name, source, _ = entry
    if "/" in name and not name.startswith("lib/"):
        return False  # it belongs to a package: PySide6/Qt/lib/…, lib-dynload/…
    file = PurePosixPath(name).name
    if file.startswith(("libpython", "libQt6", "libicu", "libpyside6", "libshiboken6")):
        return False
    return ".so" in file and not _TAKEN_FROM_LINUX.match(file) and "site-packages" not in source


def _matches(name: str, patterns: list[str]) -> bool:
    path = "/" + name.replace("\\", "/")
    return any(
        fnmatch.fnmatchcase(path, pattern if pattern.startswith("*") else f"*/{pattern}")
        for pattern in patterns
    )
