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
