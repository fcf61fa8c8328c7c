"""Runs first in the frozen program, before anything of ours."""
# ruff: noqa: INP001  (a program of PyInstaller's and no package)

import os
import sys

# PyInstaller's starter points the loader to the bundle's libraries. That has been read by now; programs
# that the app starts, such as a browser, must not load our OpenSSL in place of the system's.
if sys.platform.startswith("linux"):
    original = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    os.environ.pop("LD_LIBRARY_PATH", None)
    if original:
        os.environ["LD_LIBRARY_PATH"] = original

    # A package may replace the program's files while it runs, and what is imported later would be read at
    # the old places in the new files. PyInstaller and zipimport open them by name each time; by these names
    # they are those of the start, whatever became of them.
    if os.access("/proc/self/exe", os.R_OK):
        import zipimport

        import pyimod02_importers

        pyimod02_importers.pyz_archive._filename = "/proc/self/exe"  # noqa: SLF001  (there is no other way)
        base_library = f"{sys._MEIPASS}/base_library.zip"  # noqa: SLF001  (so PyInstaller documents it)
        names = {base_library: f"/proc/self/fd/{os.open(base_library, os.O_RDONLY)}"}
        read = zipimport._get_data  # noqa: SLF001
        zipimport._get_data = lambda archive, entry: read(names.get(archive, archive), entry)  # noqa: SLF001
