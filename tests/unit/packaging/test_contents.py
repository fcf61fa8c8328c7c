"""What goes into the frozen program, decided by names."""

from __future__ import annotations

import sys

import pytest
from arvae_packaging import contents

WHEEL = "/venv/site-packages/PySide6"


def kept(name: str, source: str = "", kind: str = "BINARY") -> bool:
    entries = [(name, source or f"/venv/site-packages/{name}", kind)]
    return bool(contents.wanted_binaries(entries) if kind == "BINARY" else contents.wanted_data(entries))


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/lib/libQt6Core.so.6",
        "PySide6/Qt/lib/libQt6WaylandClient.so.6",
        "PySide6/Qt/lib/libQt6WlShellIntegration.so.6",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so",
        "PySide6/Qt/plugins/imageformats/libqwebp.so",
        "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
        "PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so",
        "PySide6/Qt/plugins/printsupport/libcupsprintersupport.so",
        "PySide6/QtWidgets.abi3.so",
        "PySide6\\plugins\\platforms\\qwindows.dll",
        "PySide6\\Qt6Core.dll",
        "python3.11/lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_used_parts_stay(name: str) -> None:
    assert kept(name)


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/lib/libQt6Quick.so.6",
        "PySide6/Qt/lib/libQt6Qml.so.6",
        "PySide6/Qt/lib/libQt6OpenGL.so.6",
        "PySide6/Qt/lib/libQt6VirtualKeyboard.so.6",
        "PySide6/Qt/lib/libQt6EglFSDeviceIntegration.so.6",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/platforms/libqeglfs.so",
        "PySide6/Qt/plugins/platforms/libqvnc.so",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6/Qt/plugins/imageformats/libqtiff.so",
        "PySide6\\opengl32sw.dll",
        "PySide6\\plugins\\platforms\\qdirect2d.dll",
        "PySide6\\Qt6Quick.dll",
    ],
)
def test_unused_parts_go(name: str) -> None:
    assert not kept(name)


@pytest.mark.skipif(sys.platform != "linux", reason="of Linux")
def test_the_systems_libraries_stay_the_systems() -> None:
    for name in (
        "libX11.so.6",
        "libgtk-3.so.0",
        "libstdc++.so.6",
        "libz.so.1",
        "libGL.so.1",
        "libglib-2.0.so.0",
        "libffi.so.8",
    ):
        assert not kept(name, f"/usr/lib/x86_64-linux-gnu/{name}")
    for name in ("libssl.so.3", "libsqlite3.so.0", "libxcb-cursor.so.0"):
        assert kept(name, f"/usr/lib/x86_64-linux-gnu/{name}")


def test_of_data_only_what_is_read_stays() -> None:
    assert kept("keyring-25.7.0.dist-info/entry_points.txt", kind="DATA")
    assert kept("certifi/cacert.pem", kind="DATA")
    assert kept("arvae_desktop/resources/icons/send.svg", kind="DATA")
    assert kept("ziamath/fonts/STIXTwoMath-Regular.ttf", kind="DATA")
    for name in (
        "x-1.dist-info/RECORD",
        "PySide6/Qt/translations/qtbase_de.qm",
        "x/py.typed",
        "PySide6/QtCore.pyi",
    ):
        assert not kept(name, kind="DATA")


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes need it there")
def test_network_of_qt_stays_out() -> None:
    assert "PySide6.QtNetwork" in contents.EXCLUDED_MODULES
    assert not kept("PySide6/Qt/lib/libQt6Network.so.6")
    assert not kept("libQt6Network.so.6", kind="SYMLINK")
