"""What the frozen program carries, as it is written down, in About and in the bill of materials."""

from __future__ import annotations

import copy
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest
from arvae_packaging import licences, native, sbom
from arvae_packaging.locks import APP_LOCK, FREEZE_LOCK
from arvae_packaging.project import version
from packaging.licenses import canonicalize_license_expression
from packaging.specifiers import SpecifierSet

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS = {
    "id", "name", "licence", "files", "notice", "package", "version", "systems", "python", "covers", "inside",
}  # fmt: skip
SYSTEMS = {"linux", "win32", "darwin"}
DESCRIBED = native.described()
LOCKED = native.locked(APP_LOCK)
BILL = {
    "metadata": {"component": {"bom-ref": "root-component", "name": "arvae-desktop"}},
    "components": [
        {"name": name, "version": number, "purl": f"pkg:pypi/{name}@{number}", "description": "a line"}
        for name, number in [*LOCKED.items(), ("of-another-system", "1.0")]
    ],
}


@pytest.fixture
def bill() -> dict[str, Any]:
    return sbom.completed(copy.deepcopy(BILL))


@pytest.fixture(params=sorted(SYSTEMS))
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A system that the parts are asked for."""
    monkeypatch.setattr(sys, "platform", request.param)
    native.components.cache_clear()
    yield request.param
    native.components.cache_clear()


@pytest.mark.parametrize("fields", DESCRIBED, ids=lambda fields: fields["name"])
def test_each_part_is_well_formed(fields: dict[str, Any]) -> None:
    assert set(fields) <= FIELDS
    assert canonicalize_license_expression(fields["licence"]) == fields["licence"]
    assert fields["files"]
    assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*", fields.get("id", "x"))
    assert fields.get("version", "") in native.VERSIONS
    assert not ("version" in fields and "package" in fields)
    assert fields.get("package", "pyinstaller") in LOCKED | native.locked(FREEZE_LOCK)
    assert set(fields.get("systems", [])) <= SYSTEMS
    SpecifierSet(fields.get("python", ""))


def test_names_are_told_once() -> None:
    names = [fields["name"].casefold() for fields in DESCRIBED]
    assert len(names) == len(set(names))


def test_every_text_is_there_and_used() -> None:
    named = {name for fields in DESCRIBED for name in fields["files"]} - {native.OF_PYTHON}
    there = {path.relative_to(native.TEXTS).as_posix() for path in native.TEXTS.rglob("*.txt")}
    assert named == there


def test_what_linux_has_is_told_where_it_is() -> None:
    for fields in DESCRIBED:
        on_linux = "linux" in fields.get("systems", ["linux"]) and "id" in fields
        of_this_python = SpecifierSet(fields.get("python", "")).contains("3.11")
        where = fields.get("covers", []) + fields.get("inside", [])
        assert bool(where) == (on_linux and of_this_python) or fields["id"] == "pyinstaller-bootloader"


def test_each_system_has_its_own(system: str) -> None:
    names = {part.name for part in native.components() if part.id}
    assert {"Python", "OpenSSL", "SQLite", "PCRE2 (in Qt)"} <= names
    assert ("ICU (in Qt)" in names) == (system == "linux")
    assert ("zlib (in Python and Qt)" in names) == (system == "win32")
    assert all(len(part.text) > 100 for part in native.components())


def test_about_tells_all_with_ours_first() -> None:
    entries = licences.everything()
    names = [entry["name"] for entry in entries]
    assert names[0] == "Arvae Desktop"
    assert names[1:] == sorted(names[1:], key=str.casefold)
    assert {part.name for part in native.components()} <= set(names)
    assert set(LOCKED) - {"pycparser", "pyside6-essentials", "shiboken6"} <= set(names)
    for entry in entries:
        assert canonicalize_license_expression(entry["licence"]) == entry["licence"], entry["name"]
    canonicalize_license_expression(licences.whole_expression(entries))


def test_one_expression_tells_each_licence_once() -> None:
    told = [{"licence": each} for each in ("MIT", "MIT AND ISC", "Zlib OR MIT", "")]
    assert licences.whole_expression(told) == "(Zlib OR MIT) AND ISC AND MIT"


def test_the_bill_has_every_part(bill: dict[str, Any]) -> None:
    told = {(part["name"], part.get("version", "")) for part in bill["components"]}
    assert {(part.id, part.version) for part in native.components() if part.id} <= told
    assert set(LOCKED.items()) <= told
    assert ("of-another-system", "1.0") not in told
    assert bill["metadata"]["component"]["version"] == version()


def test_the_bill_refers_to_each_part_once(bill: dict[str, Any]) -> None:
    refs = [part["bom-ref"] for part in bill["components"]]
    assert len(refs) == len(set(refs))
    assert refs == [part["purl"] for part in bill["components"]]
    root, *others = bill["dependencies"]
    assert root == {"ref": "root-component", "dependsOn": refs}
    assert [each["ref"] for each in others] == refs


def test_the_bill_has_licences_in_their_form(bill: dict[str, Any]) -> None:
    for part in bill["components"]:
        (licence,) = part["licenses"]
        single = licence.get("license", {}).get("id")
        expression = licence.get("expression", single)
        assert canonicalize_license_expression(expression) == expression
        assert (single is None) == (" " in expression or expression.startswith("LicenseRef-"))


def test_a_file_of_nobody_is_found() -> None:
    files = ["libbz2.so.1.0", "libnew.so.1", "PySide6/Qt/lib/libQt6Core.so.6", "PySide6/Qt/lib/libav.so.60"]
    assert native.unclaimed(files, native.components()) == ["PySide6/Qt/lib/libav.so.60", "libnew.so.1"]
