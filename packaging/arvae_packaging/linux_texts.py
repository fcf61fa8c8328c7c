"""Texts of the Linux packages in which version and date are filled in."""

from __future__ import annotations

from datetime import UTC, datetime

from arvae_packaging.project import BUNDLE_ID, COMMAND, PACKAGING, releases, source_date, version

LINUX = PACKAGING / "linux"


def metainfo() -> str:
    """The AppStream metainfo with the changelog's releases in it."""
    text = (LINUX / f"{BUNDLE_ID}.metainfo.xml").read_text("utf-8")
    rows = "".join(f'    <release version="{number}" date="{date}"/>\n' for number, date in releases())
    return text.replace("  <releases/>\n", f"  <releases>\n{rows}  </releases>\n" if rows else "")


def manual() -> str:
    """The manual page, with version and date."""
    date = datetime.fromtimestamp(source_date(), UTC).date().isoformat()
    text = (LINUX / f"{COMMAND}.1").read_text("utf-8")
    return text.replace("@DATE@", date).replace("@VERSION@", version())
