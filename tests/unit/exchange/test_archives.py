"""Archives of other programs, backups of ours, and archives that mean harm."""

from __future__ import annotations

import json
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from arvae_desktop.domain.conversations import ConversationTree
from arvae_desktop.exchange.backup import BackedUpSettings, back_up, restore
from arvae_desktop.exchange.reports import Problem, Progress
from tests.unit.exchange.foreign import simple_chatgpt, simple_claude
from tests.unit.exchange.reading import read_path, sorted_out
from tests.unit.exchange.trees_of_anything import tree

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = {
    "model": "m",
    "continues_once": True,
    "proxy": "http://me:secret@proxy.example:8080",
    "window_size": [1, 2],
}
TREES = [tree("q", "a", title=f"Chat {number}", name=f"c{number}") for number in range(20)]


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, raw in members.items():
            file.writestr(name, raw)
    return path


def backup(path: Path) -> Path:
    list(back_up(iter(TREES), SETTINGS, path))
    return path


def test_archives_of_other_programs(tmp_path: Path) -> None:
    chats = [json.dumps([simple_chatgpt(number)]).encode() for number in range(2)]
    numbered = {
        "export/conversations-001.json": chats[1],
        "export/conversations-000.json": chats[0],
        "chat.html": b"x",
    }
    read = read_path(archive(tmp_path / "chatgpt.zip", **numbered))
    assert read.titles == ["Chat 0", "Chat 1"]
    assert not read.problems
    assert read.progress[-1].done == read.progress[-1].total == sum(map(len, chats))
    assert read.progress[-1].conversations == 2
    whole = json.dumps([simple_claude()]).encode()
    assert read_path(
        archive(tmp_path / "claude.zip", **{"users.json": b"[]", "conversations.json": whole})
    ).titles == ["Chat 1"]


def test_archives_without_conversations(tmp_path: Path) -> None:
    (problem,) = read_path(archive(tmp_path / "x.zip", readme=b"x")).problems
    assert problem.sentence == "There is no file with conversations in this archive."


@pytest.mark.parametrize("cut", [10, 100, 1000])
def test_a_broken_archive_is_told(tmp_path: Path, cut: int) -> None:
    path = backup(tmp_path / "b.zip")
    path.write_bytes(path.read_bytes()[:-cut])
    assert read_path(path).problems


def test_every_broken_byte_of_an_archive(tmp_path: Path) -> None:
    raw = backup(tmp_path / "b.zip").read_bytes()
    path = tmp_path / "broken.zip"
    for at in range(0, len(raw), 3):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 0x55]) + raw[at + 1 :])
        read_path(path)
        found = list(restore(path))
        assert (
            all(isinstance(one, Progress) for one in found[:-1])
            or [one for one in found if isinstance(one, ConversationTree)] == TREES
        )


def test_a_bomb_is_not_opened(tmp_path: Path) -> None:
    path = archive(tmp_path / "bomb.zip", **{"conversations.json": b"[" + b" " * (80 << 20) + b"]"})
    assert path.stat().st_size < 1 << 20
    (problem,) = read_path(path).problems
    assert "far more" in problem.sentence


def test_a_member_is_never_read_beyond_what_it_claims(tmp_path: Path) -> None:
    raw = json.dumps([simple_chatgpt(number) for number in range(50)]).encode()
    path = archive(tmp_path / "liar.zip", **{"conversations.json": raw})
    data = path.read_bytes().replace(struct.pack("<I", len(raw)), struct.pack("<I", 100))
    path.write_bytes(data)
    read = read_path(path)
    assert not read.trees
    assert read.problems
    assert read.progress[-1].done <= 100


def test_a_locked_archive_is_told(tmp_path: Path) -> None:
    path = archive(tmp_path / "locked.zip", **{"conversations.json": b"[]"})
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + offset] |= 1
    path.write_bytes(raw)
    assert "locked" in read_path(path).problems[-1].sentence


def test_a_backup_comes_back_whole(tmp_path: Path) -> None:
    found = list(restore(backup(tmp_path / "b.zip")))
    kinds = [type(one) for one in found if not isinstance(one, Progress)]
    assert kinds == [BackedUpSettings, *[ConversationTree] * len(TREES)]
    assert [one for one in found if isinstance(one, ConversationTree)] == TREES
    (settings,) = (one for one in found if isinstance(one, BackedUpSettings))
    assert settings.values == SETTINGS | {"proxy": "http://proxy.example:8080"}
    last = found[-1]
    assert isinstance(last, Progress)
    assert (last.done, last.conversations) == (last.total, len(TREES))


def test_a_backup_is_private_and_has_no_password(tmp_path: Path) -> None:
    path = backup(tmp_path / "b.zip")
    assert path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(path) as file:
        assert not any(b"secret" in file.read(name) for name in file.namelist())
        manifest = json.loads(file.read("manifest.json"))
    assert manifest["conversations"] == len(TREES)


def test_a_cancelled_backup_leaves_the_older_one(tmp_path: Path) -> None:
    path = backup(tmp_path / "b.zip")
    before = path.read_bytes()
    unfinished = back_up(iter(TREES), SETTINGS, path)
    next(unfinished)
    unfinished.close()
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["conversations.jsonl", "settings.json", "manifest.json"])
@pytest.mark.parametrize("change", [None, b"", b"{}", b"[" * 10_000])
def test_a_changed_backup_gives_nothing_but_a_problem(
    tmp_path: Path, name: str, change: bytes | None
) -> None:
    with zipfile.ZipFile(backup(tmp_path / "b.zip")) as file:
        members = {member: file.read(member) for member in file.namelist()}
    if change is None:
        del members[name]
    else:
        members[name] = change
    found = list(restore(archive(tmp_path / "changed.zip", **members)))
    assert {type(one) for one in found} <= {Progress, Problem}
    assert isinstance(found[-1], Problem)


def test_a_backup_that_lost_conversations_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(backup(tmp_path / "b.zip")) as file:
        members = {member: file.read(member) for member in file.namelist()}
    members["manifest.json"] = members["manifest.json"].replace(
        b'"conversations": 20', b'"conversations": 21'
    )
    assert isinstance(list(restore(archive(tmp_path / "changed.zip", **members)))[-1], Problem)


def test_what_can_be_read_of_a_broken_backup_is_imported(tmp_path: Path) -> None:
    with zipfile.ZipFile(backup(tmp_path / "b.zip")) as file:
        members = {member: file.read(member) for member in file.namelist()}
    members["conversations.jsonl"] = members["conversations.jsonl"].replace(b'"Chat 7"', b'"Chat 7')
    path = archive(tmp_path / "changed.zip", **members)
    assert not sorted_out(one for one in restore(path)).trees
    read = read_path(path)
    assert read.trees == TREES[:7] + TREES[8:]
    assert read.problems[0].conversation == 8


def test_other_files_are_no_backups(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("[]")
    (problem,) = restore(path)
    assert isinstance(problem, Problem)
