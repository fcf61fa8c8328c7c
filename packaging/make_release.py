"""The steps of a release around building and testing; `make release` and the workflow run them.

python packaging/make_release.py check     refuses a dirty tree, a changelog or a tag that doesn't fit
python packaging/make_release.py sbom      writes the bill of materials of this system into dist/
python packaging/make_release.py sums      writes the sums and, with a key, the signed release file
python packaging/make_release.py finish    sbom and sums, after another look at the tree
python packaging/make_release.py notes     prints the changelog's words on this version
python packaging/make_release.py new-key   makes a key for release files: prints the secret half
"""
# ruff: noqa: INP001, T201  (a program and no package, talks on the terminal)

from __future__ import annotations

import os
import sys

from arvae_packaging import release, sbom
from arvae_packaging.project import DIST, PACKAGING, ROOT, PackagingError, is_dirty, update_key, version
from nacl.signing import SigningKey


def check() -> None:
    """Raise `PackagingError` if this tree may not become a release."""
    tag = os.environ["GITHUB_REF_NAME"] if os.environ.get("GITHUB_REF_TYPE") == "tag" else ""
    if faults := release.check(tag=tag):
        raise PackagingError("this is no release:\n  " + "\n  ".join(faults))


def write_sbom() -> None:
    """The bill of materials, in dist/."""
    sbom.write_sbom(DIST / sbom.sbom_name())


def write_sums() -> None:
    """The signed release file, where there is a key, and the sums of all files in dist/."""
    if not release.write_release_file(DIST):
        told = f"{release.SECRET} is not set, {release.RELEASE_FILE} is not made"
        if update_key() and os.environ.get("GITHUB_REF_TYPE") == "tag":
            raise PackagingError(f"{told}, and the programs with the key would never hear of this version.")
        print(f"notice: {told}", flush=True)
    print(release.write_sums(DIST).read_text("utf-8"), end="")


def finish() -> None:
    """All that follows the packages."""
    if is_dirty():
        raise PackagingError("the tree has changed while the release was being made.")
    write_sbom()
    write_sums()


def print_notes() -> None:
    """The changelog's words on this version."""
    print(release.notes((ROOT / "CHANGELOG.md").read_text("utf-8"), version()), end="")


def new_key() -> None:
    """Make a key: the public half goes into the tree, the secret one onto the terminal."""
    path = PACKAGING / "update-key.txt"
    if path.exists():
        raise PackagingError(f"{path.name} is there; programs with its key would believe no other.")
    secret = SigningKey.generate()
    path.write_text(bytes(secret.verify_key).hex() + "\n", "ascii")
    print(f"Keep this as the secret {release.SECRET}, and nowhere else:\n{bytes(secret).hex()}")


STEPS = {
    "check": check,
    "sbom": write_sbom,
    "sums": write_sums,
    "finish": finish,
    "notes": print_notes,
    "new-key": new_key,
}


def main(arguments: list[str]) -> int:
    """Do a step; returns the exit code."""
    if len(arguments) != 1 or arguments[0] not in STEPS:
        print(f"usage: python packaging/make_release.py {'|'.join(STEPS)}", file=sys.stderr)
        return 2
    try:
        STEPS[arguments[0]]()
    except PackagingError as error:
        print(f"make_release: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
